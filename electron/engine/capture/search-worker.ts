/** The worker of `TextSearch`: reads the files of a capture by itself and answers with sequences. */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { failureOf } from '../../../shared/failure.ts';
import { compileFilter, parseFilterText, type Matcher } from '../../../shared/filter.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import { describeBesidePeer, describeRecord } from '../../../shared/texts/index.ts';
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
  noteNumber,
  segmentBytes,
} from './format.ts';
import { noStream } from './recorder.ts';
import type { SearchAnswer, SearchRequest, SearchSetup } from './text-search.ts';

/** One reading of a file: long where records follow each other, short where single ones are looked up. */
const windowBytes = 4 * 1024 * 1024;
const lookUpBytes = 16 * 1024;
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
  readonly #buffer: Uint8Array;
  #from = 0;
  #length = 0;
  #open: { number: number; descriptor: number } | null = null;

  constructor(name: (number: number) => string, fileBytes: number, length: number) {
    this.#name = name;
    this.#fileBytes = fileBytes;
    this.#buffer = new Uint8Array(length);
  }

  /** A view until the next call for what lies in one window, else a copy. Throws when they are not all there. */
  bytes(place: number, length: number): Uint8Array {
    if (length === 0) return this.#buffer.subarray(0, 0);
    if (place >= this.#from && place + length <= this.#from + this.#length)
      return this.#buffer.subarray(place - this.#from, place - this.#from + length);
    if (
      length > this.#buffer.length ||
      Math.floor(place / this.#fileBytes) !== Math.floor((place + length - 1) / this.#fileBytes)
    )
      return this.#copy(place, length);
    const rest = this.#fileBytes - (place % this.#fileBytes);
    this.#length = 0;
    this.#from = place;
    this.#length = this.#read(this.#buffer.subarray(0, Math.min(this.#buffer.length, rest)), place);
    if (this.#length < length) throw this.#missing(place);
    return this.#buffer.subarray(0, length);
  }

  #copy(place: number, length: number): Uint8Array {
    const out = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const part = Math.min(length - done, this.#fileBytes - ((place + done) % this.#fileBytes));
      if (this.#read(out.subarray(done, done + part), place + done) < part) throw this.#missing(place);
      done += part;
    }
    return out;
  }

  #missing(place: number): Error {
    return missingBytes(this.#name(Math.floor(place / this.#fileBytes)));
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

const data = new FileWindow(dataFile, segmentBytes, windowBytes);
const index = new FileWindow(indexFile, blockBytes, windowBytes);
/** Details of opening records lie far from the records they name: a window of their own keeps the other one still. */
const openings = new FileWindow(dataFile, segmentBytes, lookUpBytes);
const openingIndex = new FileWindow(indexFile, blockBytes, lookUpBytes);
const peers = new Map<number, string>();

function readEntries(window: FileWindow, from: number, count: number): Entries {
  return new Entries(from, window.bytes(from * entryBytes, count * entryBytes).slice());
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
    matcher!.text(describeRecord(detail, peerOf(entries.stream(i)))) ||
    matcher!.text(describeBesidePeer(detail))
  );
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
    const answer = answerFor(request, count);
    parentPort!.postMessage(answer, [answer.found.buffer as ArrayBuffer]);
    request.from = answer.scannedTo;
    if (request.from >= request.to || answer.failure !== null) queue.shift();
  }
  setImmediate(work);
}

/** A file that cannot be read ends this run only: after a clear there is another one, of files that are still there. */
function answerFor({ run, from }: SearchRequest, count: number): SearchAnswer {
  try {
    return scan(readEntries(index, from, count), run);
  } catch (error) {
    return { run, found: new Uint32Array(0), scannedTo: from, failure: failureOf(error) };
  }
}

function scan(entries: Entries, run: number): SearchAnswer {
  const found = new Uint32Array(entries.count);
  let count = 0;
  let bytes = 0;
  let i = 0;
  for (; i < entries.count && bytes < answerBytes; i++) {
    if (query.connection !== null && entries.stream(i) !== query.connection) continue;
    if (!(query.kinds[entries.kind(i)] ?? query.kinds[noteNumber])) continue;
    bytes += entries.length(i);
    if (matches(entries, i)) found[count++] = entries.from + i;
  }
  return { run, found: found.slice(0, count), scannedTo: entries.from + i, failure: null };
}

parentPort!.on('message', (request: SearchRequest) => {
  newestRun = request.run;
  queue.push(request);
  if (!isWorking) work();
});
