/** Which records of a capture tell the life of one connection. */
import { type RecordDetail, isPayload } from '../../../shared/records.ts';
import { maxSteps, type TimelineRecord } from '../../../shared/timeline.ts';
import type { Capture } from '../capture/capture.ts';
import { decodeDetail, encodeDetail, maxDetailBytes } from '../capture/details.ts';
import { kindNumber, kindOf, noteNumber, type Entries } from '../capture/format.ts';
import { noStream, type Place } from '../capture/recorder.ts';
import { scan } from '../capture/scan.ts';
import { StreamIndex } from './stream-index.ts';

/** The rest is for what is no note, and for the end. */
const maxNotes = maxSteps - 100;

/** An event whose detail has not been read yet. */
export type Found = {
  sequence: number;
  time: number;
  kind: number;
  stream: number;
  place: Place;
  length: number;
};

const sentNumber = kindNumber('sent');
const receivedNumber = kindNumber('received');
const stoppedNumber = kindNumber('stopped');
const boundNumber = kindNumber('bound');
/** What tells of a killed process is a note without a connection, and exactly so long. */
const endedEarlyBytes = encodeDetail({ kind: 'note', note: 'capture-ended-early' }).length;
const ends: ReadonlySet<number> = new Set([kindNumber('closed'), kindNumber('failed')]);

export const foundIn = (entries: Entries, i: number): Found => ({
  sequence: entries.from + i,
  time: entries.time(i),
  kind: entries.kind(i),
  stream: entries.stream(i),
  place: entries.place(i),
  length: entries.length(i),
});

/** The record with its detail; null for payloads and for bytes that cannot be read any more. */
export async function readRecord(capture: Capture, found: Found): Promise<TimelineRecord> {
  const { sequence, time, place, length } = found;
  const kind = kindOf(found.kind);
  if (isPayload(kind) || length > maxDetailBytes) return { sequence, time, kind, detail: null };
  // Bytes that are gone leave a step without words, not a connection without steps.
  const bytes = await capture.read(place, length).catch(() => new Uint8Array(0));
  return { sequence, time, kind, detail: decodeDetail(kind, bytes) };
}

async function isOfDatagrams(capture: Capture, stream: number): Promise<boolean> {
  // Where it went with the log before this one, the peer was opened anew if it was still there.
  const detail = await capture.opening(stream);
  return detail?.kind === 'opened' && detail.socket === 'datagram';
}

/** A UDP client's socket ends with its remote, whose stream was opened right behind the record of the bound socket. */
async function isRemoteOfSocket(capture: Capture, stream: number): Promise<boolean> {
  if (stream <= capture.cleared) return false;
  const before = await capture.entries(stream - 1, 1).catch(() => null);
  return before !== null && before.stream(0) === noStream && before.kind(0) === boundNumber;
}

/**
 * The events of one stream and its first payload each way, found by the index alone. It goes on where it stopped, so
 * that an open connection costs what came since.
 */
export class StreamScan {
  readonly records: TimelineRecord[] = [];
  omitted = 0;
  readonly #capture: Capture;
  readonly #stream: number;
  readonly #sent: StreamIndex;
  readonly #received: StreamIndex;
  #scannedTo: number;
  #notes = 0;
  #hasEnded = false;
  /** A peer of a UDP socket may have its end in that of the socket. Null: not known yet. */
  #isDatagram: boolean | null = null;
  #work: Promise<void> = Promise.resolve();

  /** `from`: at or before the stream's first record. */
  constructor(capture: Capture, stream: number, from: number) {
    this.#capture = capture;
    this.#stream = stream;
    this.#sent = new StreamIndex(capture, stream, 'sent');
    this.#received = new StreamIndex(capture, stream, 'received');
    this.#scannedTo = from;
  }

  /** Looks at every record that exists now, up to the stream's end. One call after the other. */
  grow(): Promise<void> {
    this.#work = this.#work.catch(() => undefined).then(() => this.#scanTo(this.#capture.length));
    return this.#work;
  }

  async #scanTo(end: number): Promise<void> {
    this.#isDatagram ??= await isOfDatagrams(this.#capture, this.#stream);
    if (this.#hasEnded) return;
    await scan(this.#capture, { from: this.#scannedTo, to: end }, async (entries) => {
      const found = this.#scan(entries);
      this.#scannedTo = entries.from + entries.count;
      for (const one of found) await this.#keep(one);
      return !this.#hasEnded;
    });
  }

  async #keep(found: Found): Promise<void> {
    if (this.#hasEnded) return;
    const record = await readRecord(this.#capture, found);
    const { detail } = record;
    if (found.stream === this.#stream) this.#hasEnded = ends.has(found.kind);
    else if (await this.#endsAll(found, detail)) this.#hasEnded = true;
    else return;
    this.records.push(
      detail?.kind === 'closed' && found.stream !== this.#stream ? this.#ended(record) : record,
    );
  }

  /** The end of its socket, told with what the peer itself did. */
  #ended(record: TimelineRecord): TimelineRecord {
    const durationMs = record.time - (this.records[0]?.time ?? record.time);
    const counters = {
      receivedBytes: this.#received.bytes,
      sentBytes: this.#sent.bytes,
      unsentBytes: 0,
      durationMs,
    };
    return { ...record, detail: { kind: 'closed', by: 'us', how: 'close', ...counters } };
  }

  async #endsAll({ kind, stream }: Found, detail: RecordDetail | null): Promise<boolean> {
    if (ends.has(kind)) return isRemoteOfSocket(this.#capture, stream);
    // A note of another kind can be as long.
    return kind === stoppedNumber || (detail?.kind === 'note' && detail.note === 'capture-ended-early');
  }

  /** Up to the end, and what may be the end of all streams: a server that stops leaves the peers of its UDP socket. */
  #scan(entries: Entries): Found[] {
    const found: Found[] = [];
    this.#sent.add(entries);
    this.#received.add(entries);
    let own = 0;
    for (let i = 0; i < entries.count; i++) {
      const kind = entries.kind(i);
      const isOwn = entries.stream(i) === this.#stream;
      const isWanted = isOwn ? this.#isWanted(kind, entries.from + i, own) : this.#mayEndAll(entries, i);
      if (!isWanted) continue;
      found.push(foundIn(entries, i));
      if (isOwn && ends.has(kind)) break;
      own += Number(isOwn);
    }
    return found;
  }

  #mayEndAll(entries: Entries, i: number): boolean {
    const kind = entries.kind(i);
    if (entries.stream(i) !== noStream) return this.#isDatagram === true && ends.has(kind);
    return kind === stoppedNumber || (kind === noteNumber && entries.length(i) === endedEarlyBytes);
  }

  /** `waiting`: records found but not yet kept. */
  #isWanted(kind: number, sequence: number, waiting: number): boolean {
    if (kind === sentNumber) return sequence === this.#sent.first;
    if (kind === receivedNumber) return sequence === this.#received.first;
    if (ends.has(kind)) return true;
    // Room is kept for the records of the attempt that stand before the stream, and for the end.
    const isFull =
      kind === noteNumber ? this.#notes >= maxNotes : this.records.length + waiting >= maxNotes + 50;
    if (isFull) this.omitted++;
    else if (kind === noteNumber) this.#notes++;
    return !isFull;
  }
}
