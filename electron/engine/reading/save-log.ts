/** Writes what a view shows to a file, in any format, however long that takes. */
import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import { FailureError, type Damage } from '../../../shared/failure.ts';
import type { RowFrame } from '../../../shared/frames.ts';
import { payloadOf } from '../../../shared/framing/framer.ts';
import { readingIn } from '../../../shared/encodings/reading.ts';
import { encodingOf } from '../../../shared/encodings/shown.ts';
import { isPayload } from '../../../shared/records.ts';
import { urlOf } from '../../../shared/settings/transports.ts';
import type { Transport } from '../../../shared/settings/settings.ts';
import type { Row } from '../../../shared/wire/row-window.ts';
import type { Annotations } from '../capture/annotations.ts';
import type { Capture } from '../capture/capture.ts';
import { decodeDetail } from '../capture/details.ts';
import { DamageError } from '../capture/format.ts';
import { noStream } from '../capture/recorder.ts';
import { writeChosen } from '../disk/private-file.ts';
import { toldDecoded, type Decoding } from './exporters/decoded.ts';
import {
  unknownEnds,
  type Ends,
  type Entry,
  type Exporter,
  type RecordWriter,
} from './exporters/exporter.ts';
import { JoinedWrites } from './exporters/joined-writes.ts';
import type { RowSource } from './row-source.ts';

const rowsAtOnce = 256;
/** Bytes of a payload that are in memory at a time; whole lines of the hex format. */
const pieceBytes = 256 * 1024;
/** Output that is joined to one write. */
const joinedBytes = 1024 * 1024;
/** Connections whose ends are remembered. */
const keptEnds = 4096;

export type ShownLog = {
  capture: Capture;
  /** Read, and not closed. */
  rows: RowSource;
  exporter: Exporter;
  /** As what payloads are read, beside what they are; null, missing: as nothing. */
  decoding?: Decoding | null;
  transport: Transport;
  /** What a person said of records; left out: nothing. */
  annotations?: Pick<Annotations, 'of'>;
  /** What the file says of itself; left out: nothing. */
  head?: readonly string[];
  /** URL of the endpoint, until a record says where it really listens. */
  url: string;
  /** Told of each record of which something cannot be relied on. */
  onDamage?: (sequence: number, damage: Damage) => void;
};
export type SavedLog = ShownLog & { path: string };
/** What has begun can be cancelled, and says how far it is: `done` of `total` records. */
export type Work = { signal: AbortSignal; told: (done: number, total: number) => void };

/**
 * Writes the records that there are now and that match, to a file that its owner alone can read, and that is whole or
 * not there (`writeChosen`), waiting for a search that still looks at them; what is cleared meanwhile is written, too.
 * Resolves to the bytes written. Rejects with the system's error, with the search's, with CANCELLED, and with DamageError
 * where the format has no place to say that bytes cannot be relied on.
 */
export function saveLog({ path, ...shown }: SavedLog, work: Work): Promise<number> {
  const { length } = shown.capture;
  const write = async (file: FileHandle): Promise<number> => {
    let bytes = 0;
    const append = async (part: Uint8Array | string): Promise<void> => {
      await file.appendFile(part);
      bytes += typeof part === 'string' ? Buffer.byteLength(part) : part.length;
    };
    await writeLog(shown, append, work, length);
    return bytes;
  };
  // The capture has it all once more, and a cancel does not wait until gigabytes are on the disk.
  return writeChosen(path, write, { isDurable: false });
}

/** The same of the first `length` records, piece by piece to `append`, whose error it rejects with. */
export async function writeLog(
  shown: ShownLog,
  append: (part: Uint8Array | string) => Promise<void>,
  work: Work,
  length = shown.capture.length,
): Promise<void> {
  const output = new JoinedWrites(append, joinedBytes);
  const writer = shown.exporter.write({
    transport: shown.transport,
    isLive: false,
    showsPeer: true,
    words: shown.rows.words,
    ...(shown.head && { head: shown.head }),
  });
  await new LogWriter(shown, writer, output).write(length, work);
}

class LogWriter {
  readonly #saved: ShownLog;
  readonly #writer: RecordWriter;
  readonly #output: JoinedWrites;
  readonly #ends = new Map<number, Ends>();
  #url: string;

  constructor(saved: ShownLog, writer: RecordWriter, output: JoinedWrites) {
    this.#saved = saved;
    this.#writer = writer;
    this.#output = output;
    this.#url = saved.url;
  }

  /** Those of the first `length` records of the capture. */
  async write(length: number, { signal, told }: Work): Promise<void> {
    const { capture, rows } = this.#saved;
    if (signal.aborted) throw cancelled();
    // Where the disk takes no more, what it has is all that can be searched.
    if (rows.reachable < length)
      await Promise.race([capture.flush().catch(() => undefined), once(signal, 'abort')]);
    const end = Math.min(length, rows.reachable);
    const { head, foot } = this.#writer;
    if (head !== undefined && head.length > 0) await this.#output.add(head);
    rows.grow();
    for (let row = 0; ;) {
      if (signal.aborted) throw cancelled();
      const page = await rows.rows(row, rowsAtOnce);
      // A frame that ends by a pause can stand behind later records: what follows the first of those is not of now.
      const later = page.findIndex((each) => lastOf(each) >= end);
      const some = later < 0 ? page : page.slice(0, later);
      if (some.length > 0) {
        for (const each of some) await this.#writeRow(each, signal);
        row += some.length;
        told(lastOf(some.at(-1)!) + 1 - rows.base, end - rows.base);
        continue;
      }
      told(Math.min(rows.scannedTo, end) - rows.base, end - rows.base);
      if (rows.scannedTo >= end) break;
      if (rows.failure !== null) throw new FailureError(rows.failure);
      await rows.changed(signal);
    }
    if (foot !== undefined) await this.#output.add(foot);
    await this.#output.flush();
  }

  async #writeRow(row: Row, signal: AbortSignal): Promise<void> {
    const { exporter } = this.#saved;
    const annotation = this.#saved.annotations?.of(lastOf(row)) ?? null;
    const entry = { ...(await this.#entryOf(row)), ...(annotation && { annotation }) };
    if (entry.detail?.kind === 'note' && entry.detail.note === 'damaged')
      this.#saved.onDamage?.(entry.sequence, entry.detail);
    if (!exporter.takes(entry.kind)) return;
    try {
      if (row.frame === null) await this.#writeEntry(entry, this.#payload(row, signal));
      else await this.#writeFrame(entry, row, row.frame);
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      this.#saved.onDamage?.(entry.sequence, error.damage);
      if (!exporter.takes('note')) throw error;
      const { code, file, from, end } = error.damage;
      const detail = { kind: 'note', note: 'damaged', code, file, from, end, records: null } as const;
      await this.#writeEntry({ ...entry, kind: 'note', length: 0, detail }, this.#payload(row, signal));
    }
  }

  async #writeFrame(entry: Entry, row: Row, { last, offset, mark, why }: RowFrame): Promise<void> {
    const { rows } = this.#saved;
    const bytes = await rows.payload(row, 0, row.length);
    const framing = rows.framingOf(row.kind)!;
    const frame = { offset, mark, why, payload: () => payloadOf(framing, bytes, mark) };
    await this.#writeEntry({ ...entry, sequence: last, frame }, inMemory(bytes));
  }

  async #writeEntry(entry: Entry, payload: AsyncIterable<Uint8Array>): Promise<void> {
    const { decoding } = this.#saved;
    const told = decoding ? toldDecoded(entry, payload, decoding) : { entry, payload };
    for await (const part of this.#writer.record(told.entry, told.payload)) await this.#output.add(part);
  }

  async #entryOf(row: Row): Promise<Entry> {
    const { sequence, time, kind, connection: stream, peer, length, preview, before } = row;
    const detail = decodeDetail(kind, preview);
    if (detail?.kind === 'listening') this.#url = urlOf(this.#saved.transport, detail.local);
    const connection = stream === noStream ? null : stream;
    const ends = connection === null ? unknownEnds : await this.#endsOf(connection);
    const told = { sequence, time, kind, endpoint: this.#url, connection, ends, peer, detail };
    if (kind !== 'sent' && kind !== 'received') return { ...told, length: 0 };
    const { encodings } = this.#saved.rows;
    const carries = encodings.carries && row.frame === null;
    const reading = readingIn(encodingOf(encodings, stream, kind), before, carries);
    return { ...told, length, reading };
  }

  async #endsOf(stream: number): Promise<Ends> {
    const known = this.#ends.get(stream);
    if (known !== undefined) return known;
    // The record that opened the connection may have gone with the log before this one.
    const { detail } = await this.#saved.capture.info(stream).catch(() => ({ detail: null }));
    const ends = detail?.kind === 'opened' ? { local: detail.local, remote: detail.remote } : unknownEnds;
    this.#ends.set(stream, ends);
    for (const oldest of this.#ends.keys()) if (this.#ends.size > keptEnds) this.#ends.delete(oldest);
    return ends;
  }

  async *#payload(row: Row, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { length, preview, kind } = row;
    if (!isPayload(kind) || length === 0) return;
    if (preview.length === length) return yield preview;
    for (let at = 0; at < length; at += pieceBytes) {
      if (signal.aborted) throw cancelled();
      yield await this.#saved.rows.payload(row, at, pieceBytes);
    }
  }
}

async function* inMemory(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** The last record that a row is about. */
const lastOf = ({ sequence, frame }: Row): number => frame?.last ?? sequence;

const cancelled = (): FailureError => new FailureError({ code: 'CANCELLED' });
