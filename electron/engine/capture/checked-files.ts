/** Reads the files of a capture block by block, and says of each whether it is what was written. */
import { failureOf } from '../../../shared/failure.ts';
import { checkedPage, damageOf, readSlot, slotBytes, slotPlace, type Page } from './checksums.ts';
import { Entries, entryBytes, entryMemory, putDamaged, type FileSet } from './format.ts';
import type { OpenFiles } from './open-files.ts';
import type { Place } from './recorder.ts';

/**
 * Files with a number from `data` and `index` on have checksums; those below were written before there were any, and
 * their entries name bytes below place `end`: what others write there later is not theirs.
 */
export type CheckedFrom = { data: number; index: number; end: Place };

/** A block that is being written may be read in the middle of it: its slot a moment before or after its bytes. */
const mostAttempts = 4;

export class CheckedFiles {
  readonly #files: Pick<OpenFiles, 'read'>;
  readonly #from: CheckedFrom;

  constructor(files: Pick<OpenFiles, 'read'>, from: CheckedFrom) {
    this.#files = files;
    this.#from = from;
  }

  /**
   * Blocks `first` to `first + count - 1`, all of one file, side by side in memory. Never rejects: a page tells what is wrong
   * with it. `room`: to read into, of so many blocks at least; null: memory of its own.
   */
  async pages(set: FileSet, first: number, count: number, room: Uint8Array | null = null): Promise<Page[]> {
    let pages = await this.#readPages(set, first, count, room);
    for (let attempt = 1; attempt < mostAttempts && pages.some(isInDoubt); attempt++)
      pages = await this.#readPages(set, first, count, room);
    return pages;
  }

  async #readPages(set: FileSet, first: number, count: number, room: Uint8Array | null): Promise<Page[]> {
    const { file, position } = slotPlace(set, first);
    const isChecked = file >= this.#from[set.prefix];
    const slots = new Uint8Array(isChecked ? count * slotBytes : 0);
    const length = count * set.checkBytes;
    const bytes = room === null ? new Uint8Array(length) : room.subarray(0, length);
    const [slotsRead, bytesRead] = await Promise.all([
      slots.length === 0 ? 0 : this.#read(set.sums(file), slots, position),
      this.#read(set.name(file), bytes, (position / slotBytes) * set.checkBytes),
    ]);
    const words = new Uint32Array(slots.buffer, 0, typeof slotsRead === 'string' ? 0 : slotsRead >> 2);
    return Array.from({ length: count }, (_, i) => {
      const block = first + i;
      if (typeof bytesRead === 'string')
        return { from: 0, bytes: bytes.subarray(0, 0), damage: damageOf(set, block, bytesRead) };
      const start = i * set.checkBytes;
      const there = bytes.subarray(start, Math.max(start, Math.min(start + set.checkBytes, bytesRead)));
      if (isChecked) return checkedPage(set, block, readSlot(set, words, i, block), there);
      return uncheckedPage(set, there, this.#from.end);
    });
  }

  /** Bytes read, or why they cannot be. */
  async #read(name: string, target: Uint8Array, position: number): Promise<number | string> {
    try {
      return await this.#files.read(name, target, position);
    } catch (error) {
      const { code } = failureOf(error);
      return code === 'ENOENT' ? 'BYTES_MISSING' : code;
    }
  }
}

/** Of before there were checksums: entries have a check byte of their own, payloads nothing. Changes `bytes`. */
function uncheckedPage(set: FileSet, bytes: Uint8Array, dataEnd: Place): Page {
  if (set.prefix === 'index') markUnsound(bytes, dataEnd);
  return { from: 0, bytes, damage: null };
}

/** The bytes may have grown since their slot was read, or the other way round. */
const isInDoubt = ({ damage }: Page): boolean =>
  damage?.code === 'CHECKSUM_DAMAGED' || damage?.code === 'BYTES_MISSING';

/** Makes damaged ones of the entries that fail their own check or name bytes that are not there. Returns whether any did. */
export function markUnsound(bytes: Uint8Array, dataEnd: Place): boolean {
  const whole = bytes.subarray(0, bytes.length - (bytes.length % entryBytes));
  const entries = new Entries(0, whole);
  const memory = entryMemory(whole);
  let isAny = false;
  for (let i = 0; i < entries.count; i++) {
    if (entries.isSound(i, dataEnd)) continue;
    putDamaged(memory, i);
    isAny = true;
  }
  return isAny;
}
