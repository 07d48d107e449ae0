/** Looks at the kernel's count of drops while datagrams come in, and tells of new ones at most once a second. */
import { monotonic } from '../clock.ts';

/** Often enough for the window, seldom enough for a machine whose /proc/net/udp is long. */
const lookEveryMs = 500;
const tellEveryMs = 1000;

export class DropWatch {
  /** Of this socket so far; null where the system does not tell. */
  total: number | null = null;
  /** Asked for every datagram, so a plain field. */
  isAwake = false;
  readonly #look: () => Promise<number | null>;
  readonly #tell: (count: number, total: number) => void;
  readonly #staysAwake: () => boolean;
  #told = 0;
  #toldAt = -Infinity;
  #wasWoken = false;
  #wasRead = false;
  #looking: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  /** `look`: the kernel's count. `staysAwake`: true while drops can happen although nothing is received. */
  constructor(
    look: () => Promise<number | null>,
    tell: (count: number, total: number) => void,
    staysAwake: () => boolean,
  ) {
    this.#look = look;
    this.#tell = tell;
    this.#staysAwake = staysAwake;
  }

  /** Datagrams came in. Cheap, and to be called when `isAwake` is false. */
  wake(): void {
    this.isAwake = this.#wasWoken = true;
    if (this.#timer === null && !this.#isClosed)
      this.#timer = setTimeout(() => void this.#round(), lookEveryMs).unref();
  }

  /** For a socket that was just bound, and so has dropped nothing; the first look shows whether it can be known. */
  begin(): void {
    this.total = 0;
    void this.refresh();
  }

  /** The last look, while the socket is still there. */
  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.refresh();
    this.#tellOf(true);
  }

  /** Looks now. */
  async refresh(): Promise<void> {
    this.#looking ??= this.#takeLook().finally(() => (this.#looking = null));
    await this.#looking;
  }

  async #takeLook(): Promise<void> {
    const total = await this.#look();
    // A count that cannot be read for once keeps its last value; one that never could was a guess.
    if (total !== null || !this.#wasRead) this.total = total;
    this.#wasRead ||= total !== null;
  }

  async #round(): Promise<void> {
    // What comes from here on wakes it anew: no datagram escapes the look that follows.
    const wasWoken = this.#wasWoken;
    this.isAwake = this.#wasWoken = false;
    await this.refresh();
    this.#timer = null;
    if (this.#isClosed) return;
    this.#tellOf(false);
    if (wasWoken || this.isAwake || this.#untold > 0 || this.#staysAwake()) this.#again();
  }

  #again(): void {
    this.#timer ??= setTimeout(() => void this.#round(), lookEveryMs).unref();
  }

  get #untold(): number {
    return (this.total ?? 0) - this.#told;
  }

  #tellOf(isLast: boolean): void {
    const time = monotonic();
    if (this.total === null || this.#untold <= 0) return;
    if (!isLast && time - this.#toldAt < tellEveryMs) return;
    const count = this.#untold;
    this.#told = this.total;
    this.#toldAt = time;
    this.#tell(count, this.total);
  }
}
