/** Arithmetic of the hex view: payloads up to 4 GiB - 1 bytes, rows of 8 or 16 bytes. */

export type BytesPerRow = 8 | 16;
/** `end` is behind the last byte. */
export type ByteRange = { start: number; end: number };

/** An empty payload has no rows. */
export const hexRowCount = (length: number, bytesPerRow: BytesPerRow): number =>
  Math.ceil(length / bytesPerRow);

/** Row of the byte at `offset`, from 0. */
export const hexRowOf = (offset: number, bytesPerRow: BytesPerRow): number =>
  Math.floor(offset / bytesPerRow);

/** The bytes of `count` rows from `first`, cut to the payload; empty where the rows lie outside. */
export function hexRowRange(
  first: number,
  count: number,
  length: number,
  bytesPerRow: BytesPerRow,
): ByteRange {
  const start = clamp(first * bytesPerRow, length);
  return { start, end: Math.max(start, clamp((first + count) * bytesPerRow, length)) };
}

const clamp = (offset: number, length: number): number => Math.min(Math.max(offset, 0), length);

/** Digits of the offset column: six, or as many as the last offset needs. */
export const hexOffsetDigits = (length: number): number =>
  Math.max(6, Math.max(0, length - 1).toString(16).length);

/** `0001f0` */
export const hexOffsetLabel = (offset: number, digits: number): string =>
  offset.toString(16).padStart(digits, '0');
