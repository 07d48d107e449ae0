/** The oldest files of a capture: which are still there, and how those go that no record of the log needs. */
import type { DataStore } from './data-store.ts';
import { blockEntries, dataFiles, indexFiles, segmentBytes, type Entries, type FileSet } from './format.ts';
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

  /** Those below `base`, in the background. */
  removeBelow(base: number): void {
    // What cannot be removed now goes at the next open: until then it costs room on the disk, nothing else.
    this.#removing = this.#removing.then(() => this.#removeFiles(base)).catch(() => undefined);
  }

  /** The newest file of each sort always stays: it tells where the next process goes on. */
  async #removeFiles(base: number): Promise<void> {
    // Files go only when it is on disk that the log begins behind them.
    await this.#owner.baseIsSaved();
    const lastBlock = fileBelow(Math.min(base, this.#index.written - 1), blockEntries);
    let lastSegment = fileBelow(this.#data.written - 1, segmentBytes);
    if (this.#firstSegment < lastSegment) {
      const lowest = await this.#lowestPlace(base);
      lastSegment = Math.min(lastSegment, fileBelow(lowest, segmentBytes));
    }
    for (; this.#firstSegment < lastSegment; this.#firstSegment++)
      await this.#removeFile(dataFiles, this.#firstSegment);
    for (; this.#firstBlock < lastBlock; this.#firstBlock++)
      await this.#removeFile(indexFiles, this.#firstBlock);
  }

  async #removeFile(set: FileSet, number: number): Promise<void> {
    await this.#files.remove(set.name(number));
    await this.#files.remove(set.sums(number));
  }

  /** Records may name bytes that were stored long before them, as replies and queued messages do: all are asked. */
  async #lowestPlace(base: number): Promise<Place> {
    let lowest = this.#data.end;
    let isWhole = true;
    let goesOn = true;
    const visit = (entries: Entries): boolean => {
      for (let i = 0; i < entries.count; i++) {
        // What a damaged one named is not known: anything may be.
        if (entries.isDamaged(i)) lowest = 0;
        else if (entries.length(i) > 0) lowest = Math.min(lowest, entries.place(i));
      }
      // Nothing is removed on half the knowledge.
      isWhole = !this.#owner.isClosing() || entries.from + entries.count >= this.#index.length;
      // Where nothing can be removed it ends: the usual case of a log that just begins in its oldest file.
      goesOn = isWhole && fileBelow(lowest, segmentBytes) > this.#firstSegment;
      return goesOn;
    };
    await scan(this.#owner.source, { from: base, to: base + firstLook }, visit);
    if (goesOn) await scan(this.#owner.source, { from: base + firstLook }, visit);
    return isWhole ? lowest : 0;
  }
}

const fileBelow = (position: number, fileLength: number): number =>
  Math.floor(Math.max(0, position) / fileLength);
