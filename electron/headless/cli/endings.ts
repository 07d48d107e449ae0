/** What ends a run, and its exit code. */

/** `code` is the system's exit code of a process that a signal ended: 128 and the signal's number. */
export type Ending =
  | { kind: 'signal'; code: number }
  /** The peer closed, the attempt failed, or all that was asked for is done. */
  | { kind: 'done' }
  | { kind: 'timeout' }
  | { kind: 'count' }
  | { kind: 'idle' }
  /** Nobody reads the output any more, which is no failure, or it cannot be written. */
  | { kind: 'output' }
  | { kind: 'input' }
  /** The capture takes nothing any more. */
  | { kind: 'capture' };

const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** npm sends on what the terminal has already sent to everyone: one Ctrl-C then comes twice, and is still one. */
const sameSignalMs = process.env.npm_lifecycle_event === 'cli' ? 1000 : 0;

export class Endings {
  #end: (ending: Ending) => void = () => undefined;
  #first: Ending | null = null;
  #signal: number | null = null;
  #signalAt = 0;
  #isUrgent = false;
  #hurry: (reason: 'signal' | 'timeout') => void = () => undefined;
  /** Resolves when the end, whatever was its reason, has to come at once. */
  readonly urgent = new Promise<'signal' | 'timeout'>((resolve) => {
    this.#hurry = (reason) => {
      this.#isUrgent = true;
      resolve(reason);
    };
  });
  #timer: NodeJS.Timeout | null = null;
  /** Resolves with what came first. */
  readonly ended = new Promise<Ending>((resolve) => (this.#end = resolve));

  /** `beforeKill` runs when a second signal ends the process at once. */
  watchSignals(beforeKill: () => void): void {
    for (const [signal, code] of Object.entries(signals))
      process.on(signal, () => {
        if (this.#signal === code && performance.now() - this.#signalAt < sameSignalMs) return;
        if (this.#signal !== null) {
          try {
            beforeKill();
          } catch {
            // The signal counts: what a thread still wrote there is swept by the next run.
          }
          process.removeAllListeners(signal);
          process.kill(process.pid, signal);
        }
        this.#signal = code;
        this.#signalAt = performance.now();
        this.end({ kind: 'signal', code });
        this.#hurry('signal');
      });
  }

  endAfter(seconds: number | undefined): void {
    if (seconds === undefined) return;
    this.#timer = setTimeout(() => {
      this.end({ kind: 'timeout' });
      this.#hurry('timeout');
    }, seconds * 1000);
  }

  /** Everything is done: nothing is left that a timeout could end. */
  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  /** Only the first counts. */
  end(ending: Ending): void {
    if (this.#first !== null) return;
    this.#first = ending;
    this.#end(ending);
  }

  get isUrgent(): boolean {
    return this.#isUrgent;
  }

  /** Exit code of the signal that came, first or while the run was already ending. */
  get signalCode(): number | null {
    return this.#signal;
  }
}
