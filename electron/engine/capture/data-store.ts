/** The linear space of payload bytes: its newest part in memory, all that was written in segment files. */
import { alignedMemory } from './direct-io.ts';
import { segmentBytes } from './format.ts';
import type { Place } from './recorder.ts';

/** A buffer that starts out small doubles until a busy capture's segments are whole. */
const firstBufferBytes = 64 * 1024;
/** Written segments that stay in memory behind the newest one, for readers close to the end. */
const keptSegments = 1;
/** Buffers of whole segments that any capture of this process may take over. */
const spareBuffers: Uint8Array<ArrayBuffer>[] = [];
const maxSpareBuffers = 4;
/** Views of each that somebody has. `hasLeft`: the capture needs it no more. */
const lent = new Map<ArrayBufferLike, { views: number; hasLeft: boolean }>();
/** Of those that have left: peers that do not read would each hold a whole segment for the few bytes that wait for them. */
const maxLeft = 4;
let left = 0;
/** So little may stay in memory while nothing happens. */
const restingBytes = 256 * 1024;

/** `from`: place of the buffer's first byte; a capture opened again continues in the middle of a segment. */
type Segment = { number: number; from: Place; buffer: Uint8Array<ArrayBuffer> };

export class DataStore {
  readonly #segments = new Map<number, Segment>();
  #newest: Segment | null = null;
  #end: Place;
  #written: Place;
  #pinned: { place: Place; bytes: Uint8Array } | null = null;

  constructor(end: Place) {
    this.#end = end;
    this.#written = end;
  }

  /** Behind the last byte stored. */
  get end(): Place {
    return this.#end;
  }

  /** Behind the last byte that is in its file. */
  get written(): Place {
    return this.#written;
  }

  /** Bytes that no file has are read at `place`, which is beyond all others; null: none any more. */
  pin(pinned: { place: Place; bytes: Uint8Array } | null): void {
    this.#pinned = pinned;
  }

  /** Copies `bytes` behind all others. */
  store(bytes: Uint8Array): Place {
    const place = this.#end;
    const segment = this.#newest;
    const at = segment === null ? 0 : place - segment.from;
    if (segment !== null && at + bytes.length <= segment.buffer.length) {
      segment.buffer.set(bytes, at);
      this.#end = place + bytes.length;
      return place;
    }
    for (let done = 0; done < bytes.length;) {
      const { from, buffer } = this.#room(bytes.length - done);
      const part = bytes.subarray(done, done + buffer.length - (this.#end - from));
      buffer.set(part, this.#end - from);
      this.#end += part.length;
      done += part.length;
    }
    return place;
  }

  /** The next stretch of one segment to be written, at most `limit` bytes; null when all is. Views, not copies. */
  unwritten(limit: number): { segment: number; position: number; bytes: Uint8Array } | null {
    if (this.#written === this.#end) return null;
    const number = Math.floor(this.#written / segmentBytes);
    const { from, buffer } = this.#segments.get(number)!;
    const end = Math.min(this.#end, (number + 1) * segmentBytes, this.#written + limit);
    return {
      segment: number,
      position: this.#written - number * segmentBytes,
      bytes: buffer.subarray(this.#written - from, end - from),
    };
  }

  /** Tells that `bytes` more are in their file; segments that nobody needs any more leave memory. */
  confirm(bytes: number): void {
    this.#written += bytes;
    const oldestNeeded = Math.floor(this.#written / segmentBytes) - keptSegments;
    for (const [number, segment] of this.#segments) {
      if (number >= oldestNeeded || segment === this.#newest) continue;
      this.#segments.delete(number);
      const { buffer } = segment;
      const isFree = !leave(buffer) && buffer.length === segmentBytes;
      if (isFree && spareBuffers.length < maxSpareBuffers) spareBuffers.push(buffer);
    }
  }

  /** Nothing happens: what is in the files leaves memory, so that many quiet captures cost little. */
  rest(): void {
    if (this.#written < this.#end) return;
    const held = [...this.#segments.values()].reduce((sum, { buffer }) => sum + buffer.length, 0);
    if (held <= restingBytes) return;
    for (const { buffer } of this.#segments.values()) leave(buffer);
    this.#segments.clear();
    this.#newest = null;
    spareBuffers.length = 0;
  }

  /** A copy of bytes that lie in memory; null when some have left it, or were never there. */
  copy(place: Place, length: number): Uint8Array | null {
    if (length === 0) return new Uint8Array(0);
    if (this.#pinned !== null && place >= this.#pinned.place) {
      const from = place - this.#pinned.place;
      return this.#pinned.bytes.slice(from, from + length);
    }
    const end = place + length;
    const first = Math.floor(place / segmentBytes);
    const last = Math.floor((end - 1) / segmentBytes);
    const segment = this.#segments.get(first);
    if (segment === undefined || place < segment.from || end > this.#end) return null;
    if (first === last) return segment.buffer.slice(place - segment.from, end - segment.from);
    // Segments leave memory oldest first: where the first one is, the others are too.
    const out = new Uint8Array(length);
    for (let number = first; number <= last; number++) {
      const { from, buffer } = this.#segments.get(number)!;
      const start = Math.max(place, from);
      out.set(buffer.subarray(start - from, end - from), start - place);
    }
    return out;
  }

  /** As they lie in memory, where they stay until they are given back; a copy where that cannot be. Null as of `copy`. */
  lend(place: Place, length: number): Uint8Array | null {
    const segment = this.#segments.get(Math.floor(place / segmentBytes));
    const isOnePiece = segment !== undefined && length > 0 && place + length <= this.#pieceEnd(segment);
    if (!isOnePiece || place < segment.from || left >= maxLeft) return this.copy(place, length);
    const { from, buffer } = segment;
    const loan = lent.get(buffer.buffer);
    if (loan === undefined) lent.set(buffer.buffer, { views: 1, hasLeft: false });
    else loan.views++;
    return buffer.subarray(place - from, place - from + length);
  }

  /** What `lend` gave is not looked at any more. */
  giveBack({ buffer }: Uint8Array): void {
    const loan = lent.get(buffer);
    if (loan === undefined || --loan.views > 0) return;
    lent.delete(buffer);
    if (loan.hasLeft) left--;
  }

  #pieceEnd({ number }: Segment): Place {
    return Math.min(this.#end, (number + 1) * segmentBytes);
  }

  /** The newest segment, with room for at least one byte and up to `wanted`. */
  #room(wanted: number): Segment {
    const number = Math.floor(this.#end / segmentBytes);
    const segment = this.#newest;
    if (segment === null || segment.number !== number) return this.#begin(number);
    const used = this.#end - segment.from;
    if (used < segment.buffer.length) return segment;
    const most = (number + 1) * segmentBytes - segment.from;
    const length = Math.min(most, Math.max(segment.buffer.length * 2, used + wanted));
    const buffer = newBuffer(length);
    buffer.set(segment.buffer);
    // A write under way keeps the old buffer, whose bytes are the same.
    segment.buffer = buffer;
    return segment;
  }

  #begin(number: number): Segment {
    const from = this.#end;
    const isBusy = this.#newest !== null;
    const most = (number + 1) * segmentBytes - from;
    const buffer =
      isBusy && most === segmentBytes
        ? (spareBuffers.pop() ?? newBuffer(segmentBytes))
        : new Uint8Array(Math.min(most, firstBufferBytes));
    const segment = { number, from, buffer };
    this.#segments.set(number, segment);
    this.#newest = segment;
    return segment;
  }
}

/** True where somebody still has a view of it. */
function leave({ buffer }: Uint8Array): boolean {
  const loan = lent.get(buffer);
  if (loan === undefined) return false;
  loan.hasLeft = true;
  left++;
  return true;
}

/** Whole segments lie on page borders, so that the disk can take them from where they are. */
const newBuffer = (length: number): Uint8Array<ArrayBuffer> =>
  length === segmentBytes ? alignedMemory(length) : new Uint8Array(length);
