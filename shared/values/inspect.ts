/** What the bytes at a cursor mean as numbers and as a character. */
import { codePointName, controlName } from '../show/characters.ts';
import { asUtf8, stepIn, type TextReading } from '../encodings/reading.ts';

/** A number as decimal text in both byte orders. */
export type ByOrder = { little: string; big: string };
/** `text` is the character, or its name where it cannot be shown. */
export type InspectedCharacter = { text: string; codePoint: string; bytes: number };

/** Null where too few bytes are left, and for `character` where they are none. */
export type InspectedValues = {
  u8: string | null;
  i8: string | null;
  u16: ByOrder | null;
  i16: ByOrder | null;
  u32: ByOrder | null;
  i32: ByOrder | null;
  u64: ByOrder | null;
  i64: ByOrder | null;
  f32: ByOrder | null;
  f64: ByOrder | null;
  character: InspectedCharacter | null;
  /** `1110 1000` */
  bits: string | null;
};

const mostBytes = 8;

/** Values of the bytes that begin at `at`; bytes behind the eighth do not matter. `reading`: of the character. */
export function inspectValues(bytes: Uint8Array, at = 0, reading = asUtf8): InspectedValues {
  const left = Math.max(0, Math.min(mostBytes, bytes.length - at));
  const data = new DataView(bytes.buffer, bytes.byteOffset + Math.min(at, bytes.length), left);
  const pair = (size: number, read: (little: boolean) => string): ByOrder | null =>
    left < size ? null : { little: read(true), big: read(false) };
  return {
    u8: left > 0 ? String(data.getUint8(0)) : null,
    i8: left > 0 ? String(data.getInt8(0)) : null,
    u16: pair(2, (little) => String(data.getUint16(0, little))),
    i16: pair(2, (little) => String(data.getInt16(0, little))),
    u32: pair(4, (little) => String(data.getUint32(0, little))),
    i32: pair(4, (little) => String(data.getInt32(0, little))),
    u64: pair(8, (little) => String(data.getBigUint64(0, little))),
    i64: pair(8, (little) => String(data.getBigInt64(0, little))),
    f32: pair(4, (little) => formatFloat32(data.getFloat32(0, little))),
    f64: pair(8, (little) => formatFloat64(data.getFloat64(0, little))),
    character: left > 0 ? inspectCharacter(bytes.subarray(at), reading) : null,
    bits: left > 0 ? data.getUint8(0).toString(2).padStart(8, '0').replace(/^.{4}/, '$& ') : null,
  };
}

function inspectCharacter(bytes: Uint8Array, reading: TextReading): InspectedCharacter | null {
  const step = stepIn(bytes, 0, reading);
  if (!step.ok) return null;
  const text = controlName(step.codePoint) ?? String.fromCodePoint(step.codePoint);
  return { text, codePoint: codePointName(step.codePoint), bytes: step.length };
}

export const formatFloat64 = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

/** The fewest digits that name this 32-bit float and no other; nine always do (IEEE 754). */
export function formatFloat32(value: number): string {
  if (!Number.isFinite(value) || value === 0) return formatFloat64(value);
  for (let digits = 1; digits < 9; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(Number(value.toPrecision(9)));
}
