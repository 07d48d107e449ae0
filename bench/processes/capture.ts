/** Works on a capture alone, without sockets, in a process whose memory is the capture's. */
import { createHash } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Capture } from '../../electron/engine/capture/capture.ts';
import {
  dataFiles,
  Entries,
  entryBytes,
  indexFiles,
  kindOf,
  type FileSet,
} from '../../electron/engine/capture/format.ts';
import { scan } from '../../electron/engine/capture/scan.ts';
import { verify } from '../../electron/engine/capture/verify.ts';
import { isPayload } from '../../shared/records.ts';
import type { ExportFormat } from '../../shared/export-formats.ts';
import { exporters } from '../../electron/engine/reading/exporters/exporters.ts';
import { saveLog } from '../../electron/engine/reading/save-log.ts';
import { SearchPool } from '../../electron/engine/reading/search-pool.ts';
import { Views } from '../../electron/engine/reading/views.ts';
import { newStream } from '../../electron/engine/capture/recorder.ts';
import { allUtf8 } from '../../shared/encodings/shown.ts';
import { decodeRows } from '../../shared/wire/row-window.ts';
import { anyFilter } from '../harness/headless.ts';
import { serveHelper } from '../harness/processes.ts';
import { type Check, messageChecker } from './numbered-message.ts';

export type Filled = {
  acceptedMs: number;
  inFilesMs: number;
  residentBytes: number;
  mostResidentBytes: number;
};
export type Reopened = Check & {
  openMs: number;
  bytes: number;
  records: number;
  /** When the last record was received that is still there, in milliseconds since the epoch. */
  lastTime: number;
};

export type Exported = { ms: number; bytes: number; mostResidentBytes: number };

export type CaptureTool = {
  /** Appends so many records of so many bytes as fast as they are taken, with an opened connection in front. */
  fill(folder: string, records: number, recordBytes: number): Filled;
  /** Appends payloads behind an opened connection: the first all bytes 1, the second 2, and so on. */
  fillBig(folder: string, payloads: number, payloadBytes: number): void;
  /** A conversation of so many payloads each way, no two alike. What each side said. */
  fillTalk(folder: string, payloads: number, payloadBytes: number): { received: string; sent: string };
  /** Milliseconds for windows of 60 rows at random places; `cold`: each from a capture just opened. */
  readWindows(folder: string, windows: number, cold: boolean): { ms: number[]; residentBytes: number };
  /**
   * What any reader of such a window must do, each step after the one before: open and read a block of the index, one of
   * the data, and the record that opened the connection. Milliseconds of each.
   */
  readPlain(folder: string, windows: number): number[];
  /** Milliseconds until the first row of a filter was there (Infinity: none was), and until all was looked at. */
  search(
    folder: string,
    text: string,
    carries?: boolean,
  ): { firstMs: number; ms: number; rows: number; records: number };
  /** Opens what another process left behind, and checks all that it received. */
  checkNumbered(folder: string, messageBytes: number): Reopened;
  /** Writes all of it as `saveLog` does; `mostResidentBytes` is looked at every 20 ms. */
  exportTo(folder: string, format: ExportFormat, path: string): Exported;
  /** Writes the blocks of a pcapng file to another one, from memory. Milliseconds. */
  writeBlocks(from: string, path: string): number;
  /** Bytes that were sent and received in what is there, and in what a size limit took; records that are not whole. */
  sum(folder: string): { bytes: number; goneBytes: number; damaged: number };
  /** SHA-256 of all received payloads in order. */
  digest(folder: string): { sha256: string; records: number; bytes: number };
};

/** Nothing is searched for. */
const searches = new SearchPool(new URL('../workers/', import.meta.url));
const rowsInSight = 60;
/** Records between two looks at the event loop, as sockets make them. */
const burst = 4096;
const maxPiece = 256 * 1024;

const breathe = () => new Promise<void>((done) => setImmediate(done));
/** Leaves the processor to the threads that search, as an event loop without events does. */
const rest = () => new Promise<void>((done) => setTimeout(done, 1));

function recordOpened(capture: Capture): number {
  const address = { host: '127.0.0.1', port: 50_000, family: 'IPv4' } as const;
  return capture.recordDetail(newStream, {
    kind: 'opened',
    socket: 'stream',
    origin: 'accepted',
    local: address,
    remote: address,
    carried: false,
  });
}

async function fillBig(folder: string, payloads: number, payloadBytes: number): Promise<void> {
  const capture = await Capture.open(folder);
  const stream = recordOpened(capture);
  for (let number = 1; number <= payloads; number++) {
    capture.record('received', stream, Buffer.alloc(payloadBytes, number));
    if (capture.congested) await new Promise<void>((relieved) => capture.onRelieved(relieved));
  }
  await capture.close();
}

async function fillTalk(
  folder: string,
  payloads: number,
  payloadBytes: number,
): Promise<{ received: string; sent: string }> {
  const capture = await Capture.open(folder);
  const end = (port: number) => ({ host: '127.0.0.1', port, family: 'IPv4' }) as const;
  const [local, remote] = [end(9000), end(50_000)];
  const ends = { origin: 'accepted', local, remote, carried: false } as const;
  const stream = capture.recordDetail(newStream, { kind: 'opened', socket: 'stream', ...ends });
  const said = { received: createHash('sha256'), sent: createHash('sha256') };
  const payload = Buffer.from(Array.from({ length: payloadBytes }, (_, at) => (at * 31 + (at >> 8)) & 255));
  for (let number = 0; number < payloads; number++) {
    for (const [way, kind] of (['received', 'sent'] as const).entries()) {
      payload.writeUInt32LE(number * 2 + way, 0);
      said[kind].update(payload);
      capture.record(kind, stream, payload);
    }
    if (capture.congested) await new Promise<void>((relieved) => capture.onRelieved(relieved));
    else if (number % 16 === 0) await breathe();
  }
  await capture.close();
  return { received: said.received.digest('hex'), sent: said.sent.digest('hex') };
}

async function fill(folder: string, records: number, recordBytes: number): Promise<Filled> {
  const capture = await Capture.open(folder);
  const stream = recordOpened(capture);
  const payload = Buffer.alloc(recordBytes, 'a record of a benchmark, ');
  let mostResidentBytes = 0;
  const begin = performance.now();
  for (let done = 0; done < records;) {
    const end = Math.min(records, done + Math.max(1, Math.min(burst, Math.floor(2 ** 22 / recordBytes))));
    for (; done < end; done++) capture.record('received', stream, payload);
    if (capture.congested) await new Promise<void>((relieved) => capture.onRelieved(relieved));
    else await breathe();
    if (done % (burst * 16) < burst)
      mostResidentBytes = Math.max(mostResidentBytes, process.memoryUsage.rss());
  }
  const acceptedMs = performance.now() - begin;
  const residentBytes = process.memoryUsage.rss();
  await capture.close();
  return {
    acceptedMs,
    inFilesMs: performance.now() - begin,
    residentBytes,
    mostResidentBytes: Math.max(mostResidentBytes, residentBytes),
  };
}

const warmUpWindows = 100;

async function timeWindow(capture: Capture, from: number | null): Promise<{ ms: number; from: number }> {
  const view = new Views(capture, searches).open(anyFilter);
  const start = from ?? Math.floor(Math.random() * (capture.length - rowsInSight));
  const begin = performance.now();
  const { rows } = decodeRows(await view.rows(start, rowsInSight));
  const ms = performance.now() - begin;
  if (rows.length !== rowsInSight || rows[0]?.row !== start)
    throw new Error(`${rows.length} rows from ${start}`);
  view.close();
  return { ms, from: start };
}

async function readWindows(
  folder: string,
  windows: number,
  cold: boolean,
): Promise<{ ms: number[]; residentBytes: number }> {
  const ms: number[] = [];
  let capture = await Capture.open(folder);
  // The first windows time the compiler, not the capture.
  for (let i = 0; i < warmUpWindows; i++) await timeWindow(capture, null);
  for (let i = 0; i < windows; i++) {
    const first = await timeWindow(capture, null);
    ms.push(cold ? first.ms : (await timeWindow(capture, first.from)).ms);
    if (!cold) continue;
    await capture.close();
    capture = await Capture.open(folder);
  }
  const residentBytes = process.memoryUsage.rss();
  await capture.close();
  return { ms, residentBytes };
}

async function search(
  folder: string,
  text: string,
  carries = false,
): Promise<ReturnType<CaptureTool['search']>> {
  const capture = await Capture.open(folder);
  const views = new Views(capture, searches);
  // The threads are there, as they are while a person writes.
  const warm = views.open({ ...anyFilter, text: 'warm' });
  while (warm.summary.scanned === 0) await rest();
  warm.close();
  const begin = performance.now();
  const view = views.open({ ...anyFilter, text, encodings: { ...allUtf8, carries } });
  let firstMs = Infinity;
  for (;;) {
    const { rows, scanned, total, failure } = view.summary;
    if (failure !== null) throw new Error(failure.code);
    if (rows > 0 && firstMs === Infinity) firstMs = performance.now() - begin;
    if (scanned === total) break;
    await rest();
  }
  const found = { firstMs, ms: performance.now() - begin, rows: view.length, records: capture.length };
  view.close();
  await capture.close();
  return found;
}

async function readBlock(folder: string, set: FileSet, at: number): Promise<Buffer> {
  const file = await open(join(folder, set.name(Math.floor(at / set.fileBytes))));
  const bytes = Buffer.alloc(set.checkBytes);
  const inFile = at % set.fileBytes;
  await file.read(bytes, 0, bytes.length, inFile - (inFile % set.checkBytes));
  await file.close();
  return bytes;
}

async function readPlain(folder: string, windows: number): Promise<number[]> {
  const capture = await Capture.open(folder);
  const { length } = capture;
  await capture.close();
  const ms: number[] = [];
  for (let i = -warmUpWindows; i < windows; i++) {
    const sequence = Math.floor(Math.random() * (length - rowsInSight));
    const begin = performance.now();
    for (const wanted of [sequence, 0]) {
      const block = await readBlock(folder, indexFiles, wanted * entryBytes);
      const at = (wanted * entryBytes) % indexFiles.checkBytes;
      const entries = new Entries(wanted, new Uint8Array(block.buffer, block.byteOffset + at, entryBytes));
      await readBlock(folder, dataFiles, entries.place(0));
    }
    if (i >= 0) ms.push(performance.now() - begin);
  }
  return ms;
}

/** All received payloads in order, in pieces, and the time of each one's record. */
async function* received(capture: Capture): AsyncGenerator<{ piece: Uint8Array; time: number }> {
  const view = new Views(capture, searches).open(anyFilter);
  for (let at = 0, rows; (rows = decodeRows(await view.rows(at, 512)).rows).length > 0; at += rows.length) {
    for (const { kind, sequence, length, preview, time } of rows) {
      if (kind !== 'received') continue;
      if (preview.length === length) yield { piece: preview, time };
      else
        for (let from = 0; from < length; from += maxPiece)
          yield { piece: await capture.payload(sequence, from, Math.min(maxPiece, length - from)), time };
    }
  }
  view.close();
}

async function checkNumbered(folder: string, messageBytes: number): Promise<Reopened> {
  const begin = performance.now();
  const capture = await Capture.open(folder);
  const openMs = performance.now() - begin;
  const checker = messageChecker(messageBytes);
  let bytes = 0;
  let lastTime = 0;
  for await (const { piece, time } of received(capture)) {
    checker.add(piece);
    bytes += piece.length;
    lastTime = time;
  }
  const records = capture.length;
  await capture.close();
  return { ...checker.result(), openMs, bytes, records, lastTime };
}

async function digest(folder: string): Promise<{ sha256: string; records: number; bytes: number }> {
  const capture = await Capture.open(folder);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const { piece } of received(capture)) {
    hash.update(piece);
    bytes += piece.length;
  }
  const records = capture.length;
  await capture.close();
  return { sha256: hash.digest('hex'), records, bytes };
}

async function sum(folder: string): Promise<{ bytes: number; goneBytes: number; damaged: number }> {
  const capture = await Capture.open(folder, { isReadOnly: true });
  let bytes = 0;
  await scan(capture, { from: capture.oldest }, (entries) => {
    for (let i = 0; i < entries.count; i++)
      if (!entries.isDamaged(i) && isPayload(kindOf(entries.kind(i)))) bytes += entries.length(i);
  });
  const work = { signal: new AbortController().signal, told: () => undefined };
  const { damagedRecords: damaged } = await verify(capture, work);
  const goneBytes = capture.gone?.bytes ?? 0;
  await capture.close();
  return { bytes, goneBytes, damaged };
}

async function exportTo(folder: string, format: ExportFormat, path: string): Promise<Exported> {
  const capture = await Capture.open(folder);
  const view = new Views(capture, searches).open(anyFilter);
  const rows = view.keepRows();
  let mostResidentBytes = 0;
  const look = (): void => void (mostResidentBytes = Math.max(mostResidentBytes, process.memoryUsage.rss()));
  const timer = setInterval(look, 20);
  const url = 'tcp://127.0.0.1:9000';
  const shown = { capture, rows, exporter: exporters[format], transport: 'tcp', url, path } as const;
  const begin = performance.now();
  const bytes = await saveLog(shown, { signal: new AbortController().signal, told: () => undefined });
  const ms = performance.now() - begin;
  look();
  clearInterval(timer);
  rows.close();
  await capture.close();
  return { ms, bytes, mostResidentBytes };
}

/** Blocks that are joined to one write, as the export joins them. */
const joinedBytes = 1024 * 1024;

async function writeBlocks(from: string, path: string): Promise<number> {
  const all = await readFile(from);
  const file = await open(path, 'w');
  const begin = performance.now();
  let [parts, joined]: [Buffer[], number] = [[], 0];
  for (let at = 0; at < all.length;) {
    const length = all.readUInt32LE(at + 4);
    // As big as what made it: each block is bytes of its own.
    parts.push(Buffer.from(all.subarray(at, at + length)));
    at += length;
    joined += length;
    if (joined < joinedBytes && at < all.length) continue;
    await file.appendFile(Buffer.concat(parts));
    [parts, joined] = [[], 0];
  }
  await file.close();
  return performance.now() - begin;
}

serveHelper<CaptureTool>({
  exportTo,
  writeBlocks,
  fill,
  fillBig,
  fillTalk,
  readWindows,
  readPlain,
  search,
  checkNumbered,
  digest,
  sum,
});
