/** What bytes mean beyond the usual numbers: in groups, of which each has only the rows that there are enough bytes for. */
import { formatIso } from '../show/times.ts';
import { formatNumber, numberTypes, type NumberType } from './numbers.ts';

export const valueGroups = ['sizes', 'swapped', 'variable', 'times', 'addresses'] as const;
export type ValueGroup = (typeof valueGroups)[number];

/** Words are in `shared/texts/` under `values`. */
export type ValueId =
  | Extract<NumberType, 'u24' | 'i24' | 'u48' | 'i48' | 'f16'>
  | `${'u32' | 'i32' | 'f32'}-swapped`
  | ('leb128' | 'zigzag' | 'mqtt' | 'bcd')
  | ('unix-s' | 'unix-ms' | 'guid')
  | ('ipv4' | 'ipv6' | 'mac');

/** Where the order of bytes makes no difference, `big` is null. `bytes`: how many it has. */
export type ValueRow = { id: ValueId; little: string; big: string | null; bytes: number };

/** Of the bytes from the first one on; behind the sixteenth they do not matter. */
export function valuesIn(group: ValueGroup, bytes: Uint8Array): ValueRow[] {
  return makers[group](bytes);
}

const makers: Readonly<Record<ValueGroup, (bytes: Uint8Array) => ValueRow[]>> = {
  sizes: (bytes) =>
    (['u24', 'i24', 'u48', 'i48', 'f16'] as const).flatMap((id) => inBothOrders(bytes, id, numberTypes[id])),
  // Of each word the bytes in the order that the column says, the low word first where big-endian has it last.
  swapped: (bytes) =>
    (['u32', 'i32', 'f32'] as const).flatMap((type) =>
      inBothOrders(swappedWords(bytes), `${type}-swapped`, numberTypes[type]),
    ),
  variable: (bytes) => [
    ...single('leb128', leb128(bytes)),
    ...single('zigzag', zigzag(bytes)),
    ...single('mqtt', mqttLength(bytes)),
    ...single('bcd', packedDecimal(bytes)),
  ],
  times: (bytes) => [...unix(bytes, 'unix-s', 'u32', 1000), ...unix(bytes, 'unix-ms', 'u64', 1)],
  addresses: (bytes) => [
    ...inSize('ipv4', bytes, 4, (own) => own.join('.')),
    ...inSize('mac', bytes, 6, (own) => hexOf(own, ':')),
    ...inSize('ipv6', bytes, 16, ipv6),
    ...guids(bytes),
  ],
};

type Read = { text: string; bytes: number } | null;

const single = (id: ValueId, read: Read): ValueRow[] =>
  read === null ? [] : [{ id, little: read.text, big: null, bytes: read.bytes }];

const inSize = (
  id: ValueId,
  bytes: Uint8Array,
  size: number,
  say: (own: Uint8Array) => string,
): ValueRow[] =>
  bytes.length < size ? [] : [{ id, little: say(bytes.subarray(0, size)), big: null, bytes: size }];

function inBothOrders(bytes: Uint8Array, id: ValueId, type: (typeof numberTypes)[NumberType]): ValueRow[] {
  if (bytes.length < type.bytes) return [];
  const say = (little: boolean): string => formatNumber(type.read(bytes, little), type.isFloat32);
  return [{ id, little: say(true), big: say(false), bytes: type.bytes }];
}

const swappedWords = (bytes: Uint8Array): Uint8Array =>
  bytes.length < 4 ? new Uint8Array(0) : Uint8Array.of(bytes[2]!, bytes[3]!, bytes[0]!, bytes[1]!);

/** DWARF 5, 7.6; ten bytes hold 64 bits. Null where it does not end in them, and for more than 64 bits. */
function varint(bytes: Uint8Array): { value: bigint; bytes: number } | null {
  let value = 0n;
  for (const [at, byte] of bytes.subarray(0, 10).entries()) {
    value |= BigInt(byte & 0x7f) << BigInt(7 * at);
    if (byte < 0x80) return value >> 64n > 0n ? null : { value, bytes: at + 1 };
  }
  return null;
}

function leb128(bytes: Uint8Array): Read {
  const read = varint(bytes);
  return read && { text: String(read.value), bytes: read.bytes };
}

/** As Protocol Buffers have sint64. */
function zigzag(bytes: Uint8Array): Read {
  const read = varint(bytes);
  return read && { text: String((read.value >> 1n) ^ -(read.value & 1n)), bytes: read.bytes };
}

/** The remaining length of MQTT (5.0, 1.5.5): four bytes at most. */
function mqttLength(bytes: Uint8Array): Read {
  return leb128(bytes.subarray(0, 4));
}

/** Two digits in a byte, the high one first, as far as they are digits, of eight bytes at most. */
function packedDecimal(bytes: Uint8Array): Read {
  let text = '';
  for (const byte of bytes.subarray(0, 8)) {
    if (byte >> 4 > 9 || (byte & 15) > 9) break;
    text += byte.toString(16).padStart(2, '0');
  }
  return text === '' ? null : { text, bytes: text.length / 2 };
}

/** What a `Date` holds, in milliseconds (ECMA-262, 21.4.1.1); a year of four digits is enough for what a message says. */
const lastTime = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

function unix(bytes: Uint8Array, id: 'unix-s' | 'unix-ms', type: 'u32' | 'u64', unit: number): ValueRow[] {
  const { bytes: size, read } = numberTypes[type];
  if (bytes.length < size) return [];
  const say = (little: boolean): string => {
    const time = Number(read(bytes, little)) * unit;
    return time > lastTime ? '' : formatIso(time).replace(/\.?0+Z$/, 'Z');
  };
  const [little, big] = [say(true), say(false)];
  return little === '' && big === '' ? [] : [{ id, little, big, bytes: size }];
}

const hexOf = (bytes: Uint8Array, between = ''): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(between);

/** RFC 9562, 4: as it is written, and with its first three fields the other way round, as Windows keeps it. */
function guids(bytes: Uint8Array): ValueRow[] {
  if (bytes.length < 16) return [];
  const text = (own: readonly number[]): string =>
    hexOf(Uint8Array.from(own)).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  const [a, b, c, d, e, f, g, h, ...rest] = bytes.subarray(0, 16);
  const little = text([d!, c!, b!, a!, f!, e!, h!, g!, ...rest]);
  return [{ id: 'guid', little, big: text([...bytes.subarray(0, 16)]), bytes: 16 }];
}

/** RFC 5952: no leading zeros, and the first of the longest runs of zero fields, of two or more, as `::`. */
function ipv6(bytes: Uint8Array): string {
  const fields = Array.from({ length: 8 }, (_, at) =>
    ((bytes[2 * at]! << 8) | bytes[2 * at + 1]!).toString(16),
  );
  const whole = fields.join(':');
  const longest = [...whole.matchAll(/(?<![^:])0(?::0)+(?![^:])/g)].reduce<RegExpMatchArray | null>(
    (best, run) => (best === null || run[0].length > best[0].length ? run : best),
    null,
  );
  if (longest === null) return whole;
  const behind = whole.slice(longest.index! + longest[0].length + 1);
  return `${whole.slice(0, Math.max(0, longest.index! - 1))}::${behind}`;
}
