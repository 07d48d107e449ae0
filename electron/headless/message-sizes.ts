/** Bytes behind the first one of each fixed-size value from 0xc0 to 0xdf (the MessagePack specification, "Formats"). */
const fixedSizes: Record<number, number> = {
  ...{ 0xc0: 0, 0xc2: 0, 0xc3: 0, 0xca: 4, 0xcb: 8 },
  ...{ 0xcc: 1, 0xcd: 2, 0xce: 4, 0xcf: 8, 0xd0: 1, 0xd1: 2, 0xd2: 4, 0xd3: 8 },
  ...{ 0xd4: 2, 0xd5: 3, 0xd6: 5, 0xd7: 9, 0xd8: 17 },
};
/** Width of the length that follows the first byte. */
const binaries: Record<number, number> = { 0xc4: 1, 0xc5: 2, 0xc6: 4, 0xd9: 1, 0xda: 2, 0xdb: 4 };
const extensions: Record<number, number> = { 0xc7: 1, 0xc8: 2, 0xc9: 4 };
const lists: Record<number, number> = { 0xdc: 2, 0xdd: 4 };
const maps: Record<number, number> = { 0xde: 2, 0xdf: 4 };

/**
 * Throws RangeError for a MessagePack message that claims more values than it has bytes. The decoder makes each array
 * as long as its header says before it reads an element, so that one megabyte of headers could ask for terabytes.
 */
export function requireHonestSizes(bytes: Uint8Array): void {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const number = (at: number, width: number): number =>
    width === 1 ? data.getUint8(at) : width === 2 ? data.getUint16(at) : data.getUint32(at);
  let at = 0;
  for (let claimed = 1; claimed > 0;) {
    if (claimed > bytes.length - at) throw new RangeError('the message claims more than it holds');
    const first = bytes[at++]!;
    claimed--;
    if (first >= 0xe0 || first < 0x80) continue;
    if (first < 0x90) claimed += 2 * (first & 0x0f);
    else if (first < 0xa0) claimed += first & 0x0f;
    else if (first < 0xc0) at += first & 0x1f;
    else if (first in binaries) at += binaries[first]! + number(at, binaries[first]!);
    else if (first in extensions) at += extensions[first]! + 1 + number(at, extensions[first]!);
    else if (first in lists) {
      claimed += number(at, lists[first]!);
      at += lists[first]!;
    } else if (first in maps) {
      claimed += 2 * number(at, maps[first]!);
      at += maps[first]!;
    } else if (first in fixedSizes) at += fixedSizes[first]!;
    else throw new RangeError('not a MessagePack value');
  }
}
