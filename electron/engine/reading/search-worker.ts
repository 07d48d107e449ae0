/** A thread of `SearchPool`: reads the files of a capture by itself and answers with sequences. */
import { closeSync, openSync, readSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { failureOf, type Damage, type Failure } from '../../../shared/failure.ts';
import { compileFilter, parseFilterText, type Matcher } from '../../../shared/filter/filter.ts';
import { isPayload } from '../../../shared/records.ts';
import { describeBesidePeer, describeRecord, type Texts } from '../../../shared/texts/index.ts';
import { wordsIn } from '../../../shared/texts/languages.ts';
import { monotonic } from '../clock.ts';
import { CaptureReader } from '../capture/capture-reader.ts';
import { CheckedFiles } from '../capture/checked-files.ts';
import { isDamage, partOf, type Page } from '../capture/checksums.ts';
import { DataStore } from '../capture/data-store.ts';
import { decodeDetail, maxDetailBytes } from '../capture/details.ts';
import { dataFiles, kindOf, noteNumber, type Entries } from '../capture/format.ts';
import { IndexStore } from '../capture/index-store.ts';
import { blocksOf } from '../capture/page-cache.ts';
import { noStream } from '../capture/recorder.ts';
import { scan } from '../capture/scan.ts';
import type { SearchMessage, SearchAnswer, SearchQuery, SearchRequest } from './search-pool.ts';

/** Data that is read at a time: little where single records are looked up, more and more where they follow each other. */
const fewestBlocks = 4;
const mostBlocks = 128;
/** A longer payload is searched in pieces, so that memory stays bounded; a match may lie across a border by so much. */
const pieceBytes = 16 * 1024 * 1024;
const overlapBytes = 64 * 1024;
/** An answer after so many entries at most, and after the record that is looked at then: others wait for their turn. */
const answerEntries = 32_768;
const answerMs = 100;
/** Searches that are kept ready, and peers that each of them knows. */
const keptSearches = 64;
const keptPeers = 10_000;
const belowNormal = 10;

/** What a search needs beside the files. */
type Search = { matcher: Matcher | null; peers: Map<number, string> };
const searches = new Map<string, Search>();

makeRoomForSockets();

/** Reads in this thread: the few that serve asynchronous files are needed for writing captures. One request long. */
class BlockingFiles {
  readonly #folder: string;
  readonly #open = new Map<string, number>();
  /** Why a file could not be read that is there. */
  failure: Failure | null = null;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** As `OpenFiles.read`. */
  async read(name: string, target: Uint8Array, position: number): Promise<number> {
    try {
      const descriptor = this.#descriptor(name);
      let done = 0;
      while (done < target.length) {
        const got = readSync(descriptor, target, done, target.length - done, position + done);
        if (got === 0) break;
        done += got;
      }
      return done;
    } catch (error) {
      if (failureOf(error).code !== 'ENOENT') this.failure = failureOf(error);
      throw error;
    }
  }

  close(): void {
    for (const descriptor of this.#open.values()) closeSync(descriptor);
    this.#open.clear();
  }

  #descriptor(name: string): number {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    // Data, index and their checksums.
    if (this.#open.size === 4) this.close();
    const descriptor = openSync(join(this.#folder, name), 'r');
    this.#open.set(name, descriptor);
    return descriptor;
  }
}

/** Blocks of data that follow each other, as records do: few are read twice, and most bytes are there at once. */
class DataWindow {
  readonly #files: CheckedFiles;
  #first = 0;
  #pages: Page[] = [];
  #ahead = fewestBlocks;

  constructor(files: CheckedFiles) {
    this.#files = files;
  }

  /** Bytes of one block that is here; null where it is not, or has to be read further. */
  near(place: number, length: number): Uint8Array | Damage | null {
    const block = Math.floor(place / dataFiles.checkBytes);
    const start = place - block * dataFiles.checkBytes;
    const page = this.#here(block, start + length);
    return page && start + length <= dataFiles.checkBytes
      ? partOf(dataFiles, block, page, start, start + length)
      : null;
  }

  async read(place: number, length: number): Promise<Uint8Array | Damage> {
    const parts: Uint8Array[] = [];
    for (const { block, start, end } of blocksOf(dataFiles, { place, length })) {
      const page = this.#here(block, end) ?? (await this.#load(block));
      const part = partOf(dataFiles, block, page, start, end);
      if (isDamage(part)) return part;
      parts.push(part);
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  #here(block: number, end: number): Page | undefined {
    const page = this.#pages[block - this.#first];
    return page && (page.damage !== null || page.bytes.length >= end) ? page : undefined;
  }

  async #load(block: number): Promise<Page> {
    const perFile = dataFiles.fileBytes / dataFiles.checkBytes;
    const follows = block === this.#first + this.#pages.length;
    this.#ahead = follows ? Math.min(mostBlocks, this.#ahead * 2) : fewestBlocks;
    const count = Math.min(perFile - (block % perFile), this.#ahead);
    this.#pages = await this.#files.pages(dataFiles, block, count);
    this.#first = block;
    return this.#pages[0]!;
  }
}

/** One request. */
class Looking {
  readonly #query: SearchQuery;
  readonly #matcher: Matcher;
  readonly #words: Texts;
  readonly #peers: Map<number, string>;
  readonly #reader: CaptureReader;
  readonly #data: DataWindow;
  readonly #found: Uint32Array;
  #count = 0;
  scannedTo: number;

  constructor(
    { checkedFrom, query, from, to }: SearchRequest,
    matcher: Matcher,
    search: Search,
    files: BlockingFiles,
  ) {
    const checked = new CheckedFiles(files, checkedFrom);
    this.#query = query;
    this.#found = new Uint32Array(Math.min(answerEntries, to - from));
    this.#matcher = matcher;
    this.#words = wordsIn(query.language);
    this.#peers = search.peers;
    this.#data = new DataWindow(checked);
    // Nothing is in this thread's memory: all is in the files.
    this.#reader = new CaptureReader(new DataStore(Infinity), new IndexStore(to), checked);
    this.scannedTo = from;
  }

  get found(): Uint32Array {
    return this.#found.slice(0, this.#count);
  }

  async look(from: number, to: number): Promise<void> {
    const until = monotonic() + answerMs;
    const source = { length: to, entries: this.#reader.entries.bind(this.#reader) };
    const end = Math.min(to, from + answerEntries);
    await scan(source, { from, to: end }, (entries) => this.#visit(entries, until));
  }

  /** At least one record. */
  async #visit(entries: Entries, until: number): Promise<boolean> {
    for (let i = 0; i < entries.count; i++) {
      const passes = this.#passes(entries, i);
      if (passes === true || (passes !== false && (await passes)))
        this.#found[this.#count++] = entries.from + i;
      this.scannedTo = entries.from + i + 1;
      if (monotonic() >= until) return false;
    }
    return true;
  }

  /** A damaged record is shown, so that its row can say so. A promise only where something has to be read. */
  #passes(entries: Entries, i: number): boolean | Promise<boolean> {
    if (entries.isDamaged(i)) return true;
    const { kinds, connection } = this.#query;
    if (connection !== null && entries.stream(i) !== connection) return false;
    if (!(kinds[entries.kind(i)] ?? kinds[noteNumber])) return false;
    if (!isPayload(kindOf(entries.kind(i)))) return this.#eventMatches(entries, i);
    const [place, length] = [entries.place(i), entries.length(i)];
    const near = length === 0 ? new Uint8Array(0) : this.#data.near(place, length);
    if (near === null) return this.#payloadMatches(place, length);
    return isDamage(near) || this.#matcher.bytes(near);
  }

  async #payloadMatches(place: number, length: number): Promise<boolean> {
    for (let at = 0; at < length; at += pieceBytes - overlapBytes) {
      const piece = Math.min(pieceBytes, length - at);
      const bytes = await this.#data.read(place + at, piece);
      if (isDamage(bytes) || this.#matcher.bytes(bytes)) return true;
      if (at + piece === length) return false;
    }
    return false;
  }

  async #eventMatches(entries: Entries, i: number): Promise<boolean> {
    const length = entries.length(i);
    if (length > maxDetailBytes) return false;
    const bytes = await this.#data.read(entries.place(i), length);
    if (isDamage(bytes)) return true;
    const detail = decodeDetail(kindOf(entries.kind(i)), bytes);
    if (detail === null) return false;
    // A log shows the one sentence or the other, as its width allows.
    return (
      this.#matcher.text(describeRecord(detail, await this.#peerOf(entries.stream(i)), this.#words)) ||
      this.#matcher.text(describeBesidePeer(detail, this.#words))
    );
  }

  async #peerOf(stream: number): Promise<string> {
    if (stream === noStream) return '';
    const known = this.#peers.get(stream);
    if (known !== undefined) return known;
    const [peer] = await this.#reader.peers([stream]);
    if (this.#peers.size > keptPeers) this.#peers.clear();
    this.#peers.set(stream, peer!);
    return peer!;
  }
}

/** Linux gives each thread a priority of its own, setpriority(2); where that is not allowed, all have the same. */
function makeRoomForSockets(): void {
  if (process.platform !== 'linux') return;
  try {
    if (getPriority() < belowNormal) setPriority(belowNormal);
  } catch {
    // Searches then take more of the processors.
  }
}

function newSearch(text: string): Search {
  const parsed = parseFilterText(text);
  return { matcher: parsed.ok ? compileFilter(parsed.filter) : null, peers: new Map() };
}

function searchOf({ folder, query }: SearchRequest): Search {
  const name = `${query.text}\n${folder}`;
  const search = searches.get(name) ?? newSearch(query.text);
  // The one used longest ago comes first.
  searches.delete(name);
  searches.set(name, search);
  for (const oldest of searches.keys()) if (searches.size > keptSearches) searches.delete(oldest);
  return search;
}

async function answerTo(request: SearchRequest): Promise<SearchAnswer> {
  const { folder, from, to } = request;
  const files = new BlockingFiles(folder);
  try {
    const search = searchOf(request);
    const looking = new Looking(request, search.matcher!, search, files);
    await looking.look(from, to);
    const { found, scannedTo } = looking;
    if (files.failure === null) return { found, scannedTo, failure: null };
    return { found: new Uint32Array(0), scannedTo: from, failure: files.failure };
  } catch (error) {
    return { found: new Uint32Array(0), scannedTo: from, failure: failureOf(error) };
  } finally {
    files.close();
  }
}

const say = (message: SearchMessage, transfer: ArrayBuffer[] = []): void =>
  parentPort!.postMessage(message, transfer);

parentPort!.on('message', (request: SearchRequest) => {
  void answerTo(request).then((answer) => say(answer, [answer.found.buffer as ArrayBuffer]));
});
say('ready');
