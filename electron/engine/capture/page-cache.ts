/** Small pages of files that only grow: what was read once stays true, so a page is never refreshed, only lengthened. */

import { missingBytes } from './format.ts';

export const pageBytes = 4096;
/** One read fetches at most this many neighbouring pages. */
const maxRunPages = 64;
/** Missing pages this close together are fetched by one read: cheaper than a second trip to the disk. */
const bridgedPages = 4;

export type Range = { place: number; length: number };
/** Fills a buffer from `place`; fewer bytes only where nothing more is written. */
export type PageReader = (place: number, length: number) => Promise<Uint8Array>;

export class PageCache {
  readonly #limit: number;
  readonly #fileBytes: number;
  readonly #read: PageReader;
  /** In order of use, oldest first. The last page of a file may be short. */
  readonly #pages = new Map<number, Uint8Array>();

  /** `fileBytes`: where one file ends and the next begins, a multiple of the page size. No read crosses it. */
  constructor(limit: number, fileBytes: number, read: PageReader) {
    this.#limit = limit;
    this.#fileBytes = fileBytes;
    this.#read = read;
  }

  clear(): void {
    this.#pages.clear();
  }

  /** The bytes of every range, in order. All missing pages are asked for at once. */
  async gather(ranges: readonly Range[]): Promise<Uint8Array[]> {
    const needs = new Map<number, number>();
    for (const range of ranges) noteNeeds(needs, range);
    const pages = new Map<number, Uint8Array>();
    const missing: number[] = [];
    for (const [number, bytes] of needs) {
      const page = this.#pages.get(number);
      if (page && page.length >= bytes) {
        this.#pages.delete(number);
        this.#pages.set(number, page);
        pages.set(number, page);
      } else missing.push(number);
    }
    if (missing.length) await this.#fetch(missing, pages);
    return ranges.map((range) => copyOut(pages, range));
  }

  async #fetch(missing: number[], into: Map<number, Uint8Array>): Promise<void> {
    missing.sort((a, b) => a - b);
    const runs: { first: number; last: number }[] = [];
    const pagesPerFile = this.#fileBytes / pageBytes;
    for (const number of missing) {
      const run = runs.at(-1);
      const joins =
        run &&
        number - run.last <= bridgedPages &&
        number - run.first < maxRunPages &&
        Math.floor(number / pagesPerFile) === Math.floor(run.first / pagesPerFile);
      if (joins) run.last = number;
      else runs.push({ first: number, last: number });
    }
    await Promise.all(
      runs.map(async ({ first, last }) => {
        const bytes = await this.#read(first * pageBytes, (last - first + 1) * pageBytes);
        for (let number = first; number <= last; number++) {
          const at = (number - first) * pageBytes;
          this.#keep(number, bytes.slice(at, at + pageBytes), into);
        }
      }),
    );
  }

  #keep(number: number, page: Uint8Array, into: Map<number, Uint8Array>): void {
    into.set(number, page);
    this.#pages.delete(number);
    this.#pages.set(number, page);
    if (this.#pages.size <= this.#limit) return;
    for (const oldest of this.#pages.keys()) {
      this.#pages.delete(oldest);
      return;
    }
  }
}

function noteNeeds(needs: Map<number, number>, { place, length }: Range): void {
  const end = place + length;
  for (let at = place; at < end;) {
    const number = Math.floor(at / pageBytes);
    const pageEnd = (number + 1) * pageBytes;
    const bytes = Math.min(end, pageEnd) - number * pageBytes;
    if ((needs.get(number) ?? 0) < bytes) needs.set(number, bytes);
    at = pageEnd;
  }
}

function copyOut(pages: Map<number, Uint8Array>, { place, length }: Range): Uint8Array {
  const out = new Uint8Array(length);
  const end = place + length;
  for (let at = place; at < end;) {
    const number = Math.floor(at / pageBytes);
    const pageEnd = (number + 1) * pageBytes;
    const from = at - number * pageBytes;
    const part = pages.get(number)!.subarray(from, Math.min(end, pageEnd) - number * pageBytes);
    if (part.length < Math.min(end, pageEnd) - at) throw missingBytes('');
    out.set(part, at - place);
    at = pageEnd;
  }
  return out;
}
