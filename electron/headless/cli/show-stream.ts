/** `socketscope show DIR --stream CONNECTION`: one connection as a conversation. */
import { readingIn } from '../../../shared/encodings/reading.ts';
import { encodingOf, type ShownEncodings } from '../../../shared/encodings/shown.ts';
import type { ExportFormat } from '../../../shared/export-formats.ts';
import { formatByte } from '../../../shared/payload/format.ts';
import { directionOf, directionSigns } from '../../../shared/show/directions.ts';
import { escapedLines } from '../../../shared/show/escaped-lines.ts';
import { formatLogLine } from '../../../shared/show/log-line.ts';
import {
  hexRowBytes,
  mostStreamRows,
  type StreamDirection,
  type StreamForm,
  type StreamRow,
} from '../../../shared/stream-rows.ts';
import { texts } from '../../../shared/texts/index.ts';
import type { Conversation } from '../../engine/reading/stream/conversation.ts';
import { writeStream } from '../../engine/reading/stream/write-stream.ts';
import { UsageError } from './usage-error.ts';

type Options = {
  stream?: number;
  direction?: StreamDirection;
  format: ExportFormat;
  filter?: unknown;
  frame?: unknown;
  decode?: unknown;
};

const streamFormats: readonly ExportFormat[] = ['text', 'hex', 'raw'];

/** Throws a `UsageError` for options that do not go together. */
export function requireStreamOptions({ stream, direction, filter, frame, decode, format }: Options): void {
  const { problems } = texts.commandLine;
  if (stream === undefined && direction !== undefined) throw new UsageError(problems.directionAlone);
  if (stream === undefined) return;
  const isOther = filter !== undefined || frame !== undefined || decode !== undefined;
  if (isOther || !streamFormats.includes(format)) throw new UsageError(problems.streamAlone);
}

/** Of raw, what was received, as ever, unless something else is asked for. */
export const directionFor = ({ direction, format }: Options): StreamDirection =>
  direction ?? (format === 'raw' ? 'received' : 'both');

/** All that the conversation has now, to `append`, whose error it rejects with. */
export async function printStream(
  conversation: Conversation,
  format: ExportFormat,
  encodings: ShownEncodings,
  append: (part: Uint8Array | string) => Promise<void>,
): Promise<void> {
  await conversation.scanned();
  const { places } = conversation.summary;
  const work = { signal: new AbortController().signal, told: () => undefined };
  if (format === 'raw') {
    await writeStream(conversation, 0, places, append, work);
    return;
  }
  const form: StreamForm = format === 'hex' ? 'hex' : 'text';
  // Of lines that are all empty no more than this begin in it.
  const step = form === 'hex' ? mostStreamRows * hexRowBytes : mostStreamRows;
  for (let at = 0; at < places; at += step) {
    const rows = await conversation.rows(form, at, Math.min(places, at + step));
    const encoding = (row: StreamRow) =>
      encodingOf(encodings, conversation.connection, row.kind === 'sent' ? 'sent' : 'received');
    const lines = rows.map((row) => `${lineOf(row, form, encoding(row))}\n`);
    if (lines.length > 0) await append(lines.join(''));
  }
}

function lineOf(row: StreamRow, form: StreamForm, encoding: ReturnType<typeof encodingOf>): string {
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
