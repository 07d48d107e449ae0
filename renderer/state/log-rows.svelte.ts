import type { EndpointId, ViewId } from '../../shared/domain.ts';
import { allUtf8, encodingOf, type ShownEncodings } from '../../shared/encodings/shown.ts';
import type { Reading } from '../../shared/frames.ts';
import type { Filter } from '../../shared/filter/filter.ts';
import { finderOf, type Finder, type FoundRange, type ShownBytes } from '../../shared/filter/found.ts';
import type { ViewSummary, Commands } from '../../shared/contract.ts';
import { isPayload } from '../../shared/records.ts';
import { decodeRows, type Row } from '../../shared/wire/row-window.ts';
import { language } from '../../shared/texts/index.ts';
import type { Remote } from '../../shared/wire/rpc.ts';
import { ExpressionMarker } from '../lib/expression-marker.ts';
import { logRowOf, type LogRow } from './log-row.ts';
import { wayOf } from './text-encodings.ts';

/** More would queue behind each other while a person scrolls on. */
const mostRequests = 2;
/** Rows of one request at least: a slow scroll asks once in so many rows. */
const stride = 64;
/** What `rows` answers at most. */
const mostRows = 512;
const keptRows = 4096;

type Span = { first: number; end: number };
export type LogEngine = Pick<Remote<Commands>, 'openView' | 'closeView' | 'rows' | 'frameStarts'>;

/**
 * The rows of one view that the page holds: those in sight and some around. Rows lie in a plain map; one counter tells
 * the page that some arrived.
 */
export class LogRows {
  /** Rows that the list shows. While it follows the tail it grows when the newest rows have arrived, so none flicker in. */
  count = $state(0);
  view = $state<ViewId | null>(null);
  /** Time of the view's first record: the zero of relative times. */
  startTime = $state<number | null>(null);
  /** Counts views and clearings: row numbers mean other records from then on. */
  epoch = $state(0);
  follow = $state(true);
  /** Rows that the size limit took before those that are left, since the view was opened. */
  fallen = $state(0);
  #version = $state(0);
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- one counter for all rows is cheaper
  #rows = new Map<number, LogRow>();
  #wanted: Span = { first: 0, end: stride };
  #underWay: Span[] = [];
  #scrollsUp = false;
  /** An answer had fewer rows than asked for: they come with the next summary. */
  #waits = false;
  #newest = 0;
  #opening = 0;
  /** Of the view's filter. */
  #finder: Finder | null = null;
  #encodings: ShownEncodings = allUtf8;
  /** Where frames begin in chunks, by record; null where nothing tells frames apart, or rows are frames. */
  #starts: Map<number, readonly number[]> | null = null;
  #marker: ExpressionMarker<Row & ShownBytes> | null = null;
  readonly #engine: LogEngine;
  readonly #endpoint: EndpointId;

  constructor(engine: LogEngine, endpoint: EndpointId) {
    this.#engine = engine;
    this.#endpoint = endpoint;
  }

  /** The row if it is here. Reads one counter, so that a draw follows arrivals. */
  at(row: number): LogRow | null {
    void this.#version;
    return this.#rows.get(row) ?? null;
  }

  /**
   * Shows another filter; the rows of the old one stay until the first of the new are here. `isCut`: chunks show where frames
   * begin. Failures reject.
   */
  async open(filter: Filter, reading: Reading, isCut = false): Promise<void> {
    const opening = ++this.#opening;
    const { id, rows } = await this.#engine.openView(this.#endpoint, { ...filter, language }, reading);
    const pageRows = Math.min(mostRows, Math.max(stride, this.#wanted.end - this.#wanted.first));
    const from = this.follow ? Math.max(0, rows - pageRows) : 0;
    const [start, page] = await Promise.all([
      this.#engine.rows(id, 0, 1),
      this.#engine.rows(id, from, pageRows),
    ]);
    if (opening !== this.#opening) return void this.#engine.closeView(id).catch(ignoreLostChannel);
    this.#closeView();
    this.#reset();
    this.view = id;
    this.fallen = 0;
    this.#encodings = filter.encodings ?? allUtf8;
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- as of the rows
    this.#starts = isCut && reading === 'chunks' ? new Map() : null;
    this.#look(filter.text);
    this.#newest = rows;
    this.#take(start);
    this.#take(page);
    this.count = this.follow ? from + this.#countFrom(from) : rows;
    this.#pump();
  }

  /** Takes what the newest summary says of the view. */
  update(summary: ViewSummary): void {
    if (summary.id !== this.view) return;
    const { rows, fallen = 0 } = summary;
    if (fallen !== this.fallen) {
      // Answers under way may count by either number: rows are asked for again.
      this.#reset();
      this.fallen = fallen;
      this.count = rows;
    }
    if (summary.rows < this.#newest) this.#reset();
    this.#newest = summary.rows;
    this.#waits = false;
    if (!this.follow) this.count = summary.rows;
    if (this.startTime === null && summary.rows > 0) void this.#request({ first: 0, end: 1 });
    this.#pump();
  }

  /** The rows that the list draws now. */
  want(first: number, end: number): void {
    this.#scrollsUp = first < this.#wanted.first;
    this.#wanted = { first, end };
    this.#pump();
  }

  setFollow(follow: boolean): void {
    if (this.follow === follow) return;
    this.follow = follow;
    if (!follow) this.count = this.#newest;
    this.#pump();
  }

  close(): void {
    this.#opening++;
    this.#marker?.close();
    this.#closeView();
  }

  #look(text: string): void {
    const finder = finderOf(text);
    this.#finder = finder;
    this.#marker?.close();
    this.#marker = null;
    if (finder === null || finder.expressions.length === 0) return;
    this.#marker = new ExpressionMarker(finder.expressions, (rows, found) => {
      for (const [at, row] of rows.entries())
        if (found[at]!.length > 0 && this.#rows.get(row.row)?.sequence === row.sequence)
          this.#put(row, found[at]);
      this.#version++;
    });
  }

  #closeView(): void {
    if (this.view !== null) void this.#engine.closeView(this.view).catch(ignoreLostChannel);
    this.view = null;
  }

  #reset(): void {
    this.#rows.clear();
    this.#underWay = [];
    this.#waits = false;
    this.count = 0;
    this.#newest = 0;
    this.startTime = null;
    this.epoch++;
    this.#version++;
  }

  #pump(): void {
    if (this.view === null) return;
    while (!this.#waits && this.#underWay.length < mostRequests) {
      const span = this.#nextSpan();
      if (!span) return;
      void this.#request(span);
    }
  }

  /** What is missing of the rows in sight, and while following of those that just arrived. */
  #nextSpan(): Span | null {
    const tail = this.follow && this.#newest > this.count;
    const height = this.#wanted.end - this.#wanted.first;
    const first = tail ? Math.max(this.#newest - Math.max(height, stride), 0) : this.#wanted.first;
    const end = Math.min(this.#newest, tail ? this.#newest : this.#wanted.end);
    const isMissing = (row: number) =>
      !this.#rows.has(row) && !this.#underWay.some((span) => span.first <= row && row < span.end);
    let from = first;
    while (from < end && !isMissing(from)) from++;
    if (from >= end) return null;
    let to = end;
    while (to > from + 1 && !isMissing(to - 1)) to--;
    if (to - from < stride) {
      if (this.#scrollsUp) from = Math.max(0, to - stride);
      else to = Math.min(this.#newest, from + stride);
    }
    // With a row that is here already, an answer shows whether row numbers still mean the same records.
    if (this.#rows.has(from - 1)) from--;
    return { first: from, end: Math.min(to, from + mostRows) };
  }

  async #request(span: Span): Promise<void> {
    const { epoch, view } = this;
    if (view === null) return;
    this.#underWay.push(span);
    try {
      const bytes = await this.#engine.rows(view, span.first, span.end - span.first);
      if (epoch !== this.epoch || view !== this.view) return;
      if (this.#take(bytes) < span.end - span.first) this.#waits = true;
      if (this.follow && this.#rows.has(this.count)) this.count += this.#countFrom(this.count);
      else if (this.follow && span.end > this.count && this.#rows.has(span.end - 1)) this.count = span.end;
    } catch {
      // The channel or the view is gone; the page opens the view again when it is back.
      this.#waits = true;
    } finally {
      this.#underWay = this.#underWay.filter((each) => each !== span);
    }
    this.#pump();
  }

  #take(bytes: Uint8Array): number {
    const { rows } = decodeRows(bytes);
    // After a clearing that no summary showed, the same row is another record: nothing held is true any more.
    if (rows.some((row) => (this.#rows.get(row.row)?.sequence ?? row.sequence) !== row.sequence)) {
      this.#rows.clear();
      this.startTime = null;
    }
    for (const row of rows) this.#put(row);
    this.#marker?.mark(this.#shownBytes(rows));
    void this.#drawStarts(rows);
    if (rows[0]?.row === 0) this.startTime = rows[0].time;
    this.#forgetFar();
    this.#version++;
    return rows.length;
  }

  #put(row: Row, found: readonly FoundRange[] = []): void {
    const starts = this.#starts?.get(row.sequence);
    this.#rows.set(row.row, logRowOf(row, this.#finder, found, this.#encodings, starts));
  }

  /** When they are known: the bytes are there without them. */
  async #drawStarts(rows: readonly Row[]): Promise<void> {
    const { epoch } = this;
    const known = this.#starts;
    const chunks = rows.filter(({ kind, length }) => isPayload(kind) && length > 1);
    if (known === null || chunks.length === 0) return;
    const sequences = chunks.map(({ sequence }) => sequence);
    const starts = await this.#engine.frameStarts(this.#endpoint, sequences).catch(() => []);
    if (epoch !== this.epoch || known !== this.#starts) return;
    const cut = chunks.filter(({ sequence, row }, at) => {
      const inside = starts[at]?.filter((start) => start > 0) ?? [];
      const isShown = this.#rows.get(row)?.sequence === sequence;
      if (isShown && inside.length > 0) known.set(sequence, inside);
      return isShown && inside.length > 0;
    });
    if (cut.length === 0) return;
    for (const row of cut) this.#put(row);
    this.#marker?.mark(this.#shownBytes(cut));
    this.#version++;
  }

  /** What the rows' bytes are read in. */
  get encodings(): ShownEncodings {
    return this.#encodings;
  }

  #shownBytes(rows: readonly Row[]): (Row & ShownBytes)[] {
    return rows
      .filter(({ kind }) => isPayload(kind))
      .map((row) => {
        const { before = noBytes, connection, kind } = row;
        return { ...row, before, encoding: encodingOf(this.#encodings, connection, wayOf(kind)) };
      });
  }

  /** How many rows are here without a gap from `row` on. */
  #countFrom(row: number): number {
    let end = row;
    while (this.#rows.has(end)) end++;
    return end - row;
  }

  #forgetFar(): void {
    if (this.#rows.size <= keptRows) return;
    const { first, end } = this.#wanted;
    const isNear = (row: number) =>
      (row >= first - mostRows && row < end + mostRows) || row >= this.#newest - mostRows;
    for (const [row, { sequence }] of this.#rows)
      if (!isNear(row)) {
        this.#rows.delete(row);
        this.#starts?.delete(sequence);
      }
  }
}

const noBytes = new Uint8Array(0);

/** A view ends with its channel, so a lost channel has closed it. */
const ignoreLostChannel = (): void => undefined;
