/** Rules of a server: which one answers a message, and with what. Pure, so that a page can try them out. */
import type { EncodingId } from '../encodings/encodings.ts';
import { decodeEscapedIn, encodeEscapedIn } from '../encodings/escaped.ts';
import { FailureError, failed } from '../failure.ts';
import { readMessageFilter } from '../filter/message-operators.ts';
import { foundBy, groupsOf } from './group-references.ts';
import {
  isCostly,
  matchesWhere,
  occursIn,
  parseBytePattern,
  type BytePattern,
  type Matches,
} from './matching.ts';
import type { FillContext } from './context.ts';
import { compile, parse, type Template } from './payload.ts';
import type { Rule, RuleMatch } from '../settings/settings.ts';

export type CompiledRule = {
  readonly rule: Rule;
  /** Counts from 1. */
  readonly number: number;
  /** A message made for it can keep this rule busy for ages: bound the time that `answer` takes. */
  readonly isCostly: boolean;
  /**
   * The bytes that answer the message, maybe none; null where the rule does not match. A fixed reply is always the same
   * array. Throws as `Template.fill` does.
   */
  answer(message: RuleMessage): Uint8Array | null;
};

/** A message as rules look at it; its text is decoded once for all of them. */
export class RuleMessage {
  readonly bytes: Uint8Array;
  /** What an answer to it is made in. */
  readonly around: () => Partial<FillContext>;
  #text: { encoding: EncodingId; is: string } | null = null;

  constructor(bytes: Uint8Array, around: () => Partial<FillContext> = () => ({})) {
    this.bytes = bytes;
    this.around = around;
  }

  textIn(encoding: EncodingId): string {
    if (this.#text?.encoding !== encoding)
      this.#text = { encoding, is: decodeEscapedIn(this.bytes, encoding) };
    return this.#text.is;
  }
}

/**
 * Rules that were checked and are on, ready to be used on any number of messages. Of lines (`areLines`), 'exact' and 'ends' match with or
 * without the line's end (LF or CR LF), and `$` of a regular expression matches before it. `encoding`: of the messages' text;
 * a pattern that it lacks a character of matches nothing.
 */
export const compileRules = (
  rules: readonly Rule[],
  areLines: boolean,
  encoding: EncodingId = 'utf-8',
): CompiledRule[] =>
  rules.flatMap((rule, index) =>
    rule.enabled ? [{ rule, number: index + 1, ...compileRule(rule, areLines, encoding) }] : [],
  );

/** The first rule that answers the message, and its reply; null where none does. Throws as `answer` does. */
export function firstAnswer(
  rules: readonly CompiledRule[],
  bytes: Uint8Array,
): { rule: CompiledRule; reply: Uint8Array } | null {
  const message = new RuleMessage(bytes);
  for (const rule of rules) {
    const reply = rule.answer(message);
    if (reply !== null) return { rule, reply };
  }
  return null;
}

type Compiled = Pick<CompiledRule, 'isCostly' | 'answer'>;

function compileRule(rule: Rule, isLine: boolean, encoding: EncodingId): Compiled {
  if (rule.match === 'regex') return compileRegex(rule, isLine, encoding);
  if (rule.match === 'filter') return compileFilter(rule, encoding);
  const reply = compile(parse(rule.reply));
  if (rule.match === 'hex' || rule.match === 'exact-hex') {
    const pattern = parseBytePattern(rule.pattern) ?? [];
    const matches = matchesOf(rule.match, pattern, isLine);
    return {
      isCostly: isCostly(pattern),
      answer: ({ bytes, around }) => (matches(bytes) ? filled(reply, around) : null),
    };
  }
  const written = parse({ mode: 'text', text: rule.pattern, encoding });
  if (written.problems.length > 0) return { isCostly: false, answer: () => null };
  const pattern = compile(written).fill();
  const matches = matchesOf(rule.match, pattern, isLine);
  const isThere = isWhere(rule.match, pattern, encoding);
  return {
    isCostly: false,
    answer: (message) => (matches(message.bytes) && isThere(message) ? filled(reply, message.around) : null),
  };
}

/** The second half of a character and the first of the next one look like another: only the text tells. */
function isWhere(
  match: RuleMatch,
  pattern: Uint8Array,
  encoding: EncodingId,
): (message: RuleMessage) => boolean {
  if (encoding === 'utf-8' || (match !== 'contains' && match !== 'ends')) return () => true;
  const wanted = decodeEscapedIn(pattern, encoding);
  // It has bytes that are no characters: these are looked for as they are.
  if (/[\ud800-\udfff]/u.test(wanted)) return () => true;
  return (message) => {
    const text = message.textIn(encoding);
    return match === 'contains'
      ? text.includes(wanted)
      : text.replace(/\r?\n$/, '').endsWith(wanted.replace(/\r?\n$/, ''));
  };
}

function compileRegex({ pattern, reply }: Rule, isLine: boolean, encoding: EncodingId): Compiled {
  const expression = new RegExp(pattern, isLine ? 'mu' : 'u');
  const template = compile(parse(reply, groupsOf(pattern)));
  return {
    isCostly: true,
    answer: (message) => {
      const match = expression.exec(message.textIn(encoding));
      return match === null
        ? null
        : template.fill({
            ...message.around(),
            ...foundBy(match, (text) => again(text, encoding)),
            mostBytes: longestReplyBytes,
          });
    },
  };
}

/** What was read, and has no bytes that anybody would write, is not replaced by others. */
function again(text: string, encoding: EncodingId): Uint8Array {
  const bytes = encodeEscapedIn(text, encoding);
  if (bytes === null) throw new FailureError(failed('RULE_FAILED'));
  return bytes;
}

function compileFilter({ pattern, reply }: Rule, encoding: EncodingId): Compiled {
  const read = readMessageFilter(pattern);
  const template = compile(parse(reply));
  const passes = (bytes: Uint8Array): boolean =>
    read.ok && read.filter.test({ ...aMessage, encoding, somePiece: (matches) => matches(bytes) }) === true;
  return {
    isCostly: read.ok && read.filter.isCostly,
    answer: ({ bytes, around }) => (passes(bytes) ? filled(template, around) : null),
  };
}

const filled = (template: Template, around: () => Partial<FillContext>): Uint8Array =>
  template.isFixed ? template.fill() : template.fill({ ...around(), mostBytes: longestReplyBytes });

/** What a peer says can be put into its answer many times. */
const longestReplyBytes = 16 * 1024 * 1024;

const aMessage = {
  kind: 'received',
  connection: null,
  ...{ length: 0, time: 0, previous: null, frame: null },
  someSentence: () => false,
  somePeer: () => false,
  someDecoded: () => false,
} as const;

function matchesOf(
  match: Exclude<RuleMatch, 'regex' | 'filter'>,
  pattern: BytePattern,
  isLine: boolean,
): Matches {
  if (match === 'contains' || match === 'hex') return occursIn(pattern);
  const matches = matchesWhere[match === 'exact-hex' ? 'exact' : match](pattern);
  return isLine ? (bytes) => matches(bytes) || matches(withoutLineEnd(bytes)) : matches;
}

function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  if (bytes.at(-1) !== 10) return bytes;
  return bytes.subarray(0, bytes.at(-2) === 13 ? -2 : -1);
}
