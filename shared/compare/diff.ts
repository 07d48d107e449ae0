/**
 * What two rows of bytes have in common, in their order. Equal ends are trimmed; long rests are parted at windows of
 * bytes that both have once; what is short is aligned as well as can be (Myers, in linear memory), up to a cost.
 */
import { anchorsOf } from './anchors.ts';
import type { Span } from './span.ts';

/** `aLength` bytes from `a` on beside `bLength` from `b` on. Where one has none, they are absent there. */
export type Hunk = { isEqual: boolean; a: number; aLength: number; b: number; bLength: number };

/** `isWhole`: false where the time was over, and the rest is told as changed. */
export type Diff = { readonly hunks: readonly Hunk[]; readonly isWhole: boolean };

/** Of both together: so many are aligned as well as can be, whatever that costs. */
const exactLength = 4096;
/** From each end, of longer ones: what differs in more bytes than twice that is another message. */
const mostCost = 1024;
const halfMost = Math.max(exactLength / 2, mostCost);
/** Of anchors, the longest first: they are the surest. */
const windows = [32, 16, 8, 4] as const;
/** Between two looks at the clock. */
const stepsBetween = 100_000;

/** Memory is linear in the length of both. `isOver`: the deadline has passed. */
export function diffBytes(a: Uint8Array, b: Uint8Array, isOver: () => boolean = () => false): Diff {
  const work = new Work(a, b, isOver);
  work.align({ a: 0, aEnd: a.length, b: 0, bEnd: b.length }, 0);
  return { hunks: work.hunks, isWhole: !work.isEnded };
}

class Work {
  readonly hunks: Hunk[] = [];
  isEnded = false;
  readonly #a: Uint8Array;
  readonly #b: Uint8Array;
  readonly #isOver: () => boolean;
  readonly #forward = new Int32Array(2 * halfMost + 8);
  readonly #backward = new Int32Array(2 * halfMost + 8);
  #steps = 0;

  constructor(a: Uint8Array, b: Uint8Array, isOver: () => boolean) {
    this.#a = a;
    this.#b = b;
    this.#isOver = isOver;
  }

  /** `window`: which of them is tried next. */
  align(span: Span, window: number): void {
    let { a, b, aEnd, bEnd } = span;
    while (a < aEnd && b < bEnd && this.#a[a] === this.#b[b]) [a, b] = [a + 1, b + 1];
    this.#add(true, { a: span.a, aEnd: a, b: span.b, bEnd: b });
    while (aEnd > a && bEnd > b && this.#a[aEnd - 1] === this.#b[bEnd - 1])
      [aEnd, bEnd] = [aEnd - 1, bEnd - 1];
    this.#alignInner({ a, aEnd, b, bEnd }, window);
    this.#add(true, { a: aEnd, aEnd: span.aEnd, b: bEnd, bEnd: span.bEnd });
  }

  /** Both ends differ. */
  #alignInner(span: Span, window: number): void {
    const { a, aEnd, b, bEnd } = span;
    const length = aEnd - a + bEnd - b;
    if (a === aEnd || b === bEnd || this.#isLate(0)) return this.#add(false, span);
    for (let next = window; length > exactLength && next < windows.length; next++) {
      if (this.#isLate(length)) return this.#add(false, span);
      const anchors = anchorsOf(this.#a, this.#b, span, windows[next]!);
      if (anchors.length > 0) return this.#around(span, anchors, next + 1);
    }
    const middle = this.#middleOf(span, Math.min(halfMost, length > exactLength ? mostCost : length));
    if (middle === null) return this.#add(false, span);
    this.#around(span, [middle], windows.length);
  }

  #around(span: Span, equal: readonly Span[], window: number): void {
    let { a, b } = span;
    for (const each of equal) {
      this.align({ a, aEnd: each.a, b, bEnd: each.b }, window);
      this.#add(true, each);
      [a, b] = [each.aEnd, each.bEnd];
    }
    this.align({ a, aEnd: span.aEnd, b, bEnd: span.bEnd }, window);
  }

  /**
   * The equal bytes in the middle of a shortest way from one to the other, which may be none (Myers 1986, 4b). Null where
   * it costs more than `most` from each end, or the time is over.
   */
  #middleOf({ a, aEnd, b, bEnd }: Span, most: number): Span | null {
    const [n, m] = [aEnd - a, bEnd - b];
    const [isOdd, delta] = [(n + m) % 2 === 1, n - m];
    const last = Math.min(most, Math.ceil((n + m) / 2));
    const zero = halfMost + 3;
    this.#forward.fill(0, zero - last - 2, zero + last + 3);
    this.#backward.fill(0, zero - last - 2, zero + last + 3);
    for (let cost = 0; cost <= last; cost++) {
      if (this.#isLate(cost)) return null;
      for (const isForward of [true, false]) {
        const [own, other] = isForward ? [this.#forward, this.#backward] : [this.#backward, this.#forward];
        const reach = cost - (isForward ? 1 : 0);
        const highest = cost - 2 * Math.max(0, cost - n);
        for (let k = -(cost - 2 * Math.max(0, cost - m)); k <= highest; k += 2) {
          const [below, above] = [own[zero + k - 1]!, own[zero + k + 1]!];
          let x = k === -cost || (k !== cost && below < above) ? above : below + 1;
          let y = x - k;
          const [startX, startY] = [x, y];
          if (isForward) while (x < n && y < m && this.#a[a + x] === this.#b[b + y]) [x, y] = [x + 1, y + 1];
          else
            while (x < n && y < m && this.#a[aEnd - 1 - x] === this.#b[bEnd - 1 - y]) [x, y] = [x + 1, y + 1];
          own[zero + k] = x;
          const facing = delta - k;
          if (isOdd !== isForward || Math.abs(facing) > reach || x + other[zero + facing]! < n) continue;
          return isForward
            ? { a: a + startX, aEnd: a + x, b: b + startY, bEnd: b + y }
            : { a: aEnd - x, aEnd: aEnd - startX, b: bEnd - y, bEnd: bEnd - startY };
        }
      }
    }
    return null;
  }

  #isLate(steps: number): boolean {
    this.#steps += steps;
    if (this.#steps >= stepsBetween) {
      this.#steps = 0;
      this.isEnded ||= this.#isOver();
    }
    return this.isEnded;
  }

  /** Beside what came before it, with which it is one where both are the same. */
  #add(isEqual: boolean, { a, aEnd, b, bEnd }: Span): void {
    if (a === aEnd && b === bEnd) return;
    const before = this.hunks.at(-1);
    if (before?.isEqual !== isEqual)
      return void this.hunks.push({ isEqual, a, aLength: aEnd - a, b, bLength: bEnd - b });
    before.aLength += aEnd - a;
    before.bLength += bEnd - b;
  }
}
