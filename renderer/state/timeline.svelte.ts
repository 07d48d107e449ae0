import type { Commands } from '../../shared/contract.ts';
import type { EndpointId } from '../../shared/domain.ts';
import { failureOf, type Failure } from '../../shared/failure.ts';
import type { Remote } from '../../shared/wire/rpc.ts';
import type { Timeline } from '../../shared/timeline.ts';

/** An open connection's timeline is asked for again at most this often. */
const paceMs = 1000;

export type TimelineEngine = Pick<Remote<Commands>, 'timeline'>;

/** The timeline of one record's connection; it follows the connection while that is open. */
export class TimelineState {
  timeline = $state.raw<Timeline | null>(null);
  failure = $state.raw<Failure | null>(null);
  readonly #engine: TimelineEngine;
  #asked: { endpoint: EndpointId; sequence: number } | null = null;
  #isAsking = false;
  #isStale = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(engine: TimelineEngine) {
    this.#engine = engine;
  }

  /** The old one stays until the new one is here. */
  show(endpoint: EndpointId, sequence: number): void {
    this.#asked = { endpoint, sequence };
    this.#stopTimer();
    void this.#ask();
  }

  /** There are more records; of a connection that has ended none of them tells. */
  follow(): void {
    if (this.timeline?.end !== null || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#ask();
    }, paceMs);
  }

  close(): void {
    this.#asked = null;
    this.#stopTimer();
  }

  async #ask(): Promise<void> {
    // One question at a time, and then the newest.
    this.#isStale = true;
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (this.#isStale && this.#asked) {
      this.#isStale = false;
      await this.#take(this.#asked);
    }
    this.#isAsking = false;
  }

  async #take(asked: { endpoint: EndpointId; sequence: number }): Promise<void> {
    try {
      const timeline = await this.#engine.timeline(asked.endpoint, asked.sequence);
      if (this.#asked !== asked) return;
      this.timeline = timeline;
      this.failure = null;
    } catch (thrown) {
      if (this.#asked !== asked) return;
      // What was known stays: the engine may be away for a moment, or the log was cleared.
      this.failure = failureOf(thrown);
    }
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
