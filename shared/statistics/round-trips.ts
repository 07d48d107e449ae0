/** Which reply belongs to which request of a stream, and how long it took. */

export type TripCounts = {
  /** Requests that nobody answered: their connection ended, too long ago, or their key was used again. */
  unanswered: number;
  /** Requests whose reply may still come. */
  waiting: number;
  /** Replies without a request. */
  unasked: number;
};

/** After that nobody waits for a reply any more. */
const unansweredMs = 60_000;
/** Of one stream, and streams with requests that wait: what is older is unanswered. */
const mostWaiting = 1024;
const mostStreams = 4096;

/** `waiting`: when each was asked, the first one first. */
type Stream = { asked: number; waiting: Map<string, number> };

/** `next`: the next message of the other direction; `order`: the first reply to the first request; else by keys. */
export type Pairing = 'next' | 'order' | 'key';

export class RoundTrips {
  readonly #pairing: Pairing;
  /** The one that spoke first is the first; when there are too many, it goes. */
  readonly #streams = new Map<number, Stream>();
  #unanswered = 0;
  #unasked = 0;

  constructor(pairing: Pairing) {
    this.#pairing = pairing;
  }

  /** `key`: '' unless it is by keys. */
  ask(stream: number, time: number, key: string): void {
    const state = this.#use(stream);
    const { waiting } = state;
    if (waiting.size > 0) this.#forget(waiting, time);
    // What comes behind a request before its reply is the rest of it.
    if (this.#pairing === 'next' && waiting.size > 0) return;
    const name = this.#pairing === 'order' ? String(state.asked++) : key;
    if (waiting.delete(name)) this.#unanswered++;
    waiting.set(name, time);
  }

  /** Requests that nobody answers any more, or of which there are too many. */
  #forget(waiting: Stream['waiting'], time: number): void {
    for (const [oldest, at] of waiting) {
      if (waiting.size < mostWaiting && time - at <= unansweredMs) break;
      waiting.delete(oldest);
      this.#unanswered++;
    }
  }

  /** How long it took; null for what is no reply to anything that waits. */
  answer(stream: number, time: number, key: string): number | null {
    const { waiting } = this.#use(stream);
    const name = this.#pairing === 'order' ? (waiting.keys().next().value ?? '') : key;
    const at = waiting.get(name);
    if (at === undefined) {
      // By the next message, that is the rest of the reply.
      if (this.#pairing !== 'next') this.#unasked++;
      return null;
    }
    waiting.delete(name);
    if (time - at <= unansweredMs) return Math.max(0, time - at);
    this.#unanswered++;
    return null;
  }

  /** Nothing comes any more: null, on all streams. */
  end(stream: number | null): void {
    for (const each of stream === null ? [...this.#streams.keys()] : [stream]) {
      this.#unanswered += this.#streams.get(each)?.waiting.size ?? 0;
      this.#streams.delete(each);
    }
  }

  /** When it is `time`. */
  counts(time: number): TripCounts {
    let [waiting, tooOld] = [0, 0];
    for (const stream of this.#streams.values())
      for (const at of stream.waiting.values())
        if (time - at > unansweredMs) tooOld++;
        else waiting++;
    return { unanswered: this.#unanswered + tooOld, waiting, unasked: this.#unasked };
  }

  #use(stream: number): Stream {
    const known = this.#streams.get(stream);
    if (known !== undefined) return known;
    const made = { asked: 0, waiting: new Map<string, number>() };
    this.#streams.set(stream, made);
    if (this.#streams.size > mostStreams) this.end(this.#streams.keys().next().value!);
    return made;
  }
}
