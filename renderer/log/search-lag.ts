/** A search is always a moment behind the newest records: it is told of when it takes longer than that. */
import type { ViewSummary } from '../../shared/contract.ts';

const momentMs = 500;

export class SearchLag {
  #goal = { view: -1, total: 0, since: 0 };

  /** The share that was searched, from 0 to 1; null where there is no need to tell. `now` rises, in milliseconds. */
  share({ id, scanned, total }: Pick<ViewSummary, 'id' | 'scanned' | 'total'>, now: number): number | null {
    const { view, total: wanted, since } = this.#goal;
    // Less than there was: a size limit took some, or the log was cleared.
    if (id !== view || total < wanted || scanned >= wanted) this.#goal = { view: id, total, since: now };
    else if (now - since >= momentMs) return scanned / total;
    return null;
  }
}
