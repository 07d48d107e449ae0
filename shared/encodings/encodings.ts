import { decodeUtf8At } from '../payload/utf8.ts';

/** Text encodings: what a character is as bytes, and back. The tables are those of the platform's TextDecoder (WHATWG Encoding). */

/** The first is the usual one. `us-ascii` is strict: seven bits and no more. */
export const encodingIds = [
  ...(['utf-8', 'utf-16le', 'utf-16be', 'us-ascii', 'iso-8859-1', 'windows-1252'] as const),
  ...(['gbk', 'gb18030', 'big5', 'shift_jis', 'euc-jp', 'euc-kr', 'koi8-r', 'ibm437', 'ibm850'] as const),
] as const;
export type EncodingId = (typeof encodingIds)[number];

/** `codePoint` -1: these bytes are no character, whatever follows. `isCut`: more bytes might make one of them. */
export type DecodedStep = { codePoint: number; length: number; isCut: boolean };
export type Codec = {
  /** The bytes of a character; null where the encoding has none for it. */
  encode(codePoint: number): readonly number[] | null;
  /** The character that begins at `at`, which is in `bytes`. */
  step(bytes: Uint8Array, at: number): DecodedStep;
};

const malformed = (length = 1): DecodedStep => ({ codePoint: -1, length, isCut: false });
const cut = (length: number): DecodedStep => ({ codePoint: -1, length, isCut: true });
const found = (codePoint: number, length: number): DecodedStep => ({ codePoint, length, isCut: false });

/** One byte each; `high` has the characters of 80 to FF. */
function singleByte(high: readonly number[]): Codec {
  const bytes = new Map(high.map((codePoint, index) => [codePoint, [0x80 + index]] as const));
  return {
    encode: (codePoint) => (codePoint < 0x80 ? [codePoint] : (bytes.get(codePoint) ?? null)),
    step: (all, at) => {
      const byte = all[at]!;
      const codePoint = byte < 0x80 ? byte : high[byte - 0x80];
      return codePoint === undefined || codePoint < 0 ? malformed() : found(codePoint, 1);
    },
  };
}

const codePointsOf = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0)!);
const highHalf = Uint8Array.from({ length: 128 }, (_, index) => 0x80 + index);
const fromPlatform = (label: string): Codec =>
  singleByte(codePointsOf(new TextDecoder(label).decode(highHalf)).map((one) => (one === 0xfffd ? -1 : one)));

function utf16(isLittle: boolean): Codec {
  const unitAt = (bytes: Uint8Array, at: number): number =>
    isLittle ? bytes[at]! | (bytes[at + 1]! << 8) : (bytes[at]! << 8) | bytes[at + 1]!;
  const unitBytes = (unit: number): number[] =>
    isLittle ? [unit & 0xff, unit >> 8] : [unit >> 8, unit & 0xff];
  return {
    encode: (codePoint) => {
      if (codePoint < 0x10000) return unitBytes(codePoint);
      const rest = codePoint - 0x10000;
      return [...unitBytes(0xd800 + (rest >> 10)), ...unitBytes(0xdc00 + (rest & 0x3ff))];
    },
    step: (bytes, at) => {
      if (at + 1 >= bytes.length) return cut(1);
      const unit = unitAt(bytes, at);
      if (unit < 0xd800 || unit > 0xdfff) return found(unit, 2);
      if (unit > 0xdbff) return malformed(2);
      if (at + 3 >= bytes.length) return cut(bytes.length - at);
      const low = unitAt(bytes, at + 2);
      return low < 0xdc00 || low > 0xdfff
        ? malformed(2)
        : found(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), 4);
    },
  };
}

const utf8: Codec = {
  encode: (codePoint) => [...encoder.encode(String.fromCodePoint(codePoint))],
  step: (bytes, at) => {
    const step = decodeUtf8At(bytes, at);
    if (step.ok) return found(step.codePoint, step.length);
    return at + step.length === bytes.length && isUtf8Beginning(bytes, at)
      ? cut(step.length)
      : malformed(step.length);
  },
};
const encoder = new TextEncoder();

/** A lead byte that asks for more than there are. */
function isUtf8Beginning(bytes: Uint8Array, at: number): boolean {
  const lead = bytes[at]!;
  const wanted = lead >= 0xf0 && lead < 0xf5 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
  return lead < 0xf5 && bytes.length - at < wanted;
}

/** How many bytes a character has by how it begins; 0: none begins so. `isUsual`: where several have one, these are written. */
type Shape = {
  label: string;
  lengthOf(first: number, second: number | undefined): number;
  isUsual(bytes: readonly number[]): boolean;
  /** Of what the encoding writes: all first bytes of two or three. */
  leads: readonly [from: number, to: number];
  trails: readonly [from: number, to: number];
};

/** Of two bytes or more: read by the platform, each sequence once; written by what was read. */
function multiByte(shape: Shape): Codec {
  const decoder = new TextDecoder(shape.label);
  const known = new Map<number, number>();
  const read = (bytes: readonly number[]): number => {
    const key = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    let codePoint = known.get(key);
    if (codePoint === undefined) {
      const [first, more] = codePointsOf(decoder.decode(Uint8Array.from(bytes)));
      codePoint = first === undefined || first === 0xfffd || more !== undefined ? -1 : first;
      known.set(key, codePoint);
    }
    return codePoint;
  };
  let written: Map<number, readonly number[]> | null = null;
  return {
    encode: (codePoint) => {
      if (codePoint < 0x80) return [codePoint];
      written ??= writingOf(shape, read);
      return written.get(codePoint) ?? (shape.label === 'gb18030' ? gb18030Bytes(codePoint) : null);
    },
    step: (bytes, at) => {
      const first = bytes[at]!;
      if (first < 0x80) return found(first, 1);
      const length = shape.lengthOf(first, bytes[at + 1]);
      if (length === 0) return malformed();
      if (at + length > bytes.length) return cut(bytes.length - at);
      const codePoint = read(Array.from(bytes.subarray(at, at + length)));
      return codePoint < 0 ? malformed() : found(codePoint, length);
    },
  };
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
  if (codePoint >= 0x10000) return fourBytes(189_000 + codePoint - 0x10000);
  if (codePoint >= 0xd800 && codePoint <= 0xdfff) return null;
  if (gb18030Ranges === null) {
    gb18030Ranges = new Map();
    const decoder = new TextDecoder('gb18030');
    for (let pointer = 0; pointer < 39_420; pointer++) {
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

const chinese = (label: 'gbk' | 'gb18030'): Shape => ({
  label,
  lengthOf: (first, second) => {
    if (first === 0x80) return label === 'gbk' ? 1 : 0;
    if (first === 0xff) return 0;
    return label === 'gb18030' && second !== undefined && isBetween(second, 0x30, 0x39) ? 4 : 2;
  },
  isUsual: all,
  leads: [0x81, 0xfe],
  trails: [0x40, 0xfe],
});

const shapes: Readonly<Partial<Record<EncodingId, Shape>>> = {
  gbk: chinese('gbk'),
  gb18030: chinese('gb18030'),
  big5: {
    label: 'big5',
    lengthOf: (first) => (isBetween(first, 0x81, 0xfe) ? 2 : 0),
    // What stands before A1 is of Hong Kong, and read alone.
    isUsual: ([first, second]) => first! >= 0xa1 && !big5Later.has(first! * 256 + second!),
    leads: [0x81, 0xfe],
    trails: [0x40, 0xfe],
  },
  shift_jis: {
    label: 'shift_jis',
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
    lengthOf: (first) => (first === 0x8f ? 3 : first === 0x8e || isBetween(first, 0xa1, 0xfe) ? 2 : 0),
    isUsual: all,
    leads: [0x8e, 0xfe],
    trails: [0xa1, 0xfe],
  },
  'euc-kr': {
    label: 'euc-kr',
    lengthOf: (first) => (isBetween(first, 0x81, 0xfe) ? 2 : 0),
    isUsual: all,
    leads: [0x81, 0xfe],
    trails: [0x41, 0xfe],
  },
};

// Some versions of Node read windows-1252 as ISO 8859-1; the other two are in no browser.
const windows1252 = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const ibm437 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';
const ibm850 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0';

const makers: Readonly<Record<Exclude<EncodingId, keyof typeof shapes>, () => Codec>> &
  Partial<Record<EncodingId, () => Codec>> = {
  'utf-8': () => utf8,
  'utf-16le': () => utf16(true),
  'utf-16be': () => utf16(false),
  'us-ascii': () => singleByte([]),
  'iso-8859-1': () => singleByte([...highHalf]),
  'windows-1252': () => singleByte([...codePointsOf(windows1252), ...highHalf.subarray(32)]),
  'koi8-r': () => fromPlatform('koi8-r'),
  ibm437: () => singleByte(codePointsOf(ibm437)),
  ibm850: () => singleByte(codePointsOf(ibm850)),
};

const codecs = new Map<EncodingId, Codec>();

/** Made when it is first asked for: a large table takes some tens of milliseconds. */
export function codecOf(id: EncodingId): Codec {
  let codec = codecs.get(id);
  if (codec === undefined) {
    const shape = shapes[id];
    codecs.set(id, (codec = shape ? multiByte(shape) : makers[id]!()));
  }
  return codec;
}

/** What is written in UTF-8 needs no codec. */
export const codecBeside = (id: EncodingId = 'utf-8'): Codec | null => (id === 'utf-8' ? null : codecOf(id));

/** The bytes of a text; null where the encoding lacks one of its characters. */
export function encodeText(text: string, codec: Codec): Uint8Array<ArrayBuffer> | null {
  const bytes: number[] = [];
  for (const character of text) {
    const own = codec.encode(character.codePointAt(0)!);
    if (own === null) return null;
    for (const byte of own) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** Text of a stream, chunk by chunk: a character that a chunk cuts waits for its other bytes, and is told with them. */
export class TextStream {
  readonly #codec: Codec;
  #rest: Uint8Array = new Uint8Array();

  constructor(id: EncodingId) {
    this.#codec = codecOf(id);
  }

  /** What is no character is U+FFFD, once for each run that the encoding takes together. */
  push(bytes: Uint8Array): string {
    return this.#read(this.#rest.length === 0 ? bytes : joined(this.#rest, bytes), false);
  }

  finish(): string {
    return this.#read(this.#rest, true);
  }

  #read(bytes: Uint8Array, isLast: boolean): string {
    const out: string[] = [];
    let at = 0;
    while (at < bytes.length) {
      const { codePoint, length, isCut } = this.#codec.step(bytes, at);
      if (isCut && !isLast) break;
      out.push(codePoint < 0 ? '\ufffd' : String.fromCodePoint(codePoint));
      at += length;
    }
    this.#rest = bytes.slice(at);
    return out.join('');
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(one.length + other.length);
  bytes.set(one);
  bytes.set(other, one.length);
  return bytes;
}
