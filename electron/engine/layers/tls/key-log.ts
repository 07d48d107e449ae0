/** Secrets of connections in the NSS key log format, which Wireshark reads. */
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { failed, FailureError, failureOf, type Failure } from '../../../../shared/failure.ts';
import { requireHeld } from '../../disk/data-folder.ts';
import { openPrivate, requirePrivateFile } from '../../disk/private-file.ts';

/** What a disk that hangs leaves in memory: some 40,000 connections. */
const mostWaitingBytes = 16 * 1024 * 1024;

type Line = { bytes: Uint8Array; done: (failure: Failure | null) => void };

/** Appends lines in their order, away from the thread of the sockets, as soon as the disk takes them. */
export class KeyLog {
  readonly path: string;
  #lines: Line[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | null = null;
  #isTorn = false;

  /** Nothing is made or written yet. */
  constructor(path: string) {
    this.path = path;
  }

  /**
   * Makes the file and its folder. Rejects with KEY_LOG_UNWRITABLE where nothing can be written there: the system's own
   * code would be taken for one of the socket, such as EACCES for a port that needs rights. As `requirePrivateFile`.
   */
  async open(): Promise<void> {
    try {
      requireHeld(this.path);
      await mkdir(dirname(this.path), { recursive: true, mode: 0o700 });
      await requirePrivateFile(this.path);
    } catch (error) {
      const { message } = failureOf(error);
      throw new FailureError({ code: 'KEY_LOG_UNWRITABLE', message, subject: this.path });
    }
  }

  /**
   * Resolves when the line is in the file, with why it could not be written, else null; never rejects. The next line is
   * tried again: a full disk may have room by then. ENOBUFS: too much waits for a disk that takes nothing.
   */
  write(bytes: Uint8Array): Promise<Failure | null> {
    if (this.#waitingBytes + bytes.length > mostWaitingBytes) {
      return Promise.resolve({ ...failed('ENOBUFS'), subject: this.path });
    }
    this.#waitingBytes += bytes.length;
    return new Promise((done) => {
      this.#lines.push({ bytes, done });
      this.#writing ??= this.#writeAll();
    });
  }

  /** Resolves when nothing waits any more. */
  async written(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#lines.length > 0) {
      const lines = this.#lines;
      this.#lines = [];
      const failure = await this.#append(lines.map(({ bytes }) => bytes)).then(
        () => null,
        (error: unknown) => failureOf(error, this.path),
      );
      // A write that failed may have left the beginning of a line.
      this.#isTorn = failure !== null;
      for (const { bytes, done } of lines) {
        this.#waitingBytes -= bytes.length;
        done(failure);
      }
    }
    this.#writing = null;
  }

  /** Opened and looked at each time: a file that was removed or moved away begins anew, and another may stand there now. */
  async #append(lines: Uint8Array[]): Promise<void> {
    const all = this.#isTorn ? [lineEnd, ...lines] : lines;
    requireHeld(this.path);
    const file = await openPrivate(this.path);
    try {
      requireHeld(this.path);
      await file.appendFile(Buffer.concat(all));
    } finally {
      await file.close();
    }
  }
}

const lineEnd = Buffer.from('\n');
