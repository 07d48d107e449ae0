/** Secrets of connections in the NSS key log format, which Wireshark reads. */
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { failureOf, FailureError, type Failure } from '../../../shared/failure.ts';

/** Appends lines at once: a reader that decrypts live must have them before the bytes. One short write per secret. */
export class KeyLog {
  readonly #path: string;
  #isTorn = false;

  /**
   * Makes the file's folder. Throws KEY_LOG_UNWRITABLE where nothing can be written there: the system's own code would
   * be taken for one of the socket, such as EACCES for a port that needs rights.
   */
  constructor(path: string) {
    this.#path = path;
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      appendFileSync(path, '', { mode: 0o600 });
    } catch (error) {
      throw new FailureError({
        code: 'KEY_LOG_UNWRITABLE',
        message: failureOf(error).message,
        subject: path,
      });
    }
  }

  /** Returns why `line` could not be written, else null. The next line is tried again: a full disk may have room by then. */
  write(line: Uint8Array): Failure | null {
    try {
      // A write that failed may have left the beginning of its line.
      appendFileSync(this.#path, this.#isTorn ? Buffer.concat([lineEnd, line]) : line, { mode: 0o600 });
      this.#isTorn = false;
      return null;
    } catch (error) {
      this.#isTorn = true;
      return failureOf(error, this.#path);
    }
  }
}

const lineEnd = Buffer.from('\n');
