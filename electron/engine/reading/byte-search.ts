/** Looks for bytes in a piece of memory, sixteen places at a time: loops of JavaScript look at one. */
import type { Needle } from './needed-bytes.ts';

export type ByteSearch = {
  /** What is looked through: read into it. */
  readonly room: Uint8Array;
  /**
   * The first place in `room`, `from` to `to - 1`, where the needle is; `to` where it is at none. A needle that begins at
   * `to - 1` must end in the room.
   */
  finder(needle: Needle): (from: number, to: number) => number;
};

/** As `source` below says; the bytes and masks are of two places of what is looked for. */
type Find = (
  ...args: [
    ...[at: number, end: number, first: number, firstMask: number],
    ...[second: number, secondMask: number, gap: number],
  ]
) => number;
type Wasm = {
  validate(source: Uint8Array): boolean;
  Memory: new (size: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  Module: new (source: Uint8Array) => object;
  Instance: new (module: object, imports: object) => { readonly exports: { find: Find } };
};
/** Its types come with those of a browser alone. */
const { WebAssembly: wasm } = globalThis as unknown as { WebAssembly: Wasm };
const pageBytes = 64 * 1024;

/** With room for so many bytes. Null where the processor has no vectors, or the system no memory. */
export function byteSearch(roomBytes: number): ByteSearch | null {
  const module = source();
  if (!wasm.validate(module)) return null;
  // Behind the room the last look at sixteen places ends.
  const pages = Math.ceil(roomBytes / pageBytes) + 1;
  try {
    const memory = new wasm.Memory({ initial: pages, maximum: pages });
    const { find } = new wasm.Instance(new wasm.Module(module), { in: { memory } }).exports;
    const room = new Uint8Array(memory.buffer, 0, roomBytes);
    return { room, finder: (needle) => finderIn(room, find, needle) };
  } catch {
    // A search without it is a slow one.
    return null;
  }
}

function finderIn(
  room: Uint8Array,
  find: Find,
  { bytes, anyCase }: Needle,
): (from: number, to: number) => number {
  const masks = bytes.map((byte) => (anyCase && isLetter(byte) ? caseBit : 0));
  const wanted = bytes.map((byte, i) => byte | masks[i]!);
  const [first, second] = rarest(wanted);
  const [firstByte, firstMask, secondByte, secondMask, gap] = [
    ...[wanted[first]!, masks[first]!, wanted[second]!, masks[second]!],
    second - first,
  ] as [number, number, number, number, number];
  const isThere = (place: number): boolean => {
    for (let i = 0; i < wanted.length; i++) if ((room[place + i]! | masks[i]!) !== wanted[i]) return false;
    return true;
  };
  return (from, to) => {
    for (let at = from; at < to; at++) {
      at = find(at + first, to + first, firstByte, firstMask, secondByte, secondMask, gap) - first;
      // The last look goes beyond the end.
      if (at >= to) break;
      if (isThere(at)) return at;
    }
    return to;
  };
}

/** Sets the two cases of an ASCII letter, and of nothing else, to the lower one. */
const caseBit = 0x20;
const isLetter = (byte: number): boolean => (byte | caseBit) >= 97 && (byte | caseBit) <= 122;

/** The most frequent first, as in English and in binary forms; what is not here is seldom met. */
const frequent = Array.from('\0 etaoinsrhldcumfpgwybvkxjqz', (character) => character.charCodeAt(0));

/** Two places, which may be one, of the bytes that are met least. */
function rarest(wanted: Uint8Array): [first: number, second: number] {
  const rank = (i: number): number => (frequent.includes(wanted[i]!) ? frequent.indexOf(wanted[i]!) : 99);
  const places = [...wanted.keys()].sort((one, other) => rank(other) - rank(one) || one - other);
  const [one, other = one] = places as [number, number?];
  return [Math.min(one, other), Math.max(one, other)];
}

/**
 * A WebAssembly module of one function: from `at` on, sixteen places at a time, the first where one byte stands and
 * another one `gap` places behind it, each with the bits of its mask set; `end`, or a place behind it, where there is none.
 */
function source(): Uint8Array {
  const [i32, v128, none] = [0x7f, 0x7b, 0x40];
  const [at, end, first, firstMask, second, secondMask, gap] = [0, 1, 2, 3, 4, 5, 6] as const;
  const [firsts, firstMasks, seconds, secondMasks, hits] = [7, 8, 9, 10, 11] as const;
  const get = (local: number): number[] => [0x20, local];
  const set = (local: number): number[] => [0x21, local];
  const [loadVector, splat, equal] = [
    [0xfd, 0, 0, 0],
    [0xfd, 15],
    [0xfd, 35],
  ] as const;
  const [vectorAnd, vectorOr, bitmask] = [
    [0xfd, 78],
    [0xfd, 80],
    [0xfd, 100],
  ] as const;
  const [add, trailingZeros, atLeast, leave] = [0x6a, 0x68, 0x4f, 0x0f] as const;
  const [block, loop, ifAny, close] = [[0x02, none], [0x03, none], [0x04, none], 0x0b] as const;
  const body = [
    ...[2, 4, v128, 1, i32],
    ...[...get(first), ...splat, ...set(firsts), ...get(firstMask), ...splat, ...set(firstMasks)],
    ...[...get(second), ...splat, ...set(seconds), ...get(secondMask), ...splat, ...set(secondMasks)],
    ...[...block, ...loop],
    ...[...get(at), ...get(end), atLeast, ...[0x0d, 1]],
    ...[...get(at), ...loadVector, ...get(firstMasks), ...vectorOr, ...get(firsts), ...equal],
    ...[
      ...get(at),
      ...get(gap),
      add,
      ...loadVector,
      ...get(secondMasks),
      ...vectorOr,
      ...get(seconds),
      ...equal,
    ],
    ...[...vectorAnd, ...bitmask, ...[0x22, hits]],
    ...[...ifAny, ...get(at), ...get(hits), trailingZeros, add, leave, close],
    ...[...get(at), ...[0x41, 16], add, ...set(at), ...[0x0c, 0]],
    ...[close, close, ...get(end), close],
  ];
  const sized = (bytes: readonly number[]): number[] => [
    (bytes.length & 0x7f) | 0x80,
    bytes.length >> 7,
    ...bytes,
  ];
  const named = (name: string): number[] => [name.length, ...Array.from(name, (each) => each.charCodeAt(0))];
  return Uint8Array.from([
    ...[0, ...named('asm').slice(1), 1, 0, 0, 0],
    ...[1, ...sized([1, 0x60, 7, ...Array<number>(7).fill(i32), 1, i32])],
    ...[2, ...sized([1, ...named('in'), ...named('memory'), 2, 0, 1])],
    ...[3, ...sized([1, 0])],
    ...[7, ...sized([1, ...named('find'), 0, 0])],
    ...[10, ...sized([1, ...sized(body)])],
  ]);
}
