/** The text of a log filter: plain text in any case, `/regular expression/flags`, or `hex:0d 0a` (with a full-width colon, too). */
import type { Direction } from '../domain.ts';
import { occursIn } from '../payload/matching.ts';
import type { PayloadProblemCode } from '../payload/parts.ts';
import { compile, parse } from '../payload/payload.ts';
import type { Problem } from '../problem.ts';
import type { RecordKind } from '../records.ts';

export type Filter = {
  /** Empty = all. */
  directions: Direction[];
  /** Empty = all; what passes has one of these and one of the directions. */
  kinds: RecordKind[];
  /** Stream number of one connection, or null. */
  connection: number | null;
  /** '' = all; text (any case), `/regular expression/flags`, or `hex:0d 0a`. */
  text: string;
  /** In which sentences events are searched and saved, by a name in `texts/languages.ts`; the host's where missing. */
  language?: string;
};

export type FilterText =
  | { type: 'all' }
  | { type: 'text'; text: string }
  | { type: 'regex'; source: string; flags: string }
  | { type: 'hex'; bytes: Uint8Array<ArrayBuffer> };
export type FilterProblem = Problem<'filter-regex' | 'filter-hex-empty' | PayloadProblemCode> & {
  /** What the regular expression engine says; '' for the rest. */
  message: string;
};
export type ParsedFilterText = { ok: true; filter: FilterText } | { ok: false; problem: FilterProblem };

/** What a filter says of a record: `bytes` for payloads, `text` for the sentence of an event. Keep no state. */
export type Matcher = { bytes(payload: Uint8Array): boolean; text(sentence: string): boolean };

/**
 * Reads a filter. `/a/b` whose end is no set of flags is plain text (a path), as is a slash without a partner.
 * Whether a regular expression ends in useful time is for its runner to bound.
 */
export function parseFilterText(text: string): ParsedFilterText {
  if (text === '') return { ok: true, filter: { type: 'all' } };
  if (/^hex[:：]/i.test(text)) return parseHexFilter(text);
  const regex = /^\/(.+)\/([dgimsuvy]*)$/su.exec(text);
  if (!regex) return { ok: true, filter: { type: 'text', text } };
  const source = regex[1]!;
  const flags = regex[2]!;
  try {
    new RegExp(source, flags);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, problem: { start: 0, end: text.length, code: 'filter-regex', message } };
  }
  return { ok: true, filter: { type: 'regex', source, flags: flags.replace(/[dgy]/g, '') } };
}

function parseHexFilter(text: string): ParsedFilterText {
  const offset = 'hex:'.length;
  const parsed = parse({ mode: 'hex', text: text.slice(offset) });
  const [problem] = parsed.problems;
  if (problem !== undefined) {
    const { start, end } = problem;
    return { ok: false, problem: { ...problem, start: start + offset, end: end + offset, message: '' } };
  }
  const bytes = compile(parsed).fill();
  if (bytes.length === 0)
    return { ok: false, problem: { start: 0, end: text.length, code: 'filter-hex-empty', message: '' } };
  return { ok: true, filter: { type: 'hex', bytes } };
}

/** A matcher to use for many records; linear in a payload's length but for regular expressions. */
export function compileFilter(filter: FilterText): Matcher {
  switch (filter.type) {
    case 'all':
      return { bytes: () => true, text: () => true };
    case 'hex':
      return { bytes: occursIn(filter.bytes), text: () => false };
    case 'regex': {
      const regex = new RegExp(filter.source, filter.flags);
      return {
        bytes: (payload) => regex.test(decoder.decode(payload)),
        text: (sentence) => regex.test(sentence),
      };
    }
    case 'text':
      return compileText(filter.text);
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function compileText(needle: string): Matcher {
  const folded = needle.toLowerCase();
  const text = (sentence: string): boolean => sentence.toLowerCase().includes(folded);
  // Bytes of UTF-8 can be compared as they are unless a character beyond ASCII has two cases.
  const hasWideCase = [...needle].some((c) => c > '\x7f' && (c.toLowerCase() !== c || c.toUpperCase() !== c));
  if (hasWideCase) return { bytes: (payload) => text(decoder.decode(payload)), text };
  return { bytes: occursIn(encoder.encode(needle), true), text };
}
