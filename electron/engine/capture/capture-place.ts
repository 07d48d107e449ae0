/** Where a capture lies: whether what was written is really there, and whether the disk has room to spare. */
import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { FailureError, failureOf } from '../../../shared/failure.ts';
import { monotonic } from '../clock.ts';
import type { FileSet } from './format.ts';

/** What an open file writes goes on without a word when its folder is removed, renamed or unmounted: so its path is asked. */
const goneCodes = new Set(['ENOENT', 'ENOTDIR', 'ENODEV', 'ESTALE', 'ENXIO']);
/** How long an answer about free room holds. */
const roomMs = 1000;
export const usualKeepFreeBytes = 256 * 2 ** 20;
/** A floor is never more than this share of the disk, so that small ones can be used at all. */
const mostShare = 0.1;

/** Blocks of a file system and the size of one, as statfs(2) has them; tests pass their own. */
export type RoomFunction = (folder: string) => Promise<{ bavail: number; blocks: number; bsize: number }>;

export class CapturePlace {
  /** Bytes of the disk that are left to others. */
  keepFreeBytes: number;
  readonly #folder: string;
  readonly #askRoom: RoomFunction;
  #room = 0;
  #askedAt = -Infinity;

  constructor(folder: string, keepFreeBytes: number, room: RoomFunction = (path) => statfs(path)) {
    this.#folder = folder;
    this.#askRoom = room;
    this.keepFreeBytes = keepFreeBytes;
  }

  /** Rejects with CAPTURE_GONE unless the file that holds the byte before `end` is in the folder, with that byte. */
  async requireFile(set: FileSet, end: number): Promise<void> {
    if (end === 0) return;
    const number = Math.floor((end - 1) / set.fileBytes);
    const { size } = await stat(join(this.#folder, set.name(number)));
    if (size < end - number * set.fileBytes) throw this.#gone('');
  }

  /** Rejects with DISK_NEARLY_FULL when `bytes` more would leave less than the floor. */
  async requireRoom(bytes: number): Promise<void> {
    if (this.keepFreeBytes === 0) return;
    const now = monotonic();
    if (bytes > this.#room || now - this.#askedAt > roomMs) {
      const { bavail, blocks, bsize } = await this.#askRoom(this.#folder);
      const floor = Math.min(this.keepFreeBytes, blocks * bsize * mostShare);
      // Some file systems have no size.
      this.#room = blocks === 0 ? Infinity : bavail * bsize - floor;
      this.#askedAt = now;
    }
    if (bytes > this.#room) {
      throw new FailureError({ code: 'DISK_NEARLY_FULL', subject: this.#folder });
    }
    this.#room -= bytes;
  }

  /** A failure as it is told, with the folder that it is about. */
  failureOf(thrown: unknown): FailureError {
    const { code, message } = failureOf(thrown);
    if (goneCodes.has(code)) return this.#gone(message);
    return new FailureError({ code, message, subject: this.#folder });
  }

  #gone(message: string): FailureError {
    return new FailureError({ code: 'CAPTURE_GONE', message, subject: this.#folder });
  }
}
