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
 * What a message of the contract may hold, with room to spare: a list of 100,000 peers is the most values, the layout of
 * a thousand endpoints the most objects, seven deep. One megabyte could be a million objects, and hold the engine for
 * a second.
 */
export const messageLimits = {
  values: 131_072,
  containers: 8_192,
  keys: 16_384,
  keysOfOne: 1_024,
  depth: 16,
};

/**
 * Throws RangeError for a MessagePack message that claims more values than it has bytes, or holds more than
 * `messageLimits`. The decoder makes each array as long as its header says before it reads an element, so that one
 * megabyte of headers could ask for terabytes. Costs no more than a look at each value's first byte.
 */
export function checkSizes(bytes: Uint8Array): void {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const number = (at: number, width: number): number =>
    width === 1 ? data.getUint8(at) : width === 2 ? data.getUint16(at) : data.getUint32(at);
  const totals = { values: 0, containers: 0, keys: 0 };
  /** Values still to come, in each container that is open. */
  const open = [1];
  let claimed = 1;
  let at = 0;
  const enter = (entries: number, isMap: boolean): void => {
    const values = isMap ? 2 * entries : entries;
    claimed += values;
    totals.values += values;
    totals.containers++;
    if (isMap) totals.keys += entries;
    if (isMap && entries > messageLimits.keysOfOne)
      throw new RangeError('an object of the message has too many keys');
    if (open.length > messageLimits.depth) throw new RangeError('the message is nested too deep');
    open.push(values);
  };
  while (open.length > 0) {
    if (open.at(-1) === 0) {
      open.pop();
      continue;
    }
    if (claimed > bytes.length - at) throw new RangeError('the message claims more than it holds');
    if (
      totals.values > messageLimits.values ||
      totals.containers > messageLimits.containers ||
      totals.keys > messageLimits.keys
    )
      throw new RangeError('the message holds too many values');
    const first = bytes[at++]!;
    claimed--;
    open[open.length - 1]!--;
    if (first >= 0xe0 || first < 0x80) continue;
    if (first < 0x90) enter(first & 0x0f, true);
    else if (first < 0xa0) enter(first & 0x0f, false);
    else if (first < 0xc0) at += first & 0x1f;
    else if (first in binaries) at += binaries[first]! + number(at, binaries[first]!);
    else if (first in extensions) at += extensions[first]! + 1 + number(at, extensions[first]!);
    else if (first in lists) {
      const width = lists[first]!;
      enter(number(at, width), false);
      at += width;
    } else if (first in maps) {
      const width = maps[first]!;
      enter(number(at, width), true);
      at += width;
    } else if (first in fixedSizes) at += fixedSizes[first]!;
    else throw new RangeError('not a MessagePack value');
  }
  if (at > bytes.length) throw new RangeError('the message claims more than it holds');
}
