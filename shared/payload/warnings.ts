/** What a message says that may not be meant: it is sent as it is written. One warning more is an entry of the table. */
import { problemIn, type Problem } from '../problem.ts';
import { isCleanText } from './clean-text.ts';
import { isBytes } from './fill.ts';
import { joinBytes } from './join.ts';
import type { Parsed } from './parts.ts';
import { isTextual, type LineEnd, type WrittenMessage } from './payload.ts';

type Range = { start: number; end: number };
/** `plain`: what is written, with other characters in place of what stands in braces. `breaks`: line ends, as they are sent. */
type Looked = { plain: string; breaks: readonly Break[]; message: WrittenMessage; parsed: Parsed };
type Break = Range & { kind: Exclude<LineEnd, 'none'> };
type Finder = (looked: Looked) => Range | null;

const first = (pattern: RegExp, { plain }: Looked): Range | null => {
  const found = pattern.exec(plain);
  return found === null ? null : { start: found.index, end: found.index + found[0].length };
};
const inText =
  (find: Finder): Finder =>
  (looked) =>
    isTextual(looked.message.mode) ? find(looked) : null;
/** Among such letters full-width signs and these quotes are what is usual. */
const eastAsian = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** Each finds its first place. All are linear in the length: no repetition can begin within another. */
const finders = {
  // Blanks that a break of the line hides, or the end of the message.
  'warn-trailing-blanks': inText((looked) => first(/(?<![ \t])[ \t]+(?=\r?\n|$)/, looked)),
  'warn-mixed-line-ends': inText(({ breaks }) => breaks.find(({ kind }) => kind !== breaks[0]!.kind) ?? null),
  'warn-line-end-behind-bytes': ({ message: { mode, lineEnd, text }, parsed: { parts } }) =>
    isTextual(mode) || lineEnd === 'none' || isCleanText(joinBytes(parts.filter(isBytes)))
      ? null
      : { start: text.length, end: text.length },
  'warn-no-break-space': inText((looked) => first(/[\u00a0\u2007\u202f]/, looked)),
  'warn-quotes': inText((looked) =>
    eastAsian.test(looked.plain) ? null : first(/[\u2018-\u201f\u2032\u2033]/, looked),
  ),
  'warn-full-width': inText((looked) => {
    const isUsual = eastAsian.test(looked.plain);
    return first(isUsual ? /[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/ : /[\uff01-\uff5e\u3000]/, looked);
  }),
} as const satisfies Record<string, Finder>;

export type WarningCode = keyof typeof finders;
export type Warning = Problem<WarningCode>;

/** In the order of their places; none for what cannot be sent. Linear in the length. */
export function warningsOf(message: WrittenMessage, parsed: Parsed): Warning[] {
  if (parsed.problems.length > 0 || message.text === '') return [];
  const plain = withoutCalls(message.text, parsed);
  const looked = { plain, breaks: breaksIn(plain, message), message, parsed };
  return (Object.keys(finders) as WarningCode[])
    .flatMap((code) => {
      const found = finders[code](looked);
      return found === null ? [] : [problemIn(message.text, found.start, found.end, code)];
    })
    .toSorted((one, other) => one.start - other.start);
}

function withoutCalls(text: string, { tokens }: Parsed): string {
  let [out, at] = ['', 0];
  for (const { start, end, kind } of tokens) {
    if (kind !== 'insert') continue;
    out += text.slice(at, start) + 'x'.repeat(end - start);
    at = end;
  }
  return out + text.slice(at);
}

const kinds: Readonly<Record<string, Break['kind']>> = {
  '\r\n': 'crlf',
  '\r': 'cr',
  '\\r\\n': 'crlf',
  '\\n': 'lf',
  '\\r': 'cr',
};

/** Two of different kinds are enough: typed ones, escapes, and the one behind it all. */
function breaksIn(plain: string, { mode, lineEnd, text }: WrittenMessage): Break[] {
  const breaks: Break[] = [];
  const take = (kind: Break['kind'], start: number, end: number) => {
    if (breaks.at(-1)?.kind !== kind) breaks.push({ kind, start, end });
  };
  const pattern = mode === 'text' ? /\\\\|\\r\\n|\\[rn]|\r\n|[\r\n]/g : /\r\n|[\r\n]/g;
  for (const { 0: found, index } of isTextual(mode) ? plain.matchAll(pattern) : []) {
    if (found === '\\\\') continue;
    take(kinds[found] ?? (lineEnd === 'none' ? 'lf' : lineEnd), index, index + found.length);
    if (breaks.length > 1) return breaks;
  }
  if (lineEnd !== 'none') take(lineEnd, text.length, text.length);
  return breaks;
}
