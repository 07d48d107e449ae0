/** Looks for the frames of a capture from one record on, by and by, as far as there are records. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { failed, failureOf, type Failure } from '../../../../shared/failure.ts';
import type { Framing } from '../../../../shared/framing/framer.ts';
import type { Capture } from '../../capture/capture.ts';
import { decodeDetail } from '../../capture/details.ts';
import { DamageError, kindNumber, type Entries } from '../../capture/format.ts';
import type { Place } from '../../capture/recorder.ts';
import { scan } from '../../capture/scan.ts';
import { now } from '../../clock.ts';
import { FrameTable, type FoundFrame, type FoundRow } from './frame-table.ts';
import { FramedStream } from './framed-stream.ts';
import { endsOf, mayEndAll } from './stream-ends.ts';

/** What cuts each direction; null: its records stand for themselves. */
export type Framings = Readonly<Record<FoundFrame['direction'], Framing | null>>;

/** A row, and its bytes where they are here: to be used until the promise of `Sift` resolves. `kind`: null where it is damaged. */
export type Sifted = {
  row: FoundRow;
  kind: number | null;
  stream: number;
  length: number;
  time: number;
  bytes: Uint8Array | null;
};
/** Which of the rows are wanted, in their order. */
export type Sift = (found: readonly Sifted[]) => FoundRow[] | Promise<FoundRow[]>;

export type ScanOptions = {
  /** Of one connection alone; null: of all. */
  connection?: number | null;
  /** Null: all are wanted. */
  sift?: Sift | null;
  most?: number;
};

/** 288 MiB of them; what is behind is not looked for. */
export const mostFrames = 2 ** 23;
/** Of the index, looked at before the sockets have their turn, and bytes that are read and cut at a time. */
const entriesAtOnce = 8192;
const bytesAtOnce = 256 * 1024;
/** Rows that are kept before others have their turn, and bytes that are cut at a time: each may be a frame. */
const rowsAtOnce = 4096;
const cutAtOnce = 4096;

/** What is longer ends at once: a clock that was set back would have this look without a pause. */
const longestTimerMs = 2 ** 31 - 1;

const directionOf: Readonly<Record<number, FoundFrame['direction']>> = {
  [kindNumber('sent')]: 'sent',
  [kindNumber('received')]: 'received',
};

export class FrameScan {
  readonly table = new FrameTable();
  readonly #capture: Capture;
  readonly #framings: Framings;
  readonly #connection: number | null;
  readonly #sift: Sift | null;
  readonly #most: number;
  readonly #changed: () => void;
  readonly #streams = new Map<string, FramedStream>();
  /** Rows that were found since the last ones were sifted, and the record whose bytes are here. */
  #found: Sifted[] = [];
  #here: { sequence: number; bytes: Uint8Array } | null = null;
  /** Of the entries that are cut: records with which all streams end. */
  #endings: ReadonlySet<number> = new Set();
  /** When a frame ends by a pause, at the earliest. */
  #due = Infinity;
  #scannedTo: number;
  #failure: Failure | null = null;
  #work: Promise<void> | null = null;
  #silence: NodeJS.Timeout | null = null;
  #isClosed = false;

  /** `changed`: there are more rows, or how far it is has changed. */
  constructor(
    capture: Capture,
    framings: Framings,
    changed: () => void,
    { connection = null, sift = null, most = mostFrames }: ScanOptions = {},
  ) {
    this.#capture = capture;
    this.#framings = framings;
    this.#changed = changed;
    this.#connection = connection;
    this.#sift = sift;
    this.#most = most;
    this.#scannedTo = capture.oldest;
  }

  /** Behind the last record that was looked at. */
  get scannedTo(): number {
    return this.#scannedTo;
  }

  /** Why it goes no further: too many rows, an expression without an end, or an index that cannot be read. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Bytes of frames that have begun and not ended. */
  get begun(): number {
    let bytes = 0;
    for (const stream of this.#streams.values()) bytes += stream.begun;
    return bytes;
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
    await this.#attempt(async () => {
      const range = { from: this.#scannedTo, most: entriesAtOnce };
      await scan(this.#capture, range, async (entries) => {
        await this.#cut(entries);
        this.#changed();
        return !this.#isOver;
      });
    });
    this.#work = null;
    // Something was recorded between the last look and now.
    if (this.#scannedTo < this.#capture.length) this.grow();
    else this.#waitForSilence();
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const { oldest } = this.#capture;
      if (this.#scannedTo < oldest) return this.#passOver(oldest);
      this.#failure = failureOf(error);
      this.#changed();
    }
  }

  /** The size limit took records before they were looked at: streams go on behind them, in the middle. */
  #passOver(oldest: number): void {
    this.#streams.clear();
    this.#found = [];
    this.#scannedTo = oldest;
  }

  /** Bytes that lie together in the capture are read together: a read for each small record would take ten times as long. */
  async #cut(entries: Entries): Promise<void> {
    this.#endings = await this.#endingsAmong(entries);
    for (let i = this.#scannedTo - entries.from; i < entries.count && !this.#isOver;) {
      const { end, place, length } = this.#together(entries, i);
      if (length > bytesAtOnce) {
        i = await this.#takeLong(entries, i);
      } else {
        const bytes = length === 0 ? none : await this.#read(place, length);
        for (; i < end; i++) {
          if (bytes === null) await this.#takeAlone(entries, i);
          else {
            const own = bytes.subarray(Math.max(0, entries.place(i) - place));
            if (entries.length(i) <= cutAtOnce || !this.#isCut(entries, i)) this.#take(entries, i, own);
            else await this.#takeSlices(entries, i, own);
          }
          if (this.#found.length >= rowsAtOnce) await this.#keep(entries.from + i + 1);
        }
      }
      await this.#keep(entries.from + i);
      this.#scannedTo = entries.from + i;
    }
  }

  /** Records that tell of a killed process. */
  async #endingsAmong(entries: Entries): Promise<ReadonlySet<number>> {
    const found = new Set<number>();
    for (let i = 0; i < entries.count; i++) {
      if (entries.isDamaged(i) || !mayEndAll(entries, i)) continue;
      const bytes = await this.#read(entries.place(i), entries.length(i));
      const detail = bytes && decodeDetail('note', bytes);
      if (detail?.kind === 'note' && detail.note === 'capture-ended-early') found.add(entries.from + i);
    }
    return found;
  }

  /** Records from `i` on whose bytes are not more than are read at a time, and where those lie; at least one record. */
  #together(entries: Entries, i: number): { end: number; place: number; length: number } {
    let [place, length, end] = [0, 0, i];
    for (; end < entries.count; end++) {
      if (!this.#isCut(entries, end)) continue;
      const from = entries.place(end);
      if (length === 0) place = from;
      const grown = from + entries.length(end) - place;
      if (length > 0 && (from < place || grown > bytesAtOnce)) break;
      length = Math.max(length, grown);
    }
    return { end, place, length };
  }

  #isWanted(entries: Entries, i: number): boolean {
    return this.#connection === null || entries.stream(i) === this.#connection || entries.isDamaged(i);
  }

  #isCut(entries: Entries, i: number): boolean {
    const direction = directionOf[entries.kind(i)];
    if (direction === undefined || this.#framings[direction] === null) return false;
    return entries.length(i) > 0 && this.#isWanted(entries, i) && !entries.isDamaged(i);
  }

  /** `bytes`: begins with those of a record that is cut. */
  #take(entries: Entries, i: number, bytes: Uint8Array): void {
    if (!this.#isWanted(entries, i)) return;
    if (!entries.isDamaged(i)) this.#elapse(entries.time(i));
    if (!this.#isCut(entries, i)) return this.#takeWhole(entries, i);
    const own = bytes.subarray(0, entries.length(i));
    this.#here = { sequence: entries.from + i, bytes: own };
    this.#push(entries, i, own);
    this.#here = null;
  }

  /** As `#take` of a record that is cut. */
  async #takeSlices(entries: Entries, i: number, bytes: Uint8Array): Promise<void> {
    this.#elapse(entries.time(i));
    const here = { sequence: entries.from + i, bytes: bytes.subarray(0, entries.length(i)) };
    await this.#pushSlices(entries, i, here.bytes, here);
  }

  async #pushSlices(
    entries: Entries,
    i: number,
    bytes: Uint8Array,
    here: { sequence: number; bytes: Uint8Array } | null,
  ): Promise<void> {
    for (let at = 0; at < bytes.length && !this.#isOver; at += cutAtOnce) {
      this.#here = here;
      this.#push(entries, i, bytes.subarray(at, at + cutAtOnce));
      this.#here = null;
      if (this.#found.length >= rowsAtOnce) await this.#keep(entries.from + i + 1);
    }
  }

  #push(entries: Entries, i: number, bytes: Uint8Array): void {
    const stream = this.#streamOf(entries.stream(i), directionOf[entries.kind(i)]!);
    stream.push(entries.from + i, bytes, entries.time(i));
    this.#due = Math.min(this.#due, stream.due);
  }

  /** An event, and what is not cut. */
  #takeWhole(entries: Entries, i: number): void {
    if (!entries.isDamaged(i)) {
      for (const direction of endsOf(entries, i)) this.#finish(entries.stream(i), direction);
      if (this.#endings.has(entries.from + i)) this.#finishAll();
    }
    this.#addWhole(entries, i);
  }

  #addWhole(entries: Entries, i: number): void {
    const kind = entries.isDamaged(i) ? null : entries.kind(i);
    this.#found.push({ row: entries.from + i, kind, ...factsOf(entries, i), bytes: null });
  }

  /** Of a read that failed as a whole: only the damaged records do, and what was begun before them ends there. */
  async #takeAlone(entries: Entries, i: number): Promise<void> {
    const isCut = this.#isCut(entries, i);
    const bytes = isCut ? await this.#read(entries.place(i), entries.length(i)) : none;
    if (bytes !== null) return isCut ? this.#takeSlices(entries, i, bytes) : this.#take(entries, i, bytes);
    this.#endAt(entries, i);
  }

  /** What a damaged record goes on with is no part of what was begun before it. */
  #endAt(entries: Entries, i: number): void {
    const stream = entries.stream(i);
    this.#finish(stream, directionOf[entries.kind(i)]!);
    this.#found.push({ row: entries.from + i, kind: null, ...factsOf(entries, i), bytes: null });
  }

  /** Up to a record that is longer than what is read at a time. Returns the number of the next one. */
  async #takeLong(entries: Entries, first: number): Promise<number> {
    let i = first;
    while (!this.#isCut(entries, i)) this.#take(entries, i++, none);
    const [place, length] = [entries.place(i), entries.length(i)];
    this.#elapse(entries.time(i));
    for (let at = 0; at < length && !this.#isOver; at += bytesAtOnce) {
      const bytes = await this.#read(place + at, Math.min(bytesAtOnce, length - at));
      if (bytes === null) {
        this.#endAt(entries, i);
        break;
      }
      await this.#pushSlices(entries, i, bytes, null);
      await this.#keep(entries.from + i + 1);
    }
    return i + 1;
  }

  /** Null where the bytes are damaged. As a Buffer, which finds a byte several times as fast as an array of bytes does. */
  async #read(place: Place, length: number): Promise<Uint8Array | null> {
    try {
      const bytes = await this.#capture.read(place, length);
      return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    } catch (error) {
      if (error instanceof DamageError) return null;
      throw error;
    }
  }

  #streamOf(stream: number, direction: FoundFrame['direction']): FramedStream {
    const key = `${stream} ${direction}`;
    const known = this.#streams.get(key);
    if (known !== undefined) return known;
    const made = new FramedStream(stream, direction, this.#framings[direction]!, (frame, found) =>
      this.#add(frame, found),
    );
    this.#streams.set(key, made);
    return made;
  }

  #finishAll(): void {
    for (const stream of this.#streams.values()) stream.finish();
    this.#streams.clear();
  }

  #finish(stream: number, direction: FoundFrame['direction']): void {
    const key = `${stream} ${direction}`;
    this.#streams.get(key)?.finish();
    this.#streams.delete(key);
  }

  #add(frame: FoundFrame, time: number): void {
    const { sequence, within, length, stream, direction } = frame;
    const bytes =
      this.#here?.sequence === sequence ? this.#here.bytes.subarray(within, within + length) : null;
    this.#found.push({ row: frame, kind: kindNumber(direction), stream, length, time, bytes });
  }

  /** Of what was found in the records before `end`, what is wanted. Then others have their turn. */
  async #keep(end: number): Promise<void> {
    const found = this.#found.splice(0);
    const wanted = this.#sift === null ? found.map(({ row }) => row) : await this.#sift(found);
    const { oldest } = this.#capture;
    for (const row of wanted) {
      // The size limit took it meanwhile.
      if ((typeof row === 'number' ? row : row.last) < oldest) continue;
      if (this.table.length < this.#most) this.table.add(row, end);
      else this.#failure ??= { ...failed('FRAMES_FULL'), subject: '' };
    }
    await nextTurn();
  }

  /** Frames of all streams that had ended by a pause when it was `time`. */
  #elapse(time: number): void {
    if (time < this.#due) return;
    this.#due = Infinity;
    for (const stream of this.#streams.values()) {
      stream.elapse(time);
      this.#due = Math.min(this.#due, stream.due);
    }
  }

  /** All records were looked at: a frame that ends by a pause has none that would tell. */
  #waitForSilence(): void {
    if (this.#isOver || this.#due === Infinity) return;
    const ms = Math.min(longestTimerMs, Math.max(0, this.#due - now()));
    this.#silence = setTimeout(() => this.#onSilence(), ms).unref();
  }

  #onSilence(): void {
    if (this.#work !== null || this.#isOver) return;
    this.#elapse(now());
    if (this.#found.length === 0) return this.#waitForSilence();
    this.#work = this.#attempt(async () => {
      await this.#keep(this.#scannedTo);
      this.#changed();
    }).then(() => {
      this.#work = null;
      this.grow();
    });
  }
}

const factsOf = (entries: Entries, i: number): Pick<Sifted, 'stream' | 'length' | 'time'> => ({
  stream: entries.stream(i),
  length: entries.length(i),
  time: entries.time(i),
});

const none = new Uint8Array(0);
