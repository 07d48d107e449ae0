/** Reads entries and payloads by sequence, from memory where they still are and else from the files. */
import type { DataStore } from './data-store.ts';
import { decodeDetail, isPayload, maxDetailBytes, peerLabel } from './details.ts';
import {
  blockBytes,
  blockEntries,
  dataFile,
  Entries,
  entryBytes,
  indexFile,
  kindOf,
  missingBytes,
  segmentBytes,
} from './format.ts';
import type { IndexStore } from './index-store.ts';
import type { OpenFiles } from './open-files.ts';
import { PageCache, type Range } from './page-cache.ts';
import { noStream, type Place } from './recorder.ts';
import { previewLength, type Row } from '../../../shared/row-window.ts';
import type { RecordDetail } from '../../../shared/records.ts';

const indexPages = 2048;
const dataPages = 2048;
/** Reads longer than this pass the page cache by. */
const cachedReadBytes = 64 * 1024;
const keptPeers = 4096;

type FileName = (number: number) => string;

export class CaptureReader {
  readonly #data: DataStore;
  readonly #index: IndexStore;
  readonly #files: OpenFiles;
  readonly #indexPages: PageCache;
  readonly #dataPages: PageCache;
  /** In order of use, oldest first. */
  readonly #peers = new Map<number, string>();

  constructor(data: DataStore, index: IndexStore, files: OpenFiles) {
    this.#data = data;
    this.#index = index;
    this.#files = files;
    this.#indexPages = new PageCache(indexPages, blockBytes, (place, length) =>
      this.#readFile(
        indexFile,
        blockBytes,
        place,
        Math.min(length, this.#index.written * entryBytes - place),
      ),
    );
    this.#dataPages = new PageCache(dataPages, segmentBytes, (place, length) =>
      this.#readFile(dataFile, segmentBytes, place, Math.min(length, this.#data.written - place)),
    );
  }

  /** Entries `from` to `from + count - 1`, all of which exist, as a copy. */
  async entries(from: number, count: number): Promise<Entries> {
    const bytes = new Uint8Array(count * entryBytes);
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
      const far = await this.#readPart(indexFile, blockBytes, sequence * entryBytes, inBlock * entryBytes);
      bytes.set(far, done * entryBytes);
      done += inBlock;
    }
    return new Entries(from, bytes);
  }

  /** The entries of single sequences, in the order asked. */
  async gather(sequences: readonly number[]): Promise<Entries> {
    const bytes = new Uint8Array(sequences.length * entryBytes);
    const ranges: Range[] = [];
    const places: number[] = [];
    sequences.forEach((sequence, i) => {
      if (this.#index.inMemory(sequence) > 0) return this.#index.copy(sequence, 1, bytes, i * entryBytes);
      ranges.push({ place: sequence * entryBytes, length: entryBytes });
      places.push(i * entryBytes);
    });
    if (ranges.length > 0)
      (await this.#indexPages.gather(ranges)).forEach((entry, i) => bytes.set(entry, places[i]!));
    return new Entries(0, bytes);
  }

  /** A copy of stored bytes that may be shorter than a segment or longer than memory. */
  async read(place: Place, length: number): Promise<Uint8Array> {
    const near = this.#data.copy(place, length);
    if (near !== null) return near;
    if (length <= cachedReadBytes && place + length <= this.#data.written)
      return (await this.#dataPages.gather([{ place, length }]))[0]!;
    const out = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const at = place + done;
      const part = Math.min(length - done, segmentBytes - (at % segmentBytes));
      out.set(this.#data.copy(at, part) ?? (await this.#readPart(dataFile, segmentBytes, at, part)), done);
      done += part;
    }
    return out;
  }

  /** Log rows of `sequences`; `first` is the row of the first one, the others follow it. `base`: where the log begins. */
  async rows(sequences: readonly number[], first: number, base: number): Promise<Row[]> {
    const withPrevious = sequences.flatMap((sequence) => [Math.max(base, sequence - 1), sequence]);
    const entries = await this.gather(withPrevious);
    const ranges = sequences.map((_, i) => {
      const at = 2 * i + 1;
      return { place: entries.place(at), length: shownLength(entries.kind(at), entries.length(at)) };
    });
    const [previews, peers] = await Promise.all([
      this.#previews(ranges),
      this.peers(sequences.map((_, i) => entries.stream(2 * i + 1))),
    ]);
    return sequences.map((sequence, i) => {
      const at = 2 * i + 1;
      return {
        row: first + i,
        sequence,
        time: entries.time(at),
        previousTime: entries.time(at - 1),
        kind: kindOf(entries.kind(at)),
        connection: entries.stream(at),
        peer: peers[i]!,
        length: entries.length(at),
        preview: previews[i]!,
      };
    });
  }

  /** `host:port` of each stream's peer; '' for none and for streams whose first record is gone. */
  async peers(streams: readonly number[]): Promise<string[]> {
    const unknown = [...new Set(streams)].filter((stream) => stream !== noStream && !this.#peers.has(stream));
    await Promise.all(unknown.map(async (stream) => this.#keepPeer(stream, await this.#readPeer(stream))));
    return streams.map((stream) => this.#peers.get(stream) ?? '');
  }

  /** The detail of an event; null for payloads, and for bytes that are no detail. */
  async detail(sequence: number): Promise<RecordDetail | null> {
    const entry = await this.gather([sequence]);
    const kind = kindOf(entry.kind(0));
    const length = entry.length(0);
    if (isPayload(kind) || length > maxDetailBytes) return null;
    return decodeDetail(kind, await this.read(entry.place(0), length));
  }

  async #readPeer(stream: number): Promise<string> {
    if (stream >= this.#index.length) return '';
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

  /** Bytes for rows. Bytes that cannot be read leave their row empty, not all the others: asking for the record says why. */
  async #previews(ranges: readonly Range[]): Promise<Uint8Array[]> {
    try {
      return await this.#gatherData(ranges);
    } catch {
      // One of them is gone or the disk fails: each for itself.
      const empty = (): Uint8Array => new Uint8Array(0);
      return Promise.all(ranges.map(({ place, length }) => this.read(place, length).catch(empty)));
    }
  }

  /** Pieces in memory at once, all others by as few reads as they need. */
  async #gatherData(ranges: readonly Range[]): Promise<Uint8Array[]> {
    const out: Uint8Array[] = [];
    const far: Range[] = [];
    const places: number[] = [];
    const straddling: Promise<void>[] = [];
    ranges.forEach((range, i) => {
      const near = this.#data.copy(range.place, range.length);
      if (near !== null) out[i] = near;
      else if (range.place + range.length <= this.#data.written) {
        far.push(range);
        places.push(i);
      } else straddling.push(this.read(range.place, range.length).then((bytes) => void (out[i] = bytes)));
    });
    if (far.length > 0) (await this.#dataPages.gather(far)).forEach((bytes, i) => (out[places[i]!] = bytes));
    await Promise.all(straddling);
    return out;
  }

  /** All of it, or BYTES_MISSING. */
  async #readPart(name: FileName, fileBytes: number, place: number, length: number): Promise<Uint8Array> {
    const bytes = await this.#readFile(name, fileBytes, place, length);
    if (bytes.length < length) throw missingBytes(name(Math.floor(place / fileBytes)));
    return bytes;
  }

  /** As much as there is. */
  async #readFile(name: FileName, fileBytes: number, place: number, length: number): Promise<Uint8Array> {
    if (length <= 0) return new Uint8Array(0);
    const bytes = new Uint8Array(length);
    const number = Math.floor(place / fileBytes);
    const got = await this.#files.read(name(number), bytes, place - number * fileBytes);
    return got === length ? bytes : bytes.slice(0, got);
  }
}

function shownLength(kind: number, length: number): number {
  return Math.min(length, isPayload(kindOf(kind)) ? previewLength : maxDetailBytes);
}
