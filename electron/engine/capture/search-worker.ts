/** The worker of `TextSearch`: reads the files of a capture by itself and answers with sequences. */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { compileFilter, parseFilterText, type Matcher } from '../../../shared/filter.ts';
import { describeRecord } from '../../../shared/texts/index.ts';
import { decodeDetail, peerLabel } from './details.ts';
import {
  blockBytes,
  blockEntries,
  dataFile,
  Entries,
  entryBytes,
  indexFile,
  kindOf,
  segmentBytes,
} from './format.ts';
import { noStream } from './recorder.ts';
import type { SearchAnswer, SearchRequest, SearchSetup } from './text-search.ts';

/** One reading of a data file. */
const windowBytes = 4 * 1024 * 1024;
/** A longer payload is searched in pieces, so that memory stays bounded; a match may lie across a border by so much. */
const pieceBytes = 16 * 1024 * 1024;
const overlapBytes = 64 * 1024;
/** An answer at least after so many payload bytes or entries. */
const answerBytes = 32 * 1024 * 1024;
const answerEntries = 32_768;

const { folder, query } = workerData as SearchSetup;
const parsed = parseFilterText(query.text);
const matcher: Matcher | null = parsed.ok ? compileFilter(parsed.filter) : null;

/** A stretch of numbered files of equal size, read one window at a time. Records come in order, so few are read twice. */
class FileWindow {
  readonly #name: (number: number) => string;
  readonly #fileBytes: number;
  readonly #buffer = new Uint8Array(windowBytes);
  #from = 0;
  #length = 0;
  #open: { number: number; descriptor: number } | null = null;

  constructor(name: (number: number) => string, fileBytes: number) {
    this.#name = name;
    this.#fileBytes = fileBytes;
  }

  /** A view until the next call for what lies in one window, else a copy. */
  bytes(place: number, length: number): Uint8Array {
    if (place >= this.#from && place + length <= this.#from + this.#length)
      return this.#buffer.subarray(place - this.#from, place - this.#from + length);
    if (
      length > windowBytes ||
      Math.floor(place / this.#fileBytes) !== Math.floor((place + length - 1) / this.#fileBytes)
    )
      return this.#copy(place, length);
    const rest = this.#fileBytes - (place % this.#fileBytes);
    this.#from = place;
    this.#length = this.#read(this.#buffer.subarray(0, Math.min(windowBytes, rest)), place);
    return this.#buffer.subarray(0, Math.min(length, this.#length));
  }

  #copy(place: number, length: number): Uint8Array {
    const out = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const part = Math.min(length - done, this.#fileBytes - ((place + done) % this.#fileBytes));
      if (this.#read(out.subarray(done, done + part), place + done) < part) break;
      done += part;
    }
    return out;
  }

  #read(target: Uint8Array, place: number): number {
    const number = Math.floor(place / this.#fileBytes);
    if (this.#open?.number !== number) {
      if (this.#open) closeSync(this.#open.descriptor);
      this.#open = null;
      this.#open = { number, descriptor: openSync(join(folder, this.#name(number)), 'r') };
    }
    let done = 0;
    while (done < target.length) {
      const position = place - number * this.#fileBytes + done;
      const got = readSync(this.#open.descriptor, target, done, target.length - done, position);
      if (got === 0) break;
      done += got;
    }
    return done;
  }
}

const data = new FileWindow(dataFile, segmentBytes);
const index = new FileWindow(indexFile, blockBytes);
/** Details of opening records lie far from the records they name: a window of their own keeps the other one still. */
const openings = new FileWindow(dataFile, segmentBytes);
const openingIndex = new FileWindow(indexFile, blockBytes);
const peers = new Map<number, string>();

function readEntries(window: FileWindow, from: number, count: number): Entries {
  return new Entries(from, window.bytes(from * entryBytes, count * entryBytes).slice());
}

function peerOf(stream: number): string {
  if (stream === noStream) return '';
  let peer = peers.get(stream);
  if (peer === undefined) {
    const entry = readEntries(openingIndex, stream, 1);
    const detail =
      entry.count === 1
        ? decodeDetail(kindOf(entry.kind(0)), openings.bytes(entry.place(0), entry.length(0)))
        : null;
    peer = detail === null ? '' : peerLabel(detail);
    if (peers.size > 10_000) peers.clear();
    peers.set(stream, peer);
  }
  return peer;
}

function matches(entries: Entries, i: number): boolean {
  const kind = kindOf(entries.kind(i));
  const length = entries.length(i);
  const place = entries.place(i);
  if (kind === 'sent' || kind === 'received') return payloadMatches(place, length);
  const detail = decodeDetail(kind, data.bytes(place, length));
  return detail !== null && matcher!.text(describeRecord(detail, peerOf(entries.stream(i))));
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

let newestRun = 0;
let isWorking = false;
const queue: SearchRequest[] = [];

/** One answer's worth of work; others, a newer run among them, get a turn between two. */
function work(): void {
  const request = queue[0];
  isWorking = request !== undefined;
  if (request === undefined) return;
  if (request.run !== newestRun) queue.shift();
  else {
    const inBlock = blockEntries - (request.from % blockEntries);
    const count = Math.min(request.to - request.from, inBlock, answerEntries);
    const answer = scan(readEntries(index, request.from, count), request.run);
    parentPort!.postMessage(answer, [answer.found.buffer as ArrayBuffer]);
    request.from = answer.scannedTo;
    if (request.from >= request.to) queue.shift();
  }
  setImmediate(work);
}

function scan(entries: Entries, run: number): SearchAnswer {
  const found = new Uint32Array(entries.count);
  let count = 0;
  let bytes = 0;
  let i = 0;
  for (; i < entries.count && bytes < answerBytes; i++) {
    if (query.connection !== null && entries.stream(i) !== query.connection) continue;
    if (!query.kinds[entries.kind(i)]) continue;
    bytes += entries.length(i);
    if (matches(entries, i)) found[count++] = entries.from + i;
  }
  return { run, found: found.slice(0, count), scannedTo: entries.from + i };
}

parentPort!.on('message', (request: SearchRequest) => {
  newestRun = request.run;
  queue.push(request);
  if (!isWorking) work();
});
