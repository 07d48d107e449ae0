/** What a server answers by itself. */
import * as v from 'valibot';
import { encodingIds } from '../encodings/encodings.ts';
import { readMessageFilter } from '../filter/message-operators.ts';
import { parseBytePattern } from '../payload/matching.ts';
import { compile, fieldNotations, parse, type FieldNotation, type Written } from '../payload/payload.ts';
import { problemIn } from '../problem.ts';
import { choice, compound, group, initialOf, list, number, text, toggle } from './field.ts';
import { found, tooLong, type Found } from './field-problem.ts';

export const mostRules = 200;
export const mostWrittenCharacters = 262_144;
/** V8 takes seconds to compile longer ones, and ends the process over a few thousand groups inside each other. */
const mostRegexCharacters = 1_000;
const mostRegexGroups = 100;

export const mostPatternCharacters = 65_536;

export const noBytes: Written<FieldNotation> = { mode: 'text', text: '' };

const written = compound(
  v.strictObject({
    mode: v.picklist(fieldNotations),
    text: v.pipe(v.string(), v.maxLength(mostWrittenCharacters)),
    /** Of text; without it UTF-8. */
    encoding: v.exactOptional(v.picklist(encodingIds)),
  }),
  noBytes,
  writtenProblems,
);

/** The first rule that matches a message answers it. */
const rule = group(
  {
    /** False: it is passed over, and may be without a pattern. */
    enabled: toggle(true),
    match: choice(['exact', 'contains', 'starts', 'ends', 'regex', 'exact-hex', 'hex', 'filter']),
    /** Text in the composer's notation; a regular expression; for 'exact-hex' (all of it) and 'hex' (somewhere) bytes with `??` for any byte; or a filter. */
    pattern: text(mostPatternCharacters),
    /** '' = none. After 'regex', `$1` to `$9`, `$<name>` and `$&` stand for what matched, `$$` for a dollar. */
    reply: written,
    delayMs: number(0, { min: 0, max: 3_600_000 }),
    /** What happens after the reply. */
    then: choice(['stay', 'close', 'reset']),
    /** Words for the log; '' = none. */
    note: text(1000),
  },
  { check: (rule) => patternProblems(rule).map((problem) => ({ ...problem, at: 'pattern' })) },
);
export type Rule = v.InferOutput<typeof rule>;
export type RuleMatch = Rule['match'];

/** Empty and off: nothing is answered by what nobody wrote. */
export const newRule = (): Rule => ({
  enabled: false,
  match: 'contains',
  pattern: '',
  reply: noBytes,
  delayMs: 0,
  then: 'stay',
  note: '',
});

const http = group({
  status: number(200, { min: 100, max: 999 }),
  /** One `Name: value` per line. Content-Length is added, and right. */
  headers: text(65_536, { initial: 'Content-Type: text/plain; charset=utf-8', check: headerProblems }),
  body: written,
});
export type HttpAnswer = v.InferOutput<typeof http>;

export const reply = group({
  kind: choice(['none', 'echo', 'upper', 'timestamp', 'prefix', 'fixed', 'http', 'rules', 'chat']),
  /**
   * What a reply answers: each chunk as it was read, each line (to LF), each received frame as the endpoint
   * tells them apart (where it does not: each chunk), or for UDP always each datagram.
   */
  boundary: choice(['chunk', 'line', 'frame']),
  /** Before the received bytes, for 'prefix'. */
  prefix: written,
  fixed: written,
  http,
  rules: list(rule, mostRules),
  /** Sent to each peer as it connects, whatever `kind` is; '' = nothing. Streams only. */
  greeting: written,
  /** Close each connection once its greeting is sent. */
  greetingThenClose: toggle(false),
});
export type ReplySettings = v.InferOutput<typeof reply>;
export const defaultReply = (): ReplySettings => initialOf(reply);
export type ReplyKind = ReplySettings['kind'];
export type ReplyBoundary = ReplySettings['boundary'];

function writtenProblems(written: Written): Found[] {
  if (written.text.length > mostWrittenCharacters) return [tooLong(written.text, mostWrittenCharacters)];
  const [problem] = parse(written).problems;
  return problem === undefined ? [] : [found(problem.code, problem.end, problem.start)];
}

/** RFC 9110 5.1 and 5.5: a token, a colon, and visible text or blanks. */
function headerProblems(headers: string): Found[] {
  let start = 0;
  for (const line of headers.split('\n')) {
    if (line.trim() !== '' && !/^[\w!#$%&'*+.^`|~-]+:[\t\x20-\x7e\x80-\xff]*$/.test(line))
      return [found('http-header', start + line.length, start)];
    start += line.length + 1;
  }
  return [];
}

function patternProblems({
  enabled,
  match,
  pattern,
}: {
  enabled: boolean;
  match: string;
  pattern: string;
}): Found[] {
  if (pattern === '') return enabled ? [found('pattern-empty')] : [];
  if (match === 'regex') return regexProblems(pattern);
  if (match === 'filter') {
    const unbounded = boundProblems(pattern);
    const read = readMessageFilter(unbounded.length > 0 ? '' : pattern);
    return read.ok ? unbounded : [found('pattern-filter', read.problem.end, read.problem.start)];
  }
  if (match !== 'hex' && match !== 'exact-hex') {
    const problems = writtenProblems({ mode: 'text', text: pattern });
    const isFixed = problems.length > 0 || compile(parse({ mode: 'text', text: pattern })).isFixed;
    return isFixed ? problems : [found('pattern-changes', pattern.length)];
  }
  if (parseBytePattern(pattern) !== null) return [];
  return [{ ...found('pattern-hex'), ...problemIn(pattern, 0, pattern.length, 'pattern-hex') }];
}

function regexProblems(pattern: string): Found[] {
  const unbounded = boundProblems(pattern);
  return unbounded.length > 0 || isRegex(pattern) ? unbounded : [found('pattern-regex', pattern.length)];
}

/** Of what holds expressions: every opening parenthesis counts as a group, wherever it stands. */
function boundProblems(pattern: string): Found[] {
  if (pattern.length > mostRegexCharacters) return [tooLong(pattern, mostRegexCharacters)];
  return pattern.split('(').length - 1 > mostRegexGroups ? [found('pattern-groups', pattern.length)] : [];
}

function isRegex(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    // Not complete or not valid: that is the answer.
    return false;
  }
}
