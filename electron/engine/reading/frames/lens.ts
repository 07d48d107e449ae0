/** Where frames begin in records: what a log by chunks does not show. */
import { isPayload } from '../../../../shared/records.ts';
import type { Row } from '../../../../shared/wire/row-window.ts';
import type { Capture } from '../../capture/capture.ts';
import { kindOf, type Entries } from '../../capture/format.ts';
import type { RowSource } from '../row-source.ts';
import type { View } from '../view.ts';
import type { Views } from '../views.ts';
import type { Framings } from './frame-scan.ts';
import { frameEnd } from './stretch.ts';

/** Beyond it nobody waits for what is drawn beside the bytes. */
const mostWaitMs = 10_000;
/** Each may look through all of the capture; who asks for more at a time is not a person. */
const mostAtOnce = 8;
/** Records of a log that is cut for the rows in sight: a longer one would be cut all the time, as it grows. */
const mostCut = 100_000;
const rowsAtOnce = 256;
const mostStarts = 1000;
const mostRows = 100_000;

/** Cuts the connections that were asked for last, and keeps what it found for their next records. */
export class Lens {
  readonly #capture: Capture;
  readonly #views: Views;
  #underWay = 0;
  /** `isOfRows`: it was opened for what is in sight, not for one record that a person looks at. */
  #asked: { key: string; view: View; isOfRows: boolean } | null = null;

  constructor(capture: Capture, views: Views) {
    this.#capture = capture;
    this.#views = views;
  }

  /**
   * For each record in bytes from its start, at most the first 1,000; none where nothing is cut, where the record is an event,
   * and where it takes more than 10 s to know, or is asked for too often at a time. Of several records none, either,
   * in a log of more than 100,000. Rejects with INVALID_ARGUMENT for a record that the log does not have.
   */
  async startsIn(sequences: readonly number[], framings: Framings): Promise<number[][]> {
    const { entries } = await this.#capture.gather(sequences);
    const starts = new Map<number, Set<number>>();
    const streams = new Set<number>();
    for (const [at, sequence] of sequences.entries()) {
      const kind = kindOf(entries.kind(at));
      if (!isPayload(kind) || framings[kind] === null) continue;
      streams.add(entries.stream(at));
      starts.set(sequence, new Set());
    }
    const only = streams.size === 1 ? [...streams][0]! : null;
    const isOfRows = sequences.length > 1;
    const isLong = isOfRows && this.#capture.length - this.#capture.cleared > mostCut;
    if (isLong && this.#asked?.isOfRows) this.#forget();
    if (starts.size > 0 && !isLong && this.#underWay < mostAtOnce)
      await this.#look(this.#rowsOf(only, framings, isOfRows), starts);
    return sequences.map((sequence, at) => inOrder(starts.get(sequence), entries, at));
  }

  async #look(rows: RowSource, starts: Starts): Promise<void> {
    this.#underWay++;
    try {
      const last = Math.max(...starts.keys());
      const signal = AbortSignal.timeout(mostWaitMs);
      while (rows.scannedTo <= last && rows.failure === null && !signal.aborted) await rows.changed(signal);
      await this.#collect(rows, last, starts);
    } finally {
      rows.close();
      this.#underWay--;
    }
  }

  /** A frame stands where it ended: behind the last record, those are looked at whose beginning may lie in one. */
  async #collect(rows: RowSource, last: number, starts: Starts): Promise<void> {
    const first = await rows.rowOf(Math.min(...starts.keys()), 0);
    for (let from = first; from < first + mostRows; from += rowsAtOnce) {
      const some = await rows.rows(from, rowsAtOnce);
      for (const row of some) await this.#take(row, starts);
      if (some.length < rowsAtOnce || some.every((row) => (row.frame?.last ?? row.sequence) > last)) return;
    }
  }

  async #take({ sequence, kind, length, frame }: Row, starts: Starts): Promise<void> {
    if (frame === null || !isPayload(kind)) return;
    starts.get(sequence)?.add(frame.within);
    // The next one may have no end yet.
    if (frame.last === sequence) starts.get(sequence)?.add(frame.within + length);
    else if (starts.has(frame.last)) {
      const end = await frameEnd(this.#capture, { sequence, length, ...frame });
      starts.get(end.sequence)?.add(end.within);
    }
  }

  #forget(): void {
    this.#asked?.view.close();
    this.#asked = null;
  }

  #rowsOf(connection: number | null, framings: Framings, isOfRows: boolean): RowSource {
    const key = [connection, framings.sent?.spec, framings.received?.spec].join('\n');
    if (this.#asked?.key !== key) {
      this.#forget();
      this.#asked = { key, view: this.#views.open({ connection, text: '' }, null, framings), isOfRows };
    }
    return this.#asked.view.keepRows();
  }
}

/** By record; what is in them has been found. */
type Starts = ReadonlyMap<number, Set<number>>;

const inOrder = (starts: ReadonlySet<number> = new Set(), entries: Entries, at: number): number[] =>
  [...starts]
    .filter((start) => start < entries.length(at))
    .toSorted((one, other) => one - other)
    .slice(0, mostStarts);
