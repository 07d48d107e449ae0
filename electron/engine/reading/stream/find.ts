/** Bytes that are looked for in bytes. */
import type { BytesPattern } from '../../../../shared/stream-rows.ts';

/**
 * The first place at which the pattern begins, or the last; null where it does not, or not before `before`. Latin letters
 * fold where it says so: a text of another alphabet has other bytes for each case.
 */
export function findIn(
  bytes: Buffer,
  { bytes: wanted, folds }: BytesPattern,
  isBackwards: boolean,
  before: number,
): number | null {
  if (wanted.length === 0 || before <= 0) return null;
  const [within, pattern] = folds ? [folded(bytes), folded(wanted)] : [bytes, Buffer.from(wanted)];
  const at = isBackwards ? within.lastIndexOf(pattern, before - 1) : within.indexOf(pattern);
  return at >= 0 && at < before ? at : null;
}

/** Where the pattern begins before `before`, at most `most` times; matches do not touch. */
export function findAll(
  bytes: Buffer,
  { bytes: wanted, folds }: BytesPattern,
  before: number,
  most: number,
): number[] {
  const [within, pattern] = folds ? [folded(bytes), folded(wanted)] : [bytes, Buffer.from(wanted)];
  const found: number[] = [];
  if (pattern.length === 0) return found;
  for (let at = within.indexOf(pattern); at >= 0 && at < before && found.length < most;) {
    found.push(at);
    at = within.indexOf(pattern, at + pattern.length);
  }
  return found;
}

/** A to Z as small letters, and nothing else changed. */
function folded(bytes: Uint8Array): Buffer {
  const small = Buffer.from(bytes);
  for (let i = 0; i < small.length; i++) {
    const byte = small[i]!;
    if (byte >= 0x41 && byte <= 0x5a) small[i] = byte + 0x20;
  }
  return small;
}
