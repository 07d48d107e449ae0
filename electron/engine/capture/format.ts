/**
 * The capture on disk: payload bytes in `data-NNNNNNNN` files of one segment each, index entries in `index-NNNNNNNN`
 * files of one block each, their checksums beside them (checksums.ts), and `capture.json` (meta.ts). Words are in the
 * machine's own byte order, which is little on every system that Node and Electron are built for in practice.
 */
import { FailureError, type Damage } from '../../../shared/failure.ts';
import { recordKinds, type RecordKind } from '../../../shared/records.ts';
import type { Place } from './recorder.ts';

/** Bytes in a data file. A record may span several. */
export const segmentBytes = 16 * 2 ** 20;
/** 8 time, 6 place, 1 kind, 1 check, 4 length, 4 stream. */
export const entryBytes = 24;
export const blockEntries = 65_536;
export const blockBytes = entryBytes * blockEntries;

/** Sequences are 32 bits wide where connections are named, and the last one names none. */
export const maxRecords = 2 ** 32 - 1;
/** From here on sockets are not read any more; what is left is room for the records of their ends. */
export const fullRecords = maxRecords - 2 ** 20;
/** Places are 48 bits wide on disk. */
export const maxPlace = 2 ** 48;

const wordsPerEntry = entryBytes / 4;
const timesPerEntry = entryBytes / 8;

const numbered = (prefix: string) => (number: number) => `${prefix}-${String(number).padStart(8, '0')}`;
export const dataFile = numbered('data');
export const indexFile = numbered('index');

/** The files of one sort, which together are one space of bytes. */
export type FileSet = {
  readonly prefix: 'data' | 'index';
  readonly name: (number: number) => string;
  /** Where the checksums of the file of that number are. */
  readonly sums: (number: number) => string;
  readonly fileBytes: number;
  /** Bytes that one checksum covers; no block lies in two files, and no index entry in two blocks. */
  readonly checkBytes: number;
};
export const dataFiles: FileSet = {
  prefix: 'data',
  name: dataFile,
  sums: numbered('sums-data'),
  fileBytes: segmentBytes,
  checkBytes: 32 * 1024,
};
export const indexFiles: FileSet = {
  prefix: 'index',
  name: indexFile,
  sums: numbered('sums-index'),
  fileBytes: blockBytes,
  checkBytes: 1024 * entryBytes,
};

/** What a reader throws who cannot go on without the bytes. */
export class DamageError extends FailureError {
  readonly damage: Damage;

  constructor(damage: Damage) {
    super({ code: damage.code, subject: damage.file });
    this.damage = damage;
  }
}

/** No file of a higher number was ever written: its places or records would be too many. */
const mostSegments = maxPlace / segmentBytes;
const mostBlocks = Math.ceil(maxRecords / blockEntries);

/** The number in a file's name, or -1 if it is not such a file. */
export function fileNumber(name: string, prefix: string): number {
  const match = /^(.*)-(\d{8})$/.exec(name);
  const number = match?.[1] === prefix ? Number(match[2]) : -1;
  return number < (prefix.endsWith('data') ? mostSegments : mostBlocks) ? number : -1;
}

const kindNumbers = new Map(recordKinds.map((kind, number) => [kind, number]));
export const kindNumber = (kind: RecordKind): number => kindNumbers.get(kind)!;
/** No kind has this number: the entry in the place of one that cannot be relied on, or was never written. */
const damagedNumber = 255;
/** Kinds of a newer version read as notes. */
export const noteNumber = kindNumber('note');
export const kindOf = (number: number): RecordKind => recordKinds[number] ?? 'note';

/** Typed views of one piece of index memory, whose start is aligned to 8 bytes. */
export type EntryMemory = { times: Float64Array; words: Uint32Array };

export function entryMemory(bytes: Uint8Array): EntryMemory {
  const count = Math.floor(bytes.length / entryBytes);
  return {
    times: new Float64Array(bytes.buffer, bytes.byteOffset, count * timesPerEntry),
    words: new Uint32Array(bytes.buffer, bytes.byteOffset, count * wordsPerEntry),
  };
}

/** Not a checksum of the payload: it tells an entry that was written from zeros and torn or foreign bytes. */
function checkOf(words: Uint32Array, at: number): number {
  let mixed =
    Math.imul(words[at]! ^ Math.imul(words[at + 1]!, 0x9e3779b1), 0x85ebca6b) ^
    Math.imul(words[at + 2]! ^ Math.imul(words[at + 3]! & 0xff_ffff, 0xc2b2ae35), 0x27d4eb2f) ^
    Math.imul(words[at + 4]! ^ Math.imul(words[at + 5]!, 0x165667b1), 0x9e3779b1);
  mixed ^= mixed >>> 16;
  mixed ^= mixed >>> 8;
  return (mixed & 0xff) ^ 0xa5;
}

/** Writes entry number `slot` of `memory`. */
export function putEntry(
  memory: EntryMemory,
  slot: number,
  time: number,
  place: Place,
  length: number,
  stream: number,
  kind: number,
): void {
  const { words } = memory;
  const at = slot * wordsPerEntry;
  memory.times[slot * timesPerEntry] = time;
  words[at + 2] = place;
  const high = ((place / 2 ** 32) & 0xffff) | (kind << 16);
  words[at + 3] = high;
  words[at + 4] = length;
  words[at + 5] = stream;
  words[at + 3] = high | (checkOf(words, at) << 24);
}

/** Entry number `slot` of `memory` is damaged: it names nothing, and every filter lets it pass. */
export function putDamaged(memory: EntryMemory, slot: number): void {
  putEntry(memory, slot, 0, 0, 0, 0xffff_ffff, damagedNumber);
}

export function putAllDamaged(bytes: Uint8Array): void {
  const memory = entryMemory(bytes);
  for (let i = 0; i * entryBytes < bytes.length; i++) putDamaged(memory, i);
}

/** Index entries as they lie in memory or on disk: typed access without an object per entry. */
export class Entries {
  /** Sequence of the first entry; `i` below counts from it. */
  readonly from: number;
  readonly count: number;
  readonly #times: Float64Array;
  readonly #words: Uint32Array;

  /** `bytes` starts on a multiple of 8 in its buffer; a torn entry at its end does not count. */
  constructor(from: number, bytes: Uint8Array) {
    const { times, words } = entryMemory(bytes);
    this.from = from;
    this.count = words.length / wordsPerEntry;
    this.#times = times;
    this.#words = words;
  }

  time(i: number): number {
    return this.#times[i * timesPerEntry]!;
  }
  place(i: number): Place {
    return this.#words[i * wordsPerEntry + 2]! + (this.#words[i * wordsPerEntry + 3]! & 0xffff) * 2 ** 32;
  }
  kind(i: number): number {
    return (this.#words[i * wordsPerEntry + 3]! >>> 16) & 0xff;
  }
  length(i: number): number {
    return this.#words[i * wordsPerEntry + 4]!;
  }
  stream(i: number): number {
    return this.#words[i * wordsPerEntry + 5]!;
  }

  /** Nothing is known about this record but its sequence. */
  isDamaged(i: number): boolean {
    return this.kind(i) === damagedNumber;
  }

  /** Nothing was ever written here, or it did not reach the disk. */
  isEmpty(i: number): boolean {
    return this.#words.subarray(i * wordsPerEntry, (i + 1) * wordsPerEntry).every((word) => word === 0);
  }

  /** Whether the entry was written whole, with a sane time, and names bytes below `dataEnd`. */
  isSound(i: number, dataEnd: Place): boolean {
    const at = i * wordsPerEntry;
    const time = this.time(i);
    return (
      this.#words[at + 3]! >>> 24 === checkOf(this.#words, at) &&
      time >= 0 &&
      time <= lastTime &&
      this.place(i) + this.length(i) <= dataEnd
    );
  }
}

/** The last instant a JavaScript Date can hold. */
const lastTime = 8.64e15;
