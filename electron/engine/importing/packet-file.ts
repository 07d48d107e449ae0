/** Files of packets, piece by piece: pcap in both byte orders and resolutions, and pcapng (draft-ietf-opsawg-pcapng). */
import { ImportError } from './problem.ts';

/** Longer ones are no packets: Wireshark takes 256 KiB, and the blocks of pcapng hold little else. */
const mostBlock = 16 * 2 ** 20;
const mostInterfaces = 65_536;

/** One for the whole file, because millions of them would be millions of objects: what it says holds until the next one. */
export type Packet = {
  /** Milliseconds since the epoch. */
  time: number;
  /** Number of https://www.tcpdump.org/linktypes.html. */
  linkType: number;
  /** In which it lies, from `start` to `end`. */
  bytes: Uint8Array;
  start: number;
  end: number;
  /** Bytes on the wire, of which fewer may be here. */
  length: number;
  /** Null where the file does not say. */
  isInbound: boolean | null;
};

type OnPacket = (packet: Packet) => void;
/** Bytes of a file, with a view of them. */
type Piece = { bytes: Buffer; view: DataView };
/** Takes what it can from a piece at `at`; returns how many bytes, 0 where it needs more. Throws an `ImportError`. */
type Step = (piece: Piece, at: number) => number;
/** A step is tried with so much more of the next piece first: what it needs is seldom more. */
const firstJoined = 4096;

const magics: Readonly<Record<number, { isBig: boolean; unitMs: number }>> = {
  0xa1b2c3d4: { isBig: false, unitMs: 1e-3 },
  0xd4c3b2a1: { isBig: true, unitMs: 1e-3 },
  0xa1b23c4d: { isBig: false, unitMs: 1e-6 },
  0x4d3cb2a1: { isBig: true, unitMs: 1e-6 },
};
const sectionType = 0x0a0d0d0a;

/** What a Date can hold, and a capture with it. */
const isTime = (time: number): boolean => time >= 0 && time <= 8.64e15;

const pieceOf = (bytes: Buffer): Piece => ({
  bytes,
  view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length),
});

export class PacketFile {
  readonly #onPacket: OnPacket;
  #step: Step | null = null;
  #rest: Buffer = Buffer.alloc(0);
  #offset = 0;

  constructor(onPacket: OnPacket) {
    this.#onPacket = (packet) => {
      if (!isTime(packet.time)) packet.time = 0;
      onPacket(packet);
    };
  }

  /** Throws an `ImportError` with the place of what is wrong; what came before it was told. The piece is not kept. */
  take(bytes: Buffer): void {
    const from = this.#rest.length === 0 ? 0 : this.#join(bytes);
    const at = from + this.#steps(pieceOf(bytes), from);
    if (at < bytes.length) this.#rest = Buffer.from(bytes.subarray(at));
  }

  /** Throws an `ImportError` where a packet is not whole. */
  end(): void {
    if (this.#rest.length > 0 || this.#step === null) throw new ImportError('file-cut', this.#offset);
  }

  /** What was left and so much of the next piece as it needs; returns how much that was. */
  #join(bytes: Buffer): number {
    const rest = this.#rest;
    for (let size = firstJoined; ; size *= 4) {
      const joined = pieceOf(Buffer.concat([rest, bytes.subarray(0, size)]));
      const taken = this.#steps(joined, 0, rest.length);
      if (taken > 0) {
        this.#rest = Buffer.alloc(0);
        return taken - rest.length;
      }
      if (size < bytes.length) continue;
      this.#rest = joined.bytes;
      return bytes.length;
    }
  }

  /** As far as there are whole ones that begin before `until`; returns how many bytes. */
  #steps(piece: Piece, from: number, until = piece.bytes.length): number {
    let at = from;
    try {
      while (at < until) {
        this.#step ??= this.#begin(piece.bytes);
        const taken = this.#step?.(piece, at) ?? 0;
        if (taken === 0) break;
        at += taken;
      }
    } catch (error) {
      if (error instanceof ImportError) throw new ImportError(error.problem, this.#offset + at - from);
      throw error;
    }
    this.#offset += at - from;
    return at - from;
  }

  #begin(bytes: Buffer): Step | null {
    if (bytes.length < 4) return null;
    const magic = bytes.readUInt32LE(0);
    if (magic === sectionType) return pcapng(this.#onPacket);
    const form = magics[magic];
    if (form === undefined) throw new ImportError('unknown-format', 0);
    return pcap(form.isBig, form.unitMs, this.#onPacket);
  }
}

const noPacket = (): Packet => ({
  ...{ time: 0, linkType: 0, bytes: new Uint8Array(), start: 0, end: 0, length: 0, isInbound: null },
});

function pcap(isBig: boolean, unitMs: number, onPacket: OnPacket): Step {
  const packet = noPacket();
  let hasBegun = false;
  return ({ bytes, view }, at) => {
    const left = bytes.length - at;
    if (!hasBegun) {
      if (left < 24) return 0;
      // Above it stand the length of a checksum and flags.
      packet.linkType = view.getUint32(at + 20, !isBig) & 0xffff;
      hasBegun = true;
      return 24;
    }
    if (left < 16) return 0;
    const kept = view.getUint32(at + 8, !isBig);
    if (kept > mostBlock) throw new ImportError('packet-too-long', at);
    if (left < 16 + kept) return 0;
    packet.time = view.getUint32(at, !isBig) * 1000 + view.getUint32(at + 4, !isBig) * unitMs;
    packet.bytes = bytes;
    packet.start = at + 16;
    packet.end = at + 16 + kept;
    packet.length = Math.max(kept, view.getUint32(at + 12, !isBig));
    onPacket(packet);
    return 16 + kept;
  };
}

type Interface = { linkType: number; unitMs: number; offsetMs: number };

function pcapng(onPacket: OnPacket): Step {
  let isBig = false;
  let interfaces: Interface[] = [];
  let time = 0;
  const packet = noPacket();
  const tell = (bytes: Buffer, at: number, from: Interface | undefined, facts: Facts): void => {
    // Of an interface that no block describes: nobody knows what its packets are.
    if (from === undefined || facts.kept > facts.room) throw new ImportError('file-damaged', at);
    packet.time = time = facts.time ?? time;
    packet.linkType = from.linkType;
    packet.bytes = bytes;
    packet.start = facts.start;
    packet.end = facts.start + facts.kept;
    packet.length = Math.max(facts.kept, facts.length);
    packet.isInbound = facts.isInbound;
    onPacket(packet);
  };
  return ({ bytes }, at) => {
    if (bytes.length - at < 12) return 0;
    const isSection = bytes.readUInt32LE(at) === sectionType;
    if (isSection) {
      isBig = bytes.readUInt32LE(at + 8) === 0x4d3c2b1a;
      if (!isBig && bytes.readUInt32LE(at + 8) !== 0x1a2b3c4d) throw new ImportError('file-damaged', at);
      interfaces = [];
    }
    const word = reader(isBig);
    const length = word(bytes, at + 4);
    if (length < 12 || length % 4 !== 0) throw new ImportError('file-damaged', at);
    if (length > mostBlock) throw new ImportError('packet-too-long', at);
    if (bytes.length - at < length) return 0;
    if (word(bytes, at + length - 4) !== length) throw new ImportError('file-damaged', at);
    const [body, end] = [at + 8, at + length - 4];
    switch (isSection ? null : word(bytes, at)) {
      case 1:
        if (end - body < 8) throw new ImportError('file-damaged', at);
        if (interfaces.length === mostInterfaces) throw new ImportError('too-many', at);
        interfaces.push(interfaceOf(bytes, body, end, isBig));
        break;
      case 2:
      case 6: {
        if (end - body < 20) throw new ImportError('file-damaged', at);
        const number = word(bytes, at) === 2 ? half(bytes, body, isBig) : word(bytes, body);
        const from = interfaces[number];
        const units = word(bytes, body + 4) * 2 ** 32 + word(bytes, body + 8);
        tell(bytes, at, from, {
          time: from === undefined ? null : units * from.unitMs + from.offsetMs,
          start: body + 20,
          kept: word(bytes, body + 12),
          room: end - body - 20,
          length: word(bytes, body + 16),
          isInbound: wayOf(bytes, body + 20 + padded(word(bytes, body + 12)), end, isBig),
        });
        break;
      }
      case 3: {
        if (end - body < 4) throw new ImportError('file-damaged', at);
        const on = word(bytes, body);
        const kept = Math.min(on, end - body - 4);
        tell(bytes, at, interfaces[0], {
          ...{ time: null, start: body + 4, kept, room: kept, length: on, isInbound: null },
        });
        break;
      }
      default:
        break;
    }
    return length;
  };
}

type Facts = {
  /** Null where there is none: that of the packet before. */
  time: number | null;
  start: number;
  kept: number;
  room: number;
  length: number;
  isInbound: boolean | null;
};

const padded = (length: number): number => Math.ceil(length / 4) * 4;
const reader =
  (isBig: boolean) =>
  (bytes: Buffer, at: number): number =>
    isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at);
const half = (bytes: Buffer, at: number, isBig: boolean): number =>
  isBig ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at);

/** The place of an option's value, and its length; null where there is none. */
function optionAt(
  bytes: Buffer,
  from: number,
  end: number,
  isBig: boolean,
  code: number,
): { at: number; length: number } | null {
  for (let at = from; at + 4 <= end;) {
    const [found, length] = [half(bytes, at, isBig), half(bytes, at + 2, isBig)];
    if (found === 0 || at + 4 + length > end) return null;
    if (found === code) return { at: at + 4, length };
    at += 4 + padded(length);
  }
  return null;
}

function interfaceOf(bytes: Buffer, body: number, end: number, isBig: boolean): Interface {
  const resolution = optionAt(bytes, body + 8, end, isBig, 9);
  const power = resolution === null || resolution.length < 1 ? 6 : bytes[resolution.at]!;
  const unit = power & 0x80 ? 2 ** -(power & 0x7f) : 10 ** -power;
  const offset = optionAt(bytes, body + 8, end, isBig, 14);
  const seconds =
    offset === null || offset.length < 8
      ? 0
      : Number(isBig ? bytes.readBigInt64BE(offset.at) : bytes.readBigInt64LE(offset.at));
  return { linkType: half(bytes, body, isBig), unitMs: unit * 1000, offsetMs: seconds * 1000 };
}

/** What the flags of a packet say of its way. */
function wayOf(bytes: Buffer, from: number, end: number, isBig: boolean): boolean | null {
  const flags = optionAt(bytes, from, end, isBig, 2);
  if (flags === null || flags.length < 4) return null;
  const way = reader(isBig)(bytes, flags.at) & 3;
  return way === 1 ? true : way === 2 ? false : null;
}
