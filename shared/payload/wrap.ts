/** What stands around each message: head, length, checksum and tail, as a protocol frames it. */
import { nearest } from '../nearest.ts';
import type { Parsed, Part } from './parts.ts';
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
  const { parts, problems } = readText(templateOf(wrap));
  if (problems.length > 0)
    return { ...message, parts: [], problems: problems.map((each) => ({ ...each, start: 0, end: 0 })) };
  const at = parts.findIndex((part) => 'mark' in part && part.mark === 'open' && part.name === messageName);
  const around = [parts.slice(0, at + 1), parts.slice(at + 2)].map((some) => some.map(unplaced));
  return { ...message, parts: [...around[0]!, ...message.parts, ...around[1]!] };
}

/** Whether a head or tail can be read: as text with escapes and functions. */
export const readText = (text: string): Parsed => parseText(text, null, Uint8Array.of(10), null);

function templateOf({ head, length, counts, checksum, order, covers, tail }: Wrap): string {
  const counted = counts === 'all' ? wholeName : messageName;
  const size = length === 'none' ? '' : `{{${counted} | length | ${length}}}`;
  const inner = `${head}${size}{{#${messageName}}}${hole}{{/${messageName}}}`;
  const check = checksumOf(checksum, order, covers === 'all' ? checkedName! : messageName!);
  return `{{#${wholeName}}}{{#${checkedName}}}${inner}{{/${checkedName}}}${check}${tail}{{/${wholeName}}}`;
}

function checksumOf(checksum: Wrap['checksum'], order: Wrap['order'], covered: string): string {
  if (checksum === 'none') return '';
  const usual = wrapChecksums[checksum];
  const type = order === 'usual' || usual === 'u8' ? usual : `${usual.slice(0, 3)}${order}`;
  return `{{${covered} | ${checksum} | ${type}}}`;
}

/** It stands nowhere in the text of the message. */
const unplaced = (part: Part): Part => (part instanceof Uint8Array ? part : { ...part, start: -1, end: -1 });

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
