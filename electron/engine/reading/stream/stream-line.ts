/** A row of a conversation as a line of text: who said what. */
import { readingIn } from '../../../../shared/encodings/reading.ts';
import type { EncodingId } from '../../../../shared/encodings/encodings.ts';
import { formatByte } from '../../../../shared/payload/format.ts';
import { directionOf, directionSigns } from '../../../../shared/show/directions.ts';
import { escapedLines } from '../../../../shared/show/escaped-lines.ts';
import { formatLogLine } from '../../../../shared/show/log-line.ts';
import type { StreamForm, StreamRow } from '../../../../shared/stream-rows.ts';
import { texts } from '../../../../shared/texts/index.ts';

/** Without its line end. `encoding`: of the row's side. */
export function streamLine(row: StreamRow, form: StreamForm, encoding: EncodingId): string {
  const { kind, event, bytes, records, isDamaged } = row;
  const [first] = records;
  if (event !== null) {
    const { time } = first!;
    return formatLogLine({ kind, time, peer: event.peer, length: 0, payload: bytes, detail: event.detail });
  }
  const start = `${directionSigns[directionOf(kind)]} `;
  if (isDamaged) return `${start}(${texts.commandLine.damagedBytes(row.sequence, bytes.length)})`;
  if (form === 'text') return start + escapedLines(bytes, readingIn(encoding)).lines.join('');
  const hex = Array.from(bytes, formatByte);
  const groups = [hex.slice(0, 8), hex.slice(8)].map((group) => group.join(' '));
  const text = Array.from(bytes, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'));
  return `${start}${groups.join('  ').padEnd(48)}  ${text.join('')}`;
}
