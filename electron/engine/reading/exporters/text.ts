/** Lines for people, in which no byte of a peer can act on a terminal. */
import { annotationLine } from '../../../../shared/show/annotation-line.ts';
import { directionOf, directionSigns } from '../../../../shared/show/directions.ts';
import { asUtf8 } from '../../../../shared/encodings/reading.ts';
import { escapeLine } from '../../../../shared/payload/format.ts';
import { escapedLines } from '../../../../shared/show/escaped-lines.ts';
import { frameWords } from '../../../../shared/show/frame-words.ts';
import { formatLogLine, logLineStart } from '../../../../shared/show/log-line.ts';
import { describeRecord } from '../../../../shared/texts/index.ts';
import { formatClock } from '../../../../shared/show/times.ts';
import { decodedLine } from './decoded.ts';
import type { Entry, Exporter, ExportOptions, LineOptions, RecordWriter, WriteRecord } from './exporter.ts';

/** Longest part of a payload in a line that is kept; the line says when it is cut, and the whole length is there. */
const keptBytes = 1024 * 1024;

export const text: Exporter = {
  extension: 'txt',
  liveEvents: 'told',
  takes: () => true,
  write: (options) => ({
    head: remarks(options),
    ...(options.isLive ? { record: liveLines(options) } : keptLines(options)),
  }),
};

/** What it says of itself, as lines that are no records. */
export const remarks = ({ head = [] }: ExportOptions): string => head.map((line) => `# ${line}\n`).join('');

/**
 * `14:02:11.004 ↓ `, and the peer's address where there can be several. What is kept has the day, and the peer in any
 * case: `2026-11-20T14:02:11.004120Z ↓ 127.0.0.1:51122 `.
 */
export function lineStart(entry: Entry, { isLive, showsPeer, words, form }: LineOptions): string {
  const { time, kind, peer } = entry;
  const amiss = frameWords(entry.frame ?? null, words);
  const told = amiss === null ? '' : `(${amiss}) `;
  if (!isLive) return `${logLineStart(entry, form?.times)} ${told}`;
  const start = `${formatClock(time)} ${directionSigns[directionOf(kind)]} `;
  return `${start}${showsPeer && peer !== '' ? `${escapeLine(peer)} ` : ''}${told}`;
}

/** The sentence of an event, as the log of the window has it; it names the peer itself where somebody watches. */
export const eventLine = (entry: Entry, { isLive, words, form }: LineOptions): string => {
  if (!isLive) return `${formatLogLine({ ...entry, payload: nothing }, 'auto', words, form?.times)}\n`;
  const sentence = entry.detail === null ? '' : escapeLine(describeRecord(entry.detail, entry.peer));
  return `${lineStart(entry, { isLive, showsPeer: false })}${sentence}\n`;
};

const nothing = new Uint8Array(0);

/** Each line of the payload in a line of its own, escaped as in the composer: `hello\r\n`. */
const liveLines = (options: LineOptions): WriteRecord =>
  async function* (entry, payload) {
    if (entry.detail !== null) return yield eventLine(entry, options);
    const start = lineStart(entry, options);
    let rest: Uint8Array = nothing;
    let isAtStart = true;
    let reading = entry.reading ?? asUtf8;
    let left = entry.length;
    for await (const bytes of payload) {
      const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      left -= bytes.length;
      // A character that goes on in the next piece waits for it.
      const { lines, endsLine, rest: waiting } = escapedLines(all, reading, left > 0);
      rest = all.slice(all.length - waiting);
      const out: string[] = [];
      for (const [at, line] of lines.entries()) {
        const isEnd = endsLine || at < lines.length - 1;
        out.push(isAtStart ? start : '', line, isEnd ? '\n' : '');
        isAtStart = isEnd;
      }
      yield out.join('');
      reading = { ...reading, before: nothing };
    }
    if (entry.length === 0) yield start.trimEnd();
    if (!isAtStart || entry.length === 0) yield '\n';
    if (entry.decoded !== undefined) yield decodedLine(entry, options.words);
  };

/** A line per record, as copied rows are. */
const keptLines = ({ words, form }: LineOptions): Pick<RecordWriter, 'record' | 'now'> => {
  const line = (entry: Entry, payload: Uint8Array): string =>
    `${formatLogLine({ ...entry, payload }, form?.bytes, words, form?.times)}${saidOf(entry)}\n${decodedLine(entry, words)}`;
  return {
    record: async function* (entry, payload) {
      yield line(entry, entry.detail === null ? await firstBytes(payload) : nothing);
    },
    now: (into, entry, payload) => into.add(line(entry, payload)),
  };
};

const saidOf = ({ annotation }: Entry): string =>
  annotation === undefined ? '' : ` ${annotationLine(annotation)}`;

async function firstBytes(payload: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of payload) {
    const part = piece.subarray(0, keptBytes - length);
    pieces.push(part);
    length += part.length;
    if (length === keptBytes) break;
  }
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}
