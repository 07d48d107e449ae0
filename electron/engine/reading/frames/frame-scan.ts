/** Looks for the frames of a capture from one record on, by and by, as far as there are records. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { failed, failureOf, type Failure } from '../../../../shared/failure.ts';
import type { Framing } from '../../../../shared/framing/framer.ts';
import type { Capture } from '../../capture/capture.ts';
import { kindNumber, type Entries } from '../../capture/format.ts';
import type { Place } from '../../capture/recorder.ts';
import { scan } from '../../capture/scan.ts';
import { now } from '../../clock.ts';
import { FrameTable, type FoundFrame } from './frame-table.ts';
import { FramedStream } from './framed-stream.ts';

/** What cuts each direction; null: its frames are not looked for. */
export type Framings = Readonly<Record<FoundFrame['direction'], Framing | null>>;

/** 256 MiB of them; what is behind is not looked for. */
export const mostFrames = 2 ** 23;
/** Of the index, looked at before the sockets have their turn, and bytes that are read and cut at a time. */
const entriesAtOnce = 8192;
const bytesAtOnce = 256 * 1024;

const directionOf: Readonly<Record<number, FoundFrame['direction']>> = {
  [kindNumber('sent')]: 'sent',
  [kindNumber('received')]: 'received',
};
const ends: ReadonlySet<number> = new Set([kindNumber('closed'), kindNumber('failed')]);

export class FrameScan {
  readonly table = new FrameTable();
  readonly #capture: Capture;
  readonly #framings: Framings;
  readonly #most: number;
  readonly #changed: () => void;
  readonly #streams = new Map<string, FramedStream>();
  #scannedTo: number;
  #failure: Failure | null = null;
  #work: Promise<void> | null = null;
  #silence: NodeJS.Timeout | null = null;
  #isClosed = false;

  /** `changed`: there are more frames, or how far it is has changed. */
  constructor(capture: Capture, framings: Framings, changed: () => void, most = mostFrames) {
    this.#capture = capture;
    this.#framings = framings;
    this.#changed = changed;
    this.#most = most;
    this.#scannedTo = capture.cleared;
  }

  /** Behind the last record that was looked at. */
  get scannedTo(): number {
    return this.#scannedTo;
  }

  /** Why it goes no further: bytes that cannot be read, or too many frames. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** There are more records. */
  grow(): void {
    if (this.#isOver || this.#work !== null) return;
    clearTimeout(this.#silence ?? undefined);
    this.#work = this.#run();
  }

  /** Stops where it is; resolves when nothing is read any more. What was found stays. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#silence ?? undefined);
    await this.#work;
  }

  get #isOver(): boolean {
    return this.#isClosed || this.#failure !== null;
  }

  async #run(): Promise<void> {
    try {
      const range = { from: this.#scannedTo, most: entriesAtOnce };
      await scan(this.#capture, range, async (entries) => {
        await this.#cut(entries);
        this.#changed();
        return !this.#isOver;
      });
    } catch (error) {
      this.#failure = failureOf(error);
      this.#changed();
    }
    this.#work = null;
    // Something was recorded between the last look and now.
    if (this.#scannedTo < this.#capture.length) this.grow();
    else this.#waitForSilence();
  }

  /** Bytes that lie together in the capture are read together: a read for each small record would take ten times as long. */
  async #cut(entries: Entries): Promise<void> {
    for (let i = this.#scannedTo - entries.from; i < entries.count && !this.#isOver;) {
      const { end, place, length } = this.#together(entries, i);
      const isLong = length > bytesAtOnce;
      if (isLong) i = await this.#takeLong(entries, i);
      const bytes = isLong || length === 0 ? none : await this.#read(place, length);
      for (; i < end; i++) this.#take(entries, i, bytes.subarray(Math.max(0, entries.place(i) - place)));
      this.#scannedTo = entries.from + end;
      await nextTurn();
    }
  }

  /** Records from `i` on whose bytes are not more than are read at a time, and where those lie; at least one record. */
  #together(entries: Entries, i: number): { end: number; place: number; length: number } {
    let [place, length, end] = [0, 0, i];
    for (; end < entries.count; end++) {
      if (!this.#isWanted(entries, end)) continue;
      const from = entries.place(end);
      if (length === 0) place = from;
      const grown = from + entries.length(end) - place;
      if (length > 0 && (from < place || grown > bytesAtOnce)) break;
      length = Math.max(length, grown);
    }
    return { end, place, length };
  }

  #isWanted(entries: Entries, i: number): boolean {
    const direction = directionOf[entries.kind(i)];
    return direction !== undefined && this.#framings[direction] !== null && entries.length(i) > 0;
  }

  #take(entries: Entries, i: number, bytes: Uint8Array): void {
    const kind = entries.kind(i);
    if (ends.has(kind)) return this.#finish(entries.stream(i));
    if (!this.#isWanted(entries, i)) return;
    const stream = this.#streamOf(entries.stream(i), directionOf[kind]!);
    stream.push(entries.from + i, bytes.subarray(0, entries.length(i)), entries.time(i));
  }

  /** Up to a record that is longer than what is read at a time. Returns the number of the next one. */
  async #takeLong(entries: Entries, first: number): Promise<number> {
    let i = first;
    while (!this.#isWanted(entries, i)) this.#take(entries, i++, none);
    const stream = this.#streamOf(entries.stream(i), directionOf[entries.kind(i)]!);
    const [place, length] = [entries.place(i), entries.length(i)];
    for (let at = 0; at < length && !this.#isOver; at += bytesAtOnce) {
      const bytes = await this.#read(place + at, Math.min(bytesAtOnce, length - at));
      stream.push(entries.from + i, bytes, entries.time(i));
      await nextTurn();
    }
    return i + 1;
  }

  /** As a Buffer, which finds a byte several times as fast as an array of bytes does. */
  async #read(place: Place, length: number): Promise<Uint8Array> {
    const bytes = await this.#capture.read(place, length);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  #streamOf(stream: number, direction: FoundFrame['direction']): FramedStream {
    const key = `${stream} ${direction}`;
    const known = this.#streams.get(key);
    if (known !== undefined) return known;
    const made = new FramedStream(stream, direction, this.#framings[direction]!, (frame) => this.#add(frame));
    this.#streams.set(key, made);
    return made;
  }

  #finish(stream: number): void {
    for (const direction of ['sent', 'received'] as const) {
      const key = `${stream} ${direction}`;
      this.#streams.get(key)?.finish();
      this.#streams.delete(key);
    }
  }

  #add(frame: FoundFrame): void {
    if (this.table.length < this.#most) this.table.add(frame);
    else this.#failure ??= { ...failed('FRAMES_FULL'), subject: '' };
  }

  /** All records were looked at: a frame that ends by a pause has none that would tell. */
  #waitForSilence(): void {
    if (this.#isOver) return;
    const due = [...this.#streams.values()].reduce((first, stream) => Math.min(first, stream.due), Infinity);
    if (due === Infinity) return;
    this.#silence = setTimeout(() => this.#onSilence(), Math.max(0, due - now())).unref();
  }

  #onSilence(): void {
    if (this.#work !== null || this.#isOver) return;
    const before = this.table.length;
    for (const stream of this.#streams.values()) stream.elapse(now());
    if (this.table.length > before) this.#changed();
    this.#waitForSilence();
  }
}

const none = new Uint8Array(0);
