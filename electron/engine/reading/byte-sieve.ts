/** Passes by what surely lacks the bytes that a filter needs, all records of a piece of data at a time. */
import { beginsIn, endsAt } from '../../../shared/filter/over-edges.ts';
import { occursIn, type Matches } from '../../../shared/payload/matching.ts';
import { monotonic } from '../clock.ts';
import { isDamage } from '../capture/checksums.ts';
import type { Entries } from '../capture/format.ts';
import type { ByteSearch } from './byte-search.ts';
import type { DataWindow } from './data-window.ts';
import type { Needle } from './needed-bytes.ts';

/** Between places `from` and `to` of the data the needle begins nowhere. */
type Sought = {
  readonly length: number;
  readonly find: (from: number, to: number) => number;
  readonly occurs: Matches;
  from: number;
  to: number;
};
/** Entries among which the record before is looked for. */
const mostBack = 64;

type Later<T> = T | Promise<T>;

export class ByteSieve {
  readonly #data: DataWindow;
  readonly #sought: readonly Sought[];
  /** Of a stream's records of a kind: whether their bytes tell. */
  readonly #tells: (entries: Entries, i: number) => boolean;
  readonly #texts: readonly Uint8Array[];
  readonly #longest: number;

  /** `data` reads into the room of `search`. `texts`: may begin in one record of a stream and end in the next. */
  constructor(
    search: ByteSearch,
    needles: readonly Needle[],
    data: DataWindow,
    tells: (entries: Entries, i: number) => boolean,
    texts: readonly Uint8Array[],
  ) {
    this.#data = data;
    this.#tells = tells;
    this.#texts = texts;
    this.#longest = Math.max(0, ...texts.map(({ length }) => length));
    this.#sought = needles.map((needle) => ({
      length: needle.bytes.length,
      find: search.finder(needle),
      occurs: occursIn(needle.bytes, needle.anyCase),
      ...{ from: 0, to: 0 },
    }));
  }

  /** The first entry from `i` on of which the bytes do not say that it fails, or that is looked at when time is over; else `count`. */
  next(entries: Entries, i: number, until: number): Later<number> {
    for (let at = i; at < entries.count; at++) {
      const may = this.#tells(entries, at) ? this.#mayPass(entries, at) : true;
      if (may === null) return this.#further(entries, at, until);
      if (may) return at;
    }
    return entries.count;
  }

  async #further(entries: Entries, i: number, until: number): Promise<number> {
    if (monotonic() >= until || (await this.#readFor(entries, i))) return i;
    return this.next(entries, i + 1, until);
  }

  #mayPass(entries: Entries, i: number): boolean | null {
    const isOver = this.#mayEnd(entries, i);
    return isOver === false ? this.#may(entries, i) : isOver;
  }

  /** Whether a text may end in it that began before. Null where its first bytes are not here. */
  #mayEnd(entries: Entries, i: number): boolean | null {
    const most = Math.min(this.#longest - 1, entries.length(i));
    if (most < 1) return false;
    const first = this.#data.near(entries.place(i), most);
    if (first === null) return null;
    if (isDamage(first)) return true;
    return this.#texts.some((text) =>
      endsAt(text, first).some((length) => this.#mayBegin(entries, i, text, length)),
    );
  }

  /** In the record of its stream before it, if that is near. */
  #mayBegin(entries: Entries, i: number, text: Uint8Array, length: number): boolean {
    const [kind, stream, most] = [entries.kind(i), entries.stream(i), text.length - length];
    for (let at = i - 1; at >= Math.max(0, i - mostBack); at--) {
      if (entries.stream(at) !== stream || entries.kind(at) !== kind) continue;
      if (entries.length(at) < most) return true;
      const before = this.#data.near(entries.place(at) + entries.length(at) - most, most);
      return before === null || isDamage(before) || beginsIn(text, before, length);
    }
    return true;
  }

  /** Null where bytes have to be read to tell. */
  #may(entries: Entries, i: number): boolean | null {
    const start = entries.place(i);
    const end = start + entries.length(i);
    for (const one of this.#sought) {
      const may = this.#mayHave(one, start, end);
      if (may !== false) return may;
    }
    return false;
  }

  #mayHave(one: Sought, start: number, end: number): boolean | null {
    const last = end - one.length;
    if (start > last) return false;
    if (start < one.from || start > one.to) one.from = one.to = start;
    if (one.to > last) return false;
    // As far as bytes are here, whoever's they are.
    const stop = this.#data.goodTo(one.to) - one.length + 1;
    if (one.to < stop) {
      const { from } = this.#data;
      one.to = from + one.find(one.to - from, stop - from);
      if (one.to < stop) return one.to <= last;
    }
    return one.to > last ? false : null;
  }

  /** As `#may`, once all is read. What cannot be relied on is for others to judge. */
  async #readFor(entries: Entries, i: number): Promise<boolean> {
    const start = entries.place(i);
    const end = start + entries.length(i);
    if (this.#mayEnd(entries, i) === null) await this.#data.have(start);
    if (this.#mayEnd(entries, i) !== false) return true;
    for (const one of this.#sought)
      for (let may: boolean | null = null; may !== false;) {
        may = this.#mayHave(one, start, end);
        if (may === true || (may === null && (await this.#goOn(one, end)))) return true;
      }
    return false;
  }

  /** Beyond the end of what is here. Whether the needle is across it, or what follows cannot be relied on. */
  async #goOn(one: Sought, end: number): Promise<boolean> {
    const edge = this.#data.goodTo(one.to);
    if (edge === one.to) {
      await this.#data.have(edge);
      return this.#data.goodTo(edge) === edge;
    }
    const across = await this.#data.read(one.to, Math.min(end, edge + one.length - 1) - one.to);
    if (isDamage(across) || one.occurs(across)) return true;
    one.to = Math.min(edge, end - one.length + 1);
    return false;
  }
}
