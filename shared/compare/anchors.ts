/** Where two rows of bytes certainly belong together: windows that each has once, in the longest order that both share. */
import type { Span } from './span.ts';

/** What is at a place: nothing; more than one. */
const [free, several] = [-1, -2];
/** Bytes that somebody chose to fall on each other cost no more than this. */
const mostProbes = 16;

/** Each as long as both go on to be the same, in order, none over another. */
export function anchorsOf(a: Uint8Array, b: Uint8Array, span: Span, window: number): Span[] {
  const { a: from, aEnd, b: fromB, bEnd } = span;
  if (aEnd - from < window || bEnd - fromB < window) return [];
  const table = new Table(a, window, aEnd - from);
  eachHash(a, from, aEnd, window, (hash, at) => table.put(hash, at));
  const beside = new Int32Array(aEnd - from).fill(free);
  eachHash(b, fromB, bEnd, window, (hash, at) => {
    const found = table.find(hash, b, at);
    if (found === null) return;
    const place = found - from;
    beside[place] = beside[place] === free ? at : several;
  });
  return runsOf(longestOrder(beside), beside, span, window);
}

function eachHash(
  bytes: Uint8Array,
  from: number,
  end: number,
  window: number,
  visit: (hash: number, at: number) => void,
): void {
  const factor = 0x01000193;
  let top = 1;
  for (let at = 1; at < window; at++) top = Math.imul(top, factor);
  let hash = 0;
  for (let at = from; at < end; at++) {
    if (at - from >= window) hash = (hash - Math.imul(bytes[at - window]! + 1, top)) | 0;
    hash = (Math.imul(hash, factor) + bytes[at]! + 1) | 0;
    if (at - from >= window - 1) visit(hash, at - window + 1);
  }
}

class Table {
  readonly #bytes: Uint8Array;
  readonly #window: number;
  readonly #mask: number;
  readonly #places: Int32Array;
  readonly #isSeveral: Uint8Array;

  constructor(bytes: Uint8Array, window: number, count: number) {
    this.#bytes = bytes;
    this.#window = window;
    const size = 2 ** Math.ceil(Math.log2(2 * count));
    this.#mask = size - 1;
    this.#places = new Int32Array(size).fill(free);
    this.#isSeveral = new Uint8Array(size);
  }

  put(hash: number, at: number): void {
    const slot = this.#slot(hash, this.#bytes, at);
    if (slot === null) return;
    if (this.#places[slot] === free) this.#places[slot] = at;
    else this.#isSeveral[slot] = 1;
  }

  /** Where the same window is, of those that are there once. */
  find(hash: number, bytes: Uint8Array, at: number): number | null {
    const slot = this.#slot(hash, bytes, at);
    return slot === null || this.#places[slot] === free || this.#isSeveral[slot] === 1
      ? null
      : this.#places[slot]!;
  }

  /** Its own, or the one that it would have; null after too many. */
  #slot(hash: number, bytes: Uint8Array, at: number): number | null {
    let slot = (hash ^ (hash >>> 15)) & this.#mask;
    for (let probe = 0; probe < mostProbes; probe++, slot = (slot + 1) & this.#mask) {
      const place = this.#places[slot]!;
      if (place === free || this.#isSame(place, bytes, at)) return slot;
    }
    return null;
  }

  #isSame(place: number, bytes: Uint8Array, at: number): boolean {
    for (let i = 0; i < this.#window; i++) if (this.#bytes[place + i] !== bytes[at + i]) return false;
    return true;
  }
}

/** Places of the longest rising row among those that have something beside them (patience, n log n). */
function longestOrder(beside: Int32Array): number[] {
  const ends: number[] = [];
  const before = new Int32Array(beside.length);
  for (const [place, other] of beside.entries()) {
    if (other < 0) continue;
    let low = 0;
    let high = ends.length;
    if (high > 0 && beside[ends[high - 1]!]! < other) low = high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (beside[ends[middle]!]! < other) low = middle + 1;
      else high = middle;
    }
    before[place] = low === 0 ? free : ends[low - 1]!;
    ends[low] = place;
  }
  const order: number[] = [];
  for (let place = ends.at(-1) ?? free; place !== free; place = before[place]!) order.push(place);
  return order.reverse();
}

/** Windows of one shift that touch are one; what would lie over the one before is cut off, and goes where too little is left. */
function runsOf(order: readonly number[], beside: Int32Array, { a }: Span, window: number): Span[] {
  const runs: Span[] = [];
  for (const place of order) {
    const [start, other] = [a + place, beside[place]!];
    const last = runs.at(-1);
    const isSameShift = last !== undefined && start - last.a === other - last.b;
    if (isSameShift && start <= last.aEnd) {
      last.aEnd = start + window;
      last.bEnd = other + window;
      continue;
    }
    if (last !== undefined && (start < last.aEnd || other < last.bEnd)) continue;
    runs.push({ a: start, aEnd: start + window, b: other, bEnd: other + window });
  }
  return runs;
}
