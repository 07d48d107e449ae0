/** A payload's first bytes as pieces for the log: text, named controls, malformed bytes; hex where it is no text. */
import { asUtf8, isTorn, stepIn, type TextReading } from '../encodings/reading.ts';
import type { FoundRange } from '../filter/found.ts';
import { controlName, isStrange } from './characters.ts';
import { formatHex } from '../payload/format.ts';

export type Piece = (
  | { type: 'text'; text: string }
  /** Blanks at the end of a line, and others that look like none. */
  | { type: 'blank'; text: string }
  /** `name` is what to show (`CR`, `U+202E`). */
  | { type: 'control'; name: string; code: number }
  /** Bytes that are no character, as `C5 CD`. */
  | { type: 'malformed'; hex: string }
  /** Bytes of a character that goes on in a later payload, where it stands whole. */
  | { type: 'torn'; hex: string }
  /** The whole preview, when it is mostly binary. */
  | { type: 'hex'; hex: string }
  /** A read of a frame ends here. */
  | { type: 'edge' }
  /** The payload goes on for so many bytes. */
  | { type: 'cut'; bytes: number }
) & {
  /** It is what was looked for. */
  isFound?: true;
};

/** Above this share of bytes that no text has, a preview is shown as hex. */
const binaryShare = 0.3;
const noBreakSpace = 0xa0;
const shownBlank = '·';
const shownNoBreakSpace = '⍽';

/**
 * Pieces of `preview`, the first bytes of a payload of `length` bytes, in order. A character that the preview's end
 * cuts in two is not malformed when the payload goes on: its bytes count as cut off. `found`: places of what was looked
 * for, as `finderOf` gives them; a piece lies inside of one or outside of all. `reading`: default UTF-8. `edges`: where
 * pieces end, in rising order, behind the character that stands across.
 */
export function previewPieces(
  preview: Uint8Array,
  length: number = preview.length,
  found: readonly FoundRange[] = [],
  reading: TextReading = asUtf8,
  edges: readonly number[] = [],
): Piece[] {
  if (looksBinary(preview, length, reading)) {
    const hex = hexPieces(preview, found, edges);
    return length > preview.length ? [...hex, { type: 'cut', bytes: length - preview.length }] : hex;
  }
  const pieces: Piece[] = [];
  let text = '';
  let at = 0;
  let range = 0;
  let edge = 0;
  let isFound = false;
  const add = (piece: Piece): void => void pieces.push(isFound ? { ...piece, isFound } : piece);
  const flush = (): void => {
    if (text !== '') add({ type: 'text', text });
    text = '';
  };
  const flushLine = (): void => {
    const end = text.trimEnd().length;
    const blanks = text.slice(end);
    // Only blanks proper have a sign of their own.
    if (/^ +$/.test(blanks)) text = text.slice(0, end);
    flush();
    if (/^ +$/.test(blanks)) add({ type: 'blank', text: shownBlank.repeat(blanks.length) });
  };
  while (at < preview.length) {
    while (found[range] && found[range]!.to <= at) range++;
    const isInside = found[range] !== undefined && found[range]!.from <= at;
    if (isInside !== isFound) {
      flush();
      isFound = isInside;
    }
    for (; edges[edge] !== undefined && edges[edge]! <= at; edge++) {
      flush();
      pieces.push({ type: 'edge' });
    }
    const step = stepIn(preview, at, reading);
    if (!step.ok && step.cut && length > preview.length) break;
    const name = step.ok ? controlName(step.codePoint) : null;
    if (step.ok && step.codePoint === noBreakSpace) {
      flush();
      add({ type: 'blank', text: shownNoBreakSpace });
    } else if (step.ok && name === null) text += String.fromCodePoint(step.codePoint);
    else if (name === 'CR' || name === 'LF') flushLine();
    else flush();
    if (step.ok && name !== null) add({ type: 'control', name, code: step.codePoint });
    if (isTorn(step, at + step.length, length, reading))
      add({ type: 'torn', hex: formatHex(preview.subarray(at)) });
    else if (!step.ok) addMalformed(pieces, preview.subarray(at, at + step.length), isFound);
    at += step.length;
  }
  if (length > at) flush();
  else flushLine();
  if (length > at) pieces.push({ type: 'cut', bytes: length - at });
  return pieces;
}

/** Blanks between bytes belong to what was not looked for. */
function hexPieces(preview: Uint8Array, found: readonly FoundRange[], edges: readonly number[]): Piece[] {
  const pieces: Piece[] = [];
  const put = (
    from: number,
    to: number,
    hexOf: (bytes: Uint8Array, from: number, to: number) => Piece,
  ): void => {
    let at = from;
    for (const edge of edges.filter((each) => each >= from && each < to && each > 0)) {
      if (edge > at) pieces.push(hexOf(preview.subarray(at, edge), at, edge));
      pieces.push({ type: 'edge' });
      at = edge;
    }
    if (at < to || from === to) pieces.push(hexOf(preview.subarray(at, to), at, to));
  };
  const between = (from: number, to: number): void => {
    if (from === to && (from === 0 || to === preview.length)) return;
    put(from, to, (bytes, start, end) => {
      const before = start > 0 && start === from ? ' ' : '';
      const behind = end < preview.length && start < end ? ' ' : '';
      return { type: 'hex', hex: before + formatHex(bytes) + behind };
    });
  };
  let at = 0;
  for (const { from, to } of found) {
    between(at, from);
    put(from, to, (bytes, _, end) => {
      return { type: 'hex', hex: `${formatHex(bytes)}${end < to ? ' ' : ''}`, isFound: true };
    });
    at = to;
  }
  between(at, preview.length);
  return pieces;
}

function addMalformed(pieces: Piece[], bytes: Uint8Array, isFound: boolean): void {
  const last = pieces.at(-1);
  if (last?.type === 'malformed' && (last.isFound ?? false) === isFound) last.hex += ` ${formatHex(bytes)}`;
  else pieces.push({ type: 'malformed', hex: formatHex(bytes), ...(isFound ? { isFound } : {}) });
}

/** Whether so many bytes are no characters or controls other than TAB, LF, CR and ESC that text would say nothing. */
export function looksBinary(
  preview: Uint8Array,
  length: number = preview.length,
  reading: TextReading = asUtf8,
): boolean {
  let strange = 0;
  const isUtf8 = reading.encoding === 'utf-8' && reading.before.length === 0;
  for (let at = 0; at < preview.length;) {
    // Most of any text.
    if (isUtf8 && preview[at]! >= 0x20 && preview[at]! < 0x7f) {
      at++;
      continue;
    }
    const step = stepIn(preview, at, reading);
    if (!step.ok && step.cut && (length > preview.length || reading.carries)) break;
    if (!step.ok || isStrange(step.codePoint)) strange += step.length;
    at += step.length;
  }
  return strange > preview.length * binaryShare;
}
