/** Passes by what surely lacks the bytes that a filter needs, all records of a piece of data at a time. */
import { occursIn, type Matches } from '../../../shared/payload/matching.ts';
import { monotonic } from '../clock.ts';
import { isDamage } from '../capture/checksums.ts';
import type { Entries } from '../capture/format.ts';
import type { ByteSearch } from './byte-search.ts';
import type { DataWindow } from './data-window.ts';
import type { NeededBytes } from './needed-bytes.ts';
import { endsAt, isPart, type SoughtBytes } from './over-edges.ts';

/** Between places `from` and `to` of the data the needle begins nowhere. */
type Sought = {
  readonly length: number;
  readonly find: (from: number, to: number) => number;
  readonly occurs: Matches;
  from: number;
  to: number;
};
/** Entries among which the records before are looked for. */
const mostBack = 64;
/** One direction of a stream. `clean`: its last bytes, at least so many, lack all needles. */
type Way = { key: number; clean: number };
const noWay: Way = { key: -1, clean: 0 };
const kinds = 256;

type Later<T> = T | Promise<T>;

export class ByteSieve {
  readonly #search: ByteSearch;
  readonly #data: DataWindow;
  readonly #sought: readonly Sought[];
  /** Of a stream's records of a kind: whether their bytes tell. */
  readonly #tells: (entries: Entries, i: number) => boolean;
  /** May begin in one record of a stream and end in the next. */
  readonly #overEdges: readonly SoughtBytes[];
  readonly #longest: number;
  /** How many bytes before a record count. */
  readonly #reach: number;
  readonly #ways = new Map<number, Way>();
  /** That of the record before. */
  #way = noWay;
  /** By their first byte, which payloads may begin with the end of what is looked for. */
  readonly #mayBegin = new Uint8Array(256);

  /** `data` reads into the room of `search`. `carries`: a stream goes on from one record to the next. */
  constructor(
    search: ByteSearch,
    needles: readonly NeededBytes[],
    data: DataWindow,
    tells: (entries: Entries, i: number) => boolean,
    carries: boolean,
  ) {
    this.#search = search;
    this.#data = data;
    this.#tells = tells;
    this.#overEdges = carries ? needles.map(({ whole: pattern, anyCase }) => ({ pattern, anyCase })) : [];
    this.#longest = Math.max(0, ...this.#overEdges.map(({ pattern }) => pattern.length));
    this.#reach = carries ? Math.max(...needles.map(({ reach }) => reach)) : 0;
    for (const sought of this.#overEdges)
      for (let byte = 0; byte < 256; byte++)
        for (let at = 1; at < sought.pattern.length; at++)
          if (isPart(Uint8Array.of(byte), 0, sought, at, 1)) this.#mayBegin[byte] = 1;
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
    if (monotonic() >= until) return i;
    const has = await this.#readFor(entries, i);
    if (this.#reach === 0 ? has : this.#mayWithBefore(entries, i, has)) return i;
    return this.next(entries, i + 1, until);
  }

  #mayPass(entries: Entries, i: number): boolean | null {
    const isOver = this.#mayEnd(entries, i);
    const has = isOver === false ? this.#may(entries, i) : isOver;
    return has === null || this.#reach === 0 ? has : this.#mayWithBefore(entries, i, has);
  }

  /** `has`: a needle may be in it, or over its edge. One that its stream had shortly before counts, too. */
  #mayWithBefore(entries: Entries, i: number, has: boolean): boolean {
    const key = entries.stream(i) * kinds + entries.kind(i);
    if (this.#way.key !== key) {
      this.#way = this.#ways.get(key) ?? { key, clean: 0 };
      this.#ways.set(key, this.#way);
    }
    const { clean } = this.#way;
    this.#way.clean = has ? 0 : clean + entries.length(i);
    return has || clean < this.#reach;
  }

  /** Whether what is looked for may end in it that began before. Null where its first bytes are not here. */
  #mayEnd(entries: Entries, i: number): boolean | null {
    const most = Math.min(this.#longest - 1, entries.length(i));
    if (most < 1) return false;
    const place = entries.place(i);
    const here = this.#data.goodTo(place);
    if (here > place && this.#mayBegin[this.#search.room[place - this.#data.from]!] === 0) return false;
    const first = this.#data.near(place, most);
    if (first === null) return null;
    if (isDamage(first)) return true;
    return this.#overEdges.some((sought) =>
      endsAt(sought, first).some((length) =>
        this.#begins(entries, i, sought, sought.pattern.length - length),
      ),
    );
  }

  /** Whether the records of its stream before it, if they are near, may end with the first so many bytes. */
  #begins(entries: Entries, i: number, sought: SoughtBytes, own: number): boolean {
    const [kind, stream] = [entries.kind(i), entries.stream(i)];
    let left = own;
    for (let at = i - 1; at >= Math.max(0, i - mostBack); at--) {
      if (entries.stream(at) !== stream || entries.kind(at) !== kind) continue;
      const length = Math.min(left, entries.length(at));
      const before = this.#data.near(entries.place(at) + entries.length(at) - length, length);
      if (before === null || isDamage(before)) return true;
      left -= length;
      if (!isPart(before, 0, sought, left, length)) return false;
      if (left === 0) return true;
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
