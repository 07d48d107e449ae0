/** A reading of a capture as what its messages come to: it goes on with the capture, and keeps no record. */
import { failureOf, type Failure } from '../../../../shared/failure.ts';
import { payloadOf } from '../../../../shared/framing/framer.ts';
import type { Direction, Statistics, StatisticsPlan } from '../../../../shared/statistics/statistics.ts';
import type { Capture } from '../../capture/capture.ts';
import { unlessGone } from '../../capture/gone.ts';
import { kindNumber, kindOf, type Entries } from '../../capture/format.ts';
import { noStream } from '../../capture/recorder.ts';
import { scan } from '../../capture/scan.ts';
import type { Wanted } from '../matches.ts';
import { FrameScan, type Framings, type Sift, type Sifted } from '../frames/frame-scan.ts';
import { firstOf, type FoundRow } from '../frames/frame-table.ts';
import { siftOf } from '../frames/sift.ts';
import { frameBytes } from '../frames/stretch.ts';
import { MessageFacts, mostLookedAt, type Message } from './message-facts.ts';
import { Tally, type Found } from './tally.ts';

export type StatisticsSource = {
  capture: Capture;
  plan: StatisticsPlan;
  /** Which messages count. */
  wanted: Wanted;
  /** Null: records are messages. */
  framings: Framings | null;
  isDatagram: boolean;
  /** What was added up stays when the log is cleared: clear it no earlier than all of it was looked at. */
  outlivesClearing?: true;
};

const receivedNumber = kindNumber('received');
const sentNumber = kindNumber('sent');
const ends: ReadonlySet<number> = new Set([kindNumber('closed'), kindNumber('failed')]);
const stoppedNumber = kindNumber('stopped');
/** Entries that are added up before the sockets have their turn. */
const entriesAtOnce = 4096;
/** Bytes of messages in memory at a time. */
const mostHeldBytes = 4 * 1024 * 1024;

const uncut: Framings = { sent: null, received: null };

/** Close it. */
export class StatisticsReading {
  readonly #source: StatisticsSource;
  readonly #isByIndex: boolean;
  #run: Run;
  #isClosed = false;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(source: StatisticsSource) {
    this.#source = source;
    const { plan, framings, wanted } = source;
    const isUncut = framings === null || (framings.sent === null && framings.received === null);
    const isKeyed = plan.match.by === 'decoded' || plan.match.by === 'pattern';
    this.#isByIndex = isUncut && !isKeyed && plan.numbers === null && wanted.filter?.reads === 'nothing';
    this.#run = this.#begin();
  }

  get plan(): StatisticsPlan {
    return this.#source.plan;
  }

  /** What it comes to by now. */
  async told(): Promise<Statistics> {
    const { capture } = this.#source;
    const { base, scannedTo, failure, tally } = this.#run;
    const counts = { scanned: scannedTo - base, total: capture.length - base, failure };
    return { ...counts, ...(await tally.told((connections) => capture.peers(connections))) };
  }

  /** All records so far were looked at, or it goes no further. */
  get isDone(): boolean {
    return this.#run.failure !== null || this.#run.scannedTo >= this.#source.capture.length;
  }

  /** The first record that was not looked at; Infinity where it goes no further. */
  get next(): number {
    return this.#run.failure === null ? this.#run.scannedTo : Infinity;
  }

  /** The capture has more records. */
  grow(): void {
    if (!this.#isClosed) this.#run.grow();
  }

  /** The log begins elsewhere: everything is looked at again. */
  rebase(): void {
    if (this.#isClosed || this.#source.outlivesClearing) return;
    this.#ended = Promise.all([this.#ended, this.#run.close()]);
    this.#run = this.#begin();
  }

  /** The size limit took the oldest records: what they came to stays. */
  shorten(): void {
    this.#run.shorten?.();
  }

  /** Resolves when nothing is read any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await Promise.all([this.#ended, this.#run.close()]);
  }

  #begin(): Run {
    return this.#isByIndex ? new IndexRun(this.#source) : new MessageRun(this.#source);
  }
}

/** One look at all records from where the log begins. */
type Run = {
  readonly base: number;
  readonly tally: Tally;
  readonly scannedTo: number;
  readonly failure: Failure | null;
  grow(): void;
  shorten?(): void;
  close(): Promise<void>;
};

/** Where the index is enough: nothing is made for a record. */
class IndexRun implements Run {
  readonly base: number;
  readonly tally: Tally;
  readonly #capture: Capture;
  readonly #connection: number | null;
  scannedTo: number;
  failure: Failure | null = null;
  #isClosed = false;
  #work: Promise<void> | null = null;

  constructor({ capture, plan }: StatisticsSource) {
    this.#capture = capture;
    this.#connection = plan.connection;
    this.tally = new Tally(plan);
    this.base = capture.oldest;
    this.scannedTo = this.base;
    this.grow();
  }

  grow(): void {
    if (this.#isClosed || this.#work !== null) return;
    this.#work = this.#scan().then(() => {
      this.#work = null;
    });
  }

  /** What went before it was looked at is passed over. */
  shorten(): void {
    this.scannedTo = Math.max(this.scannedTo, this.#capture.oldest);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#work;
  }

  async #scan(): Promise<void> {
    this.failure = null;
    try {
      await scan(this.#capture, { from: this.scannedTo, most: entriesAtOnce }, (entries) => {
        if (this.#isClosed) return false;
        this.#add(entries);
        this.scannedTo = Math.max(this.scannedTo, entries.from + entries.count);
        return true;
      });
    } catch (error) {
      // The log may have been cleared and its files removed; else the next change tries again.
      this.failure = failureOf(error);
    }
  }

  #add(entries: Entries): void {
    const { tally } = this;
    for (let i = 0; i < entries.count; i++) {
      const kind = entries.kind(i);
      const stream = entries.stream(i);
      if (this.#connection !== null && stream !== this.#connection) continue;
      if (kind === receivedNumber || kind === sentNumber) {
        const direction = kind === receivedNumber ? 'received' : 'sent';
        tally.add(direction, stream, entries.time(i), entries.length(i), entries.from + i);
      } else endIn(tally, kind, stream);
    }
  }
}

/** After the end of a connection nobody answers; with its socket all end. */
function endIn(tally: Tally, kind: number | null, stream: number): void {
  if (kind === null) return;
  if (ends.has(kind) && stream !== noStream) tally.end(stream);
  if (kind === stoppedNumber) tally.end(null);
}

/** Where frames are found, a filter says what counts, or bytes are looked at. */
class MessageRun implements Run {
  readonly base: number;
  readonly tally: Tally;
  readonly #source: StatisticsSource;
  readonly #facts: MessageFacts;
  readonly #scan: FrameScan;
  #failure: Failure | null = null;

  constructor(source: StatisticsSource) {
    const { capture, plan, framings, wanted, isDatagram } = source;
    this.#source = source;
    this.base = capture.oldest;
    this.tally = new Tally(plan);
    this.#facts = new MessageFacts(plan, wanted.encodings, isDatagram);
    const passes = siftOf(capture, wanted, framings);
    const sift: Sift = async (found) => {
      await this.#take(found, passes === null ? null : new Set(await passes(found)));
      return [];
    };
    const { connection } = plan;
    this.#scan = new FrameScan(capture, framings ?? uncut, () => undefined, { connection, sift });
    if (wanted.failure !== null) this.#failure = wanted.failure;
    else this.grow();
  }

  get scannedTo(): number {
    return this.#scan.scannedTo;
  }

  get failure(): Failure | null {
    return this.#failure ?? this.#scan.failure;
  }

  grow(): void {
    if (this.#failure === null) this.#scan.grow();
  }

  close(): Promise<void> {
    return this.#scan.close();
  }

  /** `wanted`: those that count; null: all. */
  async #take(found: readonly Sifted[], wanted: ReadonlySet<FoundRow> | null): Promise<void> {
    let some: { each: Sifted; message: Message | null }[] = [];
    let held = 0;
    for (const each of found) {
      if (wanted !== null && directionOf(each) !== null && !wanted.has(each.row)) continue;
      const message = await this.#messageOf(each);
      some.push({ each, message });
      held += message?.whole.length ?? 0;
      if (held < mostHeldBytes) continue;
      await this.#addAll(some);
      [some, held] = [[], 0];
    }
    await this.#addAll(some);
  }

  async #addAll(some: readonly { each: Sifted; message: Message | null }[]): Promise<void> {
    const facts = await this.#facts.of(some.flatMap(({ message }) => message ?? []));
    let at = 0;
    for (const { each, message } of some) this.#add(each, message === null ? null : facts[at++]!);
  }

  #add(each: Sifted, found: Found | null): void {
    const { row, kind, stream, time, length } = each;
    const direction = directionOf(each);
    if (direction === null) return endIn(this.tally, kind, stream);
    this.tally.add(direction, stream, time, length, typeof row === 'number' ? row : row.last, found);
  }

  /** Null where no bytes are looked at. */
  async #messageOf(each: Sifted): Promise<Message | null> {
    const direction = directionOf(each);
    if (direction === null || !this.#facts.needs(direction)) return null;
    const { row, stream, length, bytes } = each;
    const { framings } = this.#source;
    const whole = bytes?.subarray(0, mostLookedAt) ?? (await this.#read(row, length));
    const framing = framings?.[direction] ?? null;
    const isWhole = whole.length === length && typeof row !== 'number' && row.why === null;
    const payload = framing !== null && isWhole ? payloadOf(framing, whole, row.mark) : whole;
    return { direction, stream, whole, payload };
  }

  async #read(row: FoundRow, length: number): Promise<Uint8Array> {
    const { capture } = this.#source;
    const most = Math.min(length, mostLookedAt);
    if (most === 0) return new Uint8Array();
    const read = (): Promise<Uint8Array> =>
      typeof row === 'number' ? capture.payload(row, 0, most) : frameBytes(capture, row, 0, most);
    return (await unlessGone(capture, firstOf(row), read)) ?? new Uint8Array();
  }
}

/** Null for what is no message: an event, what is damaged, and what is left of a stream. */
function directionOf({ row, kind }: Sifted): Direction | null {
  if (kind === null || (typeof row !== 'number' && row.why !== null)) return null;
  const name = kindOf(kind);
  return name === 'sent' || name === 'received' ? name : null;
}
