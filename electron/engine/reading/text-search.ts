/** Looks for text in a capture's files, in the threads of a pool: the thread that owns the sockets never searches. */
import type { Failure } from '../../../shared/failure.ts';
import type { Said } from '../capture/annotations.ts';
import type { CheckedFrom } from '../capture/checked-files.ts';
import type { SearchAnswer, SearchPool, SearchQuery } from './search-pool.ts';

type Source = { readonly folder: string; readonly checkedFrom: CheckedFrom };

/** With what was said of records a request is of so many: more would be copied each time. */
const mostWithSaid = 32_768;

/** Records of the first request, so that what is found at once is shown at once; the next is of so many times more, and on. */
const firstRecords = 1024;
const growth = 8;

/** The expression's own fault: over the same records it would end in the same way. All others may pass. */
const tooSlow = 'FILTER_TOO_SLOW';

export class TextSearch {
  readonly #source: Source;
  readonly #said: Said | null;
  readonly #searches: SearchPool;
  readonly #query: SearchQuery;
  /** Also of an answer that failed, which found nothing. */
  readonly #onFound: (found: Uint32Array, scannedTo: number) => void;
  #failure: Failure | null = null;
  #wantedTo: number;
  #scannedTo: number;
  #most = firstRecords;
  /** Takes the request back that is under way; what is asked for meanwhile does not pile up. */
  #cancel: (() => void) | null = null;
  #isClosed = false;

  /** `said`: where the query asks for it. */
  constructor(
    {
      source,
      searches,
      query,
      said,
    }: { source: Source; searches: SearchPool; query: SearchQuery; said: Said | null },
    from: number,
    onFound: (found: Uint32Array, scannedTo: number) => void,
  ) {
    this.#source = source;
    this.#said = said;
    this.#searches = searches;
    this.#query = query;
    this.#onFound = onFound;
    this.#wantedTo = this.#scannedTo = from;
  }

  /** Why it got no further; until then what it found stays. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** Looks at the records that are in the files and were not looked at yet; where that failed, once more. */
  scanTo(sequence: number): void {
    this.#wantedTo = sequence;
    if (this.#cancel === null) this.#ask();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel?.();
    this.#cancel = null;
  }

  #ask(): void {
    if (this.#isClosed || this.#failure?.code === tooSlow || this.#wantedTo <= this.#scannedTo) return;
    const { folder, checkedFrom } = this.#source;
    const from = this.#scannedTo;
    const most = this.#said === null ? this.#most : Math.min(this.#most, mostWithSaid);
    const to = Math.min(this.#wantedTo, from + most);
    this.#most *= growth;
    const annotations = this.#said?.between(from, to) ?? [];
    const request = { folder, checkedFrom, query: this.#query, annotations, from, to };
    this.#cancel = this.#searches.ask(request, (answer) => this.#onAnswer(answer));
  }

  #onAnswer({ found, scannedTo, failure }: SearchAnswer): void {
    this.#cancel = null;
    this.#failure = failure;
    this.#scannedTo = scannedTo;
    this.#onFound(found, scannedTo);
    if (failure === null) this.#ask();
  }
}
