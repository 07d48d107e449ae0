/** Stretches of a capture's files that cannot be relied on. */
import { readdir } from 'node:fs/promises';
import type { Damage } from '../../../shared/failure.ts';
import { damageOf, type Page } from './checksums.ts';
import type { Capture } from './capture.ts';
import { dataFiles, entryBytes, fileNumber, indexFiles, type Entries, type FileSet } from './format.ts';

/** Of one read: two megabytes at most. */
const blocksAtOnce = 64;

/** `told`: bytes that were looked at, of how many. */
export type FindWork = { signal: AbortSignal; told: (done: number, total: number) => void };

export type Found = {
  /** Of the log, as far as it is written. */
  records: { from: number; to: number };
  /** That were to be looked at. */
  bytes: number;
  /** What keeps entry `i`, or the bytes that it names, from being relied on. */
  of(entries: Entries, i: number): Damage | null;
};

/**
 * Looks at all blocks of the log's files that are written when it is called. `onData` gets those of the payloads, in their order, and is waited for. Rejects with the
 * signal's reason.
 */
export async function findGaps(
  capture: Capture,
  { signal, told }: FindWork,
  onData: (block: number, page: Page) => Promise<void> | void = () => undefined,
): Promise<Found> {
  const length = capture.safeLength;
  const dataEnd = capture.safe.bytes;
  const index = [capture.firstByte(indexFiles), length * entryBytes] as const;
  const data = [capture.firstByte(dataFiles), dataEnd] as const;
  const bytes = index[1] - index[0] + data[1] - data[0];
  let done = 0;
  const seen = (count: number): void => {
    signal.throwIfAborted();
    told(Math.min(bytes, (done += count)), bytes);
  };
  const ofIndex = await look(capture, indexFiles, index, seen, () => undefined);
  const ofData = await look(capture, dataFiles, data, seen, onData);
  return {
    records: { from: Math.max(capture.oldest, index[0] / entryBytes), to: length },
    bytes,
    of: (entries, i) => {
      const sequence = entries.from + i;
      if (entries.isDamaged(i)) return ofIndex.within(sequence * entryBytes, 1) ?? entryDamage(sequence);
      return ofData.within(entries.place(i), Math.min(entries.length(i), dataEnd - entries.place(i)));
    },
  };
}

async function look(
  capture: Capture,
  set: FileSet,
  [start, end]: readonly [number, number],
  seen: (bytes: number) => void,
  onPage: (block: number, page: Page) => Promise<void> | void,
): Promise<Gaps> {
  const gaps = new Gaps();
  const first = Math.floor(start / set.fileBytes);
  // Places may be named that are far behind all files: what is not there costs nothing.
  const there = (await readdir(capture.folder))
    .map((name) => fileNumber(name, set.prefix))
    .filter((number) => number >= first && number * set.fileBytes < end)
    .sort((a, b) => a - b);
  let next = first;
  for (const file of there) {
    gaps.absent(set, next, file);
    const last = Math.ceil(Math.min(end, (file + 1) * set.fileBytes) / set.checkBytes);
    for (let block = (file * set.fileBytes) / set.checkBytes; block < last; block += blocksAtOnce) {
      const pages = await capture.pages(set, block, Math.min(blocksAtOnce, last - block));
      for (const [i, page] of pages.entries()) {
        gaps.take(set, block + i, page);
        await onPage(block + i, page);
      }
      seen(pages.length * set.checkBytes);
    }
    next = file + 1;
  }
  gaps.absent(set, next, Math.ceil(end / set.fileBytes));
  return gaps;
}

/** Of one space of bytes, in their order. */
class Gaps {
  readonly #from: number[] = [];
  readonly #end: number[] = [];
  readonly #damage: Damage[] = [];

  /** Files `first` to `end - 1` are not there. */
  absent(set: FileSet, first: number, end: number): void {
    if (first >= end) return;
    const damage = { code: 'BYTES_MISSING', file: set.name(first), from: 0, end: set.fileBytes };
    this.#add(first * set.fileBytes, end * set.fileBytes, damage);
  }

  take(set: FileSet, block: number, { from, bytes, damage }: Page): void {
    const start = block * set.checkBytes;
    const whole = damage ?? damageOf(set, block, 'BYTES_MISSING');
    if (from > 0) this.#add(start, start + Math.min(from, set.checkBytes), whole);
    if (bytes.length < set.checkBytes) this.#add(start + bytes.length, start + set.checkBytes, whole);
  }

  /** The first damage of `length` bytes from `place` on. */
  within(place: number, length: number): Damage | null {
    let [low, high] = [0, this.#end.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#end[middle]! <= place) low = middle + 1;
      else high = middle;
    }
    return low < this.#from.length && this.#from[low]! < place + length ? this.#damage[low]! : null;
  }

  #add(from: number, end: number, damage: Damage): void {
    const last = this.#damage.at(-1);
    if (last?.code === damage.code && last.file === damage.file && this.#end.at(-1) === from) {
      this.#end[this.#end.length - 1] = end;
      last.end = damage.end;
      return;
    }
    this.#from.push(from);
    this.#end.push(end);
    this.#damage.push({ ...damage });
  }
}

/** Of a file without checksums, whose entries say by themselves that they are damaged. */
function entryDamage(sequence: number): Damage {
  const at = sequence * entryBytes;
  const file = Math.floor(at / indexFiles.fileBytes);
  const from = at - file * indexFiles.fileBytes;
  return { code: 'BYTES_DAMAGED', file: indexFiles.name(file), from, end: from + entryBytes };
}
