/** What the options of framings are written as: numbers, times, words and bytes. */
import { nearest } from '../nearest.ts';
import { escapeText } from '../payload/format.ts';
import { compile, parse } from '../payload/payload.ts';
import { asTyped } from '../typed.ts';
import { FramingError } from './problem.ts';

/** One way to write a value; `write` gives what `read` makes the same value of. `read` throws a `FramingError`. */
export type ValueKind<T> = {
  /** How it looks, for help: `N`, `TIME`, `HEX`. */
  readonly hint: string;
  read(text: string): T;
  write(value: T): string;
};

/** Without `initial` it has to be given. With `repeats` it can be given several times, which makes a longer list. */
export type Option<T> = { readonly kind: ValueKind<T>; readonly initial?: T; readonly repeats?: boolean };
export type Options = Readonly<Record<string, Option<unknown>>>;
export type ValuesOf<O extends Options> = {
  readonly [Name in keyof O]: O[Name] extends Option<infer T> ? T : never;
};

export type Bounds = { min: number; max: number };

const binaryUnits = ['', 'k', 'M', 'G'];

/** `4096`, `64k`, `1M`: whole numbers, units are of 1024. */
export const count = ({ min, max }: Bounds): ValueKind<number> => ({
  hint: 'N',
  read: (text) => {
    const match = /^(-?\d{1,15}) ?([KMG]?)(?:I?B)?$/.exec(asTyped(text).trim().toUpperCase());
    const unit = match === null ? 0 : ['', 'K', 'M', 'G'].indexOf(match[2]!);
    return bounded(match === null ? NaN : Number(match[1]) * 1024 ** unit, { min, max }, text);
  },
  write: writeCount,
});

function writeCount(value: number): string {
  let step = 0;
  let rest = value;
  for (; rest !== 0 && rest % 1024 === 0 && step < binaryUnits.length - 1; step++) rest /= 1024;
  return `${rest}${binaryUnits[step]!}`;
}

function bounded(value: number, { min, max }: Bounds, text: string): number {
  if (value >= min && value <= max) return value;
  const facts = { least: writeCount(min), most: writeCount(max) };
  throw new FramingError('frame-number', 0, text.length, facts);
}

/** `20ms`, `1.5s`; a number alone is milliseconds. */
export const time = ({ min, max }: Bounds): ValueKind<number> => ({
  hint: 'TIME',
  read: (text) => {
    const match = /^(\d{1,9}(?:\.\d{1,6})?) ?(ms|s)?$/.exec(asTyped(text).trim().toLowerCase());
    const value = match === null ? NaN : Number(match[1]) * (match[2] === 's' ? 1000 : 1);
    if (value >= min && value <= max) return value;
    throw new FramingError('frame-time', 0, text.length, { least: `${min}ms`, most: `${max / 1000}s` });
  },
  write: (value) => `${value}ms`,
});

export const choice = <const T extends string>(
  choices: readonly T[],
  hint = choices.join('|'),
): ValueKind<T> => ({
  hint,
  read: (text) => {
    const typed = asTyped(text).trim().toLowerCase();
    const found = choices.find((each) => each === typed);
    if (found !== undefined) return found;
    const near = nearest(typed, choices);
    throw new FramingError('frame-choice', 0, text.length, { choices: near === null ? choices : [near] });
  },
  write: (value) => value,
});

/** Bytes in hex, as the composer reads them. */
export const hexBytes = (bounds: Bounds): ValueKind<Uint8Array> => ({
  hint: 'HEX',
  read: (text) => readBytes('hex', text, bounds),
  write: writeHex,
});

/** One byte in hex. */
export const hexByte: ValueKind<number | null> = {
  hint: 'HEX',
  read: (text) => readBytes('hex', text, { min: 1, max: 1 })[0]!,
  write: (byte) => (byte === null ? '' : writeHex(Uint8Array.of(byte))),
};

const writeHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** One member of a list of delimiters, in hex or as text with the composer's escapes; a comma is written `\x2C`. */
export const byteLists = (mode: 'hex' | 'text', bounds: Bounds): ValueKind<readonly Uint8Array[]> => ({
  hint: mode === 'hex' ? 'HEX' : 'TEXT',
  read: (text) => [readBytes(mode, text, bounds)],
  write: ([bytes]) => (mode === 'hex' ? writeHex(bytes!) : escapeText(bytes!).replaceAll(',', '\\x2C')),
});

function readBytes(mode: 'hex' | 'text', text: string, { min, max }: Bounds): Uint8Array {
  const parsed = parse({ mode, text });
  const [problem] = parsed.problems;
  if (problem !== undefined) throw new FramingError(problem.code, problem.start, problem.end);
  const template = compile(parsed);
  if (!template.isFixed) throw new FramingError('frame-volatile', 0, text.length);
  const bytes = template.fill();
  if (bytes.length >= min && bytes.length <= max) return bytes;
  throw new FramingError('frame-bytes', 0, text.length, { least: `${min}`, most: `${max}` });
}
