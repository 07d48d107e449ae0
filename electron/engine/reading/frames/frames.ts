/** Frames as a second reading of a capture: which there are, and their bytes. The records stay what they are. */
import type { Failure } from '../../../../shared/failure.ts';
import type { Capture } from '../../capture/capture.ts';
import { kindNumber } from '../../capture/format.ts';
import { scan } from '../../capture/scan.ts';
import { FrameScan, type Framings } from './frame-scan.ts';
import type { FoundFrame } from './frame-table.ts';

/** Entries of the index that are looked through at a time for the records of one frame. */
const entriesAtOnce = 512;

/** `frames`: found so far, with what is left of streams. `scanned` of `total` records were looked at. */
export type FramesSummary = { frames: number; scanned: number; total: number; failure: Failure | null };

/** The live readings of one capture by frames. They end with it. */
export class FrameReadings {
  readonly #capture: Capture;
  readonly #open = new Set<FrameReading>();

  constructor(capture: Capture) {
    this.#capture = capture;
    capture.follow({
      written: () => this.#open.forEach((reading) => reading.grow()),
      rebased: () => this.#open.forEach((reading) => reading.rebase()),
      closing: async () => void (await Promise.all([...this.#open].map((reading) => reading.close()))),
    });
  }

  /** The frames that `framings` cut out of the streams of connections; it grows with the capture. Close it. */
  open(framings: Framings, changed: () => void = () => undefined): FrameReading {
    const onClosed = (): void => void this.#open.delete(reading);
    const reading = new FrameReading(this.#capture, framings, changed, onClosed);
    this.#open.add(reading);
    reading.grow();
    return reading;
  }
}

export class FrameReading {
  readonly #capture: Capture;
  readonly #framings: Framings;
  readonly #changed: () => void;
  readonly #onClosed: () => void;
  #scan: FrameScan;
  #base: number;

  /** For `FrameReadings.open`. */
  constructor(capture: Capture, framings: Framings, changed: () => void, onClosed: () => void) {
    this.#capture = capture;
    this.#framings = framings;
    this.#changed = changed;
    this.#onClosed = onClosed;
    this.#base = capture.cleared;
    this.#scan = new FrameScan(capture, framings, changed);
  }

  get summary(): FramesSummary {
    const { table, scannedTo, failure } = this.#scan;
    const total = this.#capture.length - this.#base;
    return { frames: table.length, scanned: scannedTo - this.#base, total, failure };
  }

  /** Frame `index` in the order of their ends; undefined behind the last one. */
  frame(index: number): FoundFrame | undefined {
    return this.#scan.table.at(index);
  }

  /** Bytes `from` to `from + most - 1` of a frame, as far as it has them. Rejects where they cannot be read. */
  async bytes(frame: FoundFrame, from = 0, most = Infinity): Promise<Uint8Array> {
    const { stream, direction, first, within, last, length } = frame;
    const kind = kindNumber(direction);
    const to = Math.min(length, from + most);
    const out = new Uint8Array(Math.max(0, to - from));
    /** Of the frame, where the record begins. */
    let at = -within;
    await scan(this.#capture, { from: first, to: last + 1, most: entriesAtOnce }, async (entries) => {
      for (let i = 0; i < entries.count && at < to; i++) {
        if (entries.stream(i) !== stream || entries.kind(i) !== kind) continue;
        const [start, end] = [Math.max(from, at), Math.min(to, at + entries.length(i))];
        if (start < end)
          out.set(await this.#capture.read(entries.place(i) + start - at, end - start), start - from);
        at += entries.length(i);
      }
      return at < to;
    });
    return out;
  }

  /** The capture has more records. */
  grow(): void {
    this.#scan.grow();
  }

  /** The log begins elsewhere: everything is looked at again. */
  rebase(): void {
    void this.#scan.close();
    this.#base = this.#capture.cleared;
    this.#scan = new FrameScan(this.#capture, this.#framings, this.#changed);
    this.#scan.grow();
  }

  /** Resolves when nothing is read any more. */
  async close(): Promise<void> {
    this.#onClosed();
    await this.#scan.close();
  }
}
