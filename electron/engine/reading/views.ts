import type { Filter } from '../../../shared/filter/filter.ts';
import type { PeerNames } from '../../../shared/peer-names.ts';
import type { Capture } from '../capture/capture.ts';
import type { SearchPool } from './search-pool.ts';
import { View } from './view.ts';

/** The live views of one capture. They end with it. */
export class Views {
  readonly #capture: Capture;
  readonly #searches: SearchPool;
  readonly #open = new Set<View>();

  /** `searches`: for text filters; closed by whoever made it, after the capture. */
  constructor(capture: Capture, searches: SearchPool) {
    this.#capture = capture;
    this.#searches = searches;
    capture.follow({
      written: () => this.#open.forEach((view) => view.grow()),
      rebased: () => this.#open.forEach((view) => view.rebase()),
      closing: () => this.#close(),
    });
  }

  /**
   * The records that pass `filter`, by the names that peers have now. Close it. A filter that cannot be read is the view's
   * failure.
   */
  open(filter: Filter, peerNames: PeerNames | null = null): View {
    const onClosed = (): void => void this.#open.delete(view);
    const view = new View(this.#capture, this.#searches, filter, peerNames, onClosed);
    this.#open.add(view);
    return view;
  }

  async #close(): Promise<void> {
    for (const view of this.#open) view.close();
    await this.#searches.settled();
  }
}
