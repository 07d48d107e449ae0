/** What stands around each message: head, length, checksum and tail, as a protocol frames it. */
import { nearest } from '../nearest.ts';
import { PlacedError } from './bind.ts';
import type { Insert, Mark, Parsed, Part, PayloadProblem, Scope } from './parts.ts';
import { parseText } from './text.ts';

/** The length of a message as a number before it. */
export const lengthTypes = ['u8', 'u16be', 'u16le', 'u24be', 'u24le', 'u32be', 'u32le'] as const;

/** Checksums that devices use most, by the names of their functions, and as what number each is usually sent. */
export const wrapChecksums = {
  'crc16-modbus': 'u16le',
  'crc16-ccitt-false': 'u16be',
  'crc16-xmodem': 'u16be',
  'crc16-kermit': 'u16le',
  crc8: 'u8',
  crc32: 'u32be',
  sum8: 'u8',
  xor: 'u8',
  lrc: 'u8',
} as const;

/** What each part may be; '' stands for text with escapes. */
export const wrapChoices = {
  head: '',
  length: ['none', ...lengthTypes],
  /** The message, or all that is sent, the length itself too. */
  counts: ['message', 'all'],
  checksum: ['none', ...(Object.keys(wrapChecksums) as (keyof typeof wrapChecksums)[])],
  order: ['usual', 'be', 'le'],
  /** All that stands before the checksum, or the message. */
  covers: ['all', 'message'],
  tail: '',
} as const;
export type Wrap = {
  -readonly [K in keyof typeof wrapChoices]: (typeof wrapChoices)[K] extends readonly (infer C)[]
    ? C
    : string;
};
export const wrapKeys = Object.keys(wrapChoices) as (keyof Wrap)[];

export const noWrap: Wrap = {
  ...{
    head: '',
    length: 'none',
    counts: 'message',
    checksum: 'none',
    order: 'usual',
    covers: 'all',
    tail: '',
  },
};

export const isWrapped = ({ head, length, checksum, tail }: Wrap): boolean =>
  head !== '' || length !== 'none' || checksum !== 'none' || tail !== '';

/** Names that nobody gives to parts of a message. */
const [wholeName, checkedName, messageName] = ['wrapped-all', 'wrapped-checked', 'wrapped-message'];
const hole = '\\0';

/** The message with what stands around it. What has problems stays as it is; of a head that cannot be read they have no place. */
export function wrapped(message: Parsed, wrap: Wrap): Parsed {
  if (!isWrapped(wrap) || message.problems.length > 0) return message;
  const [head, tail] = [readText(wrap.head), readText(wrap.tail)];
  const problems = [...head.problems, ...tail.problems].map((each) => ({ ...each, start: 0, end: 0 }));
  if (problems.length > 0) return { ...message, parts: [], problems };
  // Not joined as texts: a head may end with a brace, or begin a part that the tail would end.
  const filled = [head.parts.map(unplaced), message.parts, tail.parts.map(unplaced)];
  const around = readText(templateOf(wrap)).parts;
  const twice = namedTwice([around, ...filled]);
  if (twice.length > 0) return { ...message, parts: [], problems: twice };
  const parts = around.flatMap((part) => (part instanceof Uint8Array ? filled.shift()! : [unplaced(part)]));
  return { ...message, parts };
}

/** Of each text, names that one before it has given already: a length would be that of the wrong part. */
function namedTwice(texts: readonly (readonly Part[])[]): PayloadProblem[] {
  const known = new Set<string>();
  return texts.flatMap((parts) => {
    const named = parts.filter((part) => nameOf(part) !== null);
    const twice = named.filter((part) => known.has(nameOf(part)!)) as (Mark | Insert)[];
    for (const part of named) known.add(nameOf(part)!);
    return twice.map(({ start, end }) => ({
      start: Math.max(0, start),
      end: Math.max(0, end),
      code: 'part-twice' as const,
    }));
  });
}

const nameOf = (part: Part): string | null => {
  if (part instanceof Uint8Array) return null;
  if ('keeps' in part) return part.keeps;
  return part.mark === 'open' ? part.name : null;
};

/** Whether a head or tail can be read: as text with escapes and functions. */
export const readText = (text: string): Parsed => parseText(text, null, Uint8Array.of(10), null);

/** With a hole for the head, for the message and for the tail. */
function templateOf({ length, counts, checksum, order, covers }: Wrap): string {
  const counted = counts === 'all' ? wholeName : messageName;
  const size = length === 'none' ? '' : `{{${counted} | length | ${length}}}`;
  const inner = `${hole}${size}{{#${messageName}}}${hole}{{/${messageName}}}`;
  const check = checksumOf(checksum, order, covers === 'all' ? checkedName! : messageName!);
  return `{{#${wholeName}}}{{#${checkedName}}}${inner}{{/${checkedName}}}${check}${hole}{{/${wholeName}}}`;
}

function checksumOf(checksum: Wrap['checksum'], order: Wrap['order'], covered: string): string {
  if (checksum === 'none') return '';
  const usual = wrapChecksums[checksum];
  const type = order === 'usual' || usual === 'u8' ? usual : `${usual.slice(0, 3)}${order}`;
  return `{{${covered} | ${checksum} | ${type}}}`;
}

/** It stands nowhere in the text of the message, what it cannot make neither. */
function unplaced(part: Part): Part {
  if (part instanceof Uint8Array) return part;
  if ('mark' in part) return { ...part, start: -1, end: -1 };
  const bytes = (scope: Scope): Uint8Array => {
    try {
      return part.bytes(scope);
    } catch (error) {
      if (!(error instanceof PlacedError)) throw error;
      throw new PlacedError({ ...error.problem, start: -1, end: -1 });
    }
  };
  return { ...part, start: -1, end: -1, bytes };
}

/** `choices`: what may stand there; none where a head or tail cannot be read. */
export type WrapReading =
  { ok: true; wrap: Wrap } | { ok: false; start: number; end: number; choices: readonly string[] };

/** `head=\x02,length=u16be,checksum=crc16-modbus,tail=\x03`; a comma within a text is \x2C. */
export function parseWrap(spec: string): WrapReading {
  const wrap: Record<string, string> = { ...noWrap };
  let start = 0;
  for (const item of spec.split(',')) {
    const end = start + item.length;
    const [, key = item.trim(), value = ''] = /^\s*(\w+)=(.*)$/su.exec(item) ?? [];
    if (!Object.hasOwn(wrapChoices, key)) return refused(start, end, key, wrapKeys);
    const choices: readonly string[] | '' = wrapChoices[key as keyof Wrap];
    const from = end - value.length;
    if (choices !== '' && !choices.includes(value)) return refused(from, end, value, choices);
    if (choices === '' && readText(value).problems.length > 0)
      return { ok: false, start: from, end, choices: [] };
    wrap[key] = value;
    start = end + 1;
  }
  return { ok: true, wrap: wrap as Wrap };
}

function refused(start: number, end: number, given: string, all: readonly string[]): WrapReading {
  const near = nearest(given, [...all]);
  return { ok: false, start, end, choices: near === null ? all : [near] };
}
