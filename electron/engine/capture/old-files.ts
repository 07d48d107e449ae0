/** The oldest files of a capture: which are still there, and how those go that no record of the log needs. */
import type { DataStore } from './data-store.ts';
import { blockEntries, dataFiles, indexFiles, segmentBytes, type FileSet } from './format.ts';
import type { IndexStore } from './index-store.ts';
import type { OpenFiles } from './open-files.ts';
import type { Place } from './recorder.ts';
import type { Found } from './recovery.ts';
import { scan, type Scanned } from './scan.ts';

/** So few entries tell in the usual case that no file can go; reading more would hold up the first rows of a log that was just opened. */
const firstLook = 1024;

type Owner = {
  readonly source: Scanned;
  /** Resolves when it is on disk where the log begins. */
  baseIsSaved(): Promise<void>;
  isClosing(): boolean;
};

export class OldFiles {
  readonly #files: OpenFiles;
  readonly #data: DataStore;
  readonly #index: IndexStore;
  readonly #owner: Owner;
  #firstBlock: number;
  #firstSegment: number;
  /** Of whole blocks that were looked at: the lowest place that one of their records names. */
  readonly #lowest = new Map<number, Place>();
  #removing: Promise<void> = Promise.resolve();

  constructor(files: OpenFiles, data: DataStore, index: IndexStore, found: Found, owner: Owner) {
    this.#files = files;
    this.#data = data;
    this.#index = index;
    this.#owner = owner;
    this.#firstBlock = found.firstBlock;
    this.#firstSegment = found.firstSegment;
  }

  /** Sequence of the oldest record that the files hold. */
  get firstRecord(): number {
    return this.#firstBlock * blockEntries;
  }

  /** Of the oldest byte. */
  get firstPlace(): Place {
    return this.#firstSegment * segmentBytes;
  }

  /** What was to go so far has gone. */
  get removed(): Promise<void> {
    return this.#removing;
  }

  /** Those below `base`, in the background, and no byte from `needed` on, which is asked before the records are. */
  removeBelow(base: number, needed = (): Place => Infinity): void {
    // What cannot be removed now goes at the next open: until then it costs room on the disk, nothing else.
    this.#removing = this.#removing.then(() => this.#removeFiles(base, needed)).catch(() => undefined);
  }

  /** The newest file of each sort always stays: it tells where the next process goes on. */
  async #removeFiles(base: number, needed: () => Place): Promise<void> {
    // Files go only when it is on disk that the log begins behind them.
    await this.#owner.baseIsSaved();
    const lastBlock = fileBelow(Math.min(base, this.#index.written - 1), blockEntries);
    let lastSegment = fileBelow(this.#data.written - 1, segmentBytes);
    if (this.#firstSegment < lastSegment) {
      // What waits to be sent meanwhile becomes a record that is looked at.
      const waiting = needed();
      const lowest = await this.#lowestPlace(base);
      lastSegment = Math.min(lastSegment, fileBelow(Math.min(waiting, lowest), segmentBytes));
    }
    for (; this.#firstSegment < lastSegment; this.#firstSegment++)
      await this.#removeFile(dataFiles, this.#firstSegment);
    for (; this.#firstBlock < lastBlock; this.#firstBlock++) {
      await this.#removeFile(indexFiles, this.#firstBlock);
      this.#lowest.delete(this.#firstBlock);
    }
  }

  async #removeFile(set: FileSet, number: number): Promise<void> {
    await this.#files.remove(set.name(number));
    await this.#files.remove(set.sums(number));
  }

  /** Records may name bytes that were stored long before them, as replies and queued messages do: all are asked. */
  async #lowestPlace(base: number): Promise<Place> {
    let lowest = await this.#lowestIn(base, base + firstLook);
    for (let from = base + firstLook; from < this.#index.length;) {
      // Where nothing can be removed it ends: the usual case of a log that just begins in its oldest file.
      if (fileBelow(lowest, segmentBytes) <= this.#firstSegment) return lowest;
      const block = Math.floor(from / blockEntries);
      const to = (block + 1) * blockEntries;
      lowest = Math.min(lowest, this.#lowest.get(block) ?? (await this.#lowestIn(from, to)));
      from = to;
    }
    return lowest;
  }

  async #lowestIn(from: number, to: number): Promise<Place> {
    let lowest = Infinity;
    let seen = from;
    await scan(this.#owner.source, { from, to }, (entries) => {
      for (let i = 0; i < entries.count; i++) {
        // What a damaged one named is not known: anything may be.
        if (entries.isDamaged(i)) lowest = 0;
        else if (entries.length(i) > 0) lowest = Math.min(lowest, entries.place(i));
      }
      seen = entries.from + entries.count;
      return !this.#owner.isClosing() || seen >= this.#index.length;
    });
    // Nothing is removed on half the knowledge.
    if (seen < Math.min(to, this.#index.length)) return 0;
    // What cannot be read now may be the next time.
    if (from % blockEntries === 0 && seen === to && lowest > 0) this.#lowest.set(from / blockEntries, lowest);
    return lowest;
  }
}

const fileBelow = (position: number, fileLength: number): number =>
  Math.floor(Math.max(0, position) / fileLength);
