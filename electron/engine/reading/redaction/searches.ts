/** What is looked for in bytes, in the forms in which programs write it; and in what is packed in them. */
import { inflateRawSync } from 'node:zlib';
import { encodeText } from '../../../../shared/encodings/codec.ts';
import type { EncodingId } from '../../../../shared/encodings/encodings.ts';
import { readingIn, stepIn } from '../../../../shared/encodings/reading.ts';
import { FailureError } from '../../../../shared/failure.ts';
import { literally } from '../../../../shared/literally.ts';
import { inflate } from '../../../../shared/decoding/inflate.ts';
import { codecOf } from '../../../../shared/encodings/encodings.ts';
import { runBounded } from '../../net/bounded-run.ts';
import type { Found, Range, Search } from './stream-search.ts';

/** What an expression can match at the most; more is found in parts, or not. */
export const longestMatch = 16 * 1024;
const mostMs = 2000;

const literalIn =
  (wanted: Buffer) =>
  (bytes: Buffer): Range[] => {
    const ranges: Range[] = [];
    for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + wanted.length))
      ranges.push({ from: at, to: at + wanted.length });
    return ranges;
  };

/** `expression` is global. Throws REDACTION_TOO_SLOW. */
function matchesIn(text: string, expression: RegExp): Range[] {
  const ranges: Range[] = [];
  const isDone = runBounded(() => {
    for (const match of text.matchAll(expression))
      ranges.push({ from: match.index, to: match.index + match[0].length });
  }, mostMs);
  if (!isDone) throw new FailureError({ code: 'REDACTION_TOO_SLOW' });
  return ranges;
}

/** One character for each byte. */
export const byBytes =
  (expression: RegExp): Search =>
  (bytes) => ({ ranges: matchesIn(bytes.toString('latin1'), expression) });

/** Of what has other characters than ASCII: where each stands in the bytes is counted. */
const byCharacters =
  (expression: RegExp, encoding: EncodingId): Search =>
  (bytes) => {
    const reading = readingIn(encoding);
    const places: number[] = [];
    const text: string[] = [];
    for (let at = 0; at < bytes.length;) {
      const step = stepIn(bytes, at, reading);
      const shown = step.ok ? String.fromCodePoint(step.codePoint) : '\ufffd';
      for (let unit = 0; unit < shown.length; unit++) places.push(at);
      text.push(shown);
      at += step.length;
    }
    places.push(bytes.length);
    const ranges = matchesIn(text.join(''), expression);
    return { ranges: ranges.map(({ from, to }) => ({ from: places[from]!, to: places[to]! })) };
  };

const isPlain = (text: string): boolean => /^[\x20-\x7e\s]*$/.test(text);

export function patternSearch(source: string, flags: string, encodings: readonly EncodingId[]): Search[] {
  const expression = new RegExp(source, `g${flags}`);
  if (isPlain(source) && !flags.includes('u')) return [byBytes(expression)];
  return [...new Set<EncodingId>(['utf-8', ...encodings])].map((id) => byCharacters(expression, id));
}

export function hexSearch(pattern: readonly (number | null)[]): Search {
  const source = pattern.map((byte) => (byte === null ? '[^]' : byteForm(byte))).join('');
  return byBytes(new RegExp(source, 'g'));
}
const byteForm = (byte: number): string => `\\x${byte.toString(16).padStart(2, '0')}`;

/** The text itself, in any case of ASCII letters. */
export function nameSearch(text: string): Search {
  return byBytes(new RegExp(anyCaseForm(text), 'g'));
}
const anyCaseForm = (text: string): string =>
  [...Buffer.from(text)]
    .map(byteForm)
    .join('')
    .replaceAll(/\\x([46][1-9a-f]|[57][0-9a])/g, anyCase);
function anyCase(_form: string, digits: string): string {
  const byte = Number.parseInt(digits, 16);
  return `[${byteForm(byte & ~0x20)}${byteForm(byte | 0x20)}]`;
}

/** A text as programs write it: in its encodings, as JSON, in URLs, as hex and as Base64. */
export function textSearches(text: string, encodings: readonly EncodingId[]): Search[] {
  const utf8 = Buffer.from(text);
  const encoded = encodings.flatMap((id) => {
    const bytes = encodeText(text, codecOf(id));
    return bytes === null ? [] : [Buffer.from(bytes)];
  });
  return [
    ...bytesSearches(utf8),
    ...distinct([...encoded, ...writtenForms(text)], [utf8]).map(literalSearch),
  ];
}

const literalSearch = (wanted: Buffer): Search => {
  const find = literalIn(wanted);
  return (bytes) => ({ ranges: find(bytes) });
};

function writtenForms(text: string): Buffer[] {
  const wellFormed = Buffer.from(text).toString();
  const percent = encodeURIComponent(wellFormed);
  const lower = percent.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const json = JSON.stringify(wellFormed).slice(1, -1);
  const ascii = json.replaceAll(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return [percent, lower, percent.replaceAll('%20', '+'), json, ascii].map((form) => Buffer.from(form));
}

/** A value by itself, as hex and as Base64. Of fewer bytes, the others stand anywhere by chance. */
const leastForForms = 3;
export function bytesSearches(value: Buffer): Search[] {
  if (value.length < leastForForms) return [literalSearch(value)];
  const hex = value.toString('hex');
  return [
    ...distinct([value, Buffer.from(hex), Buffer.from(hex.toUpperCase())], []).map(literalSearch),
    byBytes(base64Form(value)),
  ];
}

function distinct(all: readonly Buffer[], known: readonly Buffer[]): Buffer[] {
  const kept: Buffer[] = [];
  for (const one of all)
    if (one.length > 0 && ![...known, ...kept].some((other) => other.equals(one))) kept.push(one);
  return kept;
}

/** Wherever it begins among the bytes that were encoded, in either alphabet, also where lines are broken within it. */
function base64Form(value: Buffer): RegExp {
  const forms = [0, 1, 2].map((before) => {
    const all = Buffer.concat([Buffer.alloc(before), value]);
    // Characters of which other bytes are a part are not known.
    const known = all.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((all.length * 8) / 6));
    return [...known]
      .map((character) => (character === '+' ? '[+-]' : character === '/' ? '[/_]' : character))
      .join('(?:\\r?\\n)?');
  });
  return new RegExp(forms.filter((form) => form !== '').join('|'), 'g');
}

/** An address that is part of no longer one. `hosts`: as they are written. */
export function hostSearch(hosts: ReadonlySet<string>): Search[] {
  const known = new Set([...hosts].map((host) => host.toLowerCase()));
  const isKnown = (text: string): boolean => known.has(text.toLowerCase());
  const addresses: Search = (bytes) => {
    const text = bytes.toString('latin1');
    const found = [ipv4, ipv6].flatMap((form) => matchesIn(text, form));
    return { ranges: found.filter(({ from, to }) => isKnown(text.slice(from, to))) };
  };
  const names = hostNames(hosts).map((name) => byBytes(new RegExp(standingAlone(anyCaseForm(name)), 'g')));
  return [addresses, ...names];
}
const standingAlone = (form: string): string => `(?<![\\w.-])${form}(?![\\w-])`;
/** Those that are no addresses, the longest first. */
export const hostNames = (hosts: ReadonlySet<string>): string[] =>
  [...hosts].filter((host) => !/^[\d.]+$|:/.test(host)).sort((a, b) => b.length - a.length);
/** In texts; null where there are none. */
export function hostNamesIn(hosts: ReadonlySet<string>): RegExp | null {
  const forms = hostNames(hosts).map(literally);
  return forms.length === 0 ? null : new RegExp(standingAlone(`(?:${forms.join('|')})`), 'gi');
}
/** Without a zone. */
export const ipv4 = /(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?!\w|\.\d)/g;
export const ipv6 = /(?<![\w:.])(?=[\da-f]*:[\da-f:]*:)[\da-f:]{2,39}(?:\.\d{1,3}){0,3}(?![\w:])/gi;

/** Compressed bytes that are looked into at the most, and what they may come to. */
const mostPacked = 4 * 1024 * 1024;
const mostUnpacked = 32 * 1024 * 1024;

/**
 * gzip and zlib whose content has any of it: all behind their head is removed, because what is in the middle cannot be
 * replaced. The same where only a part of them can be unpacked. Looked into one in another no further.
 */
export function packedSearch(searches: readonly Search[]): Search {
  const has = (bytes: Uint8Array): boolean =>
    searches.some(
      (search) => search(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), true).ranges.length > 0,
    );
  return (bytes, isEnd) => {
    const ranges: Range[] = [];
    for (let at = nextPacked(bytes, 0); at >= 0;) {
      const some = bytes.subarray(at, at + mostPacked);
      const head = headOf(some);
      const unpacked = unpack(some, head);
      if (unpacked === null) {
        at = nextPacked(bytes, at + 1);
        continue;
      }
      if (unpacked.length === null && !isEnd && some.length < mostPacked) return { ranges, hold: at };
      const end = at + (unpacked.length ?? some.length);
      if (unpacked.isDoubtful || has(unpacked.bytes)) ranges.push({ from: at + head, to: end });
      at = nextPacked(bytes, end);
    }
    return { ranges };
  };
}

/** Of gzip (RFC 1952 2.3) with a name and what else stands before the packed bytes, or of zlib; they may end in it. */
function headOf(bytes: Buffer): number {
  if (!isGzip(bytes)) return 2;
  const flags = bytes[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + (bytes[at] ?? 0) + 256 * (bytes[at + 1] ?? 0);
  for (const flag of [8, 16]) if (flags & flag) at = Math.max(at, bytes.indexOf(0, at)) + 1;
  return flags & 2 ? at + 2 : at;
}
const isGzip = (bytes: Buffer): boolean => bytes[0] === 0x1f;

/** `length`: of what was packed; null: it goes on. `isDoubtful`: not all of it could be unpacked. */
type Content = { bytes: Uint8Array; length: number | null; isDoubtful: boolean };

/** Null for what is nothing packed. */
function unpack(some: Buffer, head: number): Content | null {
  const packed = some.subarray(head);
  const tail = isGzip(some) ? 8 : 4;
  try {
    const told: unknown = inflateRawSync(packed, { info: true, maxOutputLength: mostUnpacked });
    const { buffer, engine } = told as { buffer: Buffer; engine: { bytesWritten: number } };
    const length = Math.min(some.length, head + engine.bytesWritten + tail);
    return { bytes: buffer, length, isDoubtful: false };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') return { bytes: new Uint8Array(0), length: null, isDoubtful: true };
    const { bytes } = inflate(packed, { form: 'raw', limit: mostUnpacked });
    const isCut = code === 'Z_BUF_ERROR';
    // What is text begins like zlib, too: `x^2`.
    if (bytes.length === 0 || (!isGzip(some) && !isCut)) return null;
    // Cut off, it is known as far as it goes; damaged, nobody knows what else it holds.
    return { bytes, length: null, isDoubtful: !isCut };
  }
}

function nextPacked(bytes: Buffer, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    const [first, second] = [bytes[at]!, bytes[at + 1]!];
    if (first === 0x1f && second === 0x8b && (bytes[at + 2] ?? 8) === 8 && (bytes[at + 3] ?? 0) < 32)
      return at;
    if (first === 0x78 && (first * 256 + second) % 31 === 0 && (second & 0x20) === 0) return at;
  }
  return -1;
}

/** All that any of them finds. */
export const joinedSearch =
  (searches: readonly Search[]): Search =>
  (bytes, isEnd): Found => {
    const all = searches.map((search) => search(bytes, isEnd));
    return {
      ranges: all.flatMap(({ ranges }) => ranges),
      hold: Math.min(bytes.length, ...all.map(({ hold = Infinity }) => hold)),
    };
  };
