/** One connection, or one UDP peer, as a conversation: both directions in the order of the capture, or one. Live. */
import type { EncodingId } from '../../../../shared/encodings/encodings.ts';
import { encodingOf, type ShownEncodings } from '../../../../shared/encodings/shown.ts';
import { beginningAt } from '../../../../shared/encodings/torn.ts';
import type { Expression } from '../../../../shared/filter/found.ts';
import { isPayload } from '../../../../shared/records.ts';
import {
  eventPlaces,
  hexRowBytes,
  mostStreamMatches,
  mostStreamRows,
  type BytesPattern,
  type StreamDirection,
  type StreamFound,
  type StreamForm,
  type StreamMatch,
  type StreamMatches,
  type StreamPattern,
  type StreamPieces,
  type StreamRow,
  type StreamSummary,
} from '../../../../shared/stream-rows.ts';
import type { Capture } from '../../capture/capture.ts';
import { decodeDetail } from '../../capture/details.ts';
import { kindOf } from '../../capture/format.ts';
import { scan } from '../../capture/scan.ts';
import type { SearchPool } from '../search-pool.ts';
import { ConversationIndex, type Item } from './conversation-index.ts';
import { ExpressionSearch } from './expression-search.ts';
import { findAll, findIn } from './find.ts';
import { partsOf, readParts, type Part } from './item-bytes.ts';
import { lookAhead, lookBehind, rowStarts } from './lines.ts';

/** Bytes of one answer. */
const mostPieceBytes = 256 * 1024;
/** Bytes that are looked through before others have their turn; for an expression, which may take its time over them. */
const mostLooked = 8 * 1024 * 1024;
const mostLookedByExpression = 1024 * 1024;
/** A match of an expression is told as far as so many bytes go. */
const longestMatch = 64 * 1024;
/** Bytes before the first one that an expression may look at. */
const expressionContext = 256;
/** Behind them a match may begin that is whole only when there is more. */
const begunAtEnd = 4096;

/** Of notes between the bytes of one match. */
const notePlaces = 8 * eventPlaces;

/** A run of bytes of one direction, as far as it was asked for. */
type Turn = { items: Item[]; first: number };

export class Conversation {
  readonly connection: number;
  readonly direction: StreamDirection;
  readonly #capture: Capture;
  readonly #encodings: () => ShownEncodings;
  readonly #expressions: ExpressionSearch;
  #index: ConversationIndex;
  #epoch = 0;
  #base = 0;
  #scannedTo = 0;
  #work: Promise<void> | null = null;
  #isClosed = false;

  /** Close it. `encodings`: of the endpoint as it is when rows are asked for; `searches`: for expressions. */
  constructor(
    capture: Capture,
    { connection, direction }: { connection: number; direction: StreamDirection },
    encodings: () => ShownEncodings,
    searches: SearchPool,
  ) {
    this.connection = connection;
    this.direction = direction;
    this.#capture = capture;
    this.#encodings = encodings;
    this.#expressions = new ExpressionSearch(searches);
    this.#index = this.#begin();
    this.grow();
  }

  get summary(): Omit<StreamSummary, 'id'> {
    const { connection, direction } = this;
    const { places, records, bytes } = this.#index;
    const total = this.#capture.length - this.#base;
    const scanned = Math.min(total, this.#scannedTo - this.#base);
    return { connection, direction, epoch: this.#epoch, places, records, bytes, scanned, total };
  }

  /** The capture has more records. */
  grow(): void {
    if (this.#isClosed || this.#work !== null) return;
    this.#work = this.#scan().finally(() => (this.#work = null));
  }

  /** The log begins elsewhere: places mean other records. */
  rebase(): void {
    this.#epoch++;
    this.#index = this.#begin();
    this.grow();
  }

  /** Resolves when all records that there are now were looked at, or cannot be. */
  async scanned(): Promise<void> {
    while (this.#work !== null) await this.#work;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#expressions.stop();
    await this.scanned();
  }

  /**
   * The rows that begin at places `from` to `to - 1`, in their order, at most `mostStreamRows` of them. However long the
   * conversation is, a few hundred entries and about 2 KiB besides what is shown are read. Rejects as `Capture.read`.
   */
  async rows(form: StreamForm, from: number, to: number): Promise<StreamRow[]> {
    const rows: StreamRow[] = [];
    const start = Math.max(0, from - (form === 'text' ? lookBehind : hexRowBytes));
    const items = await this.#items(start, to + (form === 'text' ? lookAhead : hexRowBytes));
    for (const turn of turnsOf(items)) {
      if (rows.length >= mostStreamRows) break;
      const last = turn.items.at(-1)!;
      if (last.at + last.places <= from || turn.first >= to) continue;
      if (last.bytes === 0) {
        if (last.at >= from) rows.push(await this.#event(last));
      } else rows.push(...(await this.#turnRows(turn, form, from, to)));
    }
    return rows.slice(0, mostStreamRows);
  }

  /** What the bytes of a row are read in. */
  encodingOf({ kind }: Pick<StreamRow, 'kind'>): EncodingId {
    return encodingOf(this.#encodings(), this.connection, kind === 'sent' ? 'sent' : 'received');
  }

  /** First place of byte `within` of a record, or of the nearest later record; `places` when there is none. */
  async placeOf(sequence: number, within: number): Promise<number> {
    const place = await this.#index.placeOf(sequence);
    const [item] = await this.#items(place, place + 1);
    if (item === undefined || item.sequence !== sequence) return place;
    return place + Math.min(within, item.places - 1);
  }

  /** The bytes at places `from` to `to - 1`, at most 256 KiB of them. Rejects with DamageError where they cannot be relied on. */
  async pieces(from: number, to: number): Promise<StreamPieces> {
    const end = Math.min(to, this.#index.places, from + mostPieceBytes);
    const parts = partsOf(await this.#items(from, end), from, end);
    const read = await readParts(this.#capture, parts);
    const pieces = await Promise.all(
      read.map(async ({ item, within, length, bytes }) => ({
        at: item.at + within,
        kind: sideOf(item),
        sequence: item.sequence,
        within,
        // Damaged: it says what is.
        bytes: bytes ?? (await this.#capture.payload(item.sequence, within, length)),
      })),
    );
    return { pieces, to: end };
  }

  /**
   * The next match that begins at `from` or behind it, or the last that begins before it, in bytes of one direction that
   * follow each other. Looks through 8 MiB at most. Rejects with FILTER_TOO_SLOW for an expression that takes ages, and
   * with CANCELLED as soon as another one is looked for.
   */
  async find(pattern: StreamPattern, from: number, isBackwards: boolean): Promise<StreamFound> {
    const { places } = this.#index;
    const most = mostLookedFor(pattern);
    const [start, end] = isBackwards
      ? [Math.max(0, from - most), Math.min(places, from)]
      : [from, Math.min(places, from + most)];
    let best: StreamMatch | null = null;
    for (const run of runsOf(await this.#itemsAround(pattern, start, end))) {
      const found = isBytes(pattern)
        ? await this.#nearest(run, pattern, start, end, isBackwards)
        : (await this.#expressed(run, pattern, start, end)).at(isBackwards ? -1 : 0);
      if (found !== undefined) best = found;
      if (found !== undefined && !isBackwards) break;
    }
    return { found: best, to: isBackwards ? start : end };
  }

  /** The matches from `from` on, at most `mostStreamMatches` of them that do not touch, in 8 MiB at most. Rejects as `find`. */
  async matches(pattern: StreamPattern, from: number): Promise<StreamMatches> {
    const { places } = this.#index;
    const end = Math.min(places, from + mostLookedFor(pattern));
    const found: StreamMatch[] = [];
    const runs = runsOf(await this.#itemsAround(pattern, from, end));
    for (const run of runs) {
      const most = mostStreamMatches - found.length;
      if (most === 0) break;
      const some = isBytes(pattern)
        ? await this.#all(run, pattern, from, end, most)
        : await this.#expressed(run, pattern, from, end, most);
      found.push(...some);
    }
    const last = found.at(-1);
    const behind = last === undefined ? from : last.at + last.length;
    if (found.length === mostStreamMatches) return { found, to: behind };
    if (end < places) return { found, to: Math.max(behind, end) };
    // What is begun at the end may be one when there is more.
    const begun = beforeEnd(runs.at(-1), end, isBytes(pattern) ? pattern.bytes.length - 1 : begunAtEnd);
    return { found, to: Math.max(behind, begun) };
  }

  #itemsAround(pattern: StreamPattern, from: number, end: number): Promise<Item[]> {
    return isBytes(pattern)
      ? this.#items(from, end + pattern.bytes.length - 1 + notePlaces)
      : this.#items(Math.max(0, from - expressionContext), end + longestMatch);
  }

  async #nearest(
    { items, first }: Turn,
    pattern: BytesPattern,
    from: number,
    end: number,
    isBackwards: boolean,
  ): Promise<StreamMatch | undefined> {
    const { length } = pattern.bytes;
    const run = await this.#read(items, Math.max(first, from), end + length - 1 + notePlaces);
    const found = findIn(run.bytes, pattern, isBackwards, run.before(end));
    return found === null ? undefined : run.match(found, length);
  }

  async #all(
    { items, first }: Turn,
    pattern: BytesPattern,
    from: number,
    end: number,
    most: number,
  ): Promise<StreamMatch[]> {
    const { length } = pattern.bytes;
    const run = await this.#read(items, Math.max(first, from), end + length - 1 + notePlaces);
    return findAll(run.bytes, pattern, run.before(end), most).map((at) => run.match(at, length));
  }

  /** The matches of an expression that begin from `from` to before `end`. */
  async #expressed(
    { items, first }: Turn,
    expression: Expression,
    from: number,
    end: number,
    most = Infinity,
  ): Promise<StreamMatch[]> {
    const [begin, item] = [Math.max(first, from), items[0]!];
    if (begin >= end || item.bytes === 0) return [];
    const encoding = this.encodingOf({ kind: sideOf(item) });
    const near = Math.max(first, begin - expressionContext);
    const run = await this.#read(items, near, end + longestMatch);
    const wanted = run.before(begin);
    // Decoding begins with a character.
    const skipped = near === item.turn ? 0 : beginningAt(run.bytes, wanted >> 1, near - item.turn, encoding);
    const found = await this.#expressions.look({
      ...{
        expression,
        encoding,
        bytes: Uint8Array.from(run.bytes.subarray(skipped)),
        sequence: item.sequence,
      },
      ...{ from: Math.max(0, wanted - skipped), before: Math.max(0, run.before(end) - skipped), most },
    });
    return found.map(({ at, length }) => run.match(skipped + at, length));
  }

  /** The bytes at places `from` to `to - 1` of a run. */
  async #read(items: readonly Item[], from: number, to: number): Promise<RunBytes> {
    return new RunBytes(partsOf(items, from, to), await this.#bytesOf(items, from, to));
  }

  /** Damaged ones are zeros. */
  async #bytesOf(items: readonly Item[], from: number, to: number): Promise<Buffer> {
    const read = await readParts(this.#capture, partsOf(items, from, to));
    return Buffer.concat(read.map(({ bytes, length }) => bytes ?? new Uint8Array(length)));
  }

  async #items(from: number, to: number): Promise<Item[]> {
    const found: Item[] = [];
    for await (const items of this.#index.from(from)) {
      for (const item of items) {
        if (item.at >= to) return found;
        found.push(item);
      }
    }
    return found;
  }

  async #turnRows(turn: Turn, form: StreamForm, from: number, to: number): Promise<StreamRow[]> {
    const { items } = turn;
    const begin = items[0]!.turn;
    // All that was asked for of it, counted from its beginning.
    const start =
      Math.max(items[0]!.at, Math.max(0, from - (form === 'text' ? lookBehind : hexRowBytes))) - begin;
    const read = await readParts(
      this.#capture,
      partsOf(items, begin + start, to + (form === 'text' ? lookAhead : hexRowBytes)),
    );
    const bytes = Buffer.concat(read.map(({ bytes, length }) => bytes ?? new Uint8Array(length)));
    const damaged = read.filter((part) => part.bytes === null);
    const [wantedFrom, wantedTo] = [Math.max(0, from - begin), to - begin];
    const end = start + bytes.length;
    const starts =
      form === 'hex'
        ? hexStarts(wantedFrom, Math.min(wantedTo, end))
        : rowStarts(bytes, start, wantedFrom, wantedTo, this.encodingOf({ kind: sideOf(items[0]!) }));
    const nexts =
      form === 'hex'
        ? starts.map((at) => Math.min(end, at + hexRowBytes))
        : rowEnds(starts, bytes, start, end, this.encodingOf({ kind: sideOf(items[0]!) }));
    let first = 0;
    return starts.map((at, i) => {
      const next = nexts[i]!;
      while (items[first + 1] !== undefined && items[first + 1]!.at <= begin + at) first++;
      const item = items[first]!;
      const records = [];
      for (let n = first; n < items.length && items[n]!.at < begin + next; n++) {
        const { sequence, time, previousTime } = items[n]!;
        if (items[n]!.at >= begin + at)
          records.push({ offset: items[n]!.at - begin - at, sequence, time, previousTime });
      }
      const isDamaged = damaged.some(
        (part) =>
          part.item.at + part.within < begin + next && part.item.at + part.within + part.length > begin + at,
      );
      return {
        at: begin + at,
        kind: kindOf(item.kind),
        sequence: item.sequence,
        within: begin + at - item.at,
        bytes: new Uint8Array(bytes.subarray(at - start, next - start)),
        isTurn: at === 0,
        records,
        event: null,
        isDamaged,
      };
    });
  }

  async #event(item: Item): Promise<StreamRow> {
    const [row] = await this.#capture.rows([item.sequence], 0, this.#base);
    const { kind, preview, peer } = row!;
    const { sequence, time, previousTime, at } = item;
    return {
      at,
      kind,
      sequence,
      within: 0,
      bytes: new Uint8Array(0),
      isTurn: true,
      records: [{ offset: 0, sequence, time, previousTime }],
      event: { detail: isPayload(kind) ? null : decodeDetail(kind, preview), peer },
      isDamaged: false,
    };
  }

  #begin(): ConversationIndex {
    this.#base = this.#capture.cleared;
    this.#scannedTo = Math.min(this.#capture.length, Math.max(this.#base, this.connection));
    const hidden = { both: null, received: 'sent', sent: 'received' } as const;
    return new ConversationIndex(this.#capture, this.connection, hidden[this.direction]);
  }

  async #scan(): Promise<void> {
    const index = this.#index;
    try {
      await scan(this.#capture, { from: this.#scannedTo }, (entries) => {
        if (this.#isClosed || index !== this.#index) return false;
        index.add(entries);
        this.#scannedTo = entries.from + entries.count;
        return true;
      });
    } catch {
      // The log may have been cleared and its files removed; else the next change tries again.
      return;
    }
    if (index !== this.#index) await this.#scan();
  }
}

/** Bytes that are looked through as one, whatever notes stand between them, and the places that they have. */
class RunBytes {
  readonly bytes: Buffer;
  readonly #parts: readonly Part[];
  /** Where each part begins. */
  readonly #starts: number[] = [];

  constructor(parts: readonly Part[], bytes: Buffer) {
    this.#parts = parts;
    this.bytes = bytes;
    let at = 0;
    for (const { length } of parts) {
      this.#starts.push(at);
      at += length;
    }
  }

  /** How many of them are before a place. */
  before(place: number): number {
    let count = 0;
    for (const { item, within, length } of this.#parts)
      count += Math.min(length, Math.max(0, place - item.at - within));
    return count;
  }

  match(at: number, length: number): StreamMatch {
    const place = this.#placeOf(at);
    return { at: place, length: this.#placeOf(at + length - 1) + 1 - place };
  }

  #placeOf(at: number): number {
    let [low, high] = [0, this.#starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.#starts[middle]! <= at) low = middle;
      else high = middle;
    }
    const { item, within } = this.#parts[low]!;
    return item.at + within + at - this.#starts[low]!;
  }
}

const isBytes = (pattern: StreamPattern): pattern is BytesPattern => 'bytes' in pattern;
const mostLookedFor = (pattern: StreamPattern): number =>
  isBytes(pattern) ? mostLooked : mostLookedByExpression;

const sideOf = ({ kind }: Item): 'sent' | 'received' => (kindOf(kind) === 'sent' ? 'sent' : 'received');

function turnsOf(items: readonly Item[]): Turn[] {
  const turns: Turn[] = [];
  for (const item of items) {
    const last = turns.at(-1);
    if (last !== undefined && item.bytes > 0 && last.items[0]!.turn === item.turn) last.items.push(item);
    else turns.push({ items: [item], first: item.at });
  }
  return turns;
}

/** As turns, but that notes of this side between what was said the same way part nothing. */
function runsOf(items: readonly Item[]): Turn[] {
  const runs: Turn[] = [];
  for (const turn of turnsOf(items)) {
    const [last, [item]] = [runs.at(-1), turn.items];
    const isNote = kindOf(item!.kind) === 'note';
    const goesOn = last !== undefined && last.items[0]!.bytes > 0;
    if (
      goesOn &&
      (isNote || (item!.kind === last.items[0]!.kind && kindOf(last.items.at(-1)!.kind) === 'note'))
    )
      last.items.push(...turn.items);
    else runs.push(turn);
  }
  return runs;
}

/** Where a match may begin that needs more than `bytes` at the end of what there is. */
function beforeEnd(run: Turn | undefined, end: number, bytes: number): number {
  let left = bytes;
  for (const item of run?.items.toReversed() ?? []) {
    if (left === 0) break;
    if (item.bytes >= left) return Math.min(end, item.at + item.bytes) - left;
    left -= item.bytes;
  }
  return left === 0 ? end : (run?.first ?? end);
}

function hexStarts(from: number, to: number): number[] {
  const starts: number[] = [];
  for (let at = Math.ceil(from / hexRowBytes) * hexRowBytes; at < to; at += hexRowBytes) starts.push(at);
  return starts;
}

/** Where each row ends: where the next one begins, which may not be asked for. */
function rowEnds(
  starts: readonly number[],
  bytes: Uint8Array,
  start: number,
  end: number,
  encoding: Parameters<typeof rowStarts>[4],
): number[] {
  const last = starts.at(-1);
  if (last === undefined) return [];
  const [behind] = rowStarts(bytes, start, last + 1, end, encoding);
  return [...starts.slice(1), behind ?? end];
}
