/** Encodings of one byte for each character. */
import { found, malformed, type Codec } from './codec.ts';
import { highHalves } from './single-byte-tables.ts';

/** One byte each; `high` has the characters of 80 to FF, and -1 where there is none. */
export function singleByte(high: readonly number[]): Codec {
  const bytes = new Map(high.map((codePoint, index) => [codePoint, [0x80 + index]] as const));
  let table: Uint16Array | null = null;
  return {
    table: () => (table ??= tableOf(high)),
    encode: (codePoint) => (codePoint < 0x80 ? [codePoint] : (bytes.get(codePoint) ?? null)),
    step: (all, at) => {
      const byte = all[at]!;
      const codePoint = byte < 0x80 ? byte : high[byte - 0x80];
      return codePoint === undefined || codePoint < 0 ? malformed() : found(codePoint, 1);
    },
  };
}

/** One byte is before a second one that is none. */
function tableOf(high: readonly number[]): Uint16Array {
  const table = new Uint16Array(0x10000);
  for (const [index, codePoint] of high.entries()) if (codePoint > 0) table[(0x80 + index) * 256] = codePoint;
  return table;
}

/** Every byte is the character of its number. */
export const latin1 = (): Codec => singleByte(upTo(0x80, 0xff));

export const fromTable = (id: keyof typeof highHalves): Codec =>
  singleByte(highHalves[id].split(' ').flatMap(run));

/** What a part of `highHalves` stands for. */
function run(text: string): number[] {
  if (text.startsWith('.')) return Array<number>(Number(text.slice(1)) || 1).fill(-1);
  const [first = 0, last = first] = text.split('-').map((hex) => Number.parseInt(hex, 16));
  return upTo(first, last);
}

const upTo = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
