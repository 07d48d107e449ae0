import type { ViewSummary } from '../../../shared/contract.ts';
import { encodeRows } from '../../../shared/wire/row-window.ts';
import type { Capture } from '../capture/capture.ts';
import { rowAtTime } from './find-place.ts';
import { marksIn } from './row-marks.ts';
import type { PlacedRows, RowSource } from './row-source.ts';

/** One reading of a capture, as rows 0 to `length - 1` of what passes a filter; it grows with the capture. */
export class View {
  readonly #capture: Capture;
  readonly #open: () => PlacedRows;
  readonly #onClosed: () => void;
  #rows: PlacedRows;
  #isClosed = false;
  /** By how much the numbers of rows have fallen. */
  #fallen = 0;

  /** For `Views.open`. `open`: looks at all records from where the log begins now. */
  constructor(capture: Capture, open: () => PlacedRows, onClosed: () => void) {
    this.#capture = capture;
    this.#open = open;
    this.#onClosed = onClosed;
    this.#rows = open();
  }

  /** How many rows there are. */
  get length(): number {
    return this.#rows.length;
  }

  get summary(): Omit<ViewSummary, 'id'> {
    const { base, scannedTo, begun, failure } = this.#rows;
    const total = this.#capture.length - base;
    const scanned = scannedTo - base;
    return {
      rows: this.length,
      scanned,
      total,
      begun,
      failure,
      ...(this.#fallen > 0 && { fallen: this.#fallen }),
    };
  }

  /** Rows `from` to `from + count - 1`, as far as they exist, packed by `encodeRows`. */
  async rows(from: number, count: number): Promise<Uint8Array> {
    return encodeRows(await this.#rows.rows(from, count));
  }

  /** Row of byte `within` of `sequence`, or of the nearest later record; `length` when there is none. */
  rowOf(sequence: number, within: number): number | Promise<number> {
    return this.#rows.rowOf(sequence, within);
  }

  /** As `rowAtTime` in `find-place.ts`. */
  rowAtTime(time: number): Promise<number> {
    return rowAtTime(this.#rows, time);
  }

  /** As `marksIn`. */
  marks(others: readonly View[], stretch: { from: number; end: number; parts: number }): Promise<Uint8Array> {
    return marksIn(
      this.#rows,
      others.map((other) => other.#rows),
      stretch,
    );
  }

  /** What it shows now, whatever is cleared later: close it. It outlives the view. */
  keepRows(): RowSource {
    return this.#rows.keep();
  }

  /** The capture has more records. */
  grow(): void {
    this.#rows.grow();
  }

  /** The log begins elsewhere: everything is looked at again. */
  rebase(): void {
    this.#rows.close();
    this.#rows = this.#open();
  }

  /** The size limit took the oldest records: what was found of the others stays. */
  shorten(): void {
    this.#fallen += this.#rows.shorten();
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#rows.close();
    this.#onClosed();
  }
}
