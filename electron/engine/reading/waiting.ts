/** Who waits until something has changed. */
export class Waiting {
  readonly #waiting = new Set<() => void>();

  /** Resolves at the next change, and when `signal` is aborted. */
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

  tell(): void {
    for (const done of [...this.#waiting]) done();
  }
}
