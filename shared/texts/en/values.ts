import type { OwnProblemCode } from '../../values/own.ts';
import type { ValueGroup, ValueId } from '../../values/groups.ts';
import { formatCount } from '../../show/sizes.ts';
import { counted, formatExactBytes } from './units.ts';

const share = (part: number, whole: number): string =>
  `${((100 * part) / Math.max(1, whole)).toFixed(part === 0 || part === whole ? 0 : 1)} %`;

/** Rows of values beyond the usual numbers, and how often each byte is there. */
export const values = {
  groups: {
    sizes: '24 and 48 bits, f16',
    swapped: 'Words swapped',
    variable: 'Varints, BCD',
    times: 'Unix times',
    addresses: 'Addresses, GUID',
  } satisfies Record<ValueGroup, string>,
  names: {
    u24: 'u24',
    i24: 'i24',
    u48: 'u48',
    i48: 'i48',
    f16: 'f16',
    'u32-swapped': 'u32',
    'i32-swapped': 'i32',
    'f32-swapped': 'f32',
    leb128: 'LEB128',
    zigzag: 'zigzag',
    mqtt: 'MQTT length',
    bcd: 'BCD',
    'unix-s': 'seconds',
    'unix-ms': 'milliseconds',
    guid: 'GUID',
    ipv4: 'IPv4',
    ipv6: 'IPv6',
    mac: 'MAC',
  } satisfies Record<ValueId, string>,
  swappedName: (name: string) => `${name}, swapped`,
  ofBytes: (bytes: number) => `(${formatExactBytes(bytes)})`,
  none: 'Too few bytes from here on.',
  own: 'Own rows',
  ownName: 'Name of the row',
  ownForm: 'Form of the row',
  namePlaceholder: 'name',
  formPlaceholder: 'u16be * 0.1 "°C"',
  formHint:
    'u, i or f with its bits, be or le (and -swapped), then * / + - and numbers, then a unit in quotes.',
  add: 'Add',
  remove: (name: string) => `Remove ${name}`,
  noOwn: 'A row of your own reads a number and scales it.',
  tooMany: (most: number) => `There can be ${formatCount(most)} of them.`,
  ownProblems: {
    'no-type': 'what is read comes first: u8, i16be, u24le, f32be …',
    'no-order': 'in which order its bytes are: be or le behind it, as in u16be',
    'no-order-wanted': 'one byte has no order',
    'no-words': '-swapped goes with whole pairs of words: 32 and 64 bits',
    'no-number': 'a number goes here',
    'no-sign': '*, /, + or - goes here, or a unit in quotes at the end',
    'open-quote': 'the quote is not closed',
    'too-long': 'longer than a form may be',
  } satisfies Record<OwnProblemCode, string>,
  atPlace: (place: number, problem: string) => `At ${formatCount(place + 1)}: ${problem}.`,
  histogram: 'How often each byte is there',
  histogramOf: (bytes: number, isPart: boolean) =>
    isPart ? `the first ${formatExactBytes(bytes)}` : formatExactBytes(bytes),
  entropy: 'Entropy',
  bitsAByte: (bits: number) => `${bits.toFixed(2)} bits a byte`,
  printable: 'Printable ASCII',
  zeros: 'Zero bytes',
  differentBytes: 'Different bytes',
  counted: (count: number, total: number) => `${formatCount(count)} (${share(count, total)})`,
  differentOf: (count: number) => `${formatCount(count)} of 256`,
  frequent: 'Most often',
  bar: (byte: string, count: number) => `${byte}: ${counted(count, 'time')}`,
};
