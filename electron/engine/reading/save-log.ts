/** Writes what a view shows to a file, in any format, however long that takes. */
import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import type { Damage } from '../../../shared/failure.ts';
import type { RowFrame } from '../../../shared/frames.ts';
import { payloadOf } from '../../../shared/framing/framer.ts';
import { readingIn } from '../../../shared/encodings/reading.ts';
import { encodingOf } from '../../../shared/encodings/shown.ts';
import { isPayload, type RecordDetail } from '../../../shared/records.ts';
import { urlOf } from '../../../shared/settings/transports.ts';
import type { Transport } from '../../../shared/settings/settings.ts';
import type { UntimedRow } from '../../../shared/wire/row-window.ts';
import type { Annotations } from '../capture/annotations.ts';
import type { Capture } from '../capture/capture.ts';
import { decodeDetail } from '../capture/details.ts';
import { DamageError } from '../capture/format.ts';
import { noStream } from '../capture/recorder.ts';
import { writeChosen } from '../disk/private-file.ts';
import { EarlierMessages, earlierOf } from './earlier-messages.ts';
import { toldDecoded, type Decoding } from './exporters/decoded.ts';
import {
  unknownEnds,
  type DecodedEntry,
  type Ends,
  type Entry,
  type Exporter,
  type LineForm,
  type RecordWriter,
} from './exporters/exporter.ts';
import { JoinedWrites } from './exporters/joined-writes.ts';
import { frameBytes, framePlaces, type StretchSource } from './frames/stretch.ts';
import { cancelled, keptPages, keptRows, lastOf, stretchOf, type Work } from './kept-rows.ts';
import type { Redaction } from './redaction/redaction.ts';
import type { RowSource } from './row-source.ts';

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
  /** Left out: as usual. */
  form?: LineForm;
  /** What is removed of it; left out: nothing. */
  redaction?: Redaction;
  /** URL of the endpoint, until a record says where it really listens. */
  url: string;
  /** Told of each record of which something cannot be relied on. */
  onDamage?: (sequence: number, damage: Damage) => void;
};
export type SavedLog = ShownLog & { path: string };
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

/** The same of the first `length` records, in pieces of about `joined` bytes to `append`, whose error it rejects with. */
export async function writeLog(
  shown: ShownLog,
  append: (part: Uint8Array | string) => Promise<void>,
  work: Work,
  length = shown.capture.length,
  joined = joinedBytes,
): Promise<void> {
  const output = new JoinedWrites(append, joined);
  const writer = shown.exporter.write({
    transport: shown.transport,
    isLive: false,
    showsPeer: true,
    isDecoded: Boolean(shown.decoding),
    words: shown.rows.words,
    ...(shown.head && { head: shown.head }),
    ...(shown.form && { form: shown.form }),
  });
  try {
    await new LogWriter(shown, writer, output).write(length, work);
  } finally {
    // Nobody writes once this has ended.
    await output.settled();
  }
}

/** How many values are removed, and of how many records. */
export type Removed = { places: number; records: number };

/** What `saved.redaction` takes out of what `saveLog` would write, without writing it. Rejects as that. */
export async function countRemoved(saved: ShownLog, work: Work): Promise<Removed> {
  const nowhere: RecordWriter = {
    async *record({ decoded }, payload) {
      if (decoded === undefined) return;
      yield* payload;
      decoded();
    },
  };
  const writer = new LogWriter(saved, nowhere, new JoinedWrites(() => Promise.resolve(), joinedBytes));
  await writer.write(saved.capture.length, work);
  return writer.removed;
}

function patched(capture: Capture, redaction: Redaction): StretchSource {
  return {
    get length() {
      return capture.length;
    },
    gather: (sequences) => capture.gather(sequences),
    entries: (from, count, room) => capture.entries(from, count, room),
    read: async (place, length) => {
      // What was read may be shared.
      const bytes = (await capture.read(place, length)).slice();
      redaction.apply(place, bytes);
      return bytes;
    },
  };
}

class LogWriter {
  readonly #saved: ShownLog;
  readonly #writer: RecordWriter;
  readonly #output: JoinedWrites;
  readonly #ends = new Map<number, Ends>();
  /** The capture with other bytes in the place of those that are removed; null: as it is. */
  readonly #patched: StretchSource | null;
  /** None where something is removed: it may say that. */
  readonly #earlier: ReturnType<typeof earlierOf> | null;
  readonly removed: Removed = { places: 0, records: 0 };
  #isCounted = false;
  #url: string;

  constructor(saved: ShownLog, writer: RecordWriter, output: JoinedWrites) {
    this.#saved = saved;
    this.#writer = writer;
    this.#output = output;
    this.#url = saved.url;
    this.#earlier = saved.redaction === undefined ? earlierOf(new EarlierMessages(saved.capture)) : null;
    this.#patched = saved.redaction === undefined ? null : patched(saved.capture, saved.redaction);
  }

  /** Those of the first `length` records of the capture. */
  async write(length: number, { signal, told }: Work): Promise<void> {
    const { capture, rows } = this.#saved;
    if (signal.aborted) throw cancelled();
    // Where the disk takes no more, what it has is all that can be searched.
    if (rows.reachable < length)
      await Promise.race([capture.flush().catch(() => undefined), once(signal, 'abort')]);
    const end = Math.min(length, rows.reachable);
    const { head } = this.#writer;
    if (head !== undefined && head.length > 0) await this.#output.add(head);
    await this.#writeRows(end, { signal, told });
    const { foot } = this.#writer;
    if (foot !== undefined) await this.#output.add(foot);
    await this.#output.flush();
  }

  async #writeRows(end: number, work: Work): Promise<void> {
    const { rows, redaction } = this.#saved;
    if (redaction !== undefined) {
      for await (const row of keptRows(rows, end, work)) {
        if (this.#writer.isFull) return;
        await this.#writeRow(row, work.signal);
      }
      return;
    }
    for await (const page of keptPages(rows, end, work))
      for (const row of page) {
        if (this.#writer.isFull) return;
        if (!this.#writeNow(row)) await this.#writeRow(row, work.signal);
        else if (this.#output.isFull) await this.#output.next();
      }
  }

  /** False for a row that takes more than its bytes, all of which are there. */
  #writeNow(row: UntimedRow): boolean {
    const { now } = this.#writer;
    const { exporter, decoding } = this.#saved;
    const { kind, connection, length, preview, frame } = row;
    const isThere = isPayload(kind) && length > 0 && preview.length === length && frame === null;
    if (now === undefined || decoding || !isThere) return false;
    if (!exporter.takes(kind)) return true;
    const ends = connection === noStream ? unknownEnds : this.#ends.get(connection);
    if (ends === undefined) return false;
    now(this.#output.waiting, this.#told(row, null, ends), preview);
    return true;
  }

  async #writeRow(row: UntimedRow, signal: AbortSignal): Promise<void> {
    const { exporter } = this.#saved;
    const own = await this.#entryOf(row);
    if (own.detail?.kind === 'note' && own.detail.note === 'damaged')
      this.#saved.onDamage?.(own.sequence, own.detail);
    if (!exporter.takes(own.kind)) return;
    const entry = await this.#redacted(own, row);
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

  /** Without what is removed; its places are counted. */
  async #redacted(entry: Entry, row: UntimedRow): Promise<Entry> {
    const { redaction, capture } = this.#saved;
    if (redaction === undefined) return entry;
    let places = 0;
    const told = redaction.entry(entry, () => void places++);
    if (isPayload(row.kind) && row.length > 0)
      for (const { place, length } of await framePlaces(capture, stretchOf(row)))
        places += redaction.countIn(place, length);
    this.#isCounted = false;
    this.#count(places);
    return told;
  }

  /** Of the record that is written. */
  #count(places: number): void {
    this.removed.places += places;
    if (places > 0 && !this.#isCounted) this.removed.records++;
    this.#isCounted ||= places > 0;
  }

  async #writeFrame(entry: Entry, row: UntimedRow, { last, offset, mark, why }: RowFrame): Promise<void> {
    const { rows } = this.#saved;
    const bytes = await this.#read(row, 0, row.length);
    const framing = rows.framingOf(row.kind)!;
    const frame = { offset, mark, why, payload: () => payloadOf(framing, bytes, mark) };
    await this.#writeEntry({ ...entry, sequence: last, frame }, inMemory(bytes));
  }

  async #writeEntry(entry: Entry, payload: AsyncIterable<Uint8Array>): Promise<void> {
    const { decoding } = this.#saved;
    const told = decoding ? toldDecoded(entry, payload, decoding, this.#earlier) : { entry, payload };
    const shown = this.#withoutRemoved(told.entry);
    for await (const part of this.#writer.record(shown, told.payload)) await this.#output.add(part);
  }

  /** What it says can hold what its bytes do not: behind a mask, an escape, a percent sign. */
  #withoutRemoved(entry: Entry): Entry {
    const { redaction } = this.#saved;
    const { decoded } = entry;
    if (redaction === undefined || decoded === undefined) return entry;
    let told: DecodedEntry | null = null;
    const once = (): DecodedEntry => {
      const said = decoded();
      let places = 0;
      const summary = redaction.text(said.summary, () => void places++);
      this.#count(places);
      return { ...said, summary };
    };
    return { ...entry, decoded: () => (told ??= once()) };
  }

  async #entryOf(row: UntimedRow): Promise<Entry> {
    const { kind, connection, preview } = row;
    const detail = decodeDetail(kind, preview);
    if (detail?.kind === 'listening') this.#url = urlOf(this.#saved.transport, detail.local);
    return this.#told(row, detail, connection === noStream ? unknownEnds : await this.#endsOf(connection));
  }

  #told(row: UntimedRow, detail: RecordDetail | null, ends: Ends): Entry {
    const { sequence, time, kind, connection: stream, peer, length, before } = row;
    const connection = stream === noStream ? null : stream;
    const endpoint = this.#url;
    const told: Entry = { sequence, time, kind, endpoint, connection, ends, peer, length: 0, detail };
    const annotation = this.#saved.annotations?.of(lastOf(row));
    if (annotation) told.annotation = annotation;
    if (kind !== 'sent' && kind !== 'received') return told;
    const { encodings } = this.#saved.rows;
    const carries = encodings.carries && row.frame === null;
    // What came before it of a character can be a part of what is removed.
    const known = this.#patched === null ? before : undefined;
    told.length = length;
    told.reading = readingIn(encodingOf(encodings, stream, kind), known, carries);
    return told;
  }

  async #endsOf(stream: number): Promise<Ends> {
    const known = this.#ends.get(stream);
    if (known !== undefined) return known;
    // The record that opened the connection may have gone with the log before this one.
    const detail = await this.#saved.capture.opening(stream);
    const ends = detail?.kind === 'opened' ? { local: detail.local, remote: detail.remote } : unknownEnds;
    this.#ends.set(stream, ends);
    for (const oldest of this.#ends.keys()) if (this.#ends.size > keptEnds) this.#ends.delete(oldest);
    return ends;
  }

  async *#payload(row: UntimedRow, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const { length, preview, kind } = row;
    if (!isPayload(kind) || length === 0) return;
    if (preview.length === length && this.#saved.redaction === undefined) return yield preview;
    for (let at = 0; at < length; at += pieceBytes) {
      if (signal.aborted) throw cancelled();
      yield await this.#read(row, at, pieceBytes);
    }
  }

  #read(row: UntimedRow, at: number, most: number): Promise<Uint8Array> {
    if (this.#patched === null) return this.#saved.rows.payload(row, at, most);
    return frameBytes(this.#patched, stretchOf(row), at, most);
  }
}

async function* inMemory(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
