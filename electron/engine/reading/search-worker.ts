/** A thread of `SearchPool`: reads the files of a capture by itself and answers with sequences. */
import { closeSync, openSync, readSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parentPort } from 'node:worker_threads';
import type { Annotation } from '../../../shared/annotations.ts';
import { failureOf, type Damage, type Failure } from '../../../shared/failure.ts';
import { encodingOf, type ShownEncodings } from '../../../shared/encodings/shown.ts';
import { expressionPlaces } from '../../../shared/filter/expression-places.ts';
import { readFilter } from '../../../shared/filter/filter.ts';
import type { FilterSubject, FilterTest } from '../../../shared/filter/operator.ts';
import { joinBytes } from '../../../shared/payload/join.ts';
import { textNamer } from '../../../shared/peer-names.ts';
import { isPayload } from '../../../shared/records.ts';
import type { Texts } from '../../../shared/texts/index.ts';
import { wordsIn } from '../../../shared/texts/languages.ts';
import { monotonic } from '../clock.ts';
import { CaptureReader } from '../capture/capture-reader.ts';
import { CheckedFiles } from '../capture/checked-files.ts';
import { isDamage } from '../capture/checksums.ts';
import { DataStore } from '../capture/data-store.ts';
import { decodeDetail, maxDetailBytes } from '../capture/details.ts';
import { kindNumber, kindOf, type Entries } from '../capture/format.ts';
import { IndexStore } from '../capture/index-store.ts';
import { noStream } from '../capture/recorder.ts';
import { scan } from '../capture/scan.ts';
import { byteSearch } from './byte-search.ts';
import { ByteSieve } from './byte-sieve.ts';
import { DataWindow, windowBytes } from './data-window.ts';
import { subjectOf, type SubjectParts } from './filter-subject.ts';
import { neededBytes, type NeededBytes } from './needed-bytes.ts';
import { mostBefore } from './over-edges.ts';
import { StreamTails } from './stream-tails.ts';
import { PlacesBefore, wayIn } from './places-before.ts';
import { tailBefore, tornBefore, type Before } from './torn-characters.ts';
import {
  threadsGiveWay,
  type ExpressionRequest,
  type PoolRequest,
  type SearchAnswer,
  type SearchMessage,
  type SearchQuery,
  type SearchRequest,
} from './search-pool.ts';

/** An answer after so many entries at most, and after the record that is looked at then: others wait for their turn. */
const answerEntries = 32_768;
const answerMs = 100;
/** Searches that are kept ready, and peers that each of them knows. */
const keptSearches = 64;
const keptPeers = 10_000;
/** Entries of the index in which what a stream carried before is looked for first. */
const mostBack = 2048;
const belowNormal = 10;

/** What a search needs beside the files. */
type Search = {
  test: FilterTest;
  needles: readonly NeededBytes[] | null;
  peers: Map<number, string>;
};
const searches = new Map<string, Search>();
/** One request at a time reads into it. */
const bytesSearch = byteSearch(windowBytes);

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

/** Whether such a record would pass is not known. */
class Damaged extends Error {}

function sound(bytes: Uint8Array | Damage): Uint8Array {
  if (isDamage(bytes)) throw new Damaged();
  return bytes;
}

function passesDamaged(error: unknown): boolean {
  if (error instanceof Damaged) return true;
  throw error;
}

/** One request. */
class Looking {
  readonly #query: SearchQuery;
  readonly #test: FilterTest;
  readonly #words: Texts;
  readonly #peers: Map<number, string>;
  readonly #openPeers: ReadonlyMap<number, string>;
  readonly #nameOf: (peer: string) => string;
  readonly #said: ReadonlyMap<number, Annotation>;
  readonly #reader: CaptureReader;
  readonly #data: DataWindow;
  readonly #sieve: ByteSieve | null;
  readonly #of: TailsOf;
  readonly #tails: StreamTails;
  readonly #places: PlacesBefore;
  readonly #found: Uint32Array;
  #count = 0;
  /** Time of the record before the one that is looked at; null for the first. */
  #previous: number | null = null;
  scannedTo: number;

  constructor(
    { folder, checkedFrom, openPeers, query, annotations, from, to }: SearchRequest,
    { test, needles, peers }: Search,
    files: BlockingFiles,
  ) {
    const checked = new CheckedFiles(files, checkedFrom);
    this.#query = query;
    this.#found = new Uint32Array(Math.min(answerEntries, to - from));
    this.#test = test;
    this.#words = wordsIn(query.language);
    this.#peers = peers;
    this.#openPeers = openPeers;
    this.#said = new Map(annotations.map((said) => [said.sequence, said]));
    this.#nameOf = textNamer(query.peerNames);
    this.#data = new DataWindow(checked, bytesSearch?.room ?? null);
    this.#sieve =
      needles &&
      bytesSearch &&
      new ByteSieve(bytesSearch, needles, this.#data, tellsInUtf8(query.encodings), query.encodings.carries);
    // Nothing is in this thread's memory: all is in the files.
    this.#reader = new CaptureReader(new DataStore(Infinity), new IndexStore(to), checked);
    this.scannedTo = from;
    this.#of = [folder, query];
    this.#tails = tailsFor(this.#of, from);
    this.#places = new PlacesBefore(this.#reader, from, query.base, mostBefore);
  }

  get found(): Uint32Array {
    return this.#found.slice(0, this.#count);
  }

  async look(from: number, to: number): Promise<void> {
    const until = monotonic() + answerMs;
    const source = { length: to, entries: this.#reader.entries.bind(this.#reader) };
    const end = Math.min(to, from + answerEntries);
    if (from > this.#query.base) this.#previous = (await this.#reader.entries(from - 1, 1)).time(0);
    await scan(source, { from, to: end }, (entries) => this.#visit(entries, until));
    lastTails = { tails: this.#tails, of: this.#of, at: this.scannedTo };
  }

  /** At least one record. */
  async #visit(entries: Entries, until: number): Promise<boolean> {
    for (let i = 0; i < entries.count; i++) {
      const next = this.#sieve?.next(entries, i, until) ?? i;
      const before = i;
      i = typeof next === 'number' ? next : await next;
      if (i !== before) this.#tails.skip();
      if (i > 0) this.#previous = entries.time(i - 1);
      this.scannedTo = entries.from + i;
      if (i === entries.count) break;
      const passes = this.#passes(entries, i);
      if (passes === true || (passes !== false && (await passes)))
        this.#found[this.#count++] = entries.from + i;
      if (!this.#tails.isEmpty) this.#keepTail(entries, i);
      this.#previous = entries.time(i);
      this.scannedTo = entries.from + i + 1;
      if (monotonic() >= until) return false;
    }
    return true;
  }

  /** A damaged record is shown, so that its row can say so. A promise only where something has to be read. */
  #passes(entries: Entries, i: number): boolean | Promise<boolean> {
    if (entries.isDamaged(i)) return true;
    const { connection } = this.#query;
    if (connection !== null && entries.stream(i) !== connection) return false;
    try {
      const verdict = this.#test(this.#subject(entries, i));
      return typeof verdict === 'boolean' ? verdict : verdict.catch(passesDamaged);
    } catch (error) {
      return passesDamaged(error);
    }
  }

  #subject(entries: Entries, i: number): FilterSubject {
    const [kind, stream, place] = [kindOf(entries.kind(i)), entries.stream(i), entries.place(i)];
    const length = entries.length(i);
    const { encodings, base, decoding } = this.#query;
    const sequence = entries.from + i;
    return subjectOf({
      kind,
      stream,
      length,
      ...{ time: entries.time(i), previous: this.#previous },
      annotation: this.#said.get(sequence) ?? null,
      ...(kind === 'sent' || kind === 'received' ? { encoding: encodingOf(encodings, stream, kind) } : {}),
      before: (first) => tornBefore(this.#reader, { sequence, kind, stream }, first, encodings, base),
      tail: this.#tailOf(entries, i),
      decoding,
      words: this.#words,
      bytes: (from, most) => this.#bytes(place + from, most),
      detail: async () => {
        if (isPayload(kind) || length > maxDetailBytes) return null;
        return decodeDetail(kind, await this.#bytes(place, length));
      },
      peer: () => this.#peerOf(stream),
      nameOf: this.#nameOf,
    });
  }

  /** What is looked for may begin in what a stream carried before. */
  #tailOf(entries: Entries, i: number): SubjectParts['tail'] {
    const { encodings, base } = this.#query;
    const [kind, stream] = [kindOf(entries.kind(i)), entries.stream(i)];
    if (!encodings.carries || !isPayload(kind) || stream === noStream) return undefined;
    const payload = { sequence: entries.from + i, kind, stream };
    return (most) => {
      const known = this.#tails.of(wayIn(entries, i), most);
      if (known !== null) return known;
      const keep = (bytes: Uint8Array): Uint8Array => {
        this.#tails.set(wayIn(entries, i), bytes, bytes.length < most);
        return bytes;
      };
      const near = this.#tailNear(entries, i, most);
      if (near !== null) return keep(near);
      const further = (): Promise<Before[]> => this.#places.of(entries, i);
      return tailBefore(this.#reader, payload, { most, base, further }).then(keep);
    };
  }

  #keepTail(entries: Entries, i: number): void {
    // Nobody knows whose it is.
    if (entries.isDamaged(i)) return this.#tails.skip();
    const length = Math.min(mostBefore, entries.length(i));
    const bytes = this.#data.near(entries.place(i) + entries.length(i) - length, length);
    this.#tails.add(wayIn(entries, i), bytes === null || isDamage(bytes) ? null : bytes);
  }

  /** From what is here: most often all of it is. Null where it is not. */
  #tailNear(entries: Entries, i: number, most: number): Uint8Array | null {
    const [kind, stream] = [entries.kind(i), entries.stream(i)];
    const parts: Uint8Array[] = [];
    let left = most;
    for (let at = i - 1; at >= Math.max(0, i - mostBack) && left > 0; at--) {
      // The record that opened it.
      if (entries.from + at === stream) return joinBytes(parts.reverse());
      if (entries.stream(at) !== stream || entries.kind(at) !== kind) continue;
      const length = Math.min(left, entries.length(at));
      const part = this.#data.near(entries.place(at) + entries.length(at) - length, length);
      if (part === null || isDamage(part)) return null;
      parts.push(part);
      left -= length;
    }
    return left === 0 ? joinBytes(parts.reverse()) : null;
  }

  #bytes(place: number, length: number): Uint8Array | Promise<Uint8Array> {
    const near = this.#data.near(place, length);
    return near === null ? this.#data.read(place, length).then(sound) : sound(near);
  }

  async #peerOf(stream: number): Promise<string> {
    if (stream === noStream) return '';
    const known = this.#openPeers.get(stream) ?? this.#peers.get(stream);
    if (known !== undefined) return known;
    const [peer] = await this.#reader.peers([stream]);
    if (this.#peers.size > keptPeers) this.#peers.clear();
    this.#peers.set(stream, peer!);
    return peer!;
  }
}

/** Of the last request: one that goes on from there knows them, too. */
let lastTails: { tails: StreamTails; of: TailsOf; at: number } | null = null;
type TailsOf = readonly [folder: string, query: SearchQuery];

function tailsFor(asked: TailsOf, from: number): StreamTails {
  const last = lastTails;
  lastTails = null;
  return last?.at === from && isDeepStrictEqual(last.of, asked) ? last.tails : new StreamTails(mostBefore);
}

const sentNumber = kindNumber('sent');
const receivedNumber = kindNumber('received');

/** Of which records the bytes that a filter needs tell whether they may pass. */
function tellsInUtf8(encodings: ShownEncodings): (entries: Entries, i: number) => boolean {
  const isPlain = encodings.own.length === 0;
  const [isSent, isReceived] = [encodings.sent === 'utf-8', encodings.received === 'utf-8'];
  return (entries, i) => {
    const kind = entries.kind(i);
    if (kind !== sentNumber && kind !== receivedNumber) return false;
    if (isPlain) return kind === sentNumber ? isSent : isReceived;
    return encodingOf(encodings, entries.stream(i), kind === sentNumber ? 'sent' : 'received') === 'utf-8';
  };
}

/** Where it is not allowed, all threads have the same priority. */
function makeRoomForSockets(): void {
  if (!threadsGiveWay) return;
  try {
    if (getPriority() < belowNormal) setPriority(belowNormal);
  } catch {
    // Searches then take more of the processors.
  }
}

function newSearch(text: string): Search {
  const read = readFilter(text);
  if (!read.ok) throw new Error(read.problem.code);
  return { test: read.filter.test, needles: neededBytes(text), peers: new Map() };
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
    const looking = new Looking(request, searchOf(request), files);
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

function answerOf(request: ExpressionRequest): SearchAnswer {
  const { bytes, encoding, expression, sequence } = request;
  try {
    const found = expressionPlaces(bytes, encoding, expression, request);
    return { found, scannedTo: sequence, failure: null };
  } catch (error) {
    return { found: new Uint32Array(0), scannedTo: sequence, failure: failureOf(error) };
  }
}

const say = (message: SearchMessage, transfer: ArrayBuffer[] = []): void =>
  parentPort!.postMessage(message, transfer);

parentPort!.on('message', async (request: PoolRequest) => {
  const answer = 'expression' in request ? answerOf(request) : await answerTo(request);
  say(answer, [answer.found.buffer as ArrayBuffer]);
});
say('ready');
