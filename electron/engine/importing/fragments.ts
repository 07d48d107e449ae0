/** IP packets that were cut on their way, put together again (RFC 791, 8200). What comes twice must be the same both times (RFC 5722). */
import type { ImportSums } from '../../../shared/importing/captured.ts';

/** Fragments begin at multiples of it. */
const unitBytes = 8;
const mostBytes = 65_535;
/** Packets that wait at the same time, and what they hold; as long as systems wait themselves. */
const mostWaiting = 1024;
const mostHeld = 16 * 2 ** 20;
const mostWaitMs = 30_000;

/** `length`: on the wire, of which `bytes` may have fewer. */
export type Fragment = {
  /** The same for all of one packet. */
  key: string;
  offset: number;
  isLast: boolean;
  bytes: Uint8Array;
  length: number;
  /** What it carries, as the first one says. */
  protocol: number;
};
/** `bytes`: as far as all before them are in the file; `length`: on the wire. */
export type Whole = { bytes: Uint8Array; length: number; protocol: number };

/** Whether there can be such a one. */
export const fits = ({ offset, length, isLast }: Pick<Fragment, 'offset' | 'length' | 'isLast'>): boolean =>
  offset + length <= mostBytes && (isLast || length % unitBytes === 0);

export class Fragments {
  /** The oldest first. */
  readonly #waiting = new Map<string, Parts>();
  readonly #sums: ImportSums;
  #held = 0;

  /** What cannot be put together is counted there. */
  constructor(sums: ImportSums) {
    this.#sums = sums;
  }

  /** The packet that this one, which `fits`, completes; null while others are missing, and where two do not agree. */
  take(fragment: Fragment, time: number): Whole | null {
    for (const [key, parts] of this.#waiting) {
      if (time - parts.time <= mostWaitMs && this.#waiting.size <= mostWaiting && this.#held <= mostHeld)
        break;
      this.#drop(key, 'fragment');
    }
    const { key } = fragment;
    let parts = this.#waiting.get(key);
    if (parts === undefined) this.#waiting.set(key, (parts = new Parts(time)));
    parts.count++;
    const before = parts.held;
    const isRight = parts.put(fragment);
    this.#held += parts.held - before;
    if (!isRight) this.#drop(key, 'overlap');
    const whole = isRight ? parts.whole() : null;
    if (whole !== null) this.#forget(key);
    return whole;
  }

  /** No more will come. */
  end(): void {
    for (const key of [...this.#waiting.keys()]) this.#drop(key, 'fragment');
  }

  #drop(key: string, why: 'fragment' | 'overlap'): void {
    this.#sums[why] += this.#waiting.get(key)!.count;
    this.#forget(key);
  }

  #forget(key: string): void {
    this.#held -= this.#waiting.get(key)!.held;
    this.#waiting.delete(key);
  }
}

/** Of a unit of eight bytes. */
const absent = 0;
const onTheWire = 1;
const here = 2;

class Parts {
  readonly time: number;
  count = 0;
  #bytes = new Uint8Array(0);
  #units = new Uint8Array(0);
  #unitCount = 0;
  #reach = 0;
  #total: number | null = null;
  #protocol = 0;

  constructor(time: number) {
    this.time = time;
  }

  get held(): number {
    return this.#bytes.length + this.#units.length;
  }

  /** False where it says something else than those before it. */
  put({ offset, isLast, bytes, length, protocol }: Fragment): boolean {
    const end = offset + length;
    if (isLast) {
      if (this.#reach > end || (this.#total ?? end) !== end) return false;
      this.#total = end;
    } else if (end > (this.#total ?? end)) return false;
    this.#reach = Math.max(this.#reach, end);
    if (offset === 0) this.#protocol = protocol;
    this.#grow(end);
    for (let from = 0; from < length; from += unitBytes) {
      const to = Math.min(length, from + unitBytes);
      const [unit, at] = [(offset + from) / unitBytes, offset + from];
      const state = this.#units[unit]!;
      const isHere = to <= bytes.length;
      if (state === absent) this.#unitCount++;
      if (isHere && state === here) {
        for (let i = from; i < to; i++) if (bytes[i] !== this.#bytes[offset + i]) return false;
      } else if (isHere) this.#bytes.set(bytes.subarray(from, to), at);
      this.#units[unit] = isHere || state === here ? here : onTheWire;
    }
    return true;
  }

  whole(): Whole | null {
    const total = this.#total;
    if (total === null || this.#unitCount < Math.ceil(total / unitBytes)) return null;
    const cut = this.#units.subarray(0, this.#unitCount).indexOf(onTheWire);
    const known = cut < 0 ? total : cut * unitBytes;
    return { bytes: this.#bytes.subarray(0, known), length: total, protocol: this.#protocol };
  }

  #grow(end: number): void {
    if (end <= this.#bytes.length) return;
    const room = Math.max(end, Math.min(2 * this.#bytes.length, mostBytes));
    const bytes = new Uint8Array(Math.ceil(room / unitBytes) * unitBytes);
    bytes.set(this.#bytes);
    const units = new Uint8Array(bytes.length / unitBytes);
    units.set(this.#units);
    [this.#bytes, this.#units] = [bytes, units];
  }
}
