/** A payload's first bytes as pieces for the log: text, named controls, malformed bytes; hex where it is no text. */
import { controlName } from './characters.ts';
import { formatHex } from '../payload/format.ts';
import { decodeUtf8At } from '../payload/utf8.ts';

export type Piece =
  | { type: 'text'; text: string }
  /** `name` is what to show (`CR`, `U+202E`). */
  | { type: 'control'; name: string; code: number }
  /** Bytes that are not UTF-8, as `C5 CD`. */
  | { type: 'malformed'; hex: string }
  /** The whole preview, when it is mostly binary. */
  | { type: 'hex'; hex: string }
  /** The payload goes on for so many bytes. */
  | { type: 'cut'; bytes: number };

/** Above this share of bytes that no text has, a preview is shown as hex. */
const binaryShare = 0.3;

/**
 * Pieces of `preview`, the first bytes of a payload of `length` bytes, in order. A character that the preview's end
 * cuts in two is not malformed when the payload goes on: its bytes count as cut off.
 */
export function previewPieces(preview: Uint8Array, length: number = preview.length): Piece[] {
  if (looksBinary(preview, length)) {
    const hex: Piece = { type: 'hex', hex: formatHex(preview) };
    return length > preview.length ? [hex, { type: 'cut', bytes: length - preview.length }] : [hex];
  }
  const pieces: Piece[] = [];
  let text = '';
  let at = 0;
  const flush = (): void => {
    if (text !== '') pieces.push({ type: 'text', text });
    text = '';
  };
  while (at < preview.length) {
    const step = decodeUtf8At(preview, at);
    if (!step.ok && step.cut && length > preview.length) break;
    const name = step.ok ? controlName(step.codePoint) : null;
    if (step.ok && name === null) text += String.fromCodePoint(step.codePoint);
    else flush();
    if (step.ok && name !== null) pieces.push({ type: 'control', name, code: step.codePoint });
    if (!step.ok) addMalformed(pieces, preview.subarray(at, at + step.length));
    at += step.length;
  }
  flush();
  if (length > at) pieces.push({ type: 'cut', bytes: length - at });
  return pieces;
}

function addMalformed(pieces: Piece[], bytes: Uint8Array): void {
  const last = pieces.at(-1);
  if (last?.type === 'malformed') last.hex += ` ${formatHex(bytes)}`;
  else pieces.push({ type: 'malformed', hex: formatHex(bytes) });
}

/** Whether so many bytes are malformed UTF-8 or controls other than TAB, LF, CR and ESC that text would say nothing. */
export function looksBinary(preview: Uint8Array, length: number = preview.length): boolean {
  let strange = 0;
  for (let at = 0; at < preview.length;) {
    const step = decodeUtf8At(preview, at);
    if (!step.ok && step.cut && length > preview.length) break;
    if (!step.ok || isStrange(step.codePoint)) strange += step.length;
    at += step.length;
  }
  return strange > preview.length * binaryShare;
}

const isStrange = (codePoint: number): boolean =>
  (codePoint < 0x20 && codePoint !== 9 && codePoint !== 10 && codePoint !== 13 && codePoint !== 27) ||
  (codePoint >= 0x7f && codePoint < 0xa0);
