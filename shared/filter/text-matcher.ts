/** Text that is looked for in bytes and in sentences. */
import { occursIn } from '../payload/matching.ts';

/** What it says of a payload, and of a sentence. Keeps no state. */
export type TextMatcher = { bytes(payload: Uint8Array): boolean; text(sentence: string): boolean };

/**
 * `flags`: of a regular expression; null: plain text, in any case. Linear in a payload's length but for expressions. Throws
 * a SyntaxError for an expression that cannot be read.
 */
export function textMatcher(text: string, flags: string | null): TextMatcher {
  if (flags === null) return compileText(text);
  // Where one was found is of no interest, and must not be remembered.
  const regex = new RegExp(text, flags.replace(/[dgy]/g, ''));
  return {
    bytes: (payload) => regex.test(decoder.decode(payload)),
    text: (sentence) => regex.test(sentence),
  };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function compileText(needle: string): TextMatcher {
  const folded = needle.toLowerCase();
  const text = (sentence: string): boolean => sentence.toLowerCase().includes(folded);
  // Bytes of UTF-8 can be compared as they are unless a character beyond ASCII has two cases.
  const hasWideCase = [...needle].some((c) => c > '\x7f' && (c.toLowerCase() !== c || c.toUpperCase() !== c));
  if (hasWideCase) return { bytes: (payload) => text(decoder.decode(payload)), text };
  return { bytes: occursIn(encoder.encode(needle), true), text };
}
