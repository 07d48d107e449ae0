/** Where records are written: standard output or what `--out` names, at the pace of its reader. */
import { once } from 'node:events';
import { close, constants, fstatSync, ftruncate, openSync, statSync, write } from 'node:fs';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { isatty, WriteStream } from 'node:tty';
import { promisify } from 'node:util';
import { texts } from '../../../shared/texts/index.ts';
import { withoutWaiting } from './input-files.ts';
import { UsageError } from './usage-error.ts';

export type Output = {
  /** True where a person looks at it. */
  readonly isTerminal: boolean;
  /** Bytes that the system has taken. */
  readonly writtenBytes: number;
  /** The run has what it was started for: what a file held before goes now, if not with the first write. */
  begin(): void;
  /**
   * Resolves when there is room for more, and `bytes` are not looked at any more. Rejects with the system's error; EPIPE where
   * nobody reads any more.
   */
  write(bytes: Uint8Array | string): Promise<void>;
  /** Resolves when everything is with the system. */
  close(): Promise<void>;
  /** Nothing is waited for any more: what waits, and what is still written, rejects with ETIMEDOUT. */
  abandon(): void;
  /** False of a FIFO that nobody has opened to read yet. */
  readonly hasReader: boolean;
};

/** A reader of a FIFO comes when it comes, and no event tells. */
const readerEveryMs = 50;

/**
 * Follows links and keeps modes, as a shell's `>` does; a file keeps what it held until there is a run. Throws as
 * open(2), which never waits here.
 */
export function fileOutput(path: string): Output {
  let fd: number;
  try {
    fd = openSync(path, constants.O_WRONLY | constants.O_CREAT | withoutWaiting, 0o666);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENXIO' || !statSync(path).isFIFO()) throw error;
    return new FifoOutput(path);
  }
  if (isatty(fd)) return new StreamOutput(new WriteStream(fd), true);
  const stats = fstatSync(fd);
  if (stats.isFIFO()) return new StreamOutput(new Socket({ fd, readable: false, writable: true }), true);
  return new DescriptorOutput(fd, stats.isFile());
}

/** What an option names. Throws a `UsageError`. */
export function openOutput(path: string, option = '--out'): Output {
  try {
    return fileOutput(path);
  } catch (error) {
    throw new UsageError(texts.commandLine.problems.cannotWrite(option, path, (error as Error).message));
  }
}

/** Files and devices take short writes, of which process.stdout would lose the rest. */
export function standardOutput(): Output {
  return isFileOrDevice(1) ? new DescriptorOutput(1, false) : new StreamOutput(process.stdout, false);
}

function isFileOrDevice(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    return stats.isFile() || (stats.isCharacterDevice() && !isatty(descriptor));
  } catch {
    // Windows tells nothing of some kinds.
    return false;
  }
}

const [writeTo, truncate, closeDescriptor] = [promisify(write), promisify(ftruncate), promisify(close)];

/** Standard output of other kinds than streams, and files: a write ends when the disk has taken it. */
class DescriptorOutput implements Output {
  readonly isTerminal = false;
  readonly hasReader = true;
  writtenBytes = 0;
  #fd: number;
  /** Null until what the file held has gone. */
  #emptied: Promise<void> | null;

  constructor(fd: number, replaces: boolean) {
    this.#fd = fd;
    this.#emptied = replaces ? null : Promise.resolve();
  }

  begin(): void {
    this.#emptied ??= truncate(this.#fd);
    // The next write is told of it.
    this.#emptied.catch(() => undefined);
  }

  async write(bytes: Uint8Array | string): Promise<void> {
    this.begin();
    await this.#emptied;
    const all = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
    // write(2) may take less than it is given, as it does just before a disk is full.
    for (let done = 0; done < all.length;) {
      const { bytesWritten } = await writeTo(this.#fd, all, done, all.length - done, null);
      done += bytesWritten;
      this.writtenBytes += bytesWritten;
    }
  }

  async close(): Promise<void> {
    await this.#emptied;
    if (this.#fd !== 1) await closeDescriptor(this.#fd);
  }

  /** A disk cannot be hurried. */
  abandon(): void {
    return;
  }
}

/** Pipes, sockets and terminals: asynchronous, so that a reader who pauses does not stop sockets, timers and signals. */
class StreamOutput implements Output {
  readonly isTerminal: boolean;
  readonly hasReader = true;
  writtenBytes = 0;
  #stream: Writable;
  #isOwn: boolean;
  #failure: Error | null = null;
  #isBroken: () => void = () => undefined;
  #broken = new Promise<void>((resolve) => (this.#isBroken = resolve));

  constructor(stream: Writable & { isTTY?: boolean }, isOwn: boolean) {
    this.#stream = stream;
    this.#isOwn = isOwn;
    this.isTerminal = stream.isTTY === true;
    stream.on('error', (error) => this.#break(error));
  }

  begin(): void {
    return;
  }

  async write(bytes: Uint8Array | string): Promise<void> {
    this.#check();
    const length = typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length;
    if (length === 0) return;
    const written = (error?: Error | null): void => void (error ?? (this.writtenBytes += length));
    // A stream keeps what it has no time for yet.
    const own = typeof bytes === 'string' ? bytes : Buffer.from(bytes);
    if (!this.#stream.write(own, written)) await Promise.race([once(this.#stream, 'drain'), this.#broken]);
    this.#check();
  }

  async close(): Promise<void> {
    this.#check();
    await Promise.race([new Promise((resolve) => this.#stream.write('', resolve)), this.#broken]);
    this.#check();
    if (this.#isOwn) this.#stream.end();
  }

  abandon(): void {
    this.#break(abandoned());
    if (this.#isOwn) this.#stream.destroy();
  }

  #break(error: Error): void {
    this.#failure ??= error;
    this.#isBroken();
  }

  #check(): void {
    if (this.#failure !== null) throw this.#failure;
  }
}

/** A FIFO that nobody reads yet: what is written waits for a reader. */
class FifoOutput implements Output {
  readonly isTerminal = false;
  #path: string;
  #output: Output | null = null;
  #isAbandoned = false;
  #opening: Promise<Output> | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  get hasReader(): boolean {
    return this.#output !== null;
  }

  get writtenBytes(): number {
    return this.#output?.writtenBytes ?? 0;
  }

  begin(): void {
    return;
  }

  async write(bytes: Uint8Array | string): Promise<void> {
    this.#opening ??= this.#open();
    await (await this.#opening).write(bytes);
  }

  async close(): Promise<void> {
    await this.#output?.close();
  }

  abandon(): void {
    this.#isAbandoned = true;
    this.#output?.abandon();
  }

  async #open(): Promise<Output> {
    for (;;) {
      const output = fileOutput(this.#path);
      if (output.hasReader) return (this.#output = output);
      if (this.#isAbandoned) throw abandoned();
      await sleep(readerEveryMs);
    }
  }
}

const abandoned = (): Error => Object.assign(new Error(texts.commandLine.nobodyReads), { code: 'ETIMEDOUT' });
