/** Reads entries and payloads by sequence, from memory where they still are and else from the files. */
import type { Damage } from '../../../shared/failure.ts';
import { type RecordDetail, isPayload } from '../../../shared/records.ts';
import { previewLength, type Row, type UntimedRow } from '../../../shared/wire/row-window.ts';
import type { CheckedFiles } from './checked-files.ts';
import { isDamage, partOf } from './checksums.ts';
import type { DataStore } from './data-store.ts';
import { damagedPreview, decodeDetail, maxDetailBytes, peerLabel } from './details.ts';
import {
  blockEntries,
  DamageError,
  dataFiles,
  Entries,
  entryBytes,
  entryMemory,
  indexFile,
  indexFiles,
  kindNumber,
  kindOf,
  putAllDamaged,
  putDamaged,
  segmentBytes,
} from './format.ts';
import type { IndexStore } from './index-store.ts';
import { blocksOf, PageCache, type Range } from './page-cache.ts';
import { noStream, type Place } from './recorder.ts';

/** About eight megabytes of each. */
const indexPages = 340;
const dataPages = 256;
/** Reads longer than this pass the page cache by, so many blocks at a time. */
const cachedReadBytes = 64 * 1024;
const blocksAtOnce = 64;
const keptPeers = 4096;
/** Of rows that are all taken: payloads up to so many bytes are read with them, and so many bytes of them at once. */
const wholeBytes = 256 * 1024;
const wholeBytesAtOnce = 1024 * 1024;
/** Room for them, which begin and end anywhere in a block. */
export const wholeRoomBytes = wholeBytesAtOnce + 2 * dataFiles.checkBytes;
/** What is read in vain, as a multiple of what is wanted, takes less time than single reads. */
const mostInVain = 8;

/** `damages`: by index in `entries`, of those that cannot be relied on. */
type Gathered = { entries: Entries; damages: ReadonlyMap<number, Damage> };
/** What a row or the inspector shows of a record. */
type Shown = { kind: number; preview: Uint8Array };

export class CaptureReader {
  readonly #data: DataStore;
  readonly #index: IndexStore;
  readonly #files: CheckedFiles;
  readonly #indexPages: PageCache;
  readonly #dataPages: PageCache;
  #goneBelow = 0;
  #openPeers: ReadonlyMap<number, string> = new Map();
  /** In order of use, oldest first. */
  readonly #peers = new Map<number, string>();

  constructor(data: DataStore, index: IndexStore, files: CheckedFiles) {
    this.#data = data;
    this.#index = index;
    this.#files = files;
    const read = files.pages.bind(files);
    this.#indexPages = new PageCache(indexPages, indexFiles, read);
    this.#dataPages = new PageCache(dataPages, dataFiles, read);
  }

  /** The size limit took what is before `from`. `openings`: of what was open there the details of the records that opened it. */
  rememberOpen(openings: ReadonlyMap<number, Uint8Array>, from: number): void {
    this.#goneBelow = from;
    const labels = [...openings].map(([stream, bytes]) => {
      const detail = decodeDetail('opened', bytes);
      return [stream, detail === null ? '' : peerLabel(detail)] as const;
    });
    this.#openPeers = new Map(labels);
  }

  /** Their peers. */
  get openPeers(): ReadonlyMap<number, string> {
    return this.#openPeers;
  }

  /**
   * Entries `from` to `from + count - 1`, all of which exist, as a copy, in `room` where it is given, from its beginning.
   * Never rejects: see `Entries.isDamaged`.
   */
  async entries(from: number, count: number, room?: Uint8Array): Promise<Entries> {
    const bytes = room?.subarray(0, count * entryBytes) ?? new Uint8Array(count * entryBytes);
    for (let done = 0; done < count;) {
      const sequence = from + done;
      const near = Math.min(count - done, this.#index.inMemory(sequence));
      if (near > 0) {
        this.#index.copy(sequence, near, bytes, done * entryBytes);
        done += near;
        continue;
      }
      // What is not in its file yet is in memory, maybe the rest of this very block.
      const inFile = Math.min(blockEntries - (sequence % blockEntries), this.#index.written - sequence);
      const inBlock = Math.min(count - done, inFile);
      await this.#readEntries(sequence, bytes.subarray(done * entryBytes, (done + inBlock) * entryBytes));
      done += inBlock;
    }
    return new Entries(from, bytes);
  }

  async #readEntries(from: number, target: Uint8Array): Promise<void> {
    const blocks = [...blocksOf(indexFiles, { place: from * entryBytes, length: target.length })];
    // Whole blocks are read to where they are wanted.
    const isWhole = blocks[0]!.start === 0 && target.length === blocks.length * indexFiles.checkBytes;
    const room = isWhole ? target : null;
    const pages = await this.#files.pages(indexFiles, blocks[0]!.block, blocks.length, room);
    let done = 0;
    blocks.forEach(({ start, end }, i) => {
      const { from, bytes } = pages[i]!;
      // A process that was killed leaves entries whose checksum was not written yet behind others that have one.
      const first = Math.min(end, Math.max(start, Math.ceil(from / entryBytes) * entryBytes));
      const last = Math.max(first, Math.min(end, bytes.length - (bytes.length % entryBytes)));
      if (room === null) target.set(bytes.subarray(first, last), done + first - start);
      putAllDamaged(target.subarray(done, done + first - start));
      putAllDamaged(target.subarray(done + last - start, done + end - start));
      done += end - start;
    });
  }

  /** The entries of single sequences, in the order asked. */
  async gather(sequences: readonly number[]): Promise<Gathered> {
    const bytes = new Uint8Array(sequences.length * entryBytes);
    const ranges: Range[] = [];
    const places: number[] = [];
    const damages = new Map<number, Damage>();
    sequences.forEach((sequence, i) => {
      if (this.#index.inMemory(sequence) > 0) return this.#index.copy(sequence, 1, bytes, i * entryBytes);
      ranges.push({ place: sequence * entryBytes, length: entryBytes });
      places.push(i);
    });
    if (ranges.length > 0)
      (await this.#indexPages.gather(ranges)).forEach((entry, i) => {
        const at = places[i]!;
        if (!isDamage(entry)) return bytes.set(entry, at * entryBytes);
        damages.set(at, entry);
        putDamaged(entryMemory(bytes), at);
      });
    const entries = new Entries(0, bytes);
    sequences.forEach((sequence, i) => {
      // One of a file without checksums, which failed its own check.
      if (entries.isDamaged(i) && !damages.has(i)) damages.set(i, entryDamage(sequence));
    });
    return { entries, damages };
  }

  /** A copy of stored bytes that may be shorter than a segment or longer than memory. Rejects with what is damaged. */
  async read(place: Place, length: number): Promise<Uint8Array> {
    const part = await this.#part({ place, length });
    if (isDamage(part)) throw new DamageError(part);
    return part;
  }

  async #part({ place, length }: Range): Promise<Uint8Array | Damage> {
    const near = this.#data.copy(place, length);
    if (near !== null) return near;
    if (length <= cachedReadBytes && place + length <= this.#data.written)
      return (await this.#dataPages.gather([{ place, length }]))[0]!;
    const out = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const at = place + done;
      const part = Math.min(length - done, segmentBytes - (at % segmentBytes));
      const inMemory = this.#data.copy(at, part);
      if (inMemory !== null) out.set(inMemory, done);
      else {
        const damage = await this.#readLong(at, out.subarray(done, done + part));
        if (damage !== null) return damage;
      }
      done += part;
    }
    return out;
  }

  /** Bytes of one segment, block by block without the cache; resolves to what is wrong with them. */
  async #readLong(place: Place, target: Uint8Array): Promise<Damage | null> {
    const blocks = [...blocksOf(dataFiles, { place, length: target.length })];
    let done = 0;
    for (let at = 0; at < blocks.length; at += blocksAtOnce) {
      const some = blocks.slice(at, at + blocksAtOnce);
      const pages = await this.#files.pages(dataFiles, some[0]!.block, some.length);
      for (const [i, { block, start, end }] of some.entries()) {
        const part = partOf(dataFiles, block, pages[i]!, start, end);
        if (isDamage(part)) return part;
        target.set(part, done);
        done += part.length;
      }
    }
    return null;
  }

  /** Log rows of `sequences`; `first` is the row of the first one, the others follow it. `base`: where the log begins. */
  async rows(sequences: readonly number[], first: number, base: number): Promise<Row[]> {
    const withPrevious = sequences.flatMap((sequence) => [Math.max(base, sequence - 1), sequence]);
    const gathered = await this.gather(withPrevious);
    const { entries } = gathered;
    const [shown, peers] = await Promise.all([
      this.#shown(
        gathered,
        sequences.map((_, i) => 2 * i + 1),
      ),
      this.peers(sequences.map((_, i) => entries.stream(2 * i + 1))),
    ]);
    return sequences.map((sequence, i) => {
      const at = 2 * i + 1;
      const { kind, preview } = shown[i]!;
      const time = entries.time(at);
      return {
        row: first + i,
        sequence,
        time,
        previousTime: entries.isDamaged(at - 1) ? time : entries.time(at - 1),
        kind: kindOf(kind),
        connection: entries.stream(at),
        peer: peers[i]!,
        length: entries.length(at),
        preview,
        frame: null,
      };
    });
  }

  /**
   * As `rows`, with payloads of up to 256 KiB as a whole in the place of their first bytes, for as many `sequences`, one or
   * more, as one read takes. They ascend. `room`: of `wholeRoomBytes`, where the payloads may lie. Null where the first is
   * damaged or lies by itself: `rows` tells more of it.
   */
  async wholeRows(
    sequences: readonly number[],
    first: number,
    room: Uint8Array,
  ): Promise<UntimedRow[] | null> {
    const [from, last] = [sequences[0], sequences.at(-1)];
    if (from === undefined || last === undefined) return [];
    if (last - from >= sequences.length * mostInVain) return null;
    const entries = await this.entries(from, last + 1 - from);
    const { count, place, length } = togetherOf(entries, sequences);
    const bytes = await this.#piece(place, length, room);
    if (count === 0 || bytes === null) return null;
    const some = sequences.slice(0, count);
    const peers = await this.#peersOf(entries, some);
    return some.map((sequence, i) => {
      const at = sequence - from;
      const connection = entries.stream(at);
      const start = bytes.byteOffset + entries.place(at) - place;
      return {
        row: first + i,
        sequence,
        time: entries.time(at),
        kind: kindOf(entries.kind(at)),
        connection,
        peer: peers.get(connection) ?? '',
        length: entries.length(at),
        preview: new Uint8Array(bytes.buffer, start, wholeLength(entries, at)),
        frame: null,
      };
    });
  }

  async #peersOf(entries: Entries, sequences: readonly number[]): Promise<Map<number, string>> {
    const streams = new Set<number>();
    let before = noStream;
    for (const sequence of sequences) {
      const stream = entries.stream(sequence - entries.from);
      if (stream !== before) streams.add(stream);
      before = stream;
    }
    const all = [...streams];
    const peers = await this.peers(all);
    return new Map(all.map((stream, i) => [stream, peers[i]!]));
  }

  /** Bytes as they were read, where they lie in one file; null where one is damaged. */
  async #piece(place: Place, length: number, room: Uint8Array): Promise<Uint8Array | null> {
    const near = this.#data.copy(place, length);
    if (near !== null) return near;
    const isInFile = place + length <= this.#data.written;
    if (!isInFile || (place % segmentBytes) + length > segmentBytes) {
      const part = await this.#part({ place, length });
      return isDamage(part) ? null : part;
    }
    const blocks = [...blocksOf(dataFiles, { place, length })];
    const pages = await this.#files.pages(dataFiles, blocks[0]!.block, blocks.length, room);
    const isGood = ({ block, start, end }: (typeof blocks)[number], i: number): boolean =>
      !isDamage(partOf(dataFiles, block, pages[i]!, start, end));
    if (!blocks.every(isGood)) return null;
    const { buffer, byteOffset } = pages[0]!.bytes;
    return new Uint8Array(buffer, byteOffset + blocks[0]!.start, length);
  }

  /** Kind and first bytes of a record, which are those of a note where they cannot be relied on. */
  async shown(sequence: number): Promise<Shown & Gathered> {
    const gathered = await this.gather([sequence]);
    const [shown] = await this.#shown(gathered, [0]);
    return { ...shown!, ...gathered };
  }

  /** Of the entries `at` these indexes of what was gathered. */
  async #shown({ entries, damages }: Gathered, at: readonly number[]): Promise<Shown[]> {
    const ranges = at.map((i) => ({
      place: entries.place(i),
      length: shownLength(entries.kind(i), entries.length(i)),
    }));
    const previews = await this.#gatherData(ranges);
    return at.map((index, i) => {
      const preview = previews[i]!;
      const ofEntry = damages.get(index);
      if (ofEntry !== undefined) return { kind: noteKind, preview: damagedPreview(ofEntry, true) };
      if (isDamage(preview)) return { kind: noteKind, preview: damagedPreview(preview, false) };
      return { kind: entries.kind(index), preview };
    });
  }

  /** `host:port` of each stream's peer; '' for none and for streams whose first record is gone. */
  async peers(streams: readonly number[]): Promise<string[]> {
    // What is kept may have to make room for what is read.
    const found = new Map<number, string>();
    const unknown: number[] = [];
    for (const stream of new Set(streams)) {
      const known = this.#openPeers.get(stream) ?? this.#peers.get(stream);
      if (known !== undefined) found.set(stream, known);
      else if (stream !== noStream) unknown.push(stream);
    }
    await Promise.all(
      unknown.map(async (stream) => {
        const peer = await this.#readPeer(stream);
        found.set(stream, peer);
        this.#keepPeer(stream, peer);
      }),
    );
    return streams.map((stream) => found.get(stream) ?? '');
  }

  /** The detail of an event; null for payloads, and for bytes that are no detail. Rejects with what is damaged. */
  async detail(sequence: number): Promise<RecordDetail | null> {
    const { entries } = await this.gather([sequence]);
    const kind = kindOf(entries.kind(0));
    const length = entries.length(0);
    if (isPayload(kind) || length > maxDetailBytes) return null;
    return decodeDetail(kind, await this.read(entries.place(0), length));
  }

  async #readPeer(stream: number): Promise<string> {
    if (stream >= this.#index.length || stream < this.#goneBelow) return '';
    try {
      const detail = await this.detail(stream);
      return detail === null ? '' : peerLabel(detail);
    } catch {
      // The record that opened the connection was purged with the log before it.
      return '';
    }
  }

  #keepPeer(stream: number, peer: string): void {
    this.#peers.set(stream, peer);
    if (this.#peers.size <= keptPeers) return;
    for (const oldest of this.#peers.keys()) {
      this.#peers.delete(oldest);
      return;
    }
  }

  /** Nothing happens: pages that were read leave memory. */
  rest(): void {
    this.#indexPages.clear();
    this.#dataPages.clear();
  }

  /** Pieces in memory at once, all others by as few reads as they need. */
  async #gatherData(ranges: readonly Range[]): Promise<(Uint8Array | Damage)[]> {
    const parts: (Uint8Array | Damage | null)[] = ranges.map(({ place, length }) =>
      this.#data.copy(place, length),
    );
    const { written } = this.#data;
    const elsewhere = (isInFile: boolean): number[] =>
      ranges.flatMap(({ place, length }, i) =>
        parts[i] === null && place + length <= written === isInFile ? [i] : [],
      );
    const [far, straddling] = [elsewhere(true), elsewhere(false)];
    const [read, joined] = await Promise.all([
      this.#dataPages.gather(far.map((i) => ranges[i]!)),
      Promise.all(straddling.map((i) => this.#part(ranges[i]!))),
    ]);
    far.forEach((i, at) => (parts[i] = read[at]!));
    straddling.forEach((i, at) => (parts[i] = joined[at]!));
    return parts as (Uint8Array | Damage)[];
  }
}

const noteKind = kindNumber('note');

function entryDamage(sequence: number): Damage {
  const from = (sequence % blockEntries) * entryBytes;
  const file = indexFile(Math.floor(sequence / blockEntries));
  return { code: 'BYTES_DAMAGED', file, from, end: from + entryBytes };
}

/** What is read of a record that is taken as a whole, if that is not too long. */
function wholeLength(entries: Entries, i: number): number {
  const length = entries.length(i);
  return length <= wholeBytes && isPayload(kindOf(entries.kind(i)))
    ? length
    : shownLength(entries.kind(i), length);
}

/** How many of `sequences` lie together from the first on, and where. */
function togetherOf(
  entries: Entries,
  sequences: readonly number[],
): { count: number; place: Place; length: number } {
  let place = Infinity;
  let end = 0;
  let wanted = 0;
  let count = 0;
  for (; count < sequences.length; count++) {
    const i = sequences[count]! - entries.from;
    if (entries.isDamaged(i)) break;
    const length = wholeLength(entries, i);
    const first = Math.min(place, entries.place(i));
    const last = Math.max(end, entries.place(i) + length);
    const isFar =
      last - first > wholeBytesAtOnce || last - first > (wanted + length) * mostInVain + previewLength;
    if (count > 0 && isFar) break;
    place = first;
    end = last;
    wanted += length;
  }
  if (count === 0) return { count, place: 0, length: 0 };
  return { count, place, length: end - place };
}

function shownLength(kind: number, length: number): number {
  return Math.min(length, isPayload(kindOf(kind)) ? previewLength : maxDetailBytes);
}
