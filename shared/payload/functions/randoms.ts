/** What is another one each time. */
import type { FillContext } from '../context.ts';
import type { Functions, Parameter } from './function.ts';
import { digitsOf } from './numbers.ts';
import { mostMadeBytes } from './texts.ts';
import { countOf, integerOf, ofBytes, ofNumber, ofText, textOf, ValueError, type Value } from './value.ts';

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** From 0 to below `bound`, each as likely as any other: what would favour some is thrown away. */
function randomBelow(bound: bigint, context: FillContext): bigint {
  const width = Math.max(1, Math.ceil(bound.toString(2).length / 8));
  const all = 1n << BigInt(width * 8);
  const fair = all - (all % bound);
  for (;;) {
    let number = 0n;
    for (const byte of context.random(width)) number = (number << 8n) | BigInt(byte);
    if (number < fair) return number % bound;
  }
}

function randomText(length: number, alphabet: string, context: FillContext): string {
  const characters = [...alphabet];
  if (characters.length === 0) throw new ValueError('value-missing');
  if (length > mostRandomCharacters) throw new ValueError('value-too-long');
  const bound = BigInt(characters.length);
  return Array.from({ length }, () => characters[Number(randomBelow(bound, context))]!).join('');
}
const mostRandomCharacters = 65_536;

/** RFC 9562: version 4 is chance, version 7 begins with the time in milliseconds. */
function uuid(version: string, context: FillContext): string {
  const bytes = Uint8Array.from(context.random(16));
  if (version === 'v7') {
    let ms = context.now() / 1_000_000n;
    for (let at = 5; at >= 0; at--) {
      bytes[at] = Number(ms & 0xffn);
      ms >>= 8n;
    }
  }
  bytes[6] = (bytes[6]! & 0x0f) | (version === 'v7' ? 0x70 : 0x40);
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

const counting: readonly Parameter[] = [
  { name: 'start', kind: 'integer', initial: '1' },
  { name: 'step', kind: 'integer', initial: '1' },
  { name: 'width', kind: 'integer', initial: '0', least: 0, most: 1000 },
  { name: 'base', kind: 'integer', initial: '10', least: 2, most: 36 },
  { name: 'per', kind: 'choice', choices: ['run', 'connection', 'message'], initial: 'run' },
];

/** Each counter that is written in the same way goes on from the last one. */
function count([start, step, width, base, per]: readonly Value[], context: FillContext): Value {
  const scope = textOf(per!) as 'run' | 'connection' | 'message';
  const [from, by] = [integerOf(start!), integerOf(step!)];
  const number = from + by * BigInt(context.next(`${from} ${by}`, scope));
  const [digits, radix] = [countOf(width!, 1000), countOf(base!, 36, 2)];
  return digits === 0 && radix === 10 ? ofNumber(number) : ofText(digitsOf(number, digits, radix));
}

const shared = { isVolatile: true, isShared: true, parameters: [], family: 'random' } as const;

export const randoms: Functions = {
  counter: { family: 'random', parameters: counting, isVolatile: true, example: '{{counter}}', make: count },
  randomInt: {
    family: 'random',
    parameters: [
      { name: 'from', kind: 'integer', initial: '0' },
      { name: 'to', kind: 'integer', initial: '1000' },
    ],
    isVolatile: true,
    example: '{{randomInt 1 6}}',
    make: ([from, to], context) => {
      const [least, most] = [integerOf(from!), integerOf(to!)];
      if (most < least) throw new ValueError('value-out-of-range');
      return ofNumber(least + randomBelow(most - least + 1n, context));
    },
  },
  randomBytes: {
    family: 'random',
    parameters: [{ name: 'length', kind: 'integer', initial: '8', least: 0, most: mostMadeBytes }],
    isVolatile: true,
    example: '{{randomBytes 16}}',
    make: ([length], context) => ofBytes(context.random(countOf(length!, mostMadeBytes))),
  },
  randomText: {
    family: 'random',
    parameters: [
      { name: 'length', kind: 'integer', initial: '8', least: 0, most: mostRandomCharacters },
      { name: 'of', kind: 'text', initial: letters },
    ],
    isVolatile: true,
    example: '{{randomText 12}}',
    make: ([length, of], context) =>
      ofText(randomText(countOf(length!, mostRandomCharacters), textOf(of!), context)),
  },
  choice: {
    family: 'random',
    parameters: [{ name: 'first', kind: 'value' }],
    takesMore: true,
    isVolatile: true,
    example: "{{choice 'on' 'off'}}",
    make: (values, context) => values[Number(randomBelow(BigInt(values.length), context))]!,
  },
  uuid: {
    family: 'random',
    parameters: [{ name: 'version', kind: 'choice', choices: ['v4', 'v7'], initial: 'v4' }],
    isVolatile: true,
    example: '{{uuid}}',
    make: ([version], context) => ofText(uuid(textOf(version!), context)),
  },
  RANDOM: { ...shared, example: '{{RANDOM}}', make: (_, c) => ofNumber(randomBelow(1n << 64n, c)) },
  UNIQUE: { ...shared, example: '{{UNIQUE}}', make: (_, context) => ofText(uuid('v4', context)) },
  COUNTER: { ...shared, example: '{{COUNTER}}', make: (_, c) => ofNumber(1 + c.next('1 1', 'run')) },
};
