import type { Filter } from '../../../shared/filter/filter.ts';
import type { ViewSummary } from '../../../shared/contract.ts';
import type { PeerNames } from '../../../shared/peer-names.ts';
import { encodeRows } from '../../../shared/wire/row-window.ts';
import type { Capture } from '../capture/capture.ts';
import { Matches, wantedOf, type Wanted } from './matches.ts';
import type { SearchPool } from './search-pool.ts';

/**
 * The records of a capture that pass a filter, as rows 0 to `length - 1`; it grows with the capture. Without a filter a
 * row is a sequence less the log's base.
 */
export class View {
  readonly #capture: Capture;
  readonly #searches: SearchPool;
  readonly #onClosed: () => void;
  readonly #wanted: Wanted;
  #matches: Matches;
  #isClosed = false;

  /** For `Views.open`. */
  constructor(
    capture: Capture,
    searches: SearchPool,
    filter: Filter,
    peerNames: PeerNames | null,
    onClosed: () => void,
  ) {
    this.#capture = capture;
    this.#searches = searches;
    this.#onClosed = onClosed;
    this.#wanted = wantedOf(filter, peerNames);
    this.#matches = new Matches(capture, searches, this.#wanted);
  }

  /** How many rows there are. */
  get length(): number {
    return this.#matches.length;
  }

  get summary(): Omit<ViewSummary, 'id'> {
    const { base, scannedTo, failure } = this.#matches;
    return { rows: this.length, scanned: scannedTo - base, total: this.#capture.length - base, failure };
  }

  /** Rows `from` to `from + count - 1`, as far as they exist, packed by `encodeRows`. */
  async rows(from: number, count: number): Promise<Uint8Array> {
    const matches = this.#matches;
    const { base } = matches;
    if (this.#wanted.isWhole)
      return encodeRows(await this.#capture.rows(sequencesOf(matches, from, count), from, base));
    // With the row before them: times count from the record that is shown, not from one that the filter hides.
    const first = Math.max(0, from - 1);
    const read = await this.#capture.rows(sequencesOf(matches, first, count + from - first), first, base);
    const shown = read.map((row, at) => ({ ...row, previousTime: read[at - 1]?.time ?? row.time }));
    return encodeRows(shown.slice(from - first));
  }

  /** Row of `sequence`, or of the nearest later record; `length` when there is none. */
  rowOf(sequence: number): number {
    return this.#matches.rowOf(sequence);
  }

  /** What it shows now, whatever is cleared later: close them. They outlive the view. */
  keepMatches(): Matches {
    return this.#matches.keep();
  }

  /** The capture has more records. */
  grow(): void {
    this.#matches.grow();
  }

  /** The log begins elsewhere: everything is looked at again. */
  rebase(): void {
    this.#matches.close();
    this.#matches = new Matches(this.#capture, this.#searches, this.#wanted);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#matches.close();
    this.#onClosed();
  }
}

/** Of the rows `from` to `from + count - 1`, as far as they exist. */
export function sequencesOf(matches: Matches, from: number, count: number): number[] {
  const sequences: number[] = [];
  for (let row = from, end = Math.min(from + count, matches.length); row < end; row++)
    sequences.push(matches.at(row));
  return sequences;
}
