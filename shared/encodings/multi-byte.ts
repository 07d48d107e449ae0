/** Encodings of one, two or more bytes for each character, by the tables of the platform's TextDecoder (WHATWG Encoding). */
import { codePointsOf, cutOff, found, leastTrail, malformed, type Codec } from './codec.ts';

/**
 * How many bytes a character has by how it begins; 0: none begins so. `isUsual`: where several have one, these are written.
 * `correct`: what is read where platforms differ (Node and browsers do), or where it is of no standard; -1 is no character.
 */
export type Shape = {
  label: string;
  correct?(bytes: readonly number[], read: number): number;
  lengthOf(first: number, second: number | undefined): number;
  isUsual(bytes: readonly number[]): boolean;
  /** Of what the encoding writes: all first bytes of two or three. */
  leads: readonly [from: number, to: number];
  trails: readonly [from: number, to: number];
  /** Every character that its pairs lack has four bytes. */
  hasAll?: true;
};

/**
 * Of two bytes or more: read by the platform, all pairs at once and each longer sequence as it comes; written by what was
 * read.
 */
export function multiByte(shape: Shape): Codec {
  const decoder = new TextDecoder(shape.label);
  const longer = new Map<number, number>();
  let pairs: Uint16Array | null = null;
  let written: Map<number, readonly number[]> | null = null;
  const table = (): Uint16Array => (pairs ??= pairsOf(shape, (bytes) => decoder.decode(bytes)));
  /** Of bytes that the table does not have. */
  const readLonger = (bytes: readonly number[]): number => {
    if (bytes.length === 4) {
      const pointer = pointerOf(bytes);
      // What follows is kept, and what a peer sends must not be kept without bound.
      if (pointer >= rangedPointers) return beyondPlane(pointer);
    }
    const key = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    let codePoint = longer.get(key);
    if (codePoint === undefined) {
      codePoint = readBy(shape, bytes, decoder.decode(Uint8Array.from(bytes)));
      longer.set(key, codePoint);
    }
    return codePoint;
  };
  const read = (bytes: readonly number[]): number =>
    (bytes.length > 2 ? 0 : table()[tableKey(bytes[0]!, bytes[1])]!) || readLonger(bytes);
  return {
    table,
    encode: (codePoint) => {
      if (codePoint < 0x80) return [codePoint];
      written ??= writingOf(shape, read);
      return written.get(codePoint) ?? (shape.hasAll ? gb18030Bytes(codePoint) : null);
    },
    step: (bytes, at) => {
      const first = bytes[at]!;
      if (first < 0x80) return found(first, 1);
      const length = shape.lengthOf(first, bytes[at + 1]);
      if (length === 0) return malformed();
      if (at + length > bytes.length) return cutOff(bytes.length - at);
      const known = length > 2 ? 0 : table()[tableKey(first, length === 2 ? bytes[at + 1] : undefined)]!;
      if (known !== 0) return found(known, length);
      const codePoint = readLonger(Array.from(bytes.subarray(at, at + length)));
      return codePoint < 0 ? malformed() : found(codePoint, length);
    },
  };
}

/** Of four bytes of GB18030; no place that has a character where they are none. */
const pointerOf = ([first, second, third, fourth]: readonly number[]): number =>
  isBetween(third!, 0x81, 0xfe) && isBetween(fourth!, 0x30, 0x39)
    ? (first! - 0x81) * 12_600 + (second! - 0x30) * 1260 + (third! - 0x81) * 10 + fourth! - 0x30
    : Infinity;
/** So many are of the basic plane. */
const rangedPointers = 39_420;
const planesPointer = 189_000;

function beyondPlane(pointer: number): number {
  const codePoint = pointer - planesPointer + 0x10000;
  return codePoint >= 0x10000 && codePoint <= 0x10ffff ? codePoint : -1;
}

/** A byte that stands alone has its place where a pair cannot be: no second byte is 0. */
export const tableKey = (first: number, second = 0): number => first * 256 + second;

function readBy({ correct }: Shape, bytes: readonly number[], text: string): number {
  const codePoint = onlyOne(text);
  return correct === undefined ? codePoint : correct(bytes, codePoint);
}

function onlyOne(text: string): number {
  const codePoint = text.codePointAt(0) ?? noCharacter;
  return codePoint === noCharacter || text.length > (codePoint > 0xffff ? 2 : 1) ? -1 : codePoint;
}
const noCharacter = 0xfffd;

/** What one byte, or two, stand for; those beyond the basic plane are left to be asked for. */
function pairsOf(shape: Shape, decode: (bytes: Uint8Array<ArrayBuffer>) => string): Uint16Array {
  const table = new Uint16Array(0x10000);
  const row = new Uint8Array((0x100 - leastTrail) * 3);
  const { lengthOf } = shape;
  const take = (bytes: readonly number[], text: string): void => {
    const codePoint = readBy(shape, bytes, text);
    if (codePoint > 0 && codePoint <= 0xffff) table[tableKey(bytes[0]!, bytes[1])] = codePoint;
  };
  for (let first = 0x80; first <= 0xff; first++) {
    if (lengthOf(first, undefined) === 1) take([first], decode(Uint8Array.of(first)));
    // A line feed between them is in no pair.
    for (let second = leastTrail; second <= 0xff; second++)
      row.set([first, second, 0x0a], (second - leastTrail) * 3);
    const texts = decode(row).split('\n');
    for (let second = leastTrail; second <= 0xff; second++)
      if (lengthOf(first, second) === 2) take([first, second], texts[second - leastTrail]!);
  }
  return table;
}

function writingOf({ leads, trails, isUsual, lengthOf }: Shape, read: (bytes: readonly number[]) => number) {
  const written = new Map<number, readonly number[]>();
  const take = (bytes: readonly number[]): void => {
    const codePoint = read(bytes);
    if (codePoint >= 0x80 && isUsual(bytes) && !written.has(codePoint)) written.set(codePoint, bytes);
  };
  for (let first = 0x80; first <= 0xff; first++) if (lengthOf(first, undefined) === 1) take([first]);
  for (let lead = leads[0]; lead <= leads[1]; lead++)
    for (let trail = trails[0]; trail <= trails[1]; trail++)
      if (lengthOf(lead, trail) === 2) take([lead, trail]);
  // JIS X 0212 stands behind 8F.
  if (lengthOf(0x8f, 0xa1) === 3)
    for (let second = 0xa1; second <= 0xfe; second++)
      for (let third = 0xa1; third <= 0xfe; third++) take([0x8f, second, third]);
  return written;
}

let gb18030Ranges: Map<number, readonly number[]> | null = null;

/** Of four bytes: the rest of the basic plane in its order, then all other planes in theirs. */
function gb18030Bytes(codePoint: number): readonly number[] | null {
  if (codePoint >= 0x10000) return fourBytes(planesPointer + codePoint - 0x10000);
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return null;
  if (gb18030Ranges === null) {
    gb18030Ranges = new Map();
    const decoder = new TextDecoder('gb18030');
    for (let pointer = 0; pointer < rangedPointers; pointer++) {
      const bytes = fourBytes(pointer);
      const [read = 0xfffd] = codePointsOf(decoder.decode(Uint8Array.from(bytes)));
      if (read !== 0xfffd) gb18030Ranges.set(read, bytes);
    }
  }
  return gb18030Ranges.get(codePoint) ?? null;
}

const fourBytes = (pointer: number): readonly number[] => [
  0x81 + Math.floor(pointer / 12_600),
  0x30 + (Math.floor(pointer / 1260) % 10),
  0x81 + (Math.floor(pointer / 10) % 126),
  0x30 + (pointer % 10),
];

const isBetween = (byte: number, from: number, to: number): boolean => byte >= from && byte <= to;
const all = (): boolean => true;
/** Written by the second of their places in Big5, as everybody does. */
const big5Later = new Set([0xf9f9, 0xf9e9, 0xf9f1, 0xf9eb, 0xa1ca, 0xa2cc, 0xa2ce]);

/** All are of the private use area where Node has what the standard does not. */
const isPrivate = (codePoint: number): boolean => isBetween(codePoint, 0xe000, 0xf8ff);

/** Of Big5 what Windows has too: Hong Kong's additions are in no Node. */
function correctBig5([first, second]: readonly number[], read: number): number {
  const pair = first! * 256 + second!;
  if (pair < 0xa140 || isBetween(pair, 0xc6a1, 0xc8ff) || pair > 0xf9fe) return -1;
  if (isBetween(pair, 0xa3c0, 0xa3df)) return 0x2400 + pair - 0xa3c0;
  return big5Corrected[pair] ?? read;
}
const big5Corrected: Readonly<Record<number, number>> = { 0xa3e0: 0x2421, 0xa3e1: 0x20ac, 0xf9fe: 0xffed };

/** All syllables, as Windows has them: those that KS X 1001 lacks stand around it in Unicode's order. */
function correctKorean([first, second]: readonly number[], read: number): number {
  const pair = first! * 256 + second!;
  if (pair === 0xa2e6) return 0x20ac;
  if (pair === 0xa2e7) return 0xae;
  return (otherSyllables ??= syllablesAround()).get(pair) ?? (isPrivate(read) ? -1 : read);
}
let otherSyllables: ReadonlyMap<number, number> | null = null;

function syllablesAround(): Map<number, number> {
  const decoder = new TextDecoder('euc-kr');
  const known = new Set<number>();
  for (let first = 0xb0; first <= 0xc8; first++)
    for (let second = 0xa1; second <= 0xfe; second++)
      known.add(onlyOne(decoder.decode(Uint8Array.of(first, second))));
  const around = new Map<number, number>();
  let syllable = 0xac00;
  for (let first = 0x81; first <= 0xc6; first++)
    for (let second = 0x41; second <= (first <= 0xa0 ? 0xfe : 0xa0); second++) {
      if (isBetween(second, 0x5b, 0x60) || isBetween(second, 0x7b, 0x80)) continue;
      while (known.has(syllable)) syllable++;
      if (syllable <= 0xd7a3) around.set(first * 256 + second, syllable++);
    }
  return around;
}

export const shapes = {
  gbk: {
    // Where Node's own GBK has the private use area, its GB18030 has the characters.
    label: 'gb18030',
    correct: ([, second], read) => (second === undefined ? 0x20ac : read),
    lengthOf: (first) => (first === 0x80 ? 1 : first === 0xff ? 0 : 2),
    isUsual: all,
    leads: [0x81, 0xfe],
    trails: [0x40, 0xfe],
  },
  gb18030: {
    label: 'gb18030',
    lengthOf: (first, second = 0) =>
      first === 0x80 || first === 0xff ? 0 : isBetween(second, 0x30, 0x39) ? 4 : 2,
    isUsual: all,
    leads: [0x81, 0xfe],
    trails: [0x40, 0xfe],
    hasAll: true,
  },
  big5: {
    label: 'big5',
    correct: correctBig5,
    lengthOf: (first) => (isBetween(first, 0x81, 0xfe) ? 2 : 0),
    isUsual: ([first, second]) => !big5Later.has(first! * 256 + second!),
    leads: [0x81, 0xfe],
    trails: [0x40, 0xfe],
  },
  shift_jis: {
    label: 'shift_jis',
    correct: ([first], read) => (first === 0x80 ? 0x80 : read),
    lengthOf: (first) =>
      isBetween(first, 0xa1, 0xdf) || first === 0x80
        ? 1
        : isBetween(first, 0x81, 0x9f) || isBetween(first, 0xe0, 0xfc)
          ? 2
          : 0,
    // NEC's second copy of IBM's characters, and the area that everybody fills otherwise.
    isUsual: ([first]) => first !== 0xed && first !== 0xee && !isBetween(first!, 0xf0, 0xf9),
    leads: [0x81, 0xfc],
    trails: [0x40, 0xfc],
  },
  'euc-jp': {
    label: 'euc-jp',
    correct: ([first, second, third], read) =>
      (first === 0x8e && second! > 0xdf) || (first === 0x8f && second === 0xf3 && third! < 0xf3) ? -1 : read,
    lengthOf: (first) => (first === 0x8f ? 3 : first === 0x8e || isBetween(first, 0xa1, 0xfe) ? 2 : 0),
    isUsual: all,
    leads: [0x8e, 0xfe],
    trails: [0xa1, 0xfe],
  },
  'euc-kr': {
    label: 'euc-kr',
    correct: correctKorean,
    lengthOf: (first) => (isBetween(first, 0x81, 0xfe) ? 2 : 0),
    isUsual: all,
    leads: [0x81, 0xfe],
    trails: [0x41, 0xfe],
  },
} as const satisfies Record<string, Shape>;
