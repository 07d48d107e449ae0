/** Numbers as bytes: fixed widths, fractions, variable lengths, and Python's struct. */
import type { Functions, Parameter, PayloadFunction } from './function.ts';
import {
  bytesOf,
  countOf,
  floatOf,
  integerBytes,
  integerOf,
  ofBytes,
  ofText,
  textOf,
  ValueError,
  type Value,
} from './value.ts';

const number: Parameter = { name: 'number', kind: 'value' };

const fixed = (example: string, make: (value: Value) => Uint8Array): PayloadFunction => ({
  family: 'number',
  parameters: [number],
  example,
  make: ([value]) => ofBytes(make(value!)),
});

/** Two's complement of `width` bytes: unsigned names take no minus, signed ones no more than half. */
function integerIn(value: Value, width: number, isSigned: boolean, isLittle: boolean): Uint8Array {
  const number = integerOf(value);
  const half = 1n << BigInt(width * 8 - 1);
  if (isSigned ? number >= half : number < 0n) throw new ValueError('value-out-of-range');
  return integerBytes(number, width, isLittle);
}

const integers: Functions = Object.fromEntries(
  [1, 2, 3, 4, 6, 8].flatMap((width) =>
    ['u', 'i'].flatMap((sign) =>
      (width === 1 ? [''] : ['be', 'le']).map((order) => {
        const name = `${sign}${width * 8}${order}`;
        return [
          name,
          fixed(`{{${name} 12}}`, (value) => integerIn(value, width, sign === 'i', order === 'le')),
        ];
      }),
    ),
  ),
);

/** IEEE 754. */
export function floatBytes(number: number, width: 2 | 4 | 8, isLittle: boolean): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(width);
  const view = new DataView(bytes.buffer);
  if (width === 8) view.setFloat64(0, number, isLittle);
  else if (width === 4) view.setFloat32(0, number, isLittle);
  else view.setUint16(0, halfOf(number), isLittle);
  return bytes;
}

/** Of the nearest number with a fraction of ten bits; a tie goes to the even one (IEEE 754 binary16). */
function halfOf(number: number): number {
  const sign = number < 0 || Object.is(number, -0) ? 0x8000 : 0;
  const size = Math.abs(number);
  if (Number.isNaN(number)) return 0x7e00;
  if (size >= 65_520) return sign | 0x7c00;
  const exponent = size < 2 ** -14 ? -14 : Math.floor(Math.log2(size));
  const scaled = size / 2 ** (exponent - 10);
  const whole = Math.floor(scaled);
  const rest = scaled - whole;
  const rounded = rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? whole + 1 : whole;
  // A subnormal has the exponent 0, and no leading one that is left out; rounding up carries into the exponent.
  return sign | (size < 2 ** -14 ? rounded : rounded - 0x400 + ((exponent + 15) << 10));
}

const floats: Functions = Object.fromEntries(
  ([2, 4, 8] as const).flatMap((width) =>
    ['be', 'le'].map((order) => {
      const name = `f${width * 8}${order}`;
      return [name, fixed(`{{${name} 1.5}}`, (value) => floatBytes(floatOf(value), width, order === 'le'))];
    }),
  ),
);

const mostVarintBits = 128n;

function unsignedVarint(number: bigint): Uint8Array {
  if (number < 0n || number >> mostVarintBits > 0n) throw new ValueError('value-out-of-range');
  const bytes: number[] = [];
  for (let rest = number; ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if (rest < 0x80n) return Uint8Array.from([...bytes, low]);
    bytes.push(low | 0x80);
  }
}

function signedVarint(number: bigint): Uint8Array {
  if (number >> mostVarintBits > 0n || number >> mostVarintBits < -1n)
    throw new ValueError('value-out-of-range');
  const bytes: number[] = [];
  for (let rest = number; ;) {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    const isLast = rest === (low & 0x40 ? -1n : 0n);
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return Uint8Array.from(bytes);
  }
}

/** protobuf: a negative number has ten bytes. */
function protobufVarint(number: bigint): Uint8Array {
  if (number >= 1n << 64n || number < -(1n << 63n)) throw new ValueError('value-out-of-range');
  return unsignedVarint(BigInt.asUintN(64, number));
}

/** MQTT 5.0 1.5.5: four bytes at most. */
function mqttVarint(number: bigint): Uint8Array {
  if (number > 268_435_455n) throw new ValueError('value-out-of-range');
  return unsignedVarint(number);
}

const variable: Functions = {
  uleb128: fixed('{{uleb128 300}}', (value) => unsignedVarint(integerOf(value))),
  sleb128: fixed('{{sleb128 -300}}', (value) => signedVarint(integerOf(value))),
  varint: fixed('{{varint 300}}', (value) => protobufVarint(integerOf(value))),
  zigzag: fixed('{{zigzag -300}}', (value) => {
    const number = integerOf(value);
    return protobufVarint(number < 0n ? -2n * number - 1n : 2n * number);
  }),
  'mqtt-varint': fixed('{{mqtt-varint 321}}', (value) => mqttVarint(integerOf(value))),
};

/** The letters of Python's struct, with the widths of its standard sizes; `s` is as long as its count. */
const widths: Readonly<Record<string, number>> = { b: 1, h: 2, i: 4, l: 4, q: 8 };
const floatWidths: Readonly<Record<string, 2 | 4 | 8>> = { e: 2, f: 4, d: 8 };
const mostPacked = 65_536;

/** Without `<` highest byte first, without gaps: as `>` and `!` have it. */
function pack(format: string, values: readonly Value[]): Uint8Array {
  const order = /^[<>=!@]/.exec(format)?.[0] ?? '';
  if (order === '=' || order === '@') throw new ValueError('value-bad-format');
  const isLittle = order === '<';
  const out: number[] = [];
  let next = 0;
  const take = (): Value => {
    const value = values[next++];
    if (value === undefined) throw new ValueError('value-missing');
    return value;
  };
  const rest = format.slice(order.length).replaceAll(/\s/g, '');
  if (!/^(?:\d{0,5}[xcbB?hHiIlLqQefds])*$/.test(rest)) throw new ValueError('value-bad-format');
  for (const [, digits, letter] of rest.matchAll(/(\d*)([a-zA-Z?])/g)) {
    const count = digits === '' ? 1 : Number(digits);
    if (count > mostPacked || out.length > mostPacked) throw new ValueError('value-too-long');
    if (letter === 's') out.push(...padded(bytesOf(take()), count));
    else for (let i = 0; i < count; i++) out.push(...packed(letter!, take, isLittle));
  }
  if (next < values.length) throw new ValueError('value-bad-format');
  return Uint8Array.from(out);
}

function packed(letter: string, take: () => Value, isLittle: boolean): Iterable<number> {
  if (letter === 'x') return [0];
  if (letter === 'c') return padded(bytesOf(take()), 1);
  if (letter === '?') return [integerOf(take()) === 0n ? 0 : 1];
  const floatWidth = floatWidths[letter];
  if (floatWidth !== undefined) return floatBytes(floatOf(take()), floatWidth, isLittle);
  const width = widths[letter.toLowerCase()]!;
  return integerIn(take(), width, letter === letter.toLowerCase(), isLittle);
}

/** As Python does: cut, or filled with zeros. */
const padded = (bytes: Uint8Array, length: number): Uint8Array => {
  const out = new Uint8Array(length);
  out.set(bytes.subarray(0, length));
  return out;
};

export const numbers: Functions = {
  ...integers,
  ...floats,
  ...variable,
  pack: {
    family: 'number',
    parameters: [{ name: 'format', kind: 'text' }],
    takesMore: true,
    example: "{{pack '>HBI' 1 2 3}}",
    make: ([format, ...values]) => ofBytes(pack(textOf(format!), values)),
  },
  digits: {
    family: 'number',
    parameters: [
      number,
      { name: 'width', kind: 'integer', initial: '0', least: 0, most: 1000 },
      { name: 'base', kind: 'integer', initial: '10', least: 2, most: 36 },
    ],
    example: '{{digits 255 width=4 base=16}}',
    make: ([value, width, base]) =>
      ofText(digitsOf(integerOf(value!), countOf(width!, 1000), countOf(base!, 36, 2))),
  },
};

/** With zeros before it; letters are upper case. */
export function digitsOf(number: bigint, width: number, base: number): string {
  const sign = number < 0n ? '-' : '';
  const digits = (number < 0n ? -number : number).toString(base).toUpperCase();
  return sign + digits.padStart(width, '0');
}
