/** WebSocket messages of a stream in their order, as far as those behind them were packed with them in mind (RFC 7692). */
import { joinBytes } from '../payload/join.ts';
import type { Earlier, Unpacked } from './context.ts';

export type UnpackMessage = (packed: Uint8Array, earlier: Uint8Array) => Unpacked;

/** One refers to so many bytes before it. */
const windowBytes = 32 * 1024;
/** Longer frames, and messages of many, are passed over, with what they may be needed for. */
const mostFrame = 1024 * 1024;
/** Longer heads are taken by no server. */
const mostHttp = 16 * 1024;
export const compressedBit = 0x40;
const none = new Uint8Array();

export const nothingEarlier = (): Earlier => ({
  ...{ sides: [none, none], pieces: [], code: 0, isCompressed: false },
});

/** The next frame of a message; control frames are none. */
export function addFrame(earlier: Earlier, code: number, hasBit: boolean, bytes: Uint8Array): void {
  if (code !== 0) Object.assign(earlier, { pieces: [], code, isCompressed: hasBit });
  earlier.pieces.push(bytes);
}

/** Unpacks a whole message, to which the next one of this side may refer. */
export function unpackMessage(earlier: Earlier, isMasked: boolean, unpack: UnpackMessage): Unpacked {
  const side = isMasked ? 0 : 1;
  const done = unpack(joinBytes([...earlier.pieces, Uint8Array.of(0, 0, 0xff, 0xff)]), earlier.sides[side]);
  const known = done.problem === null ? [earlier.sides[side], done.bytes] : [];
  earlier.sides[side] = joinBytes(known).slice(-windowBytes);
  return done;
}

export const unmasked = (bytes: Uint8Array, mask: Uint8Array | null): Uint8Array =>
  mask === null || mask.length < 4 ? bytes : bytes.map((byte, at) => byte ^ mask[at & 3]!);

/** Null where more bytes are needed to tell. */
export function frameHead(bytes: Uint8Array): { size: number; length: number } | null {
  const second = bytes[1];
  if (second === undefined) return null;
  const short = second & 127;
  const more = short === 126 ? 2 : short === 127 ? 8 : 0;
  let length = more === 0 ? short : 0;
  for (let i = 0; i < more; i++) length = length * 256 + (bytes[2 + i] ?? NaN);
  return Number.isNaN(length) ? null : { size: 2 + more + (second & 0x80 ? 4 : 0), length };
}

/** Passes over the frames of a stream from its first byte on, which may come in any pieces. Holds a MiB and 64 KiB at most. */
export class EarlierFrames {
  readonly #unpack: UnpackMessage;
  #earlier = nothingEarlier();
  /** The beginning of what is not whole yet. */
  #rest: Uint8Array = none;
  #skipped = 0;
  #isBegun = false;
  #isLost = false;

  constructor(unpack: UnpackMessage) {
    this.#unpack = unpack;
  }

  /** What a message may go on from that begins here. Null where none does: within a frame, and behind what is none. */
  get earlier(): Earlier | null {
    if (this.#isLost || this.#rest.length > 0 || this.#skipped > 0) return null;
    const { sides, pieces, ...others } = this.#earlier;
    return { ...others, sides: [...sides], pieces: [...pieces] };
  }

  add(piece: Uint8Array): void {
    const over = Math.min(this.#skipped, piece.length);
    this.#skipped -= over;
    let bytes = joinBytes([this.#rest, piece.subarray(over)]);
    while (bytes.length > 0 && !this.#isLost) {
      const size = this.#isBegun ? this.#frame(bytes) : this.#beginning(bytes);
      if (size === null) break;
      this.#skipped = Math.max(0, size - bytes.length);
      bytes = bytes.subarray(size);
    }
    this.#rest = this.#isLost ? none : bytes.slice();
  }

  /** Frames begin behind the HTTP by which a stream became one of frames. Null: that is still to come. */
  #beginning(bytes: Uint8Array): number | null {
    const text = new TextDecoder('latin1').decode(bytes.subarray(0, mostHttp));
    const isHttp = ['GET ', 'HTTP/1'].some((begin) => text.startsWith(begin) || begin.startsWith(text));
    const end = text.indexOf('\r\n\r\n');
    if (isHttp && end < 0 && bytes.length < mostHttp) return null;
    this.#isBegun = true;
    return isHttp && end >= 0 ? end + 4 : 0;
  }

  /** Bytes of the frame that they begin with, be it that they end before it does; null: it is to be waited for. */
  #frame(bytes: Uint8Array): number | null {
    const [first, second] = [bytes[0]!, bytes[1] ?? 0];
    const code = first & 15;
    const isControl = code >= 8;
    const head = frameHead(bytes);
    if ((code > 2 && !isControl) || code > 10) this.#isLost = true;
    if (this.#isLost || head === null) return null;
    const size = head.size + head.length;
    const isLong =
      size > mostFrame ||
      this.#earlier.pieces.reduce((sum, { length }) => sum + length, size) > mostFrame * 2;
    if (bytes.length < size && !isLong) return null;
    if (isControl) return size;
    const [isMasked, hasBit] = [(second & 0x80) !== 0, (first & compressedBit) !== 0];
    if (isLong) {
      const isPacked = code === 0 ? this.#earlier.isCompressed : hasBit;
      // Nothing behind it can rely on what was before it; what is not packed leaves that as it is.
      if (isPacked) this.#earlier = nothingEarlier();
      else
        Object.assign(this.#earlier, { pieces: [], code: code || this.#earlier.code, isCompressed: false });
      return size;
    }
    const mask = isMasked ? bytes.subarray(head.size - 4, head.size) : null;
    const payload = unmasked(bytes.slice(head.size, size), mask);
    addFrame(this.#earlier, code, hasBit, payload);
    if (first < 0x80) return size;
    if (this.#earlier.isCompressed) unpackMessage(this.#earlier, isMasked, this.#unpack);
    this.#earlier.pieces = [];
    return size;
  }
}
