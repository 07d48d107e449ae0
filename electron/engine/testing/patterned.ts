/** Bytes whose every position tells where it is, so that a misplaced piece shows. */
export function patterned(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let i = 0; i < length; i++) bytes[i] = (Math.imul(i + seed, 0x9e3779b1) >>> 13) & 0xff;
  return bytes;
}

/** Payload bytes of record `sequence` in a flood: mostly small, now and then beyond a page, a buffer and a write. */
export const floodLength = (sequence: number): number =>
  sequence % 997 === 0 ? 300_000 : (sequence * 37) % 1500;
