/** One direction of a TCP connection, put in order again: what came twice is left out, what came late waits, what never came is told. */

/** Where the bytes go, in their order. `time`: of the packet that brought them. */
export type FlowSink = {
  data(bytes: Uint8Array, time: number): void;
  /** So many bytes are not in the file. */
  gap(bytes: number, time: number): void;
};

/** Bytes that wait for what is missing before them; what all flows together hold is bounded too. */
const mostWaiting = 2 ** 20;
const mostPieces = 1024;
/** So often the other side must have said that it has the missing bytes: packets of two cards can change places in a file. */
const enoughAcknowledged = 3;

/** What all flows of a file hold together. */
export type Waiting = { bytes: number };
const mostWaitingTogether = 64 * 2 ** 20;

type Piece = { at: number; bytes: Uint8Array; missing: number; time: number };

export class TcpFlow {
  readonly #sink: FlowSink;
  readonly #waiting: Waiting;
  /** Numbers of its first byte and of the next one; they count on past 2^32. Null before the first packet. */
  #next: number | null = null;
  #pieces: Piece[] = [];
  #held = 0;
  #finAt: number | null = null;
  #acknowledged = 0;
  /** Bytes handed on, and those not in the file. */
  bytes = 0;
  missing = 0;

  constructor(sink: FlowSink, waiting: Waiting) {
    this.#sink = sink;
    this.#waiting = waiting;
  }

  get hasBegun(): boolean {
    return this.#next !== null;
  }

  /** All up to the end was handed on. */
  get isFinished(): boolean {
    return this.#finAt !== null && this.#next !== null && this.#next >= this.#finAt;
  }

  /** The next byte has this number, of 32 bits. */
  begin(sequence: number): void {
    this.#next ??= sequence;
  }

  /** True where a SYN with this number would begin another connection. */
  isOther(sequence: number): boolean {
    return this.#next !== null && Math.abs(this.#far(sequence) - this.#next) > mostWaiting;
  }

  /** `missing`: behind `bytes`, which were on the wire and are not in the file. */
  take(sequence: number, bytes: Uint8Array, missing: number, isFin: boolean, time: number): void {
    this.begin(sequence);
    const at = this.#far(sequence);
    const length = bytes.length + missing;
    if (isFin) this.#finAt ??= at + length;
    if (length === 0) return;
    if (at === this.#next && missing === 0 && this.#pieces.length === 0) {
      this.bytes += length;
      this.#next = at + length;
      return this.#sink.data(bytes, time);
    }
    if (at <= this.#next!) this.#put({ at, bytes, missing, time });
    else this.#hold({ at, bytes: Buffer.from(bytes), missing, time });
    this.#drain();
    if (
      this.#pieces.length > mostPieces ||
      this.#held > mostWaiting ||
      this.#waiting.bytes > mostWaitingTogether
    )
      this.#giveUp(time);
  }

  /** The other side has all before this number. */
  acknowledge(sequence: number, time: number): void {
    const first = this.#pieces[0];
    if (first === undefined) return void (this.#acknowledged = 0);
    if (this.#far(sequence) < first.at) return;
    if (++this.#acknowledged < enoughAcknowledged) return;
    this.#acknowledged = 0;
    this.#giveUp(time);
  }

  /** Nothing comes any more: what waits is told, with what is missing before it. */
  end(time: number): void {
    while (this.#pieces.length > 0) this.#giveUp(time);
    if (this.#finAt !== null && this.#next !== null && this.#next < this.#finAt)
      this.#skip(this.#finAt, time);
  }

  /** The number nearest to the next one that has these 32 bits: of half of all numbers at most, as windows are (RFC 7323). */
  #far(sequence: number): number {
    return this.#next! + ((sequence - this.#next!) | 0);
  }

  #put({ at, bytes, missing, time }: Piece): void {
    const known = this.#next! - at;
    if (known < bytes.length) {
      const fresh = bytes.subarray(known);
      this.bytes += fresh.length;
      this.#next = at + bytes.length;
      this.#sink.data(fresh, time);
    }
    if (at + bytes.length + missing > this.#next!) this.#skip(at + bytes.length + missing, time);
  }

  #skip(to: number, time: number): void {
    const count = to - this.#next!;
    this.missing += count;
    this.#next = to;
    this.#sink.gap(count, time);
  }

  /** In their order; of two that begin in one place the longer one. */
  #hold(piece: Piece): void {
    let place = this.#pieces.length;
    while (place > 0 && this.#pieces[place - 1]!.at > piece.at) place--;
    const same = this.#pieces[place - 1];
    if (same?.at === piece.at) {
      if (same.bytes.length >= piece.bytes.length) return;
      this.#count(-same.bytes.length);
      this.#pieces[place - 1] = piece;
    } else this.#pieces.splice(place, 0, piece);
    this.#count(piece.bytes.length);
  }

  #count(bytes: number): void {
    this.#held += bytes;
    this.#waiting.bytes += bytes;
  }

  #drain(): void {
    let done = 0;
    for (; done < this.#pieces.length && this.#pieces[done]!.at <= this.#next!; done++) {
      const piece = this.#pieces[done]!;
      this.#count(-piece.bytes.length);
      this.#put(piece);
    }
    if (done > 0) this.#pieces.splice(0, done);
  }

  /** What is missing before the first piece that waits is not in the file. */
  #giveUp(time: number): void {
    const first = this.#pieces[0];
    if (first === undefined) return;
    this.#skip(first.at, time);
    this.#drain();
  }
}
