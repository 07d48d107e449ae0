/** DEFLATE (RFC 1951) in one go, as far as it gets: what a cut or damaged body still holds is shown. */
import type { Unpacked } from './context.ts';

export type InflateOptions = {
  form: 'raw' | 'zlib' | 'gzip';
  /** Bytes of output; more are `too-large`. */
  limit: number;
  /** What went before, that the bytes may refer to: at most its last 32 KiB count. */
  earlier?: Uint8Array;
  /** Told of so many bytes of output; may throw. */
  spend?: (bytes: number) => void;
};

const windowBytes = 32 * 1024;
const mostBits = 15;
const bytesBetweenTelling = 64 * 1024;
const firstRoom = 16 * 1024;

class Wrong {
  readonly code: NonNullable<Unpacked['problem']>;

  constructor(code: NonNullable<Unpacked['problem']>) {
    this.code = code;
  }
}

/** A canonical code: how many there are of each length, and what they stand for in their order. */
type Codes = { counts: Uint16Array; symbols: Uint16Array };

/** Length and distance codes: their least value, and the bits that are added to it. */
const lengths = ranges([8, 4, 4, 4, 4, 4], 3);
const distances = ranges([4, ...Array.from({ length: 13 }, () => 2)], 1);
const codeOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const fixedLiterals = codesOf(
  Uint8Array.from({ length: 288 }, (_, symbol) =>
    symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
  ),
);
const fixedDistances = codesOf(new Uint8Array(30).fill(5));

export function inflate(bytes: Uint8Array, options: InflateOptions): Unpacked {
  const state = new Inflater(bytes, options);
  let problem: Unpacked['problem'] = null;
  try {
    state.run(options.form);
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    problem = error.code;
  }
  return { bytes: state.taken(), problem };
}

class Inflater {
  readonly #bytes: Uint8Array;
  readonly #limit: number;
  readonly #spend: (bytes: number) => void;
  readonly #before: number;
  #at = 0;
  #bits = 0;
  #bitCount = 0;
  #out: Uint8Array<ArrayBuffer>;
  #length: number;
  #toldAt = 0;

  constructor(bytes: Uint8Array, { limit, earlier, spend }: InflateOptions) {
    const before = earlier?.subarray(-windowBytes) ?? new Uint8Array();
    this.#bytes = bytes;
    this.#before = this.#length = before.length;
    this.#limit = before.length + limit;
    this.#spend = spend ?? (() => undefined);
    this.#out = new Uint8Array(before.length + Math.min(limit, firstRoom));
    this.#out.set(before);
  }

  taken(): Uint8Array {
    return this.#out.slice(this.#before, this.#length);
  }

  run(form: InflateOptions['form']): void {
    if (form === 'raw') return this.#blocks(true);
    if (form === 'zlib') {
      this.#at = 2;
      return this.#blocks(false);
    }
    // Several members one behind another are one body.
    do {
      const start = this.#length;
      this.#gzipHead();
      this.#blocks(false);
      this.#gzipTail(start);
    } while (this.#bytes[this.#at] === 0x1f);
  }

  #gzipHead(): void {
    const [first, second, method, flags = 0] = [0, 1, 2, 3].map(() => this.#byte());
    if (first !== 0x1f || second !== 0x8b || method !== 8) throw new Wrong('damaged');
    this.#at += 6;
    if (flags & 4) {
      const size = this.#byte() + this.#byte() * 256;
      this.#at += size;
    }
    if (flags & 8) while (this.#byte() !== 0);
    if (flags & 16) while (this.#byte() !== 0);
    if (flags & 2) this.#at += 2;
  }

  #gzipTail(start: number): void {
    let stated = 0;
    for (let shift = 0; shift < 32; shift += 8) stated = (stated | (this.#byte() << shift)) >>> 0;
    for (let i = 0; i < 4; i++) this.#byte();
    if (stated !== crc32(this.#out.subarray(start, this.#length))) throw new Wrong('wrong-checksum');
  }

  /** `mayEnd`: messages of WebSocket end behind a block that is not the last. */
  #blocks(mayEnd: boolean): void {
    for (let isLast = false; !isLast;) {
      if (mayEnd && this.#at > 0 && this.#at >= this.#bytes.length) return;
      isLast = this.#take(1) === 1;
      const type = this.#take(2);
      if (type === 0) this.#stored(mayEnd);
      else if (type === 1) this.#packed(fixedLiterals, fixedDistances);
      else if (type === 2) this.#dynamic();
      else throw new Wrong('damaged');
    }
    // What is left of a byte is padding.
    this.#bits = this.#bitCount = 0;
  }

  #stored(mayEnd: boolean): void {
    this.#bits = this.#bitCount = 0;
    // The four bytes 00 00 FF FF behind a message are not sent.
    if (mayEnd && this.#at === this.#bytes.length) return;
    const size = this.#byte() + this.#byte() * 256;
    const inverse = this.#byte() + this.#byte() * 256;
    if ((size ^ inverse) !== 0xffff) throw new Wrong('damaged');
    const end = Math.min(this.#bytes.length, this.#at + size);
    const wanted = end - this.#at;
    const fits = Math.min(wanted, this.#limit - this.#length);
    this.#reserve(fits);
    this.#out.set(this.#bytes.subarray(this.#at, this.#at + fits), this.#length);
    this.#length += fits;
    if (fits < wanted) throw new Wrong('too-large');
    this.#at = end;
    if (wanted < size) throw new Wrong('incomplete');
  }

  #dynamic(): void {
    const literalCount = this.#take(5) + 257;
    const distanceCount = this.#take(5) + 1;
    const codeCount = this.#take(4) + 4;
    const sizes = new Uint8Array(19);
    for (let i = 0; i < codeCount; i++) sizes[codeOrder[i]!] = this.#take(3);
    const codes = codesOf(sizes);
    const all = new Uint8Array(literalCount + distanceCount);
    for (let at = 0; at < all.length;) {
      const symbol = this.#symbol(codes);
      if (symbol < 16) {
        all[at++] = symbol;
        continue;
      }
      if (symbol === 16 && at === 0) throw new Wrong('damaged');
      const value = symbol === 16 ? all[at - 1]! : 0;
      const times =
        symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7);
      if (at + times > all.length) throw new Wrong('damaged');
      all.fill(value, at, (at += times));
    }
    this.#packed(codesOf(all.subarray(0, literalCount)), codesOf(all.subarray(literalCount)));
  }

  #packed(literals: Codes, distanceCodes: Codes): void {
    for (;;) {
      const symbol = this.#symbol(literals);
      if (symbol === 256) return;
      if (symbol < 256) {
        this.#reserve(1);
        this.#out[this.#length++] = symbol;
        continue;
      }
      // The last length code stands for 258 alone.
      const [least, bits] = symbol === 285 ? [258, 0] : (lengths[symbol - 257] ?? [0, 0]);
      const length = least + this.#take(bits);
      const [near, more] = distances[this.#symbol(distanceCodes)] ?? [0, 0];
      const distance = near + this.#take(more);
      if (least === 0 || near === 0) throw new Wrong('damaged');
      if (distance > this.#length) throw new Wrong('needs-earlier');
      this.#reserve(length);
      for (let i = 0; i < length; i++, this.#length++)
        this.#out[this.#length] = this.#out[this.#length - distance]!;
    }
  }

  /** A bit at a time: codes are short where it counts. */
  #symbol({ counts, symbols }: Codes): number {
    let [code, first, index] = [0, 0, 0];
    for (let size = 1; size <= mostBits; size++) {
      code |= this.#take(1);
      const count = counts[size]!;
      if (code - count < first) return symbols[index + code - first]!;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new Wrong('damaged');
  }

  #take(count: number): number {
    while (this.#bitCount < count) {
      this.#bits |= this.#byte() << this.#bitCount;
      this.#bitCount += 8;
    }
    const value = this.#bits & ((1 << count) - 1);
    this.#bits >>>= count;
    this.#bitCount -= count;
    return value;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new Wrong('incomplete');
    this.#at++;
    return byte;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed > this.#limit) throw new Wrong('too-large');
    if (needed - this.#toldAt > bytesBetweenTelling) {
      this.#spend(needed - this.#toldAt);
      this.#toldAt = needed;
    }
    if (needed <= this.#out.length) return;
    const grown = new Uint8Array(Math.min(this.#limit, Math.max(needed, this.#out.length * 2)));
    grown.set(this.#out.subarray(0, this.#length));
    this.#out = grown;
  }
}

function codesOf(sizes: Uint8Array): Codes {
  const counts = new Uint16Array(mostBits + 1);
  for (const size of sizes) counts[size]!++;
  counts[0] = 0;
  const next = new Uint16Array(mostBits + 2);
  for (let size = 1; size <= mostBits; size++) next[size + 1] = next[size]! + counts[size]!;
  const symbols = new Uint16Array(sizes.length);
  sizes.forEach((size, symbol) => {
    if (size > 0) symbols[next[size]!++] = symbol;
  });
  return { counts, symbols };
}

/** So many codes with 0, 1, 2 … bits added, from `least` on. */
function ranges(counts: readonly number[], least: number): [least: number, bits: number][] {
  const made: [number, number][] = [];
  let next = least;
  counts.forEach((count, bits) => {
    for (let i = 0; i < count; i++, next += 1 << bits) made.push([next, bits]);
  });
  return made;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = crcTable[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
