import type { Commands } from '../../shared/contract.ts';
import type { EndpointId } from '../../shared/domain.ts';
import { isPayload } from '../../shared/records.ts';
import {
  eventPlaces,
  mostStreamRows,
  textRowBytes,
  type StreamDirection,
  type StreamForm,
  type StreamRow,
  type StreamSummary,
} from '../../shared/stream-rows.ts';
import type { Remote } from '../../shared/wire/rpc.ts';

/** Places that are drawn together: a screen of them has a few such blocks, whatever their bytes are. */
export const blockPlaces = 512;
/** A row may begin in the block before, and a character may have moved where it is cut. */
const longestRow = textRowBytes + 4;
/** More would queue behind each other while a person scrolls on. */
const mostRequests = 2;
/** Of one request. */
const mostBlocks = 4;
const keptBlocks = 400;
/** Of one request for frames. */
const mostRecords = 512;

/** `starts`: places where frames begin, as far as they are known. */
export type StreamBlock = { rows: readonly StreamRow[]; starts: readonly number[] };
/** `asOf`: as many places the conversation had when it was asked for. */
type Block = StreamBlock & { asOf: number };
type Span = { first: number; end: number };
/** From a place to before another one. */
export type Places = { from: number; to: number };
export type StreamEngine = Pick<
  Remote<Commands>,
  'openStream' | 'closeStream' | 'streamRows' | 'streamPlace' | 'frameStarts'
>;

export const blockOf = (place: number): number => Math.floor(place / blockPlaces);
/** The place behind it. */
export const endOfRow = ({ at, event, bytes }: StreamRow): number =>
  at + (event === null ? bytes.length : eventPlaces);

/** The rows of one conversation that the page holds, in blocks of places: those in sight and some around. */
export class StreamRows {
  /** Places that are shown. While the end is followed they grow when its rows have arrived, so that none flicker in. */
  places = $state(0);
  told = $state.raw<StreamSummary | null>(null);
  /** Counts conversations, and clearings of the log: places mean others from then on. */
  epoch = $state(0);
  #version = $state(0);
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- one counter for all blocks is cheaper
  #blocks = new Map<number, Block>();
  #wanted: Span = { first: 0, end: 1 };
  #underWay: Span[] = [];
  #follows = false;
  #waits = false;
  #newest = 0;
  #form: StreamForm = 'text';
  #isCut = false;
  #opening = 0;
  readonly #engine: StreamEngine;
  readonly #endpoint: EndpointId;

  constructor(engine: StreamEngine, endpoint: EndpointId) {
    this.#engine = engine;
    this.#endpoint = endpoint;
  }

  /** The rows that begin in a block, if they are here. Reads one counter, so that a draw follows arrivals. */
  block(index: number): StreamBlock | null {
    void this.#version;
    return this.#blocks.get(index) ?? null;
  }

  get blocks(): number {
    return Math.ceil(this.places / blockPlaces);
  }

  /** Shows another conversation; the rows of the old one go when it is there. Failures reject. */
  async open(connection: number, direction: StreamDirection): Promise<void> {
    const opening = ++this.#opening;
    const told = await this.#engine.openStream(this.#endpoint, connection, direction);
    if (opening !== this.#opening) return void this.#engine.closeStream(told.id).catch(ignoreLostChannel);
    this.#close();
    this.told = told;
    this.#reset();
    this.update(told);
  }

  /** `isCut`: where frames begin is looked for, too. */
  readAs(form: StreamForm, isCut: boolean): void {
    if (form === this.#form && isCut === this.#isCut) return;
    this.#form = form;
    this.#isCut = isCut;
    this.readAnew();
  }

  /** The same bytes are cut into other rows from now on. */
  readAnew(): void {
    this.#forget();
    this.#pump();
  }

  /** Takes what the newest summary says of it. */
  update(told: StreamSummary): void {
    if (this.told === null || told.id !== this.told.id) return;
    if (told.epoch !== this.told.epoch) this.#reset();
    this.told = told;
    this.#newest = told.places;
    this.#waits = false;
    if (!this.#follows) this.places = told.places;
    this.#pump();
  }

  /** The blocks that the list draws now. */
  want(first: number, end: number): void {
    this.#wanted = { first, end };
    this.#pump();
  }

  setFollow(follows: boolean): void {
    this.#follows = follows;
    if (!follows) this.places = this.#newest;
    this.#pump();
  }

  /** The row that a place lies in; null where there is none. Rejects where rows cannot be had. */
  async rowAt(place: number): Promise<StreamRow | null> {
    if (this.told === null || place < 0 || place >= this.#newest) return null;
    for (let index = blockOf(place); index >= Math.max(0, blockOf(place - longestRow)); index--) {
      const rows = this.#blocks.get(index)?.rows ?? (await this.#read(index, index + 1));
      const row = rows.findLast(({ at }) => at <= place);
      if (row !== undefined) return row;
    }
    return null;
  }

  close(): void {
    this.#opening++;
    this.#close();
  }

  #close(): void {
    if (this.told !== null) void this.#engine.closeStream(this.told.id).catch(ignoreLostChannel);
    this.told = null;
  }

  #reset(): void {
    this.#forget();
    this.places = 0;
    this.#newest = 0;
  }

  #forget(): void {
    this.#blocks.clear();
    this.#underWay = [];
    this.#waits = false;
    this.epoch++;
    this.#version++;
  }

  #pump(): void {
    while (this.told !== null && !this.#waits && this.#underWay.length < mostRequests) {
      const span = this.#nextSpan();
      if (span === null) return;
      void this.#request(span);
    }
  }

  /** While the end is followed what just came, else what is missing of what is in sight, or has grown. */
  #nextSpan(): Span | null {
    const end = Math.ceil(this.#newest / blockPlaces);
    const height = Math.min(mostBlocks, this.#wanted.end - this.#wanted.first);
    if (this.#follows && this.#newest > this.places)
      return this.#underWay.length > 0 ? null : { first: Math.max(0, end - Math.max(2, height)), end };
    const isMissing = (index: number) =>
      !this.#isFresh(index) && !this.#underWay.some((span) => span.first <= index && index < span.end);
    const last = Math.min(end, this.#wanted.end);
    let first = this.#wanted.first;
    while (first < last && !isMissing(first)) first++;
    if (first >= last) return null;
    let to = first + 1;
    while (to < last && to - first < mostBlocks && isMissing(to)) to++;
    return { first, end: to };
  }

  /** Its rows are as they stay, or as they are now: the last ones of a conversation may go on. */
  #isFresh(index: number): boolean {
    const asOf = this.#blocks.get(index)?.asOf ?? -1;
    return asOf >= this.#newest || (index + 1) * blockPlaces + longestRow <= asOf;
  }

  async #request(span: Span): Promise<void> {
    const { epoch } = this;
    const asOf = this.#newest;
    this.#underWay.push(span);
    try {
      const rows = await this.#read(span.first, span.end);
      if (epoch !== this.epoch) return;
      for (let index = span.first; index < span.end; index++)
        this.#blocks.set(index, { rows: rows.filter(({ at }) => blockOf(at) === index), starts: [], asOf });
      if (this.#isCut) void this.#findStarts(span, rows);
      if (this.#follows && span.end * blockPlaces >= asOf) this.places = Math.max(this.places, asOf);
      this.#forgetFar();
      this.#version++;
    } catch {
      // The channel or the conversation is gone; the page opens it again when it is back.
      if (epoch === this.epoch) this.#waits = true;
    } finally {
      this.#underWay = this.#underWay.filter((each) => each !== span);
    }
    this.#pump();
  }

  /** All rows that begin in the blocks; an answer may have fewer. */
  async #read(first: number, end: number): Promise<StreamRow[]> {
    const rows: StreamRow[] = [];
    const { id } = this.told!;
    const to = end * blockPlaces;
    for (let at = first * blockPlaces; at < to;) {
      const some = await this.#engine.streamRows(id, this.#form, at, to);
      rows.push(...some);
      if (some.length < mostStreamRows) break;
      at = some.at(-1)!.at + 1;
    }
    return rows;
  }

  /** When they are known: nobody waits for them. */
  async #findStarts(span: Span, rows: readonly StreamRow[]): Promise<void> {
    const { epoch } = this;
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it
    const records = new Map<number, number>();
    for (const { kind, at, sequence, within, records: begun, event } of rows) {
      if (event !== null || !isPayload(kind)) continue;
      records.set(sequence, at - within);
      for (const record of begun) records.set(record.sequence, at + record.offset);
    }
    const sequences = [...records.keys()].slice(0, mostRecords);
    if (sequences.length === 0) return;
    const found = await this.#engine.frameStarts(this.#endpoint, sequences).catch(() => []);
    if (epoch !== this.epoch) return;
    const places = found.flatMap((starts, i) => starts.map((start) => records.get(sequences[i]!)! + start));
    for (let index = span.first; places.length > 0 && index < span.end; index++) {
      const block = this.#blocks.get(index);
      if (block) this.#blocks.set(index, { ...block, starts: places.filter((at) => isNear(at, index)) });
    }
    this.#version++;
  }

  #forgetFar(): void {
    if (this.#blocks.size <= keptBlocks) return;
    const { first, end } = this.#wanted;
    for (const index of this.#blocks.keys())
      if (index < first - keptBlocks / 4 || index > end + keptBlocks / 4) this.#blocks.delete(index);
  }
}

/** In one of its rows, of which the last may go on in the next block. */
const isNear = (place: number, index: number): boolean =>
  place >= index * blockPlaces && place < (index + 1) * blockPlaces + longestRow;

/** It ends with its channel, so a lost channel has closed it. */
const ignoreLostChannel = (): void => undefined;
