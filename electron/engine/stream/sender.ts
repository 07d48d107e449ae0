/** Writes a connection's queue to its socket: bounded memory, small messages joined, progress known to the byte. */
import type { Duplex } from 'node:stream';
import type { RecordDetail } from '../../../shared/records.ts';
import type { Place, Recorder } from '../capture/recorder.ts';
import { monotonic, now } from '../clock.ts';
import { SendQueue, type HandOver, type Piece } from './send-queue.ts';
import { unwatch, watch } from './stall-watch.ts';
import type { Fate } from '../net/fate.ts';
import type { ByteStream } from '../net/stream-socket.ts';

/** Most that is read from the capture and given to the socket at a time. */
const batchBytes = 256 * 1024;
/** Most buffers of one write: the kernel takes 1024 (IOV_MAX). */
const batchPieces = 1024;
/** Bytes that may be written without giving other sockets, and the writes of the capture, a turn, while the kernel takes everything at once. */
const turnBytes = 512 * 1024;
/** A peer that takes nothing for so long, although bytes wait, is said not to read. */
const stallMs = 1000;

export type SenderEvents = {
  /** A message is with the kernel, or the part of it that ever will be. */
  sent(place: Place, length: number): void;
  /** The same for bytes whose place must not be named: they are stored again. */
  sentAgain(bytes: Uint8Array): void;
  moved(bytes: number): void;
  /** All that was queued is with the kernel. */
  drained(): void;
  note(detail: RecordDetail): void;
};

/** `giveBack`: the socket is done with its buffers. */
type Batch = { buffers: Uint8Array[]; bytes: number; handed: number; giveBack: () => void };

export class Sender {
  #stream: ByteStream;
  #socket: Duplex;
  #events: SenderEvents;
  #queue = new SendQueue();
  /** The batch that the socket has: its size and how much of it is known to be with the kernel. */
  #batch: Batch | null = null;
  #isWaiting = false;
  #turnRest = turnBytes;
  #sentBytes = 0;
  #seenProgress = 0;
  #stillSince = 0;
  #notReadingSince: number | null = null;

  /** Made once: it is used for every message. */
  #handOverEvents: HandOver = {
    sent: ({ place, length }) => this.#events.sent(place, length),
    stale: (offset, length) => this.#sendAgain(this.#batch!.buffers, this.#batch!.handed + offset, length),
  };

  constructor(stream: ByteStream, events: SenderEvents) {
    this.#stream = stream;
    this.#socket = stream.socket;
    this.#events = events;
  }

  get sentBytes(): number {
    return this.#sentBytes;
  }

  get queuedBytes(): number {
    return this.#queue.queuedBytes;
  }

  get queuedMessages(): number {
    return this.#queue.length;
  }

  /** Of all that is queued; Infinity where nothing is. */
  get lowestPlace(): Place {
    return this.#queue.lowestPlace;
  }

  get replyBytes(): number {
    return this.#queue.replyBytes;
  }

  /** Entries of the queue that answer received bytes. */
  get replies(): number {
    return this.#queue.replies;
  }

  get isEmpty(): boolean {
    return this.#queue.isEmpty;
  }

  /** Milliseconds since the epoch; null while the peer takes what is sent or nothing waits. */
  get notReadingSince(): number | null {
    return this.#notReadingSince;
  }

  push(source: Recorder, place: Place, length: number, isReply: boolean, fate: Fate | null): void {
    if (this.#queue.isEmpty) this.#startWatch();
    this.#queue.push(source, place, length, isReply, fate);
    this.#pump();
  }

  /** The queue as the kernel sees it now. */
  settledQueuedBytes(): number {
    this.noteProgress();
    return this.queuedBytes;
  }

  /**
   * Takes account of what the kernel has of a batch, be it all of it whose end Node has not told yet. To be called before
   * what was received is recorded: it may be the answer.
   */
  noteProgress(): void {
    if (this.#batch === null || this.#socket.destroyed) return;
    const waiting = this.#stream.waitingBytes;
    if (waiting !== null) this.#handOver(this.#batch.bytes - waiting);
  }

  /**
   * The log is about to be cleared. What the kernel has of a message is told before that; what it gets from now on is
   * stored again, because the places of today may soon be gone.
   */
  forgetPlaces(): void {
    this.noteProgress();
    this.#tellPartial();
    this.#queue.forgetPlaces();
  }

  /** True while bytes that were stored before the log was cleared must still be readable. */
  get needsCleared(): boolean {
    return this.#queue.hasStale;
  }

  /** After the socket was destroyed: counts what the kernel got and returns the bytes it never will. */
  settle(): number {
    unwatch(this);
    const { untakenBytes } = this.#stream;
    if (this.#batch !== null && untakenBytes !== null) this.#handOver(this.#batch.bytes - untakenBytes);
    this.#tellPartial();
    const unsentBytes = this.queuedBytes;
    this.#queue.clear();
    this.#batch?.giveBack();
    this.#batch = null;
    this.#notReadingSince = null;
    return unsentBytes;
  }

  /** For the shared timer. */
  checkProgress(time: number): void {
    this.noteProgress();
    const progress = this.#sentBytes + this.#stream.progress;
    if (progress !== this.#seenProgress || this.#isWaiting) {
      this.#seenProgress = progress;
      this.#stillSince = time;
      return;
    }
    const stillMs = time - this.#stillSince;
    if (this.#notReadingSince !== null || stillMs < stallMs || this.#queue.isEmpty) return;
    this.#notReadingSince = now() - stillMs;
    this.#events.note({ kind: 'note', note: 'not-reading', queuedBytes: this.queuedBytes });
  }

  #startWatch(): void {
    this.#seenProgress = this.#sentBytes + this.#stream.progress;
    this.#stillSince = monotonic();
    watch(this);
  }

  #pump(): void {
    if (this.#batch !== null || this.#isWaiting || this.#socket.destroyed) return;
    if (this.#turnRest <= 0) return this.#pumpNextTurn();
    const pieces = this.#queue.take(batchBytes, batchPieces, this.#stream.mostTogether);
    if (pieces.length === 0) return;
    const buffers: Uint8Array[] = [];
    for (const { source, place, length } of pieces) {
      const bytes = source.lend(place, length);
      if (bytes === null) {
        giveBack(pieces, buffers);
        return void this.#readThenWrite(pieces);
      }
      buffers.push(bytes);
    }
    this.#write(buffers, () => giveBack(pieces, buffers));
  }

  #pumpNextTurn(): void {
    this.#isWaiting = true;
    setImmediate(() => {
      this.#isWaiting = false;
      this.#turnRest = turnBytes;
      this.#pump();
    });
  }

  async #readThenWrite(pieces: Piece[]): Promise<void> {
    this.#isWaiting = true;
    try {
      const buffers = await Promise.all(
        pieces.map(({ source, place, length }) => source.read(place, length)),
      );
      this.#isWaiting = false;
      if (!this.#socket.destroyed) this.#write(buffers, () => undefined);
    } catch (error) {
      this.#isWaiting = false;
      this.#socket.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #write(buffers: Uint8Array[], giveBack: () => void): void {
    const bytes = buffers.reduce((sum, { length }) => sum + length, 0);
    const batch = { buffers, bytes, handed: 0, giveBack };
    this.#batch = batch;
    this.#turnRest -= bytes;
    this.#socket.cork();
    for (const buffer of buffers.slice(0, -1)) this.#socket.write(buffer);
    this.#socket.write(buffers.at(-1)!, (error) => this.#onWritten(batch, error));
    this.#socket.uncork();
    this.noteProgress();
  }

  /** Node calls back without an error for a write that a destroyed socket never made: `settle` counts that one. */
  #onWritten(batch: Batch, error: Error | null | undefined): void {
    if (error || this.#socket.destroyed) return;
    this.#handOver(batch.bytes);
    batch.giveBack();
    this.#batch = null;
    if (!this.#queue.isEmpty) return this.#pump();
    this.#turnRest = turnBytes;
    unwatch(this);
    this.#events.drained();
  }

  #tellPartial(): void {
    const { partial } = this.#queue;
    if (partial !== null) this.#events.sent(partial.place, partial.length);
  }

  /** The first `bytes` of the batch are with the kernel. */
  #handOver(bytes: number): void {
    const batch = this.#batch!;
    const more = bytes - batch.handed;
    if (more < 0) return;
    this.#sentBytes += more;
    this.#queue.handOver(more, this.#handOverEvents);
    batch.handed = bytes;
    if (more === 0) return;
    if (this.#notReadingSince !== null) {
      this.#events.note({ kind: 'note', note: 'reading-again', durationMs: monotonic() - this.#stillSince });
      this.#notReadingSince = null;
    }
    this.#events.moved(more);
  }

  #sendAgain(buffers: Uint8Array[], from: number, length: number): void {
    let start = 0;
    for (const bytes of buffers) {
      const part = bytes.subarray(Math.max(0, from - start), Math.max(0, from + length - start));
      if (part.length > 0) this.#events.sentAgain(part);
      start += bytes.length;
    }
  }
}

/** What was lent of the first of `pieces`. */
function giveBack(pieces: readonly Piece[], buffers: readonly Uint8Array[]): void {
  for (const [i, bytes] of buffers.entries()) pieces[i]!.source.giveBack(bytes);
}
