/** What readings that several read at once share: who reads, and who waits for more. */
export abstract class LiveRows {
  readonly #waiting = new Set<() => void>();
  #readers = 1;

  /** Nobody looks for more when there is no reader. */
  protected get isRead(): boolean {
    return this.#readers > 0;
  }

  /** As `RowSource` says. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done);
      if (signal.aborted) done();
    });
  }

  keep(): this {
    this.#readers++;
    return this;
  }

  close(): void {
    if (--this.#readers === 0) this.stop();
  }

  /** The last reader has gone. */
  protected abstract stop(): void;

  /** To whoever waits. */
  protected tell(): void {
    for (const done of [...this.#waiting]) done();
  }
}
