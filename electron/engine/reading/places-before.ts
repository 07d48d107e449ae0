/** Where the bytes are that each direction of each stream carried last, further back than records are looked up one by one. */
import { blockEntries, type Entries } from '../capture/format.ts';
import type { Before, TornSource } from './torn-characters.ts';

/** Entries before the first record. */
const mostEntries = 65_536;

/** A direction of a stream. */
export const wayIn = (entries: Entries, i: number): number => entries.stream(i) * 256 + entries.kind(i);

/** `older`: the newest first; `newer`: the newest last. */
type Places = { older: Before[]; olderBytes: number; newer: Before[] };

export class PlacesBefore {
  readonly #source: TornSource;
  readonly #base: number;
  readonly #most: number;
  readonly #ways = new Map<number, Places>();
  #from: number;
  #to: number;

  /** Of records from `from` on, at least so many bytes, or all there are; `base`: where the log begins. */
  constructor(source: TornSource, from: number, base: number, most: number) {
    this.#source = source;
    this.#base = base;
    this.#most = most;
    this.#from = this.#to = from;
  }

  /** The newest first. Rejects as the index does. Records are asked for in their order. */
  async of(entries: Entries, i: number): Promise<Before[]> {
    await this.#lookBack();
    const sequence = entries.from + i;
    while (this.#to < entries.from) {
      const count = Math.min(blockEntries - (this.#to % blockEntries), entries.from - this.#to);
      this.#goOn(await this.#source.entries(this.#to, count), count);
    }
    this.#goOn(entries, sequence - entries.from);
    const { older, newer } = this.#placesOf(entries, i);
    const found: Before[] = [];
    let bytes = 0;
    for (let at = newer.length - 1; at >= 0 && bytes < this.#most; at--) {
      found.push(newer[at]!);
      bytes += newer[at]!.length;
    }
    return bytes < this.#most ? [...found, ...older] : found;
  }

  /** Once, from the newest to the oldest. */
  async #lookBack(): Promise<void> {
    const least = Math.max(this.#base, this.#from - mostEntries);
    while (this.#from > least) {
      const start = Math.max(least, this.#from - 1 - ((this.#from - 1) % blockEntries));
      const entries = await this.#source.entries(start, this.#from - start);
      for (let at = entries.count - 1; at >= 0; at--) {
        const places = this.#placesOf(entries, at);
        if (places.olderBytes >= this.#most) continue;
        places.older.push(placeOf(entries, at));
        places.olderBytes += entries.length(at);
      }
      this.#from = start;
    }
  }

  #goOn(entries: Entries, end: number): void {
    for (let at = this.#to - entries.from; at < end; at++)
      this.#placesOf(entries, at).newer.push(placeOf(entries, at));
    this.#to = Math.max(this.#to, entries.from + end);
  }

  #placesOf(entries: Entries, i: number): Places {
    const way = wayIn(entries, i);
    const known = this.#ways.get(way);
    if (known !== undefined) return known;
    const places = { older: [], olderBytes: 0, newer: [] };
    this.#ways.set(way, places);
    return places;
  }
}

const placeOf = (entries: Entries, i: number): Before => ({
  place: entries.place(i),
  length: entries.length(i),
});
