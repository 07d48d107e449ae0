/** Blocks of a pcapng file (draft-ietf-opsawg-pcapng), little-endian. */
import type { GrowingBytes } from '../growing-bytes.ts';

/** Numbers of https://www.tcpdump.org/linktypes.html. */
export const linkTypes = { ip: 101, user0: 147, upperPdu: 252 } as const;

const blockTypes = { section: 0x0a0d0d0a, interface: 1, packet: 6 } as const;
const options = { end: 0, comment: 1, name: 2, resolution: 9, flags: 2, application: 4 } as const;
/** Of a text in an option, whose length has 16 bits. */
const longestText = 60_000;

const padded = (length: number): number => (length + 3) & ~3;

/** A number has 32 bits. */
type Option = { code: number; value: Uint8Array | number };

const textOption = (code: number, text: string): Option => ({
  code,
  // A cut character is shown as one that is missing; nothing else reads it.
  value: Buffer.from(text).subarray(0, longestText),
});
export const comment = (text: string): Option => textOption(options.comment, text);

const valueLength = ({ value }: Option): number => (typeof value === 'number' ? 4 : value.length);

function lengthOf(all: readonly Option[]): number {
  let length = all.length === 0 ? 0 : 4;
  for (const option of all) length += 4 + padded(valueLength(option));
  return length;
}

function writeOptions({ bytes, view }: GrowingBytes, from: number, all: readonly Option[]): void {
  let at = from;
  for (const option of all) {
    const { code, value } = option;
    const length = valueLength(option);
    view.setUint16(at, code, true);
    view.setUint16(at + 2, length, true);
    if (typeof value === 'number') view.setUint32(at + 4, value, true);
    else {
      bytes.set(value, at + 4);
      pad(bytes, at + 4 + length, at + 4 + padded(length));
    }
    at += 4 + padded(length);
  }
  if (all.length > 0) view.setUint32(at, options.end, true);
}

/** Three bytes at most: `fill` takes longer. */
function pad(bytes: Uint8Array, from: number, end: number): void {
  for (let at = from; at < end; at++) bytes[at] = 0;
}

/** A block with options, and with `bodyLength` bytes of its own, which are to be written from the place on that it returns. */
function block(into: GrowingBytes, type: number, bodyLength: number, all: readonly Option[]): number {
  const length = 12 + padded(bodyLength) + lengthOf(all);
  const at = into.room(length);
  const { bytes, view } = into;
  const body = at + 8;
  view.setUint32(at, type, true);
  view.setUint32(at + 4, length, true);
  pad(bytes, body + bodyLength, body + padded(bodyLength));
  writeOptions(into, body + padded(bodyLength), all);
  view.setUint32(at + length - 4, length, true);
  return body;
}

/** What a file begins with. */
export function section(into: GrowingBytes, application: string, about: string): void {
  const at = block(into, blockTypes.section, 16, [
    comment(about),
    textOption(options.application, application),
  ]);
  const { view } = into;
  view.setUint32(at, 0x1a2b3c4d, true);
  view.setUint16(at + 4, 1, true);
  view.setUint16(at + 6, 0, true);
  // The length of the section is not known before its end.
  view.setBigInt64(at + 8, -1n, true);
}

/** Where packets of one link type come from; times are microseconds. Interfaces count from 0, in their order. */
export function networkInterface(into: GrowingBytes, linkType: number, name: string, about: string): void {
  const at = block(into, blockTypes.interface, 8, [
    comment(about),
    textOption(options.name, name),
    { code: options.resolution, value: Buffer.of(6) },
  ]);
  const { view } = into;
  view.setUint16(at, linkType, true);
  view.setUint16(at + 2, 0, true);
  // No packet is cut.
  view.setUint32(at + 4, 0, true);
}

export type PacketFacts = {
  interface: number;
  /** Milliseconds since the epoch, with microseconds. */
  time: number;
  /** Null where it went neither way. */
  isInbound: boolean | null;
  comments?: readonly string[];
};

const noOptions: readonly Option[] = [];
const inbound: readonly Option[] = [{ code: options.flags, value: 1 }];
const outbound: readonly Option[] = [{ code: options.flags, value: 2 }];

/** A packet of `length` bytes, which are to be written from the place on that it returns. */
export function packet(
  into: GrowingBytes,
  { interface: number, time, isInbound, comments = [] }: PacketFacts,
  length: number,
): number {
  const direction = isInbound === null ? noOptions : isInbound ? inbound : outbound;
  const told = comments.length === 0 ? direction : [...comments.map(comment), ...direction];
  const microseconds = Math.round(time * 1000);
  const at = block(into, blockTypes.packet, 20 + length, told);
  const { view } = into;
  view.setUint32(at, number, true);
  view.setUint32(at + 4, Math.floor(microseconds / 2 ** 32), true);
  // Of a longer number its lowest 32 bits.
  view.setUint32(at + 8, microseconds, true);
  view.setUint32(at + 12, length, true);
  view.setUint32(at + 16, length, true);
  return at + 20;
}
