import { decodeText } from '../../shared/encodings/decode.ts';
import type { EncodingId } from '../../shared/encodings/encodings.ts';
import { encodingOf, type ShownEncodings } from '../../shared/encodings/shown.ts';
import { joinBytes } from '../../shared/payload/join.ts';
import { isPayload } from '../../shared/records.ts';
import type { Commands } from '../../shared/contract.ts';
import type { EndpointId, ViewId } from '../../shared/domain.ts';
import { formatLogLine } from '../../shared/show/log-line.ts';
import type { FrameRef } from '../../shared/frames.ts';
import { readDetail } from '../../shared/record-detail.ts';
import { decodeRows, type Row } from '../../shared/wire/row-window.ts';
import type { Remote } from '../../shared/wire/rpc.ts';
import { edgesAt, type Edges } from '../lib/byte-runs.ts';
import type { RowRange } from '../lib/row-selection.ts';
import { mostCopiedBytes } from './copying.ts';
import { isWhole } from './log-row.ts';
import { readingOf, wayOf } from './text-encodings.ts';

/** What a clipboard and the program that takes it bear without a pause; "Save log" has no bound. */
export const mostCopiedRows = 20_000;
const mostLineBytes = 8 * 1024 * 1024;
/** Rows that are gone through for their bytes: a second or so of a log of events alone. */
const mostReadRows = 200_000;
const rowsPerRequest = 512;
const bytesPerRequest = 256 * 1024;

export type CopyEngine = Pick<Remote<Commands>, 'rows' | 'payload' | 'frameBytes'>;
/** What a row that is a frame stands for; null for a record. */
export const frameOf = ({
  sequence,
  length,
  frame,
}: Pick<Row, 'sequence' | 'length' | 'frame'>): FrameRef | null =>
  frame && { sequence, length, within: frame.within, last: frame.last };

export type CopySource = {
  engine: CopyEngine;
  endpoint: EndpointId;
  view: ViewId;
  /** Of the view. */
  encodings: ShownEncodings;
};

/** The selected rows as lines with their whole payloads, as many as fit into the bounds. */
export async function linesOf(
  source: CopySource,
  ranges: readonly RowRange[],
): Promise<{ text: string; rows: number }> {
  const lines: string[] = [];
  let bytes = 0;
  for (const { from, to } of ranges) {
    for (let first = from; first < to; first += rowsPerRequest) {
      const count = Math.min(rowsPerRequest, to - first, mostCopiedRows - lines.length);
      const { rows } = decodeRows(await source.engine.rows(source.view, first, count));
      for (const row of rows) {
        bytes += row.length;
        if (bytes > mostLineBytes && lines.length > 0) return done(lines);
        lines.push(await lineOf(source, row));
      }
      if (lines.length >= mostCopiedRows || rows.length < count) return done(lines);
    }
  }
  return done(lines);
}

/**
 * The payloads of the selected rows, one behind the other, as many whole ones as fit; the first one alone is cut. `text`: all
 * of them as text.
 */
export async function payloadsOf(
  source: CopySource,
  ranges: readonly RowRange[],
): Promise<{ bytes: Uint8Array; text: () => string; records: number; isPart: boolean }> {
  const join = new Join();
  const areAll = await eachPayload(source, ranges, mostReadRows, (row) => join.add(source, row));
  return { bytes: join.bytes(), text: () => join.text(), records: join.records, isPart: !areAll };
}

/** Payloads of one direction behind each other, and where each but the first begins. */
export type Joined = {
  bytes: Uint8Array;
  edges: Edges;
  records: number;
  /** They are frames. */
  areFrames: boolean;
  /** What stands before the first, of a character that goes on in it. */
  before: Uint8Array;
  /** Sequence of the first and the last. */
  first: number;
  last: number;
};

/**
 * The payloads of the selected rows, joined per direction, as many whole ones as fit. Null as soon as `isWanted` says
 * that something else was selected meanwhile.
 */
export async function joinRows(
  source: CopySource,
  ranges: readonly RowRange[],
  isWanted: () => boolean,
): Promise<{ sent: Joined; received: Joined; isPart: boolean } | null> {
  const joins = { sent: new Join(), received: new Join() };
  const areAll = await eachPayload(source, ranges, mostCopiedRows, async (row) => {
    if (!isWanted()) return false;
    return joins[row.kind === 'sent' ? 'sent' : 'received'].add(source, row);
  });
  if (!isWanted()) return null;
  return { sent: joins.sent.done(), received: joins.received.done(), isPart: !areAll };
}

/** The selected rows of payloads, without reading what is longer than a row shows; as many as can be gone through. */
export async function payloadRows(
  source: CopySource,
  ranges: readonly RowRange[],
): Promise<{ rows: Row[]; isPart: boolean }> {
  const rows: Row[] = [];
  const keep = (row: Row) => Promise.resolve(rows.push(row) < mostCopiedRows);
  const areAll = await eachPayload(source, ranges, mostReadRows, keep, true);
  return { rows, isPart: !areAll };
}

/** All of its bytes. */
export const bytesOfRow = async (source: CopySource, row: Row): Promise<Uint8Array> =>
  isWhole(row) ? row.preview : startOf(source, row, row.length);

/** Calls for each row with bytes until one says false or `most` rows were gone through; whether all were. */
async function eachPayload(
  source: CopySource,
  ranges: readonly RowRange[],
  most: number,
  take: (row: Row) => Promise<boolean>,
  takesEmpty = false,
): Promise<boolean> {
  let read = 0;
  for (const { from, to } of ranges) {
    for (let first = from; first < to; first += rowsPerRequest) {
      if (read >= most) return false;
      const count = Math.min(rowsPerRequest, to - first);
      const { rows } = decodeRows(await source.engine.rows(source.view, first, count));
      for (const row of rows)
        if (isPayload(row.kind) && (takesEmpty || row.length > 0) && !(await take(row))) return false;
      if (rows.length < count) return true;
      read += count;
    }
  }
  return true;
}

/** Whole payloads up to a bound; the first one alone is cut. */
class Join {
  readonly #parts: Uint8Array[] = [];
  readonly #encodings: EncodingId[] = [];
  #before: Uint8Array = new Uint8Array(0);
  readonly #edges: number[] = [];
  #length = 0;
  #first = 0;
  #last = 0;
  #areFrames = false;

  get records(): number {
    return this.#parts.length;
  }

  /** Whether the row is in it, and whole. */
  async add(source: CopySource, row: Row): Promise<boolean> {
    const isTooMuch = this.#length + row.length > mostCopiedBytes;
    if (isTooMuch && this.records > 0) return false;
    const part = isWhole(row)
      ? row.preview
      : await startOf(source, row, Math.min(row.length, mostCopiedBytes));
    if (this.records === 0) {
      this.#first = row.sequence;
      this.#before = row.before ?? this.#before;
    } else this.#edges.push(this.#length);
    this.#last = Math.max(this.#last, row.frame?.last ?? row.sequence);
    this.#areFrames ||= row.frame !== null;
    this.#parts.push(part);
    this.#encodings.push(encodingOf(source.encodings, row.connection, wayOf(row.kind)));
    this.#length += part.length;
    return !isTooMuch;
  }

  bytes(): Uint8Array {
    return joinBytes(this.#parts);
  }

  /** What follows each other in one encoding is read as one text. */
  text(): string {
    const texts: string[] = [];
    for (let from = 0, to = 0; from < this.records; from = to) {
      const encoding = this.#encodings[from]!;
      while (to < this.records && this.#encodings[to] === encoding) to++;
      texts.push(decodeText(joinBytes(this.#parts.slice(from, to)), encoding));
    }
    return texts.join('');
  }

  done(): Joined {
    return {
      bytes: this.bytes(),
      edges: edgesAt(this.#edges),
      records: this.records,
      areFrames: this.#areFrames,
      before: this.#before,
      first: this.#first,
      last: this.#last,
    };
  }
}

const done = (lines: string[]) => ({ text: lines.map((line) => `${line}\n`).join(''), rows: lines.length });

async function lineOf(source: CopySource, row: Row): Promise<string> {
  if (!isPayload(row.kind))
    return formatLogLine({ ...row, payload: row.preview, detail: readDetail(row.kind, row.preview) });
  const payload = isWhole(row)
    ? row.preview
    : await startOf(source, row, Math.min(row.length, mostLineBytes));
  const reading = readingOf(source.encodings, row.connection, wayOf(row.kind), row.before);
  return formatLogLine({ ...row, payload, detail: null, reading });
}

/** The first `length` bytes of a payload; a line says that it goes on. */
export async function startOf(
  { engine, endpoint }: Pick<CopySource, 'endpoint'> & { engine: Pick<CopyEngine, 'payload' | 'frameBytes'> },
  row: Pick<Row, 'sequence' | 'length' | 'frame'>,
  length: number,
): Promise<Uint8Array> {
  const frame = frameOf(row);
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += bytesPerRequest) {
    const most = Math.min(bytesPerRequest, length - at);
    const piece =
      frame === null
        ? engine.payload(endpoint, row.sequence, at, most)
        : engine.frameBytes(endpoint, frame, at, most);
    bytes.set(await piece, at);
  }
  return bytes;
}
