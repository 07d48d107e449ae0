/** Sends a file as it is read: whole, in pieces at their times, or line by line, never faster than it is taken. */
import { setImmediate as soon } from 'node:timers';
import { failureOf, type Failure } from '../../../shared/failure.ts';
import { FileCutter, type FileEnd, type FileFacts, type FilePlan } from '../../../shared/file-plan.ts';
import { monotonic } from '../clock.ts';
import { Queued, type Fate } from '../net/fate.ts';
import { Rate } from './rate.ts';

/** To whom it goes. */
export type FilePort = {
  /** Returns how many took it; `fate` is told what became of it. Throws as `Endpoint.send`. */
  send(piece: Uint8Array, fate: Fate): number;
  /** Whether more may be queued: nothing waits without bound for a peer that takes nothing, or a slow disk. */
  hasRoom(): boolean;
  /** Nobody takes one, and nobody will. */
  isOver(): boolean;
  /** Calls when there may be room. Returns what ends that. */
  onRecords(listener: () => void): () => void;
};
export type FileOptions = {
  port: FilePort;
  plan: FilePlan;
  /** Bytes that a piece may have at most: of a datagram. */
  mostPiece: number;
  told: (facts: Omit<FileFacts, 'name' | 'plan'> & { done: number; failure: Failure | null }) => void;
};

/** What was read and waits to be sent; whoever reads the file waits above it. */
const mostReadBytes = 1024 * 1024;
/** As long as it may send before others have their turn: stopping it is one of them. */
const turnMs = 2;
const tellEveryMs = 250;
/** A peer that is gone appends no record. */
const lookEveryMs = 100;
/** Who was held up for longer does not make up for it in a burst. */
const mostLateMs = 1000;

export class FileSending {
  /** Resolves once, when it is over. Never rejects. */
  readonly ended: Promise<FileEnd>;
  readonly #options: FileOptions;
  readonly #cutter: FileCutter;
  readonly #rate = new Rate();
  /** In bytes. */
  readonly #queued = new Queued();
  readonly #telling: NodeJS.Timeout;
  readonly #stopHearing: () => void;
  #resolve: (end: FileEnd) => void = () => undefined;
  #end: FileEnd | null = null;
  #failure: Failure | null = null;
  #readers: (() => void)[] = [];
  #piece: Uint8Array | null = null;
  #isLast = false;
  #isPaused = false;
  #waits: 'nothing' | 'room' | 'time' = 'nothing';
  #due = monotonic();
  /** Bytes that were taken, which wait at first. */
  #taken = 0;
  #pieces = 0;
  #lastAt = 0;
  #timer: NodeJS.Timeout | null = null;
  #turn: NodeJS.Immediate | null = null;

  constructor(options: FileOptions) {
    const { plan, port, mostPiece } = options;
    this.#options = options;
    this.#cutter = new FileCutter(plan.pieces, mostPiece);
    this.ended = new Promise((resolve) => (this.#resolve = resolve));
    this.#telling = setInterval(() => this.#look(), tellEveryMs);
    this.#queued.onSettled = () => this.#onSettled();
    this.#stopHearing = port.onRecords(() => this.#waits === 'room' && this.#step());
    this.#tell();
  }

  /** What was read next, which is copied. Resolves when more may be read; at once when it is over. */
  async push(bytes: Uint8Array, isLast: boolean): Promise<void> {
    if (this.#end !== null) return;
    this.#cutter.push(bytes);
    this.#isLast = isLast;
    this.#step();
    if (!this.#isFull) return;
    await new Promise<void>((resolve) => this.#readers.push(resolve));
  }

  pause(isPaused: boolean): void {
    if (this.#end !== null || this.#isPaused === isPaused) return;
    this.#isPaused = isPaused;
    this.#due = Math.max(this.#due, monotonic());
    this.#tell();
    this.#step();
  }

  /** Nothing is sent any more from now on; what is queued still goes out. */
  stop(): void {
    this.#finish('stopped');
  }

  /** It cannot be read any further. */
  fail(error: unknown): void {
    this.#failure = failureOf(error);
    this.#finish('failure');
  }

  /** Null while it goes on. */
  get end(): FileEnd | null {
    return this.#end;
  }

  get failure(): Failure | null {
    return this.#failure;
  }

  get #isFull(): boolean {
    return this.#end === null && this.#cutter.size >= mostReadBytes;
  }

  readonly #step = (): void => {
    this.#rest();
    const { port, plan } = this.#options;
    const begun = monotonic();
    for (let now = begun; this.#end === null && !this.#isPaused; now = monotonic()) {
      this.#piece ??= this.#cutter.take(this.#isLast);
      if (!this.#isFull) this.#release();
      if (this.#piece === null) return this.#isLast ? this.#finishAll() : undefined;
      if (now < this.#due) return this.#wait('time', this.#due - now);
      if (port.isOver()) return this.#finish('gone');
      if (!port.hasRoom()) return this.#wait('room', lookEveryMs);
      if (now - begun > turnMs) {
        this.#turn = soon(this.#step);
        return;
      }
      if (!this.#send(this.#piece)) return;
      this.#piece = null;
      this.#due = Math.max(this.#due + plan.everyMs, now - mostLateMs);
    }
  };

  /** What still waits may be lost: `#onSettled` comes here again. */
  #finishAll(): void {
    const { waiting, lost } = this.#queued;
    if (waiting > 0) return;
    this.#finish(lost > 0 && this.#options.port.isOver() ? 'gone' : 'done');
  }

  /** Some of what was queued is with the kernel now, or never will be. */
  #onSettled(): void {
    this.#lastAt = monotonic();
    if (this.#queued.waiting > 0) return;
    if (this.#end !== null) return this.#tell();
    // In a turn of its own: whether somebody is left is known when the connection has told of its end.
    if (this.#isLast && this.#waits === 'nothing') this.#turn ??= soon(this.#step);
  }

  /** False where it is over with that. */
  #send(piece: Uint8Array): boolean {
    const { port } = this.#options;
    try {
      if (this.#queued.through(piece.length, 1, (fate) => port.send(piece, fate)) === 0) {
        this.#finish('gone');
        return false;
      }
    } catch (error) {
      this.fail(error);
      return false;
    }
    this.#pieces++;
    this.#taken += piece.length;
    return true;
  }

  #wait(what: 'room' | 'time', ms: number): void {
    this.#waits = what;
    this.#timer = setTimeout(this.#step, Math.ceil(ms));
  }

  #rest(): void {
    this.#waits = 'nothing';
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#timer = this.#turn = null;
  }

  #release(): void {
    for (const go of this.#readers.splice(0)) go();
  }

  #look(): void {
    if (this.#options.port.isOver()) return this.#finish('gone');
    this.#tell();
  }

  #tell(): void {
    const done = Math.max(0, this.#taken - this.#queued.waiting - this.#queued.lost);
    this.#options.told({
      ...{ isPaused: this.#isPaused, pieces: this.#pieces, done, ended: this.#end },
      bytesPerSecond: this.#rate.look(monotonic(), done, this.#lastAt, tellEveryMs),
      failure: this.#failure,
    });
  }

  #finish(end: FileEnd): void {
    if (this.#end !== null) return;
    this.#end = end;
    this.#rest();
    clearInterval(this.#telling);
    this.#stopHearing();
    this.#release();
    this.#tell();
    this.#resolve(end);
  }
}
