/** What became of queued messages: with the kernel, or never. */

/** Of one thing that is queued, for one target or several. It is told only when `release` was called, too. */
export class Fate {
  readonly #over: (wholeBytes: number | 'all') => void;
  #open = 1;
  #whole: number | 'all' = 'all';

  /** `over`: called once, with the bytes that every target's kernel has. */
  constructor(over: (wholeBytes: number | 'all') => void) {
    this.#over = over;
  }

  /** One more target has it in its queue. */
  take(): void {
    this.#open++;
  }

  /** For one target: the kernel has all of it, or so many bytes and never more. */
  settle(bytes: number | 'all'): void {
    if (bytes !== 'all') this.#whole = this.#whole === 'all' ? bytes : Math.min(this.#whole, bytes);
    if (--this.#open === 0) this.#over(this.#whole);
  }

  /** No more targets take it. */
  release(): void {
    this.settle('all');
  }
}

/** What one sender has queued, in its own messages. */
export class Queued {
  /** Not yet with the kernel of each target. */
  waiting = 0;
  /** Will never be with the kernel of each target that had taken them. */
  lost = 0;
  /** Called after either has changed. */
  onSettled: () => void = () => undefined;

  /** Whatever `send` queues for it counts as `count` messages of the same length. Returns and throws as `send`. */
  through<T>(count: number, length: number, send: (fate: Fate) => T): T {
    this.waiting += count;
    const fate = new Fate((bytes) => {
      this.waiting -= count;
      if (bytes !== 'all') this.lost += count - Math.floor(bytes / length);
      this.onSettled();
    });
    try {
      return send(fate);
    } finally {
      fate.release();
    }
  }
}
