/** Files that the command line names to be read. Nothing here waits in a system call, which no signal could end. */
import { constants, createReadStream, fstatSync, openSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { isatty, ReadStream } from 'node:tty';
import { texts } from '../../../shared/texts/index.ts';
import type { CommonOptions, ConnectOptions, ListenOptions } from './options.ts';
import { UsageError } from './usage-error.ts';

/** Largest file that is read whole: an HTTP answer, which lies in memory and in the capture once for each request. */
const mostBytes = 16 * 1024 * 1024;

/**
 * Flags for open(2) that never wait: for the other end of a FIFO, the carrier of a serial line, or a terminal that would
 * become this process's own. Not there on Windows, which has none of these.
 */
export const withoutWaiting = (constants.O_NONBLOCK ?? 0) | (constants.O_NOCTTY ?? 0);

/** The bytes of a file, FIFO, terminal or device, which come when they come. Throws the system's error. */
export function openForReading(path: string, highWaterMark: number): Readable {
  const fd = openSync(path, constants.O_RDONLY | withoutWaiting);
  // Polled, and never read in the thread pool: a read that waits there keeps the process from ending.
  if (isatty(fd)) return new ReadStream(fd);
  if (fstatSync(fd).isFIFO()) return new Socket({ fd, readable: true, writable: false });
  return createReadStream('', { fd, highWaterMark });
}

/** Of a plain file at a time: each read is a way to another thread and back. */
const aheadBytes = 1024 * 1024;

/**
 * The bytes of a plain file, of which the next are read meanwhile, in memory that is used again: what is given counts until
 * the next is asked for. Memory for each read anew costs as much time as the reading itself.
 */
export async function* readAhead(path: string): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const file = await open(path);
  let [current, other] = [Buffer.allocUnsafeSlow(aheadBytes), Buffer.allocUnsafeSlow(aheadBytes)];
  let reading = file.read(current);
  try {
    for (;;) {
      const { bytesRead } = await reading;
      if (bytesRead === 0) return;
      reading = file.read(other);
      yield current.subarray(0, bytesRead);
      [current, other] = [other, current];
    }
  } finally {
    // It may be left in the middle, with a read under way.
    await reading.catch(() => undefined);
    await file.close();
  }
}

export const isPlainFile = (path: string): boolean => statSync(path).isFile();

export type InputFile = { option: string; path: string; bytes: Uint8Array };
/** What was read, by the name of its option. */
export type InputFiles = Partial<Record<InputName, InputFile>>;
type InputName = 'cert' | 'key' | 'ca' | 'clientCa' | 'passphraseFile' | 'sequence' | 'http';

const namesOfOptions: Readonly<Record<string, InputName>> = {
  '--cert': 'cert',
  '--key': 'key',
  '--ca': 'ca',
  '--client-ca': 'clientCa',
  '--passphrase-file': 'passphraseFile',
  '--sequence': 'sequence',
  '--reply http:': 'http',
};

/** The files that `options` name, but for messages, which are read as they are sent. */
export function namedInputs(options: Partial<ListenOptions & ConnectOptions>): Omit<InputFile, 'bytes'>[] {
  const paths = { ...options, http: /^http:([^]+)$/.exec(options.reply ?? '')?.[1] };
  return Object.entries(namesOfOptions).flatMap(([option, name]) => {
    const path = paths[name];
    return path === undefined ? [] : [{ option, path }];
  });
}

/**
 * Reads the files that `options` name. Throws a `UsageError` for one that cannot be read, is too long, or has not come
 * to its end within `--timeout`. To be called while signals still end the process by themselves.
 */
export async function readInputFiles(options: CommonOptions): Promise<InputFiles> {
  const deadline = options.timeout === undefined ? null : AbortSignal.timeout(options.timeout * 1000);
  const files: InputFiles = {};
  for (const { option, path } of namedInputs(options)) {
    const bytes = await readWhole(option, path, deadline);
    files[namesOfOptions[option]!] = { option, path, bytes };
  }
  return files;
}

/** Throws a `UsageError`, as for files of other options. */
export const readNamed = (option: string, path: string): Promise<Uint8Array> => readWhole(option, path, null);

async function readWhole(option: string, path: string, deadline: AbortSignal | null): Promise<Uint8Array> {
  const { problems } = texts.commandLine;
  const pieces: Uint8Array[] = [];
  let length = 0;
  try {
    const stream = openForReading(path, 64 * 1024);
    const stop = (): void => void stream.destroy(new Error(problems.notRead));
    if (deadline?.aborted === true) stop();
    deadline?.addEventListener('abort', stop);
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      pieces.push(piece);
      length += piece.length;
      if (length > mostBytes) break;
    }
    deadline?.removeEventListener('abort', stop);
  } catch (error) {
    throw new UsageError(problems.cannotRead(option, path, (error as Error).message));
  }
  if (length > mostBytes) throw new UsageError(problems.longFile(option, path, mostBytes));
  return Buffer.concat(pieces);
}
