/** Layers over an open stream, one after the other: each begins when the one below it is open. */
import type { LayerName } from '../../../shared/domain.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import type { Laid, LayerFacts, ReadyLayer } from '../net/layer.ts';
import type { ByteStream } from '../net/stream-socket.ts';

export type LayingEvents = {
  record(detail: RecordDetail, time?: number): void;
  /** What can be read and written is another stream from now on. */
  moved(stream: ByteStream): void;
  /** The next layer begins, or all of them are open: `during` is null then. */
  changed(): void;
  timeLeftMs(): number;
};

export class Laying {
  readonly #layers: readonly ReadyLayer[];
  readonly #events: LayingEvents;
  readonly #laid: Laid[] = [];
  #opened = 0;

  constructor(layers: readonly ReadyLayer[], events: LayingEvents) {
    this.#layers = layers;
    this.#events = events;
  }

  /** What is being done; null when every layer is open. */
  get during(): LayerName | null {
    return this.#layers[this.#opened]?.during ?? null;
  }

  get facts(): LayerFacts {
    return Object.assign({}, ...this.#laid.map(({ facts }) => facts)) as LayerFacts;
  }

  /** What was being done when the stream failed, or was thought to be done; null: it had opened. */
  duringFailure(failure: Error | null, receivedBytes: number): LayerName | null {
    if (this.during !== null || failure === null) return this.during;
    const late = this.#laid.findIndex((laid) => laid.failedLate?.(failure, receivedBytes) ?? false);
    return this.#layers[late]?.during ?? null;
  }

  /** To be called once, with a stream that is open and read by nobody. */
  begin(stream: ByteStream): void {
    const next = this.#layers[this.#opened];
    if (next === undefined) return;
    const { record, timeLeftMs } = this.#events;
    const open = this.#opened + 1;
    const opened = (): void => {
      this.#opened = open;
      // Else it opened at once, and is not laid yet.
      if (this.#laid.length === open) this.#onOpened();
    };
    this.#laid.push(next.layer(stream, { record, opened, timeLeftMs: timeLeftMs() }));
    this.#events.moved(this.#laid.at(-1)!.stream);
    if (this.#opened === open) this.#onOpened();
  }

  #onOpened(): void {
    this.#events.changed();
    this.begin(this.#laid.at(-1)!.stream);
  }
}
