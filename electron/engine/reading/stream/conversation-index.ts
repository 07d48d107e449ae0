/** The records of one connection as one space of places: each byte has one, an event has 16. */
import { eventPlaces } from '../../../../shared/stream-rows.ts';
import { isPayload } from '../../../../shared/records.ts';
import { blockEntries, kindNumber, kindOf, type Entries } from '../../capture/format.ts';
import type { Scanned } from '../../capture/scan.ts';

/** 28 bytes each: exact up to so many records; beyond, each stands for twice as many entries as before. */
const mostMarks = 2 ** 17;
const firstMarks = 16;
/** Entries that are looked through at a time from a mark on. */
const entriesAtOnce = 512;

/** One record in the conversation. */
export type Item = {
  sequence: number;
  /** Its first place, and how many it has. */
  at: number;
  places: number;
  /** Its payload; 0 of an event. */
  bytes: number;
  /** First place of its turn: of the records of one direction that follow each other. Events are turns of their own. */
  turn: number;
  kind: number;
  time: number;
  /** Of the record before it here; its own for the first. */
  previousTime: number;
  /** In the capture's data. */
  data: number;
};

/** What has to be known before a record to place it. */
type Before = { places: number; turn: number; kind: number; time: number };

const noKind = -1;

/**
 * Grows with what its owner's scan visits (`add`), and needs 3.5 MiB at most. A mark stands for all records less than `span`
 * entries behind it, so that what lies at any place is found by reading that many entries, whoever else speaks between.
 */
export class ConversationIndex {
  readonly #capture: Scanned;
  readonly #stream: number;
  readonly #hidden: number;
  readonly #most: number;
  #scannedTo = 0;
  #records = 0;
  #bytes = 0;
  #state: Before = { places: 0, turn: 0, kind: noKind, time: 0 };
  #span = 1;
  #marks = 0;
  #sequences = new Uint32Array(firstMarks);
  #places = new Float64Array(firstMarks);
  #turns = new Float64Array(firstMarks);
  #times = new Float64Array(firstMarks);

  /** `hidden`: payloads of this direction are left out. `most`: marks that are kept. */
  constructor(capture: Scanned, stream: number, hidden: 'sent' | 'received' | null, most = mostMarks) {
    this.#capture = capture;
    this.#stream = stream;
    this.#hidden = hidden === null ? noKind : kindNumber(hidden);
    this.#most = most;
  }

  get places(): number {
    return this.#state.places;
  }

  /** Payloads, and their bytes. */
  get records(): number {
    return this.#records;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The next entries of the capture; those that were added before are passed over. */
  add(entries: Entries): void {
    for (let i = Math.max(0, this.#scannedTo - entries.from); i < entries.count; i++) {
      if (!this.#has(entries, i)) continue;
      const sequence = entries.from + i;
      const before = this.#state;
      const kind = entries.kind(i);
      const bytes = bytesOf(entries, i);
      const turn = bytes > 0 && before.kind === kind ? before.turn : before.places;
      if (this.#marks === 0 || sequence >= this.#sequences[this.#marks - 1]! + this.#span)
        this.#mark(sequence, before.places, turn, before.time);
      if (isPayload(kindOf(kind))) this.#records++;
      this.#bytes += bytes;
      this.#state = {
        places: before.places + (bytes || eventPlaces),
        turn,
        kind: bytes > 0 ? kind : noKind,
        time: entries.time(i),
      };
    }
    this.#scannedTo = Math.max(this.#scannedTo, entries.from + entries.count);
  }

  /** The records from the one at a place on, some at a time, as far as they have come. Rejects as `entries` does. */
  async *from(place: number): AsyncGenerator<Item[]> {
    for (let mark = this.#markBefore(this.#places, place); mark < this.#marks;) {
      const first = this.#sequences[mark]!;
      let before: Before = {
        places: this.#places[mark]!,
        turn: this.#turns[mark]!,
        kind: noKind,
        time: this.#times[mark]!,
      };
      let turn: number | null = before.turn;
      let last = first;
      // What a mark stands for may lie in two blocks of the index.
      for (let at = first; at < Math.min(last + this.#span, this.#scannedTo);) {
        const count = Math.min(entriesAtOnce, blockEntries - (at % blockEntries), this.#scannedTo - at);
        const entries = await this.#capture.entries(at, count);
        const items: Item[] = [];
        for (let i = 0; i < entries.count; i++) {
          if (!this.#has(entries, i)) continue;
          const item = itemOf(entries, i, before, turn);
          turn = null;
          before = {
            places: item.at + item.places,
            turn: item.turn,
            kind: item.bytes > 0 ? item.kind : noKind,
            time: item.time,
          };
          if (before.places > place) items.push(item);
        }
        at += count;
        while (mark + 1 < this.#marks && this.#sequences[mark + 1]! < at) mark++;
        last = this.#sequences[mark]!;
        if (items.length > 0) yield items;
      }
      mark++;
    }
  }

  /** First place of a record, or of the nearest later one; `places` when there is none. */
  async placeOf(sequence: number): Promise<number> {
    const mark = this.#markBefore(this.#sequences, sequence);
    for await (const items of this.from(this.#places[mark] ?? 0)) {
      const found = items.find((item) => item.sequence >= sequence);
      if (found !== undefined) return found.at;
    }
    return this.places;
  }

  /** Nobody knows whose a damaged one is. */
  #has(entries: Entries, i: number): boolean {
    if (entries.isDamaged(i)) return true;
    return entries.stream(i) === this.#stream && entries.kind(i) !== this.#hidden;
  }

  /** The last mark whose value is not above `wanted`; 0 when there is none. */
  #markBefore(values: Uint32Array | Float64Array, wanted: number): number {
    let low = 0;
    for (let high = this.#marks; low < high;) {
      const middle = Math.floor((low + high) / 2);
      if (values[middle]! <= wanted) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  #mark(sequence: number, places: number, turn: number, time: number): void {
    while (this.#marks === this.#most) this.#thin();
    if (this.#marks === this.#sequences.length) this.#double();
    // Thinned meanwhile, the last one may stand for it.
    if (this.#marks > 0 && sequence < this.#sequences[this.#marks - 1]! + this.#span) return;
    this.#put(this.#marks++, sequence, places, turn, time);
  }

  #put(mark: number, sequence: number, places: number, turn: number, time: number): void {
    this.#sequences[mark] = sequence;
    this.#places[mark] = places;
    this.#turns[mark] = turn;
    this.#times[mark] = time;
  }

  #double(): void {
    const length = Math.min(this.#most, this.#sequences.length * 2);
    const grown = (old: Float64Array): Float64Array<ArrayBuffer> => {
      const made = new Float64Array(length);
      made.set(old);
      return made;
    };
    const sequences = new Uint32Array(length);
    sequences.set(this.#sequences);
    this.#sequences = sequences;
    this.#places = grown(this.#places);
    this.#turns = grown(this.#turns);
    this.#times = grown(this.#times);
  }

  /** Marks go that stand nearer to the one before them than each stands for from now on. */
  #thin(): void {
    this.#span *= 2;
    let kept = 1;
    for (let mark = 1; mark < this.#marks; mark++)
      if (this.#sequences[mark]! >= this.#sequences[kept - 1]! + this.#span)
        this.#put(
          kept++,
          this.#sequences[mark]!,
          this.#places[mark]!,
          this.#turns[mark]!,
          this.#times[mark]!,
        );
    this.#marks = kept;
  }
}

const bytesOf = (entries: Entries, i: number): number =>
  isPayload(kindOf(entries.kind(i))) ? entries.length(i) : 0;

/** `turn`: where its turn begins, as a mark says. */
function itemOf(entries: Entries, i: number, before: Before, turn: number | null): Item {
  const bytes = bytesOf(entries, i);
  const kind = entries.kind(i);
  const goesOn = bytes > 0 && before.kind === kind;
  return {
    sequence: entries.from + i,
    at: before.places,
    places: bytes || eventPlaces,
    bytes,
    turn: turn ?? (goesOn ? before.turn : before.places),
    kind,
    time: entries.time(i),
    previousTime: before.places === 0 ? entries.time(i) : before.time,
    data: entries.place(i),
  };
}
