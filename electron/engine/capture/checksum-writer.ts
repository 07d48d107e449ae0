/** Makes the checksums of what is being written, and writes them behind it. */
import { slotsFor, type Slot, type Sums } from './checksums.ts';
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

  /** Of `bytes`, all of one file, which are to be in it at `place`, behind what was confirmed last. */
  sum(set: FileSet, place: number, bytes: Uint8Array): Sums {
    return slotsFor(set, this.#newest[set.prefix], place, bytes);
  }

  /** Once the bytes are in their file. */
  write(set: FileSet, { file, position, bytes }: Sums): Promise<void> {
    return this.#files.writeAll(set.sums(file), bytes, position);
  }

  /** They count as written; else they are written and summed up once more, from where the last ones ended. */
  confirm(set: FileSet, { newest }: Sums): void {
    this.#newest[set.prefix] = newest;
  }
}
