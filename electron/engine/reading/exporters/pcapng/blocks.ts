/** Blocks of a pcapng file (draft-ietf-opsawg-pcapng), little-endian. */

/** Numbers of https://www.tcpdump.org/linktypes.html. */
export const linkTypes = { ip: 101, user0: 147, upperPdu: 252 } as const;

const blockTypes = { section: 0x0a0d0d0a, interface: 1, packet: 6 } as const;
const options = { end: 0, comment: 1, name: 2, resolution: 9, flags: 2, application: 4 } as const;
/** Of a text in an option, whose length has 16 bits. */
const longestText = 60_000;

const padded = (length: number): number => (length + 3) & ~3;

type Option = { code: number; value: Uint8Array };

const textOption = (code: number, text: string): Option => ({
  code,
  // A cut character is shown as one that is missing; nothing else reads it.
  value: Buffer.from(text).subarray(0, longestText),
});
export const comment = (text: string): Option => textOption(options.comment, text);

const lengthOf = (all: readonly Option[]): number =>
  all.length === 0 ? 0 : all.reduce((sum, { value }) => sum + 4 + padded(value.length), 4);

function writeOptions(into: Buffer, from: number, all: readonly Option[]): void {
  let at = from;
  for (const { code, value } of all) {
    into.writeUInt16LE(code, at);
    into.writeUInt16LE(value.length, at + 2);
    into.set(value, at + 4);
    into.fill(0, at + 4 + value.length, at + 4 + padded(value.length));
    at += 4 + padded(value.length);
  }
  if (all.length > 0) into.writeUInt32LE(options.end, at);
}

/** A block with `bodyLength` bytes of its own, which `fill` writes from byte 8 on, and options behind them. */
function block(
  type: number,
  bodyLength: number,
  all: readonly Option[],
  fill: (into: Buffer) => void,
): Buffer {
  const length = 12 + padded(bodyLength) + lengthOf(all);
  const into = Buffer.allocUnsafe(length);
  into.writeUInt32LE(type, 0);
  into.writeUInt32LE(length, 4);
  fill(into);
  into.fill(0, 8 + bodyLength, 8 + padded(bodyLength));
  writeOptions(into, 8 + padded(bodyLength), all);
  into.writeUInt32LE(length, length - 4);
  return into;
}

/** What a file begins with. */
export const section = (application: string, about: string): Buffer =>
  block(blockTypes.section, 16, [comment(about), textOption(options.application, application)], (into) => {
    into.writeUInt32LE(0x1a2b3c4d, 8);
    into.writeUInt16LE(1, 12);
    into.writeUInt16LE(0, 14);
    // The length of the section is not known before its end.
    into.writeBigInt64LE(-1n, 16);
  });

/** Where packets of one link type come from; times are microseconds. Interfaces count from 0, in their order. */
export const networkInterface = (linkType: number, name: string, about: string): Buffer =>
  block(
    blockTypes.interface,
    8,
    [comment(about), textOption(options.name, name), { code: options.resolution, value: Buffer.of(6) }],
    (into) => {
      into.writeUInt16LE(linkType, 8);
      into.writeUInt16LE(0, 10);
      // No packet is cut.
      into.writeUInt32LE(0, 12);
    },
  );

export type PacketFacts = {
  interface: number;
  /** Milliseconds since the epoch, with microseconds. */
  time: number;
  /** Null where it went neither way. */
  isInbound: boolean | null;
  comments?: readonly string[];
};

/** A packet of `length` bytes, which `fill` writes from `at` on. */
export function packet(
  { interface: number, time, isInbound, comments = [] }: PacketFacts,
  length: number,
  fill: (into: Buffer, at: number) => void,
): Buffer {
  const told = comments.map(comment);
  if (isInbound !== null) told.push({ code: options.flags, value: Buffer.of(isInbound ? 1 : 2, 0, 0, 0) });
  const microseconds = Math.round(time * 1000);
  return block(blockTypes.packet, 20 + length, told, (into) => {
    into.writeUInt32LE(number, 8);
    into.writeUInt32LE(Math.floor(microseconds / 2 ** 32), 12);
    into.writeUInt32LE(microseconds % 2 ** 32, 16);
    into.writeUInt32LE(length, 20);
    into.writeUInt32LE(length, 24);
    fill(into, 28);
  });
}
