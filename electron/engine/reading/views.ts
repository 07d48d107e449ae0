import type { Filter } from '../../../shared/filter/filter.ts';
import type { ShownEncodings } from '../../../shared/encodings/shown.ts';
import type { PeerNames } from '../../../shared/peer-names.ts';
import type { StreamDirection } from '../../../shared/stream-rows.ts';
import type { Said } from '../capture/annotations.ts';
import type { Capture } from '../capture/capture.ts';
import type { Framings } from './frames/frame-scan.ts';
import { FrameRows } from './frames/frame-rows.ts';
import { Matches, wantedOf, type Wanted } from './matches.ts';
import type { PlacedRows } from './row-source.ts';
import type { SearchPool } from './search-pool.ts';
import { Conversation } from './stream/conversation.ts';
import { View } from './view.ts';

/** The live views of one capture. They end with it. */
export class Views {
  readonly #capture: Capture;
  readonly #searches: SearchPool;
  readonly #said: Said | null;
  readonly #open = new Set<View>();
  readonly #frames = new Set<FrameRows>();
  readonly #conversations = new Set<Conversation>();

  /** `searches`: for text filters; closed by whoever made it, after the capture. `said`: of its records. */
  constructor(capture: Capture, searches: SearchPool, said: Said | null = null) {
    this.#capture = capture;
    this.#said = said;
    this.#searches = searches;
    capture.follow({
      written: () => this.#each((reading) => reading.grow()),
      rebased: () => this.#each((reading) => reading.rebase()),
      shortened: () => {
        for (const view of this.#open) view.shorten();
        for (const conversation of this.#conversations) conversation.rebase();
      },
      closing: () => this.#close(),
    });
  }

  /**
   * What passes `filter`, by the names that peers have now: records, or what `framings` cut. Close it. A filter that
   * cannot be read is the view's failure. What is said of records later is not looked for: open another.
   */
  open(filter: Filter, peerNames: PeerNames | null = null, framings: Framings | null = null): View {
    const wanted = wantedOf(filter, peerNames, this.#said);
    const rows = (): PlacedRows =>
      framings === null
        ? new Matches(this.#capture, this.#searches, wanted)
        : this.#byFrames(framings, wanted);
    const view = new View(this.#capture, rows, () => void this.#open.delete(view));
    this.#open.add(view);
    return view;
  }

  /** A connection, or UDP peer, as a conversation, in the encodings of whenever rows are asked for. Close it by `end`. */
  converse(
    which: { connection: number; direction: StreamDirection },
    encodings: () => ShownEncodings,
  ): { conversation: Conversation; end: () => Promise<void> } {
    const conversation = new Conversation(this.#capture, which, encodings, this.#searches);
    this.#conversations.add(conversation);
    const end = (): Promise<void> => {
      this.#conversations.delete(conversation);
      return conversation.close();
    };
    return { conversation, end };
  }

  #each(tell: (reading: View | Conversation) => void): void {
    for (const reading of [...this.#open, ...this.#conversations]) tell(reading);
  }

  #byFrames(framings: Framings, wanted: Wanted): FrameRows {
    const rows = new FrameRows(this.#capture, framings, wanted, (closed) => this.#frames.delete(closed));
    this.#frames.add(rows);
    return rows;
  }

  async #close(): Promise<void> {
    for (const view of this.#open) view.close();
    await Promise.all([...this.#frames].map((rows) => rows.halt()));
    await Promise.all([...this.#conversations].map((conversation) => conversation.close()));
    await this.#searches.settled();
  }
}
