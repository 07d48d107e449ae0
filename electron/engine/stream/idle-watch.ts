/** One timer for all connections with an idle timeout: without one a connection costs nothing, with one a look now and then. */
import { monotonic } from '../clock.ts';

/** How late an idle connection may be noticed; a person who waits for it does not see the difference. */
const intervalMs = 100;
const watched = new Set<IdleWatch>();
let timer: NodeJS.Timeout | null = null;

/** Calls `onIdle` once per silence of `timeoutMs` (at least 1), until `close`. Does not keep the process alive. */
export class IdleWatch {
  readonly #timeoutMs: number;
  readonly #onIdle: (idleMs: number) => void;
  #since = monotonic();
  #isTold = false;

  constructor(timeoutMs: number, onIdle: (idleMs: number) => void) {
    this.#timeoutMs = timeoutMs;
    this.#onIdle = onIdle;
    watched.add(this);
    timer ??= setInterval(checkAll, intervalMs).unref();
  }

  /** A byte went in either direction: the silence begins anew. */
  touch(): void {
    this.#since = monotonic();
    this.#isTold = false;
  }

  close(): void {
    watched.delete(this);
    if (watched.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  }

  /** For the shared timer; `time` as of `monotonic`. */
  check(time: number): void {
    const idleMs = time - this.#since;
    if (this.#isTold || idleMs < this.#timeoutMs) return;
    this.#isTold = true;
    this.#onIdle(idleMs);
  }
}

/** How many connections the timer looks at; the timer runs while there is one. */
export const idleWatchCount = (): number => (timer === null ? 0 : watched.size);

function checkAll(): void {
  const time = monotonic();
  for (const watch of watched) watch.check(time);
}
