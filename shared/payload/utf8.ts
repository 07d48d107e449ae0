/** UTF-8 read one character at a time, so that malformed bytes can be shown where they are (Unicode 16, section 3.9). */

/**
 * One character, or a run of malformed bytes: the longest prefix of a well-formed sequence (maximal subpart), which is
 * what one U+FFFD stands for. `cut` says that the bytes ended inside a sequence that was well-formed so far.
 */
export type TextStep =
  { ok: true; codePoint: number; length: number } | { ok: false; length: number; cut: boolean };

/** Reads at `at`, which must be inside `bytes` (else a RangeError). */
export function decodeUtf8At(bytes: Uint8Array, at: number): TextStep {
  const first = bytes[at];
  if (first === undefined) throw new RangeError(`no byte at ${at}`);
  if (first < 0x80) return { ok: true, codePoint: first, length: 1 };
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return { ok: false, length: 1, cut: false };
  let codePoint = first & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) return { ok: false, length: i, cut: true };
    if (byte < lowest(first, i) || byte > highest(first, i)) return { ok: false, length: i, cut: false };
    codePoint = codePoint * 64 + (byte & 0x3f);
  }
  return { ok: true, codePoint, length };
}

// Only the second byte has narrower bounds: no overlong forms (E0, F0), no surrogates (ED), nothing above 10FFFF (F4).
const lowest = (first: number, i: number): number =>
  i > 1 ? 0x80 : first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
const highest = (first: number, i: number): number =>
  i > 1 ? 0xbf : first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;

/** Without the first bytes, 1 to 3, of a character at the end that more bytes may complete. */
export function wholeLength(bytes: Uint8Array): number {
  for (let at = Math.max(0, bytes.length - 3); at < bytes.length; at++) {
    const step = decodeUtf8At(bytes, at);
    if (!step.ok && step.cut) return at;
  }
  return bytes.length;
}

/** Writes one Unicode scalar value at `at`; returns the offset behind it. `out` must have room for four bytes. */
export function encodeUtf8At(out: Uint8Array, at: number, codePoint: number): number {
  if (codePoint < 0x80) {
    out[at] = codePoint;
    return at + 1;
  }
  const extra = codePoint < 0x800 ? 1 : codePoint < 0x10000 ? 2 : 3;
  out[at] = ((0xf00 >> (extra + 1)) & 0xff) | (codePoint >> (6 * extra));
  for (let i = 1; i <= extra; i++) out[at + i] = 0x80 | ((codePoint >> (6 * (extra - i))) & 0x3f);
  return at + extra + 1;
}
