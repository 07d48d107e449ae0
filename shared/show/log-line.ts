/** One record as one line of text, for copied rows and saved logs. */
import { directionOf, directionSigns } from './directions.ts';
import { asUtf8, type TextReading } from '../encodings/reading.ts';
import type { RowFrame } from '../frames.ts';
import { escapeLine, formatHex } from '../payload/format.ts';
import { escapedLines } from './escaped-lines.ts';
import { frameWords } from './frame-words.ts';
import type { LineTimes, LogLineForm } from './line-form.ts';
import { looksBinary } from './preview.ts';
import type { RecordDetail, RecordKind } from '../records.ts';
import { describeRecord, texts as chosen, type Texts } from '../texts/index.ts';
import { formatDateTime, formatIso } from './times.ts';

export type LogLineRecord = {
  time: number;
  kind: RecordKind;
  /** `host:port`, '' for records of the endpoint itself. */
  peer: string;
  /** Length of the whole payload. */
  length: number;
  /** The payload, or its first bytes; not used where there is a detail. */
  payload: Uint8Array;
  detail: RecordDetail | null;
  /** Default: UTF-8. */
  reading?: TextReading;
  /** Where it is no record. */
  frame?: Pick<RowFrame, 'mark' | 'why'> | null;
};

/**
 * `2026-11-20T14:02:11.004120Z ↓ 127.0.0.1:51122 25 temp=21\r\n`, without a line break. Payloads are escaped so that no
 * control (ESC, BEL, C1) reaches a terminal raw; ` …` says that only the first bytes are there, `(wrong CRC)` before them what is
 * amiss with a frame.
 */
export function formatLogLine(
  record: LogLineRecord,
  form: LogLineForm = 'auto',
  texts: Texts = chosen,
  times: LineTimes = 'utc',
): string {
  const start = logLineStart(record, times);
  if (record.detail) return `${start} - ${escapeLine(describeRecord(record.detail, record.peer, texts))}`;
  const { reading = asUtf8 } = record;
  const isHex = form === 'hex' || (form === 'auto' && looksBinary(record.payload, record.length, reading));
  const isCut = record.length > record.payload.length;
  const shown = isHex
    ? `hex:${formatHex(record.payload)}`
    : escapedLines(record.payload, reading, isCut).lines.join('');
  const amiss = frameWords(record.frame ?? null, texts);
  const told = amiss === null ? '' : `(${amiss}) `;
  return `${start} ${record.length} ${told}${shown}${isCut ? ' …' : ''}`.trimEnd();
}

/** When, which way and with whom. */
export const logLineStart = (
  { time, kind, peer }: Pick<LogLineRecord, 'time' | 'kind' | 'peer'>,
  times: LineTimes = 'utc',
): string =>
  `${times === 'utc' ? formatIso(time) : formatDateTime(time)} ${directionSigns[directionOf(kind)]} ${escapeLine(peer || '-')}`;
