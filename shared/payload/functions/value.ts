/** What functions of a message take and give: bytes, text, or a number. */
/** `width`: the bytes that a number has as bytes, highest first; without it a number is written in digits. */
export type Value =
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'text'; text: string }
  | { kind: 'number'; number: bigint; width?: number }
  | { kind: 'float'; number: number };

export const ofBytes = (bytes: Uint8Array): Value => ({ kind: 'bytes', bytes });
export const ofText = (text: string): Value => ({ kind: 'text', text });
export const ofNumber = (number: bigint | number, width?: number): Value => ({
  kind: 'number',
  number: BigInt(number),
  ...(width !== undefined && { width }),
});

/** Thrown while a message is made: what a value cannot be. `name` is the reason, for words. */
export class ValueError extends Error {
  readonly code: ValueCode;

  constructor(code: ValueCode) {
    super(code);
    this.code = code;
  }
}
export type ValueCode =
  | 'value-not-a-number'
  | 'value-out-of-range'
  | 'value-too-long'
  | 'value-not-hex'
  | 'value-not-base64'
  | 'value-missing'
  | 'value-unknown-choice'
  | 'value-bad-format'
  | 'value-not-text'
  | 'value-bad-expression'
  | 'value-no-match'
  | 'value-too-slow'
  | 'value-no-file'
  | 'value-not-set';

const encoder = new TextEncoder();
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What is sent for a value. Text is UTF-8, a number without a width its digits. */
export function bytesOf(value: Value): Uint8Array {
  if (value.kind === 'bytes') return value.bytes;
  if (value.kind === 'number' && value.width !== undefined)
    return integerBytes(value.number, value.width, false);
  return encoder.encode(textOf(value));
}

/** Throws where bytes are no UTF-8. */
export function textOf(value: Value): string {
  if (value.kind === 'text') return value.text;
  if (value.kind !== 'bytes') return String(value.number);
  try {
    return strict.decode(value.bytes);
  } catch {
    throw new ValueError('value-not-text');
  }
}

const integerPattern = /^[+-]?(?:\d{1,40}|0x[0-9a-f]{1,32}|0b[01]{1,128}|0o[0-7]{1,43})$/i;

/** `12`, `-3`, `0x1F`, `0b101`; null for what is none. */
export function parseInteger(text: string): bigint | null {
  const trimmed = text.trim().replaceAll('_', '');
  if (!integerPattern.test(trimmed)) return null;
  const isNegative = trimmed.startsWith('-');
  const number = BigInt(trimmed.replace(/^[+-]/, ''));
  return isNegative ? -number : number;
}

/** A number, digits, or bytes that are digits. Throws for what is none. */
export function integerOf(value: Value): bigint {
  if (value.kind === 'number') return value.number;
  if (value.kind === 'float') {
    if (Number.isSafeInteger(value.number)) return BigInt(value.number);
    throw new ValueError('value-not-a-number');
  }
  const number = parseInteger(textOf(value));
  if (number === null) throw new ValueError('value-not-a-number');
  return number;
}

const floatPattern =
  /^[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:e[+-]?\d{1,4})?$|^[+-]?infinity$|^nan$/i;

/** As `integerOf`, with fractions, `NaN` and `Infinity`. */
export function floatOf(value: Value): number {
  if (value.kind === 'number' || value.kind === 'float') return Number(value.number);
  const text = textOf(value).trim();
  if (floatPattern.test(text)) return Number(text.replace(/infinity/i, 'Infinity').replace(/nan/i, 'NaN'));
  const number = parseInteger(text);
  if (number === null) throw new ValueError('value-not-a-number');
  return Number(number);
}

/** Between bounds, as a number. Throws beyond them. */
export function countOf(value: Value, most: number, least = 0): number {
  const number = integerOf(value);
  if (number < BigInt(least) || number > BigInt(most)) throw new ValueError('value-out-of-range');
  return Number(number);
}

/** Two's complement. Throws for what does not fit. */
export function integerBytes(number: bigint, width: number, isLittle: boolean): Uint8Array<ArrayBuffer> {
  const bits = BigInt(width * 8);
  if (number >= 1n << bits || number < -(1n << (bits - 1n))) throw new ValueError('value-out-of-range');
  const bytes = new Uint8Array(width);
  let rest = BigInt.asUintN(width * 8, number);
  for (let at = 0; at < width; at++) {
    bytes[isLittle ? at : width - 1 - at] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}
