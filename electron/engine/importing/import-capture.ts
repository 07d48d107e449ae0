/** Brings a file of another program in as captures: recognises it, reads it piece by piece, and says what was left out. */
import { open, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import {
  captureFormatOf,
  headBytes,
  isPacked,
  type CaptureFormat,
  type ImportSums,
} from '../../../shared/importing/captured.ts';
import { noStream, type Recorder } from '../capture/recorder.ts';
import { Conversations } from './conversations.ts';
import { bytesAlone, followRaw, followYaml } from './follow.ts';
import { ourLines } from './json-lines.ts';
import { leftOutReasons } from './packet.ts';
import { PacketFile } from './packet-file.ts';
import { packetSenderLog } from './packet-sender-log.ts';
import { ImportError, type ImportProblem } from './problem.ts';
import type { FirstConversation, MakeReader, Protocol } from './reader.ts';

const packets: MakeReader = (targets) => {
  const conversations = new Conversations(targets);
  const file = new PacketFile((packet) => conversations.take(packet));
  return {
    take: (piece) => file.take(piece),
    end() {
      try {
        file.end();
      } finally {
        conversations.end();
      }
    },
    sums: conversations.sums,
  };
};

const readers: Readonly<Record<CaptureFormat, MakeReader>> = {
  packets,
  'follow-yaml': followYaml,
  'follow-raw': followRaw,
  jsonl: ourLines,
  'packetsender-log': packetSenderLog,
  bytes: bytesAlone,
};

/** A capture of each protocol, to be used or not. */
export type ImportTarget = Recorder & { flush(): Promise<void> };
export type ImportWork = { signal: AbortSignal; told: (done: number, total: number) => void };
export type Imported = {
  format: CaptureFormat;
  sums: ImportSums;
  /** Where the file could not be read on; what came before it is there. */
  stopped: { problem: ImportProblem; offset: number } | null;
  /** Of each protocol that there is something of. */
  found: ReadonlyMap<Protocol, FirstConversation>;
};

const pieceBytes = 2 ** 20;
/** What is read between two waits for the disk, which is as far behind. */
const flushBytes = 32 * 2 ** 20;
/** Nothing that somebody captured packs so well; up to so many bytes it does not matter. */
const mostInflation = 200;
const freeInflation = 2 ** 30;

/**
 * Reads `source` into `targets`, in which nothing is yet. `total`: its length; `now`: the time of what has none. Rejects with an `ImportError` where
 * nothing of it can be brought in, with the target's error, and with the signal's reason. Time is linear in what the file
 * holds, and memory has a bound.
 */
export async function importCapture(
  source: AsyncIterable<Buffer>,
  { as, total, now }: { as?: CaptureFormat; total: number; now: number },
  targets: Readonly<Record<Protocol, ImportTarget>>,
  { signal, told }: ImportWork,
): Promise<Imported> {
  const found = new Map<Protocol, FirstConversation>();
  const targetOf = (protocol: Protocol, first: FirstConversation): Recorder => {
    if (!found.has(protocol)) found.set(protocol, first);
    return targets[protocol];
  };
  const file = new Inflated(source);
  let reader: ReturnType<MakeReader> | null = null;
  let format = as ?? null;
  let stopped: Imported['stopped'] = null;
  let since = 0;
  let flushed: Promise<unknown> = Promise.resolve();
  try {
    for await (const piece of withHead(file.pieces())) {
      signal.throwIfAborted();
      format ??= captureFormatOf(piece);
      if (format === null) throw new ImportError('unknown-format', 0);
      reader ??= readers[format](targetOf, now);
      reader.take(piece);
      told(Math.min(total, file.read), total);
      since += piece.length;
      if (since < flushBytes) continue;
      since = 0;
      // While the disk takes this, more is read.
      await flushed;
      flushed = Promise.all([...found.keys()].map((protocol) => targets[protocol].flush()));
      flushed.catch(() => undefined);
    }
    reader?.end();
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    if (found.size === 0) throw error;
    stopped = { problem: error.problem, offset: error.offset };
    endQuietly(reader);
  }
  if (reader === null || format === null || found.size === 0) throw new ImportError('nothing-found', 0);
  noteLeftOut(targets[[...found.keys()][0]!], reader.sums, now);
  for (const protocol of found.keys()) await targets[protocol].flush();
  return { format, sums: reader.sums, stopped, found };
}

/** What waits is told; that the file ends early is known. */
function endQuietly(reader: ReturnType<MakeReader> | null): void {
  try {
    reader?.end();
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
  }
}

/** At the time of the import, behind all that the file has. */
function noteLeftOut(target: Recorder, sums: ImportSums, now: number): void {
  for (const what of leftOutReasons)
    if (sums[what] > 0)
      target.recordDetail(noStream, { kind: 'note', note: 'left-out', what, count: sums[what] }, now);
}

/** A file as it is, or what it inflates to. `read`: bytes of the file. */
class Inflated {
  readonly #source: AsyncIterable<Buffer>;
  read = 0;

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source;
  }

  async *pieces(): AsyncGenerator<Buffer> {
    const pieces = this.#counted();
    const first = await pieces.next();
    if (first.done === true) return;
    const all = joined(first.value, pieces);
    yield* isPacked(first.value) ? this.#inflated(all) : all;
  }

  async *#inflated(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    // Whoever unpacks takes a piece before it is done with the last one.
    const packed = Readable.from(copies(pieces), { objectMode: false });
    const inflated = packed.pipe(createGunzip({ chunkSize: pieceBytes }));
    packed.on('error', (error) => inflated.destroy(error));
    let bytes = 0;
    try {
      for await (const piece of inflated as AsyncIterable<Buffer>) {
        bytes += piece.length;
        if (bytes > freeInflation && bytes > mostInflation * this.read)
          throw new ImportError('inflates-too-far', bytes);
        yield piece;
      }
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'Z_BUF_ERROR') throw new ImportError('file-cut', bytes);
      if (code?.startsWith('Z_')) throw new ImportError('file-damaged', bytes);
      throw error;
    } finally {
      packed.destroy();
      inflated.destroy();
    }
  }

  async *#counted(): AsyncGenerator<Buffer> {
    for await (const piece of this.#source) {
      this.read += piece.length;
      yield piece;
    }
  }
}

/** The same, the first piece long enough to say what it is. */
async function* withHead(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let head: Buffer | null = Buffer.alloc(0);
  for await (const piece of pieces) {
    if (head === null) {
      yield piece;
      continue;
    }
    head = Buffer.concat([head, piece]);
    if (head.length < headBytes) continue;
    yield head;
    head = null;
  }
  if (head !== null && head.length > 0) yield head;
}

async function* joined(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield first;
    yield* rest;
  } finally {
    // Whoever stops at the first one leaves a file open else.
    await rest.return(undefined);
  }
}

async function* copies(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) yield Buffer.from(piece);
}

/** A file to be read, and its length. A piece of it lasts until the next one. Rejects with the system's error. */
export async function openImport(path: string): Promise<{ source: AsyncIterable<Buffer>; total: number }> {
  const { size } = await stat(path);
  return { source: piecesOf(path), total: size };
}

/** Two pieces of memory in turn: one is filled while the other is looked at. */
async function* piecesOf(path: string): AsyncGenerator<Buffer> {
  const file = await open(path);
  const rooms = [Buffer.allocUnsafeSlow(pieceBytes), Buffer.allocUnsafeSlow(pieceBytes)] as const;
  const read = (turn: number): Promise<Buffer> => {
    const room = rooms[turn % 2 === 0 ? 0 : 1];
    const piece = file.read(room, 0, room.length).then(({ bytesRead }) => room.subarray(0, bytesRead));
    // Whoever stops before has no use for it.
    piece.catch(() => undefined);
    return piece;
  };
  let next = read(0);
  try {
    for (let turn = 1; ; turn++) {
      const piece = await next;
      if (piece.length === 0) return;
      next = read(turn);
      yield piece;
    }
  } finally {
    await next.catch(() => undefined);
    await file.close();
  }
}
