/** Numbers that stand in bytes at any place, as `number:` asks for them: `u16le:1000..1100`, `i32be<0`, `f32be:20.5`. */
import { asTyped } from '../typed.ts';
import { isIn } from './comparing.ts';
import type { Comparison, FilterValue } from './language.ts';

/** Size and order. */
export const numberForms: readonly string[] = [
  ...['u8', 'i8'],
  ...['u16', 'i16', 'u24', 'u32', 'i32', 'u64', 'i64', 'f32', 'f64'].flatMap((kind) => [
    `${kind}le`,
    `${kind}be`,
  ]),
];

/** `length`: bytes of the number. `isAt`: for a place where so many are. */
export type NumberFinder = { length: number; isAt(bytes: DataView, at: number): boolean };
type Read = (bytes: DataView, at: number) => number | bigint;

/** 'form': there is no such size and order. 'number': there is no such number in it. */
export function numberFinder({
  text,
  flags,
}: Pick<FilterValue, 'text' | 'flags'>): NumberFinder | 'form' | 'number' {
  const [, named = '', sign = ':', wanted = ''] = /^([^:<>]*)(:|[<>]=?)?(.*)$/su.exec(asTyped(text)) ?? [];
  const form = named.toLowerCase();
  if (flags !== null || !numberForms.includes(form)) return 'form';
  const [type, bits] = [form[0]!, parseInt(form.slice(1), 10)];
  const [from, to, ...more] = wanted.split('..').map(boundOf(type, bits));
  if (from === undefined || from === null || to === null || more.length > 0) return 'number';
  if (to !== undefined && sign !== ':') return 'number';
  const isWanted = isIn(sign as Comparison, from, to ?? from);
  const read = readerOf(type, bits, form.endsWith('le'));
  return { length: bits / 8, isAt: (bytes, at) => isWanted(read(bytes, at)) };
}

function readerOf(type: string, bits: number, isLittle: boolean): Read {
  if (bits === 24)
    return isLittle
      ? (bytes, at) => bytes.getUint16(at, true) + bytes.getUint8(at + 2) * 0x10000
      : (bytes, at) => bytes.getUint8(at) * 0x10000 + bytes.getUint16(at + 1);
  return readers[`${type}${bits}`]!(isLittle);
}

/** Each calls its own: a method chosen by name would cost as much again for every byte. */
const readers: Readonly<Record<string, (isLittle: boolean) => Read>> = {
  u8: () => (bytes, at) => bytes.getUint8(at),
  i8: () => (bytes, at) => bytes.getInt8(at),
  u16: (isLittle) => (bytes, at) => bytes.getUint16(at, isLittle),
  i16: (isLittle) => (bytes, at) => bytes.getInt16(at, isLittle),
  u32: (isLittle) => (bytes, at) => bytes.getUint32(at, isLittle),
  i32: (isLittle) => (bytes, at) => bytes.getInt32(at, isLittle),
  u64: (isLittle) => (bytes, at) => bytes.getBigUint64(at, isLittle),
  i64: (isLittle) => (bytes, at) => bytes.getBigInt64(at, isLittle),
  f32: (isLittle) => (bytes, at) => bytes.getFloat32(at, isLittle),
  f64: (isLittle) => (bytes, at) => bytes.getFloat64(at, isLittle),
};

/** A single is what is nearest to the written number, as a program would have sent it. */
function boundOf(type: string, bits: number): (text: string) => number | bigint | null {
  if (type === 'f')
    return (text) => {
      if (!/^-?\d{1,400}(?:\.\d{1,400})?(?:e[+-]?\d{1,3})?$/iu.test(text)) return null;
      return bits === 32 ? Math.fround(Number(text)) : Number(text);
    };
  const least = type === 'u' ? 0n : -(1n << BigInt(bits - 1));
  const most = least + (1n << BigInt(bits)) - 1n;
  return (text) => {
    const [, sign, digits] = /^(-?)(\d{1,20}|0x[\da-f]{1,16})$/iu.exec(text) ?? [];
    if (digits === undefined) return null;
    const value = sign === '' ? BigInt(digits) : -BigInt(digits);
    if (value < least || value > most) return null;
    return bits === 64 ? value : Number(value);
  };
}

/** One step for each byte. */
export function numberOccurs({ length, isAt }: NumberFinder): (bytes: Uint8Array) => boolean {
  return (bytes) => {
    const view = viewOf(bytes);
    for (let at = 0; at + length <= bytes.length; at++) if (isAt(view, at)) return true;
    return false;
  };
}

export const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView =>
  new DataView(buffer, byteOffset, byteLength);
