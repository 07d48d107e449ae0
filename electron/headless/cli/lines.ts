/** `--format text` and `hex`: lines for people, in which no byte of a peer can act on a terminal. */
import { directionOf, directionSigns } from '../../../shared/show/directions.ts';
import { formatHex } from '../../../shared/payload/message-hex.ts';
import { escapeLine, escapeText } from '../../../shared/payload/message-text.ts';
import { describeRecord } from '../../../shared/texts/index.ts';
import { formatClock } from '../../../shared/show/times.ts';
import { decodeUtf8At } from '../../../shared/payload/utf8.ts';
import type { Entry, Formatter } from './entry.ts';

const lineFeed = 0x0a;
const bytesPerLine = 16;

/** `14:02:11.004 ↓ `, and the peer's address where there can be several. */
export function lineStart(
  { time, kind, peer }: Pick<Entry, 'time' | 'kind' | 'peer'>,
  showsPeer: boolean,
): string {
  const start = `${formatClock(time)} ${directionSigns[directionOf(kind)]} `;
  return showsPeer && peer !== '' ? `${start}${escapeLine(peer)} ` : start;
}

/** The sentence of an event, as the log of the window has it. */
export const eventLine = (entry: Entry): string =>
  `${lineStart(entry, false)}${entry.detail === null ? '' : escapeLine(describeRecord(entry.detail, entry.peer))}\n`;

/** Each line of the payload in a line of its own, escaped as in the composer: `hello\r\n`. */
export const textLines = (showsPeer: boolean): Formatter =>
  async function* (entry, payload) {
    const start = lineStart(entry, showsPeer);
    let rest: Uint8Array = new Uint8Array(0);
    let isAtStart = true;
    for await (const bytes of payload) {
      let all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      // A character that goes on in the next piece waits for it.
      const whole = lengthOfWhole(all);
      rest = all.slice(whole);
      all = all.subarray(0, whole);
      const { text, endsLine } = linesOf(all, start, isAtStart);
      isAtStart = endsLine;
      yield text;
    }
    if (rest.length > 0) {
      yield linesOf(rest, start, isAtStart).text;
      isAtStart = false;
    }
    if (entry.length === 0) yield start.trimEnd();
    if (!isAtStart || entry.length === 0) yield '\n';
  };

function linesOf(bytes: Uint8Array, start: string, isAtStart: boolean): { text: string; endsLine: boolean } {
  const out: string[] = [];
  let endsLine = isAtStart;
  for (let at = 0; at < bytes.length;) {
    const feed = bytes.indexOf(lineFeed, at);
    const end = feed < 0 ? bytes.length : feed + 1;
    out.push(endsLine ? start : '', escapeText(bytes.subarray(at, end)), feed < 0 ? '' : '\n');
    endsLine = feed >= 0;
    at = end;
  }
  return { text: out.join(''), endsLine };
}

/** Without the first bytes of a character that is cut off at the end. */
function lengthOfWhole(bytes: Uint8Array): number {
  for (let at = Math.max(0, bytes.length - 3); at < bytes.length; at++) {
    const step = decodeUtf8At(bytes, at);
    if (!step.ok && step.cut) return at;
  }
  return bytes.length;
}

/** `… 000010  48 65 6C 6C 6F 0D 0A                             Hello··` */
export const hexLines = (showsPeer: boolean): Formatter =>
  async function* (entry, payload) {
    const start = lineStart(entry, showsPeer);
    if (entry.length === 0) return yield `${start}${offsetLabel(0)}\n`;
    let offset = 0;
    // Pieces are multiples of a line but for the last one.
    for await (const bytes of payload) {
      const out: string[] = [];
      for (let at = 0; at < bytes.length; at += bytesPerLine, offset += bytesPerLine)
        out.push(`${start}${hexLine(offset, bytes.subarray(at, at + bytesPerLine))}\n`);
      yield out.join('');
    }
  };

const offsetLabel = (offset: number): string => offset.toString(16).padStart(6, '0');

function hexLine(offset: number, bytes: Uint8Array): string {
  const text = Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·'));
  return `${offsetLabel(offset)}  ${formatHex(bytes).padEnd(bytesPerLine * 3)} ${text.join('')}`;
}

/** `--format raw`: what was received, and nothing else. */
export const rawBytes: Formatter = async function* (_entry, payload) {
  for await (const bytes of payload) yield bytes;
};
