/** What cuts frames out of a stream of bytes: bytes in, ranges of the stream out. Keeps no bytes and knows no socket. */

/**
 * What does not fit: a frame over its limit, in pieces; a wrong checksum; an escape that there is not; a length that
 * cannot be; what does not begin as a frame does; one in which the next begins before it has ended.
 */
export const frameMarks = [
  'too-long',
  'bad-crc',
  'bad-checksum',
  'bad-escape',
  'bad-length',
  'bad-head',
  'unfinished',
] as const;
export type FrameMark = (typeof frameMarks)[number];

/** Why what is left at the end of a stream is no frame: its delimiter never came, or less than its length says. */
export const restWhys = ['no-end', 'incomplete'] as const;
export type RestWhy = (typeof restWhys)[number];
export type Rest = { start: number; end: number; why: RestWhy };

/** What a cutter knows about the frame that has begun. A copy of it is enough to go on from there. */
export type CutterState = { mark: FrameMark | null };

/** The automaton of one framing, on one stream. */
export type Cutter<State extends CutterState = CutterState> = {
  /** Numbers, short strings and flags alone. `mark` is that of the frame which ends next; it is taken back with that. */
  readonly state: State;
  /**
   * Reads all of `bytes`, and calls `ends` with each place in them behind which a frame has ended: 0 for one that ended
   * with what was read before, less where that is known by `Framing.late` bytes more. No frame is empty.
   */
  read(bytes: Uint8Array, ends: (at: number) => void): void;
  /** The peer was silent for `Framing.gapMs`, or the stream ends: whether a frame that has begun ends by that. */
  pause?(isEnd: boolean): boolean;
};

/** One framing with its options. */
export type Framing = {
  /** In the one form in which `parseFraming` gives it back: `length:u16be,offset=2`. */
  readonly spec: string;
  /** Longest frame; what is longer is told in pieces of this size, marked as too long. */
  readonly max: number;
  /** A silence of so many milliseconds ends a frame; null: time means nothing. */
  readonly gapMs: number | null;
  /** Without it the end of a frame is known with the byte behind it, at the latest; with it by so many bytes more. */
  readonly late?: number;
  /** What is left at the end is named so. */
  readonly why: RestWhy;
  cutter(): Cutter;
  /** What a whole frame says: without delimiter, head, tail and escapes. Never throws, whatever the bytes are. */
  payload(bytes: Uint8Array): Uint8Array;
};

/** Marked frames have all of their bytes as their payload, but for those whose sum alone is wrong. */
export const payloadOf = ({ payload }: Framing, bytes: Uint8Array, mark: FrameMark | null): Uint8Array =>
  mark === null || mark === 'bad-crc' || mark === 'bad-checksum' ? payload(bytes) : bytes;

/** A frame is bytes `start` to `end - 1` of the stream, and begins where the one before it has ended. */
export type OnFrame = (start: number, end: number, mark: FrameMark | null) => void;

/** A place in a stream from which another framer can go on. */
export type FramerState = {
  readonly position: number;
  readonly start: number;
  readonly isPiece: boolean;
  readonly quietSince: number;
  readonly cutter: CutterState;
};

/** Frames of one stream in one direction. Calls `onFrame` while it is called itself, never later. */
export class Framer {
  readonly #framing: Framing;
  readonly #cutter: Cutter;
  readonly #state: CutterState;
  readonly #max: number;
  readonly #onFrame: OnFrame;
  readonly #ends = (at: number): void => this.#end(this.#before + at);
  #position = 0;
  /** Where the bytes begin that are being read. */
  #before = 0;
  #start = 0;
  /** The frame that has begun was too long, and is told in pieces. */
  #isPiece = false;
  #quietSince = -Infinity;

  /** `from`: goes on where another one was, with the byte at its `position`. */
  constructor(framing: Framing, onFrame: OnFrame, from?: FramerState) {
    this.#framing = framing;
    this.#cutter = framing.cutter();
    this.#state = this.#cutter.state;
    this.#max = framing.max;
    this.#onFrame = onFrame;
    if (from === undefined) return;
    Object.assign(this.#state, from.cutter);
    this.#position = from.position;
    this.#start = from.start;
    this.#isPiece = from.isPiece;
    this.#quietSince = from.quietSince;
  }

  /** Bytes that were pushed so far. */
  get position(): number {
    return this.#position;
  }

  /** Where the frame that has begun starts; `position` when none has. */
  get start(): number {
    return this.#start;
  }

  /** When the frame that has begun may end, if nothing comes before; Infinity: not by time. */
  get due(): number {
    const { gapMs } = this.#framing;
    return gapMs === null || this.#start === this.#position ? Infinity : this.#quietSince + gapMs;
  }

  /** To be handed to another framer. Small, and of no use to the caller otherwise. */
  save(): FramerState {
    return {
      position: this.#position,
      start: this.#start,
      isPiece: this.#isPiece,
      quietSince: this.#quietSince,
      cutter: { ...this.#state },
    };
  }

  /** The stream goes on with `bytes`, which were read at `time` in milliseconds. They are not kept. */
  push(bytes: Uint8Array, time: number): void {
    if (bytes.length === 0) return;
    this.elapse(time);
    this.#quietSince = time;
    this.#before = this.#position;
    this.#cutter.read(bytes, this.#ends);
    this.#position = this.#before + bytes.length;
    this.#cutPieces(this.#position, this.#framing.late);
  }

  /** It is `time` now: a frame that was due by then has ended. */
  elapse(time: number): void {
    if (time < this.due) return;
    this.#quietSince = Infinity;
    if (this.#cutter.pause?.(false) === true) this.#end(this.#position);
  }

  /** The stream has ended: what is left ends with it, or is no frame. Null when nothing is left. */
  finish(): Rest | null {
    if (this.#start === this.#position) return null;
    if (this.#cutter.pause?.(true) === true) {
      this.#end(this.#position);
      return null;
    }
    return { start: this.#start, end: this.#position, why: this.#framing.why };
  }

  /** Tells what has come of the frame as a piece: there is no room for more of it. */
  cut(): void {
    if (this.#start < this.#position) this.#piece(this.#position);
  }

  #end(end: number): void {
    if (end - this.#start > this.#max) this.#cutPieces(end);
    const start = this.#start;
    const { mark } = this.#state;
    this.#start = end;
    // Millions of frames are as they should be, and cost no more than this.
    if (mark === null && !this.#isPiece) return this.#onFrame(start, end, null);
    const told = this.#isPiece ? 'too-long' : mark;
    this.#state.mark = null;
    this.#isPiece = false;
    this.#onFrame(start, end, told);
  }

  #cutPieces(end: number, late = 0): void {
    while (end - this.#start > this.#max + late) this.#piece(this.#start + this.#max);
  }

  #piece(end: number): void {
    const start = this.#start;
    this.#isPiece = true;
    this.#start = end;
    this.#onFrame(start, end, 'too-long');
  }
}
