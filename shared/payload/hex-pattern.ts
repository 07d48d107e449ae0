/** Bytes to look for, with `??` for any byte: `02 ?? ?? 03`. */
import { parseMessageHex } from './message-hex.ts';
import { asTyped } from '../typed.ts';

/** null stands for any byte. */
export type HexPattern = readonly (number | null)[];

/**
 * Reads hex as the composer does, and `??` where a byte may be anything; a wildcard stands for itself, apart by blanks,
 * commas, colons or dashes. Null for what is neither, and for an empty pattern. Linear in the length.
 */
export function parseHexPattern(text: string): HexPattern | null {
  const pattern: (number | null)[] = [];
  const parts = asTyped(text).split(/(\?\?)/);
  for (const [index, part] of parts.entries()) {
    if (index % 2 === 1) {
      pattern.push(null);
      continue;
    }
    // What joins a wildcard to its neighbours is no byte, and must not look like a stray separator.
    const parsed = parseMessageHex(part.replace(/^[\s,:-]+|[\s,:-]+$/g, ''));
    if (!parsed.ok) return null;
    pattern.push(...parsed.bytes);
  }
  return pattern.length === 0 ? null : pattern;
}

/** Whether the pattern occurs anywhere in `bytes`. At most `bytes.length` × pattern length steps. */
export function matchesHexPattern(pattern: HexPattern, bytes: Uint8Array): boolean {
  const last = bytes.length - pattern.length;
  for (let start = 0; start <= last; start++) {
    let at = 0;
    while (at < pattern.length && (pattern[at] === null || pattern[at] === bytes[start + at])) at++;
    if (at === pattern.length) return true;
  }
  return false;
}
