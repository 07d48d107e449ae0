/** Looks for text in a capture's files, in the threads of a pool: the thread that owns the sockets never searches. */
import type { Failure } from '../../../shared/failure.ts';
import type { Said } from '../capture/annotations.ts';
import type { CheckedFrom } from '../capture/checked-files.ts';
import type { SearchAnswer, SearchPool, SearchQuery } from './search-pool.ts';

type Searches = Pick<SearchPool, 'ask' | 'mostThreads'>;
type Source = {
  readonly folder: string;
  readonly checkedFrom: CheckedFrom;
  readonly openPeers: ReadonlyMap<number, string>;
};

/** Records of a part: one answer's, most often. What is found in later parts waits for those before them. */
const mostOfPart = 32_768;
/** Of the first part, so that what is found at once is shown at once; the next is of so many times more, and on. */
const firstRecords = 1024;
const growth = 8;

/** The expression's own fault: over the same records it would end in the same way. All others may pass. */
const tooSlow = 'FILTER_TOO_SLOW';

/** Records `scannedTo` to `to - 1` are still to be looked at. */
type Part = {
  readonly to: number;
  scannedTo: number;
  found: Uint32Array[];
  failure: Failure | null;
  /** Takes the request back that is under way. */
  cancel: (() => void) | null;
};

export class TextSearch {
  readonly #source: Source;
  readonly #said: Said | null;
  readonly #searches: Searches;
  #query: SearchQuery;
  readonly #onFound: (found: Uint32Array, scannedTo: number) => void;
  /** As many as there may be threads, side by side in the log. */
  readonly #parts: Part[] = [];
  #wantedTo: number;
  /** Where the next part begins. */
  #askedTo: number;
  #most = firstRecords;

  /** `said`: where the query asks for it. `onFound`: of an answer that failed, too, which found nothing; in order. */
  constructor(
    {
      source,
      searches,
      query,
      said,
    }: { source: Source; searches: Searches; query: SearchQuery; said: Said | null },
    from: number,
    onFound: (found: Uint32Array, scannedTo: number) => void,
  ) {
    this.#source = source;
    this.#said = said;
    this.#searches = searches;
    this.#query = query;
    this.#onFound = onFound;
    this.#wantedTo = this.#askedTo = from;
  }

  /** Why it got no further; until then what it found stays. */
  get failure(): Failure | null {
    return this.#parts[0]?.failure ?? null;
  }

  /** Looks at the records that are in the files and were not looked at yet; where that failed, once more. */
  scanTo(sequence: number): void {
    this.#wantedTo = sequence;
    for (const part of this.#parts)
      if (part.cancel === null && part.failure?.code !== tooSlow) this.#ask(part);
    this.#begin();
  }

  /** The records before `base` went: what was found among them, and is still looked for, goes. */
  shorten(base: number): void {
    this.#query = { ...this.#query, base };
    this.#askedTo = Math.max(this.#askedTo, base);
    while (this.#parts.length > 0 && this.#parts[0]!.to <= base) this.#parts.shift()!.cancel?.();
    for (const part of this.#parts) part.scannedTo = Math.max(part.scannedTo, base);
    this.#tell();
    this.#begin();
  }

  close(): void {
    this.#wantedTo = this.#askedTo;
    for (const part of this.#parts.splice(0)) part.cancel?.();
  }

  /** Parts beside the first are of many records: what comes meanwhile, by and by, does not pile up. */
  #begin(): void {
    while (this.#parts.length < this.#searches.mostThreads && this.failure === null) {
      const left = this.#wantedTo - this.#askedTo;
      if (left <= (this.#parts.length === 0 ? 0 : firstRecords)) return;
      const from = this.#askedTo;
      const to = (this.#askedTo = from + Math.min(left, this.#most));
      this.#most = Math.min(mostOfPart, this.#most * growth);
      const part = { to, scannedTo: from, found: [], failure: null, cancel: null };
      this.#parts.push(part);
      this.#ask(part);
    }
  }

  #ask(part: Part): void {
    if (part.scannedTo >= part.to) return;
    const { folder, checkedFrom, openPeers } = this.#source;
    const { scannedTo: from, to } = part;
    const annotations = this.#said?.between(from, to) ?? [];
    const request = { folder, checkedFrom, openPeers, query: this.#query, annotations, from, to };
    part.cancel = this.#searches.ask(request, (answer) => this.#onAnswer(part, answer));
  }

  #onAnswer(part: Part, { found, scannedTo, failure }: SearchAnswer): void {
    part.cancel = null;
    part.failure = failure;
    part.scannedTo = Math.max(part.scannedTo, scannedTo);
    part.found.push(found);
    if (failure === null) this.#ask(part);
    if (part === this.#parts[0]) this.#tell();
    this.#begin();
  }

  /** Of the first part, and of those behind it as far as all before them was looked at. */
  #tell(): void {
    for (let first; (first = this.#parts[0]) !== undefined;) {
      const isThrough = first.scannedTo >= first.to;
      if (isThrough) this.#parts.shift();
      for (const found of first.found.splice(0)) this.#onFound(found, first.scannedTo);
      if (!isThrough) return;
    }
  }
}
