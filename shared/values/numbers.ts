/** Types of numbers in bytes, by the names that tables and forms have them by. */
import { formatFloat32, formatFloat64 } from './inspect.ts';

type Read = {
  readonly bytes: number;
  readonly isFloat32: boolean;
  /** Of the first bytes, of which there are enough. */
  readonly read: (bytes: Uint8Array, little: boolean) => number | bigint;
};

const integer = (size: number, isSigned: boolean): Read => ({
  bytes: size,
  isFloat32: false,
  read(bytes, little) {
    let value = 0n;
    for (let at = 0; at < size; at++) value = (value << 8n) | BigInt(bytes[little ? size - 1 - at : at]!);
    const read = isSigned ? BigInt.asIntN(8 * size, value) : value;
    return size < 7 ? Number(read) : read;
  },
});

const viewOf = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

export const numberTypes = {
  u8: integer(1, false),
  i8: integer(1, true),
  u16: integer(2, false),
  i16: integer(2, true),
  u24: integer(3, false),
  i24: integer(3, true),
  u32: integer(4, false),
  i32: integer(4, true),
  u48: integer(6, false),
  i48: integer(6, true),
  u64: integer(8, false),
  i64: integer(8, true),
  f16: {
    bytes: 2,
    isFloat32: false,
    read: (bytes, little) => float16(integer(2, false).read(bytes, little)),
  },
  f32: { bytes: 4, isFloat32: true, read: (bytes, little) => viewOf(bytes).getFloat32(0, little) },
  f64: { bytes: 8, isFloat32: false, read: (bytes, little) => viewOf(bytes).getFloat64(0, little) },
} as const satisfies Record<string, Read>;
export type NumberType = keyof typeof numberTypes;

/** IEEE 754 binary16, which every double holds exactly. */
function float16(bits: number | bigint): number {
  const word = Number(bits);
  const sign = word & 0x8000 ? -1 : 1;
  const exponent = (word >> 10) & 31;
  const fraction = word & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** The fewest digits that name it. `isFloat32`: among numbers of 32 bits. */
export const formatNumber = (value: number | bigint, isFloat32 = false): string =>
  typeof value === 'bigint' ? String(value) : (isFloat32 ? formatFloat32 : formatFloat64)(value);
