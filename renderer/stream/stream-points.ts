/** What of a conversation stands at a point of the page. */
import { readingIn, stepIn } from '../../shared/encodings/reading.ts';
import { encodingOf, type ShownEncodings } from '../../shared/encodings/shown.ts';
import { hexRowBytes } from '../../shared/stream-rows.ts';
import { byteAtPoint } from '../pane/text-points.ts';
import { blockOf, endOfRow, type Places, type StreamRows } from './stream-rows.svelte.ts';

/** `area`: what it is drawn in; `perLine`: bytes in a line of hex. */
export type Drawn = {
  area: HTMLElement;
  rows: StreamRows;
  encodings: ShownEncodings;
  connection: number;
  perLine: number;
};

/** The row drawn at a height of the page, or the nearest. */
function rowAtPoint(area: HTMLElement, y: number): HTMLElement | null {
  let nearest: HTMLElement | null = null;
  let least = Infinity;
  for (const row of area.querySelectorAll<HTMLElement>('[data-at]')) {
    const { top, bottom } = row.getBoundingClientRect();
    const distance = y < top ? top - y : y > bottom ? y - bottom : 0;
    if (distance < least) [nearest, least] = [row, distance];
  }
  return nearest;
}

/** The character at a point of the page, or the byte of hex. */
export function placesAtPoint(drawn: Drawn, { clientX, clientY }: MouseEvent): Places | null {
  const { area, rows, encodings, connection, perLine } = drawn;
  const element = rowAtPoint(area, clientY);
  if (element === null) return null;
  const at = Number(element.dataset['at']);
  const row = rows.block(blockOf(at))?.rows.find((each) => each.at === at);
  if (!row) return null;
  if (row.event !== null) return { from: at, to: endOfRow(row) };
  const lines = [...element.querySelectorAll<HTMLElement>('.line')];
  if (lines.length > 0) {
    const line = lines.findLast((each) => each.getBoundingClientRect().top <= clientY) ?? lines[0]!;
    const place = byteOfLine(line, clientX, perLine);
    return { from: place, to: place + 1 };
  }
  const reading = readingIn(encodingOf(encodings, connection, row.kind === 'sent' ? 'sent' : 'received'));
  const lengthAt = (place: number) => stepIn(row.bytes, place - at, reading).length;
  const behind = (start: number, text: string) => {
    let place = start;
    for (let n = [...text].length; n > 0 && place < endOfRow(row); n--) place += lengthAt(place);
    return place;
  };
  const said = element.querySelector('.said')!;
  const found = byteAtPoint(said, clientX, clientY, behind) ?? at;
  const place = Math.min(found, endOfRow(row) - 1);
  return { from: place, to: place + lengthAt(place) };
}

function byteOfLine(line: HTMLElement, x: number, perLine: number): number {
  const start = Number(line.dataset['start']);
  const hex = line.querySelector('.hex')!.getBoundingClientRect();
  const ascii = line.querySelector('.ascii')!.getBoundingClientRect();
  const digit = hex.width / (perLine * 3 + (perLine === hexRowBytes ? 1 : 0));
  const inHex = (x - hex.left) / digit;
  const column =
    x >= ascii.left - digit / 2
      ? Math.floor((x - ascii.left) / digit)
      : Math.floor((inHex > 24.5 ? inHex - 1 : inHex + 0.5) / 3);
  return start + Math.max(0, Math.min(Number(line.dataset['count']) - 1, column));
}
