/** A thread of `SearchPool`: reads the files of a capture by itself and answers with sequences. */
import { closeSync, openSync, readSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { failureOf } from '../../../shared/failure.ts';
import { compileFilter, parseFilterText, type Matcher } from '../../../shared/filter/filter.ts';
import { type RecordDetail, isPayload } from '../../../shared/records.ts';
import { describeBesidePeer, describeRecord } from '../../../shared/texts/index.ts';
import { wordsIn } from '../../../shared/texts/languages.ts';
import { monotonic } from '../clock.ts';
import { decodeDetail, maxDetailBytes, peerLabel } from '../capture/details.ts';
import { isInDoubt, mostAttempts, uncheckedPage, type CheckedFrom } from '../capture/checked-files.ts';
import {
  checkedPage,
  isDamage,
  partOf,
  readSlot,
  slotBytes,
  slotPlace,
  type Page,
} from '../capture/checksums.ts';
import {
  blockEntries,
  dataFiles,
  Entries,
  entryBytes,
  indexFiles,
  kindOf,
  noteNumber,
  putAllDamaged,
  type FileSet,
} from '../capture/format.ts';
import { blocksOf } from '../capture/page-cache.ts';
import { noStream } from '../capture/recorder.ts';
import type { SearchMessage, SearchAnswer, SearchQuery, SearchRequest } from './search-pool.ts';

/** One reading of a file: long where records follow each other, short where single ones are looked up. */
const windowBytes = 4 * 1024 * 1024;
const lookUpBytes = 32 * 1024;
/** A longer payload is searched in pieces, so that memory stays bounded; a match may lie across a border by so much. */
const pieceBytes = 16 * 1024 * 1024;
const overlapBytes = 64 * 1024;
/** An answer after so many entries at most, and after the record that is looked at then: others wait for their turn. */
const answerEntries = 32_768;
const answerMs = 100;
/** Searches that are kept ready. */
const keptSearches = 64;
const belowNormal = 10;

/** What a search needs beside the files. */
type Search = { matcher: Matcher | null; peers: Map<number, string> };
const searches = new Map<string, Search>();
let folder = '';
let checkedFrom: CheckedFrom = { data: Infinity, index: Infinity, end: 0 };
let query: SearchQuery = { kinds: [], connection: null, text: '', language: '' };
let words = wordsIn(query.language);
let { matcher, peers } = newSearch('');

makeRoomForSockets();

/** Numbered files of equal size, read one window of whole blocks at a time. Records come in order, so few are read twice. */
class FileWindow {
  readonly #set: FileSet;
  readonly #buffer: Uint8Array<ArrayBuffer>;
  readonly #slots: Uint32Array<ArrayBuffer>;
  #first = 0;
  #pages: Page[] = [];
  /** Blocks that were in doubt, and how often: after so many looks the answer holds, else each record would ask again. */
  readonly #doubts = new Map<number, { page: Page; looks: number }>();
  readonly #open = new Map<string, number>();

  constructor(set: FileSet, length: number) {
    const blocks = Math.ceil(length / set.checkBytes);
    this.#set = set;
    this.#buffer = new Uint8Array(blocks * set.checkBytes);
    this.#slots = new Uint32Array((blocks * slotBytes) / 4);
  }

  /** A view until the next call for what lies in one block, else a copy. Throws `Damaged`, and the system's errors. */
  bytes(place: number, length: number): Uint8Array {
    const parts: Uint8Array[] = [];
    for (const { block, start, end } of blocksOf(this.#set, { place, length })) {
      const part = partOf(this.#set, block, this.#page(block, end), start, end);
      if (isDamage(part)) throw new Damaged();
      if (end - start === length) return part;
      parts.push(part.slice());
    }
    return parts.length === 0 ? this.#buffer.subarray(0, 0) : Buffer.concat(parts);
  }

  /** The next request may be of another capture, or its files be removed and written anew. */
  forget(): void {
    this.#pages = [];
    this.#doubts.clear();
    this.#closeFiles();
  }

  /** With at least the first `end` bytes, if the block has them. */
  #page(block: number, end: number): Page {
    const known = this.#pages[block - this.#first];
    if (known !== undefined && (known.bytes.length >= end || known.damage?.code === 'BYTES_DAMAGED'))
      return known;
    for (;;) {
      const doubt = this.#doubts.get(block);
      if (doubt !== undefined && doubt.looks >= mostAttempts) return doubt.page;
      this.#readWindow(block);
      const page = this.#pages[0]!;
      if (!isInDoubt(page)) return page;
    }
  }

  /** From `block` on, as much of its file as fits. */
  #readWindow(block: number): void {
    const { fileBytes, checkBytes, prefix } = this.#set;
    const { file, position } = slotPlace(this.#set, block);
    const perFile = fileBytes / checkBytes;
    const count = Math.min(perFile - (block % perFile), this.#buffer.length / checkBytes);
    this.#first = block;
    this.#pages = [];
    const isChecked = file >= checkedFrom[prefix];
    const slots = isChecked
      ? this.#read(this.#set.sums(file), new Uint8Array(this.#slots.buffer), position)
      : 0;
    const words = this.#slots.subarray(0, slots >> 2);
    const read = this.#read(this.#set.name(file), this.#buffer, (block % perFile) * checkBytes);
    this.#pages = Array.from({ length: count }, (_, i) => {
      const there = this.#buffer.subarray(
        i * checkBytes,
        Math.max(i * checkBytes, Math.min((i + 1) * checkBytes, read)),
      );
      return isChecked
        ? checkedPage(this.#set, block + i, readSlot(this.#set, words, i, block + i), there)
        : uncheckedPage(this.#set, there, checkedFrom.end);
    });
    for (const [i, page] of this.#pages.entries())
      if (isInDoubt(page))
        this.#doubts.set(block + i, { page, looks: (this.#doubts.get(block + i)?.looks ?? 0) + 1 });
  }

  /** Fewer bytes at the end of the file; none where there is no file. */
  #read(name: string, target: Uint8Array, position: number): number {
    const descriptor = this.#descriptor(name);
    let done = 0;
    while (descriptor !== null && done < target.length) {
      const got = readSync(descriptor, target, done, target.length - done, position + done);
      if (got === 0) break;
      done += got;
    }
    return done;
  }

  #descriptor(name: string): number | null {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    // One file and its checksums are open at a time.
    if (this.#open.size === 2) this.#closeFiles();
    try {
      const descriptor = openSync(join(folder, name), 'r');
      this.#open.set(name, descriptor);
      return descriptor;
    } catch (error) {
      if (failureOf(error).code !== 'ENOENT') throw error;
      return null;
    }
  }

  #closeFiles(): void {
    for (const descriptor of this.#open.values()) closeSync(descriptor);
    this.#open.clear();
  }
}

/** Whether such bytes would match is not known. */
class Damaged extends Error {}

const data = new FileWindow(dataFiles, windowBytes);
const index = new FileWindow(indexFiles, windowBytes);
/** Details of opening records lie far from the records they name: a window of their own keeps the other one still. */
const openings = new FileWindow(dataFiles, lookUpBytes);
const openingIndex = new FileWindow(indexFiles, lookUpBytes);
const windows = [data, index, openings, openingIndex];

/** Damaged where their block is. */
function readEntries(window: FileWindow, from: number, count: number): Entries {
  const bytes = new Uint8Array(count * entryBytes);
  let done = 0;
  for (const { block, start, end } of blocksOf(indexFiles, {
    place: from * entryBytes,
    length: bytes.length,
  })) {
    const target = bytes.subarray(done, done + end - start);
    try {
      target.set(window.bytes(block * indexFiles.checkBytes + start, end - start));
    } catch (error) {
      if (!(error instanceof Damaged)) throw error;
      putAllDamaged(target);
    }
    done += end - start;
  }
  return new Entries(from, bytes);
}

function readPeer(stream: number): string {
  try {
    const entry = readEntries(openingIndex, stream, 1);
    const detail = detailOf(entry, 0, openings);
    return detail === null ? '' : peerLabel(detail);
  } catch {
    // The record that opened the connection was purged with the log before it.
    return '';
  }
}

function detailOf(entries: Entries, i: number, window: FileWindow): RecordDetail | null {
  const kind = kindOf(entries.kind(i));
  const length = entries.length(i);
  if (isPayload(kind) || length > maxDetailBytes) return null;
  return decodeDetail(kind, window.bytes(entries.place(i), length));
}

function peerOf(stream: number): string {
  if (stream === noStream) return '';
  let peer = peers.get(stream);
  if (peer === undefined) {
    peer = readPeer(stream);
    if (peers.size > 10_000) peers.clear();
    peers.set(stream, peer);
  }
  return peer;
}

function matches(entries: Entries, i: number): boolean {
  if (isPayload(kindOf(entries.kind(i)))) return payloadMatches(entries.place(i), entries.length(i));
  const detail = detailOf(entries, i, data);
  if (detail === null) return false;
  // A log shows the one sentence or the other, as its width allows.
  return (
    matcher!.text(describeRecord(detail, peerOf(entries.stream(i)), words)) ||
    matcher!.text(describeBesidePeer(detail, words))
  );
}

/** A damaged record is shown, so that its row can say so. */
function mayMatch(entries: Entries, i: number): boolean {
  try {
    return matches(entries, i);
  } catch (error) {
    if (error instanceof Damaged) return true;
    throw error;
  }
}

function payloadMatches(place: number, length: number): boolean {
  if (length === 0) return matcher!.bytes(new Uint8Array(0));
  for (let at = 0; at < length; at += pieceBytes - overlapBytes) {
    const piece = Math.min(pieceBytes, length - at);
    if (matcher!.bytes(data.bytes(place + at, piece))) return true;
    if (at + piece === length) return false;
  }
  return false;
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

function begin(request: SearchRequest): void {
  ({ folder, checkedFrom, query } = request);
  words = wordsIn(query.language);
  const name = `${query.text}\n${folder}`;
  const search = searches.get(name) ?? newSearch(query.text);
  // The one used longest ago comes first.
  searches.delete(name);
  searches.set(name, search);
  for (const oldest of searches.keys()) if (searches.size > keptSearches) searches.delete(oldest);
  ({ matcher, peers } = search);
}

function answerTo(request: SearchRequest): SearchAnswer {
  const { from, to } = request;
  try {
    begin(request);
    const inBlock = blockEntries - (from % blockEntries);
    return scan(readEntries(index, from, Math.min(to - from, inBlock, answerEntries)));
  } catch (error) {
    return { found: new Uint32Array(0), scannedTo: from, failure: failureOf(error) };
  } finally {
    for (const window of windows) window.forget();
  }
}

function scan(entries: Entries): SearchAnswer {
  const found = new Uint32Array(entries.count);
  const until = monotonic() + answerMs;
  let count = 0;
  let i = 0;
  for (; i < entries.count && (i === 0 || monotonic() < until); i++) {
    if (entries.isDamaged(i)) {
      found[count++] = entries.from + i;
      continue;
    }
    if (query.connection !== null && entries.stream(i) !== query.connection) continue;
    if (!(query.kinds[entries.kind(i)] ?? query.kinds[noteNumber])) continue;
    if (mayMatch(entries, i)) found[count++] = entries.from + i;
  }
  return { found: found.slice(0, count), scannedTo: entries.from + i, failure: null };
}

const say = (message: SearchMessage, transfer: ArrayBuffer[] = []): void =>
  parentPort!.postMessage(message, transfer);

parentPort!.on('message', (request: SearchRequest) => {
  const answer = answerTo(request);
  say(answer, [answer.found.buffer as ArrayBuffer]);
});
say('ready');
