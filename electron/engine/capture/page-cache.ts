/** Blocks of files that only grow: what was read and found good stays so, and a page is never refreshed, only lengthened. */
import type { Damage } from '../../../shared/failure.ts';
import { isDamage, partOf, type Page } from './checksums.ts';
import type { FileSet } from './format.ts';

/** One read fetches at most so many bytes of neighbouring blocks. */
const maxRunBytes = 512 * 1024;
/**
 * Missing pages this close together are fetched by one read, with the one between them: cheaper than a second trip to the
 * disk. Rows of a stream in full flow lie 64 KiB apart, so that a screen of them would be sixty trips.
 */
const bridgedPages = 2;

export type Range = { place: number; length: number };
/** Reads neighbouring blocks of one file. */
export type PageReader = (set: FileSet, first: number, count: number) => Promise<Page[]>;

export class PageCache {
  readonly #limit: number;
  readonly #set: FileSet;
  readonly #read: PageReader;
  /** In order of use, oldest first. The last page of a file may be short. */
  readonly #pages = new Map<number, Page>();

  /** `limit`: pages kept. No read crosses from one file to the next. */
  constructor(limit: number, set: FileSet, read: PageReader) {
    this.#limit = limit;
    this.#set = set;
    this.#read = read;
  }

  clear(): void {
    this.#pages.clear();
  }

  /** The bytes of every range, in order, or what is wrong with one. All missing pages are asked for at once. */
  async gather(ranges: readonly Range[]): Promise<(Uint8Array | Damage)[]> {
    const needs = new Map<number, number>();
    for (const range of ranges) this.#noteNeeds(needs, range);
    const pages = new Map<number, Page>();
    const missing: number[] = [];
    for (const [number, bytes] of needs) {
      const page = this.#pages.get(number);
      if (page && page.bytes.length >= bytes) {
        this.#pages.delete(number);
        this.#pages.set(number, page);
        pages.set(number, page);
      } else missing.push(number);
    }
    if (missing.length) await this.#fetch(missing, pages);
    return ranges.map((range) => this.#copyOut(pages, range));
  }

  async #fetch(missing: number[], into: Map<number, Page>): Promise<void> {
    missing.sort((a, b) => a - b);
    const runs: { first: number; last: number }[] = [];
    const { fileBytes, checkBytes } = this.#set;
    const pagesPerFile = fileBytes / checkBytes;
    for (const number of missing) {
      const run = runs.at(-1);
      const joins =
        run &&
        number - run.last <= bridgedPages &&
        (number - run.first) * checkBytes < maxRunBytes &&
        Math.floor(number / pagesPerFile) === Math.floor(run.first / pagesPerFile);
      if (joins) run.last = number;
      else runs.push({ first: number, last: number });
    }
    await Promise.all(
      runs.map(async ({ first, last }) => {
        const pages = await this.#read(this.#set, first, last - first + 1);
        pages.forEach((page, i) => this.#keep(first + i, page, into, pages.length === 1));
      }),
    );
  }

  /** A damaged one is read anew each time: the disk, or who put the file aside, may have come to reason. */
  #keep(number: number, page: Page, into: Map<number, Page>, isAlone: boolean): void {
    into.set(number, page);
    this.#pages.delete(number);
    if (page.damage !== null) return;
    // A page that is cut out of a larger reading keeps all of it in memory.
    this.#pages.set(number, isAlone ? page : { ...page, bytes: page.bytes.slice() });
    if (this.#pages.size <= this.#limit) return;
    for (const oldest of this.#pages.keys()) {
      this.#pages.delete(oldest);
      return;
    }
  }

  #noteNeeds(needs: Map<number, number>, range: Range): void {
    for (const { block, end } of blocksOf(this.#set, range))
      needs.set(block, Math.max(needs.get(block) ?? 0, end));
  }

  #copyOut(pages: Map<number, Page>, range: Range): Uint8Array | Damage {
    const out = new Uint8Array(range.length);
    let done = 0;
    for (const { block, start, end } of blocksOf(this.#set, range)) {
      const part = partOf(this.#set, block, pages.get(block)!, start, end);
      if (isDamage(part)) return part;
      out.set(part, done);
      done += part.length;
    }
    return out;
  }
}

/** The blocks that a range lies in, and its part of each. */
export function* blocksOf(
  { checkBytes }: FileSet,
  { place, length }: Range,
): Generator<{ block: number; start: number; end: number }> {
  const last = place + length;
  for (let at = place; at < last;) {
    const block = Math.floor(at / checkBytes);
    const blockStart = block * checkBytes;
    const end = Math.min(last - blockStart, checkBytes);
    yield { block, start: at - blockStart, end };
    at = blockStart + end;
  }
}
