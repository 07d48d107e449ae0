/** Where the rows of a text begin, told from few bytes before them: any place can be laid out by itself. */
import { beginningAt } from '../../../../shared/encodings/torn.ts';
import type { EncodingId } from '../../../../shared/encodings/encodings.ts';
import { textRowBytes } from '../../../../shared/stream-rows.ts';

/**
 * A line is cut into rows of `textRowBytes` from its own beginning on; from the first multiple of that at least so many bytes
 * behind it, at multiples counted from the beginning of the turn: of a longer line nobody need know where it began.
 */
const farFromBeginning = 1024;
/** Bytes before a place that say where its row begins. */
export const lookBehind = farFromBeginning + textRowBytes;
/** Bytes behind one that say where the row ends. */
export const lookAhead = textRowBytes + 4;
/** Of other encodings than UTF-8: what is looked at for where a character begins. */
const nearBytes = 256;
const lineFeed = 10;

/**
 * Places in a turn, from `from` to before `to`, at which rows begin. `bytes` are those of the turn from `start` on: from
 * `lookBehind` bytes before `from` (or from its beginning) to `lookAhead` bytes behind `to`, or to its end.
 */
export function rowStarts(
  bytes: Uint8Array,
  start: number,
  from: number,
  to: number,
  encoding: EncodingId,
): number[] {
  const end = start + bytes.length;
  const behindLine = lineEnds(bytes, start, encoding);
  const found: number[] = [];
  let line = lineBefore(bytes, start, from, encoding);
  let row = line ?? Math.floor((from - 4) / textRowBytes) * textRowBytes;
  let next = behindLine(row);
  while (row < end) {
    const begins = row === line ? row : characterAt(bytes, start, row, encoding);
    if (begins >= to || begins >= end) break;
    if (begins >= from && begins !== found.at(-1)) found.push(begins);
    const cut = cutBehind(row, line);
    if (next !== null && next <= cut) {
      row = line = next;
      next = behindLine(row);
    } else row = cut;
  }
  return found;
}

/** The next place at which a line is cut, if it goes on so long; `line`: where it begins, null: long before. */
function cutBehind(row: number, line: number | null): number {
  if (line === null) return row + textRowBytes;
  const grid = Math.ceil((line + farFromBeginning) / textRowBytes) * textRowBytes;
  return row < grid ? Math.min(row + textRowBytes, grid) : row + textRowBytes;
}

/** Where the line of a place begins; null where that is too far before it to count. */
function lineBefore(bytes: Uint8Array, start: number, from: number, encoding: EncodingId): number | null {
  const least = Math.max(start, from - lookBehind);
  for (let at = from - 1; at >= least; at--)
    if (isLineFeed(bytes, start, at, encoding)) {
      const line = at + feedBehind(encoding);
      if (line <= from) return line;
    }
  return least === 0 ? 0 : null;
}

/** Behind the line feed at a byte. */
const feedBehind = (encoding: EncodingId): number => (encoding === 'utf-16le' ? 2 : 1);

/** A unit of two bytes stands at an even place of its turn. */
function isLineFeed(bytes: Uint8Array, start: number, at: number, encoding: EncodingId): boolean {
  if (bytes[at - start] !== lineFeed) return false;
  if (encoding === 'utf-16le') return at % 2 === 0 && bytes[at - start + 1] === 0;
  if (encoding === 'utf-16be') return at % 2 === 1 && (at === start || bytes[at - start - 1] === 0);
  return true;
}

/** Behind the next line feed from a place on; null where there is none. */
const lineEnds =
  (bytes: Uint8Array, start: number, encoding: EncodingId) =>
  (place: number): number | null => {
    for (let at = bytes.indexOf(lineFeed, Math.max(0, place - start)); at >= 0;) {
      if (isLineFeed(bytes, start, start + at, encoding)) return start + at + feedBehind(encoding);
      at = bytes.indexOf(lineFeed, at + 1);
    }
    return null;
  };

/** No row begins within a character. */
function characterAt(bytes: Uint8Array, start: number, row: number, encoding: EncodingId): number {
  const at = row - start;
  const near = Math.max(0, at - nearBytes);
  return start + near + beginningAt(bytes.subarray(near, at + 8), at - near, start + near, encoding);
}
