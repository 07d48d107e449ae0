/** Writes the checksums of what was written just before. */
import { slotsFor, type Slot } from './checksums.ts';
import { type FileSet } from './format.ts';
import type { OpenFiles } from './open-files.ts';

/** The slots of the blocks in which a capture goes on; null where a block is begun, or what is in it is in doubt. */
export type Newest = Record<FileSet['prefix'], Slot | null>;

export class ChecksumWriter {
  readonly #files: OpenFiles;
  readonly #newest: Newest;

  constructor(files: OpenFiles, newest: Newest) {
    this.#files = files;
    this.#newest = { ...newest };
  }

  /**
   * `bytes`, all of one file, are in it at `place`. Resolves to what is to be called when they count as written: else
   * they are written and sealed once more, from where the last ones ended.
   */
  async seal(set: FileSet, place: number, bytes: Uint8Array): Promise<() => void> {
    const { newest, ...slots } = slotsFor(set, this.#newest[set.prefix], place, bytes);
    await this.#files.writeAll(set.sums(slots.file), slots.bytes, slots.position);
    return () => (this.#newest[set.prefix] = newest);
  }
}
