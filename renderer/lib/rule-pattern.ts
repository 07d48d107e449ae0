/** Takes a rule's pattern along when the person chooses another way to match. */
import { readMessageFilter } from '../../shared/filter/message-operators.ts';
import { escapeText } from '../../shared/payload/format.ts';
import { parseBytePattern } from '../../shared/payload/matching.ts';
import { groupsOf, type Groups } from '../../shared/payload/group-references.ts';
import {
  parse,
  rewrite,
  withoutCalls,
  writtenBytes,
  type FieldNotation,
  type Written,
} from '../../shared/payload/payload.ts';
import { mostWrittenCharacters } from '../../shared/settings/reply.ts';
import type { Rule, RuleMatch } from '../../shared/settings/settings.ts';

/** The pattern that looks for the same where there is one; always one that the new way of matching takes. */
export function convertPattern(pattern: string, from: RuleMatch, to: RuleMatch): string {
  const [before, after] = [notationOf(from), notationOf(to)];
  if (before === after) return pattern;
  if (after === 'filter') return filterFor(pattern, before);
  const text = before === 'hex' ? textOfHex(pattern) : readable(pattern);
  if (after === 'text') return text;
  if (after === 'regex') return escapeRegex(writtenBytes({ mode: 'text', text }));
  return rewrite(parseText(text), 'hex') || '??';
}

/** What the reply of a rule whose pattern was checked may name. */
export const groupsIn = ({ match, pattern }: Pick<Rule, 'match' | 'pattern'>): Groups | null =>
  match === 'regex' ? groupsOf(pattern) : null;

/** The reply that means the same bytes once other groups may be named, or none; a name that is none then stays as it looks. */
export function convertReply(
  reply: Written<FieldNotation>,
  from: Groups | null,
  to: Groups | null,
): Written<FieldNotation> {
  const [before, after] = [parse(reply, from), parse(reply, to)];
  if (rewrite(before, 'hex') === rewrite(after, 'hex')) return reply;
  const text = rewrite(before, 'text', to);
  return text.length <= mostWrittenCharacters ? { mode: 'text', text } : reply;
}

type Notation = 'text' | 'regex' | 'hex' | 'filter';
const notationOf = (match: RuleMatch): Notation => {
  if (match === 'exact-hex') return 'hex';
  return match === 'regex' || match === 'hex' || match === 'filter' ? match : 'text';
};

/** Quotes of a filter know no escapes: what has some is looked for as bytes. */
function filterFor(pattern: string, before: Notation): string {
  if (pattern === '') return '';
  if (before === 'hex') return `hex:${pattern}`;
  if (before === 'regex') {
    const expression = `/${pattern.replace(/\\.|\//gs, (part) => (part === '/' ? '\\/' : part))}/u`;
    return readMessageFilter(expression).ok ? expression : quoted(pattern);
  }
  const parsed = parseText(pattern);
  const isPlain = parsed.tokens.length === 0 || parsed.problems.length > 0;
  return isPlain ? quoted(pattern) : `hex:${rewrite(parsed, 'hex')}`;
}

const quoted = (text: string): string => `"${text.replace(/["\\]/g, '\\$&')}"`;

/** As it is written if it means bytes, else with every backslash standing for itself. Braces begin no function. */
function readable(text: string): string {
  const written = withoutCalls(text);
  const { problems, tokens } = parseText(written);
  const isPlain = problems.length === 0 && tokens.every(({ kind }) => kind === 'escape');
  return isPlain ? written : withoutCalls(text.replaceAll('\\', '\\\\'));
}

const parseText = (text: string) => parse({ mode: 'text', text });

/** A wildcard is no byte: such a pattern stays as it looks. */
function textOfHex(pattern: string): string {
  const bytes = parseBytePattern(pattern);
  const isPlain = bytes !== null && bytes.every((byte) => byte !== null);
  return isPlain ? escapeText(new Uint8Array(bytes)) : withoutCalls(pattern);
}

/**
 * The short escapes and `\u{…}` mean the same in a regular expression with the flag u, where a byte that is no UTF-8 is a
 * surrogate (`decodeEscaped`), and `\0` must not stand before a digit.
 */
const escapeRegex = (bytes: Uint8Array): string =>
  escapeText(bytes).replace(/\\0|\\x[89A-F][0-9A-F]|\\u\{[^}]*\}|\\.|[.*+?^${}()|[\]/]/gs, (part) => {
    if (part === '\\0') return '\\x00';
    if (part.length === 4) return `\\uDC${part.slice(2)}`;
    return part.startsWith('\\') ? part : `\\${part}`;
  });
