import { cutOff, found, malformed, type Codec } from './codec.ts';

/** RFC 2781, without a mark of byte order. */
export function utf16(isLittle: boolean): Codec {
  const unitAt = (bytes: Uint8Array, at: number): number =>
    isLittle ? bytes[at]! | (bytes[at + 1]! << 8) : (bytes[at]! << 8) | bytes[at + 1]!;
  const unitBytes = (unit: number): number[] =>
    isLittle ? [unit & 0xff, unit >> 8] : [unit >> 8, unit & 0xff];
  return {
    encode: (codePoint) => {
      if (codePoint < 0x10000) return unitBytes(codePoint);
      const rest = codePoint - 0x10000;
      return [...unitBytes(0xd800 + (rest >> 10)), ...unitBytes(0xdc00 + (rest & 0x3ff))];
    },
    step: (bytes, at) => {
      if (at + 1 >= bytes.length) return cutOff(1);
      const unit = unitAt(bytes, at);
      if (unit < 0xd800 || unit > 0xdfff) return found(unit, 2);
      if (unit > 0xdbff) return malformed(2);
      if (at + 3 >= bytes.length) return cutOff(bytes.length - at);
      const low = unitAt(bytes, at + 2);
      return low < 0xdc00 || low > 0xdfff
        ? malformed(2)
        : found(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), 4);
    },
  };
}
