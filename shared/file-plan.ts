/** A file that is sent: in which pieces, and how far it is. */

/** Bytes of each piece but the last; 'line': each line with its line feed; null: as fast and as large as they are taken. */
export type Pieces = number | 'line' | null;
export type FilePlan = {
  pieces: Pieces;
  /** From one piece to the next, in milliseconds; 0: as fast as they are taken. */
  everyMs: number;
};
export const wholeFile: FilePlan = { pieces: null, everyMs: 0 };

export const mostPieceBytes = 1024 * 1024;
export const mostFileEveryMs = 24 * 3600 * 1000;

export type FilePlanProblem = { field: 'pieces' | 'everyMs'; code: 'file-pieces' | 'file-every' };
export function checkFilePlan({ pieces, everyMs }: FilePlan): FilePlanProblem[] {
  const isCount =
    typeof pieces !== 'number' || (Number.isInteger(pieces) && pieces > 0 && pieces <= mostPieceBytes);
  // Without pieces there is nothing to wait between.
  const isTime = everyMs >= 0 && everyMs <= mostFileEveryMs && (everyMs === 0 || pieces !== null);
  return [
    ...(isCount ? [] : [{ field: 'pieces', code: 'file-pieces' } as const]),
    ...(isTime ? [] : [{ field: 'everyMs', code: 'file-every' } as const]),
  ];
}

/** 'gone': nobody is left who could take more; 'failure': it could not be read, or a piece not be sent. */
export type FileEnd = 'done' | 'stopped' | 'failure' | 'gone';
export type FileFacts = {
  name: string;
  plan: FilePlan;
  isPaused: boolean;
  /** Pieces so far. */
  pieces: number;
  /** Reached in the last seconds; null before that is known. */
  bytesPerSecond: number | null;
  /** Null while it goes on. */
  ended: FileEnd | null;
};

const lineFeed = 10;

/** Cuts what is read of a file into pieces. What it holds is less than a piece and what was pushed last. */
export class FileCutter {
  readonly #pieces: Pieces;
  readonly #most: number;
  #held = new Uint8Array();
  /** So many of these have no line feed. */
  #looked = 0;

  /** `most`: bytes that a piece may have where the plan does not say; longer lines are cut there. */
  constructor(pieces: Pieces, most = mostPieceBytes) {
    this.#pieces = pieces;
    this.#most = most;
  }

  push(bytes: Uint8Array): void {
    if (this.#held.length === 0) this.#held = Uint8Array.from(bytes);
    else {
      const joined = new Uint8Array(this.#held.length + bytes.length);
      joined.set(this.#held);
      joined.set(bytes, this.#held.length);
      this.#held = joined;
    }
  }

  get size(): number {
    return this.#held.length;
  }

  /** The next piece; null where more is needed for it. `isEnd`: nothing follows, so that the rest is one. */
  take(isEnd: boolean): Uint8Array<ArrayBuffer> | null {
    const length = this.#length(isEnd);
    if (length === 0) return null;
    const piece = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    this.#looked = 0;
    return piece;
  }

  #length(isEnd: boolean): number {
    const { length } = this.#held;
    if (this.#pieces === null) return Math.min(length, this.#most);
    if (this.#pieces !== 'line') return length >= this.#pieces ? this.#pieces : isEnd ? length : 0;
    const feed = this.#held.subarray(0, this.#most).indexOf(lineFeed, this.#looked);
    if (feed >= 0) return feed + 1;
    this.#looked = Math.min(length, this.#most);
    return length >= this.#most ? this.#most : isEnd ? length : 0;
  }
}
