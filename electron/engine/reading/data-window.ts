/** Blocks of a capture's data that follow each other, as records do: few are read twice, and most bytes are there at once. */
import type { Damage } from '../../../shared/failure.ts';
import type { CheckedFiles } from '../capture/checked-files.ts';
import { isDamage, partOf, type Page } from '../capture/checksums.ts';
import { dataFiles } from '../capture/format.ts';
import { blocksOf } from '../capture/page-cache.ts';

/** Data that is read at a time: little where single records are looked up, more and more where they follow each other. */
const fewestBlocks = 4;
const mostBlocks = 128;
const { checkBytes } = dataFiles;
/** What it reads into, where it is given room. */
export const windowBytes = mostBlocks * checkBytes;

export class DataWindow {
  readonly #files: CheckedFiles;
  readonly #room: Uint8Array | null;
  #first = 0;
  #pages: Page[] = [];
  #ahead = fewestBlocks;
  /** Good bytes that were looked for last. */
  #good = { from: 0, to: 0 };

  /** `room`: of `windowBytes`, used by nobody else meanwhile; null: each reading has its own memory. */
  constructor(files: CheckedFiles, room: Uint8Array | null) {
    this.#files = files;
    this.#room = room;
  }

  /** Bytes of one block that is here, until more is read; null where it is not, or has to be read further. */
  near(place: number, length: number): Uint8Array | Damage | null {
    const block = Math.floor(place / checkBytes);
    const start = place - block * checkBytes;
    const page = this.#here(block, start + length);
    return page && start + length <= checkBytes
      ? partOf(dataFiles, block, page, start, start + length)
      : null;
  }

  /** To be used until more is read. */
  async read(place: number, length: number): Promise<Uint8Array | Damage> {
    const blocks = [...blocksOf(dataFiles, { place, length })];
    const joined = new Uint8Array(blocks.length === 1 ? 0 : length);
    let done = 0;
    for (const { block, start, end } of blocks) {
      const page = this.#here(block, end) ?? (await this.#load(block));
      const part = partOf(dataFiles, block, page, start, end);
      if (isDamage(part)) return part;
      if (blocks.length === 1) return part;
      // At once: the next reading may take its memory.
      joined.set(part, done);
      done += part.length;
    }
    return joined;
  }

  /** Reads the block of a place, where the place is not here yet. */
  async have(place: number): Promise<void> {
    const block = Math.floor(place / checkBytes);
    if (this.#here(block, place + 1 - block * checkBytes) === undefined) await this.#load(block);
  }

  /** Where the bytes from `place` on that are here and good end; `place` where there are none. */
  goodTo(place: number): number {
    if (place < this.#good.from || place >= this.#good.to)
      this.#good = { from: place, to: this.#findGoodTo(place) };
    return this.#good.to;
  }

  #findGoodTo(place: number): number {
    for (let block = Math.floor(place / checkBytes); ; block++) {
      const page = this.#pages[block - this.#first];
      if (!page || page.damage !== null) return Math.max(place, block * checkBytes);
      if (page.bytes.length < checkBytes) return Math.max(place, block * checkBytes + page.bytes.length);
    }
  }

  /** The place of the first byte of its room. */
  get from(): number {
    return this.#first * checkBytes;
  }

  #here(block: number, end: number): Page | undefined {
    const page = this.#pages[block - this.#first];
    return page && (page.damage !== null || page.bytes.length >= end) ? page : undefined;
  }

  async #load(block: number): Promise<Page> {
    const perFile = dataFiles.fileBytes / checkBytes;
    const follows = block === this.#first + this.#pages.length;
    this.#ahead = follows ? Math.min(mostBlocks, this.#ahead * 2) : fewestBlocks;
    const count = Math.min(perFile - (block % perFile), this.#ahead);
    this.#pages = await this.#files.pages(dataFiles, block, count, this.#room);
    this.#first = block;
    this.#good = { from: 0, to: 0 };
    return this.#pages[0]!;
  }
}
