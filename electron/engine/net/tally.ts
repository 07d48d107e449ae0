/** So often at most something that comes in floods is told. */
const tellEveryMs = 1000;

/** Counts what comes in floods, and tells how many came since it last told: the first at once, then once a second. */
export class Tally {
  total = 0;
  readonly #tell: (count: number) => void;
  #untold = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(tell: (count: number) => void) {
    this.#tell = tell;
  }

  add(count = 1): void {
    this.total += count;
    this.#untold += count;
    if (this.#timer === null) this.#tellAndWait();
  }

  /** Tells what is still to be told. Nothing may be added afterwards. */
  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#untold > 0) this.#tellNow();
  }

  #tellNow(): void {
    const count = this.#untold;
    this.#untold = 0;
    this.#tell(count);
  }

  #tellAndWait(): void {
    this.#tellNow();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.#untold > 0) this.#tellAndWait();
    }, tellEveryMs).unref();
  }
}
