/** Which encoding bytes look like that are not UTF-8. A guess is offered, never taken by itself. */
import './all-codecs.ts';
import { isStrange } from '../show/characters.ts';
import { codecOf, type EncodingId } from './encodings.ts';
import { decodeUtf8At } from '../payload/utf8.ts';

/** So many of the bytes are looked at, whatever a peer sends. */
export const guessedBytes = 4096;
/** Of the characters beyond ASCII so many must be among the usual ones of the encoding. */
const leastUsual = 0.8;
const fewestCharacters = 2;
/** Of units of UTF-16 so many must be ASCII. */
const leastAscii = 0.25;
/** Of kana among Japanese characters: without any, the same bytes are as good as Chinese. */
const leastKana = 0.15;

type Pairs = {
  id: EncodingId;
  isUsual: (lead: number, trail: number) => boolean;
  /** What it needs beside its share. */
  isLikely?: (found: { characters: number; usual: number; kana: number }) => boolean;
};
const within = (byte: number, from: number, to: number): boolean => byte >= from && byte <= to;
/** Of EUC. */
const isKana = (lead: number): boolean => lead === 0xa4 || lead === 0xa5;
/** So many syllables of Hangul, and nothing else: two of three ideographs of GBK look like them. */
const fewestSyllables = 8;

/**
 * By what texts consist of nearly always: the first level of ideographs, which is some thousand of the usual ones, kana,
 * Hangul, and full-width signs. Of equals the first is taken.
 */
const pairs: readonly Pairs[] = [
  {
    id: 'euc-jp',
    isUsual: (lead, trail) => trail >= 0xa1 && (isKana(lead) || lead === 0xa1 || within(lead, 0xb0, 0xcf)),
    isLikely: ({ characters, kana }) => kana >= characters * leastKana,
  },
  {
    id: 'euc-kr',
    isUsual: (lead, trail) => trail >= 0xa1 && within(lead, 0xb0, 0xc8),
    isLikely: ({ characters, usual }) => usual === characters && characters >= fewestSyllables,
  },
  {
    id: 'gbk',
    isUsual: (lead, trail) => trail >= 0xa1 && (within(lead, 0xb0, 0xd7) || within(lead, 0xa1, 0xa3)),
  },
  {
    id: 'shift_jis',
    isUsual: (lead, trail) =>
      lead === 0x81 ||
      (lead === 0x82 && trail >= 0x4f) ||
      (lead === 0x83 && trail <= 0x96) ||
      within(lead, 0x88, 0x97),
  },
  { id: 'big5', isUsual: (lead) => within(lead, 0xa4, 0xc6) || lead === 0xa1 },
];

/**
 * What `bytes`, the first ones of something received, look like; null for UTF-8, for what is mostly no text, and for what
 * nothing speaks for. A character may be cut at either end. At most `guessedBytes` are looked at, each some ten times.
 */
export function looksLike(all: Uint8Array): EncodingId | null {
  const bytes = all.subarray(0, guessedBytes);
  const units = asUnits(bytes);
  if (units !== null) return units;
  if (isUtf8(bytes) || hasControls(bytes)) return null;
  return asPairs(bytes) ?? asLetters(bytes);
}

function isUtf8(bytes: Uint8Array): boolean {
  let at = 0;
  while (at < Math.min(3, bytes.length) && (bytes[at]! & 0xc0) === 0x80) at++;
  // One that has nothing but the end of a character says nothing.
  for (; at < bytes.length;) {
    const step = decodeUtf8At(bytes, at);
    if (!step.ok && !step.cut) return false;
    at += step.length;
  }
  return true;
}

const hasControls = (bytes: Uint8Array): boolean => bytes.some((byte) => byte < 0x80 && isStrange(byte));

/** UTF-16 of which much is ASCII. */
function asUnits(bytes: Uint8Array): EncodingId | null {
  const count = Math.floor(bytes.length / 2);
  const isAscii = (high: number, low: number): boolean => high === 0 && low < 0x7f && !isStrange(low);
  let [little, big] = [0, 0];
  for (let at = 0; at < count * 2; at += 2) {
    if (isAscii(bytes[at + 1]!, bytes[at]!)) little++;
    if (isAscii(bytes[at]!, bytes[at + 1]!)) big++;
  }
  if (Math.max(little, big) < Math.max(fewestCharacters, count * leastAscii)) return null;
  const id = little > big ? 'utf-16le' : 'utf-16be';
  const codec = codecOf(id);
  for (let at = 0; at < count * 2;) {
    const step = codec.step(bytes, at);
    if (step.ok ? isStrange(step.codePoint) : !step.cut) return null;
    at += step.length;
  }
  return id;
}

function asPairs(bytes: Uint8Array): EncodingId | null {
  let best: { id: EncodingId; usual: number } | null = null;
  for (const each of pairs) {
    const usual = usualShare(bytes, each);
    if (usual !== null && usual >= leastUsual && usual > (best?.usual ?? 0)) best = { id: each.id, usual };
  }
  if (best?.id !== 'gbk') return best?.id ?? null;
  return hasLongForms(bytes) ? 'gb18030' : best.id;
}

/** Null where it is not whole in the encoding. */
function usualShare(bytes: Uint8Array, { id, isUsual, isLikely }: Pairs): number | null {
  const codec = codecOf(id === 'gbk' ? 'gb18030' : id);
  let [characters, usual, kana] = [0, 0, 0];
  for (let at = 0; at < bytes.length;) {
    const step = codec.step(bytes, at);
    const [lead, trail = 0] = [bytes[at]!, bytes[at + 1]];
    if (!step.ok) {
      // Its first half may be in what came before.
      if (!step.cut && at > 0) return null;
    } else if (lead >= 0x80) {
      characters++;
      if (step.length === 2 && isUsual(lead, trail)) usual++;
      if (isKana(lead)) kana++;
    }
    at += step.length;
  }
  if (characters < fewestCharacters) return null;
  if (isLikely && !isLikely({ characters, usual, kana })) return null;
  return usual / characters;
}

function hasLongForms(bytes: Uint8Array): boolean {
  const codec = codecOf('gb18030');
  for (let at = 0; at < bytes.length;) {
    const { length, ok } = codec.step(bytes, at);
    if (ok && length === 4) return true;
    at += length;
  }
  return false;
}

/** Of one byte for each character: Cyrillic words, and Latin ones with some letters beyond ASCII. */
function asLetters(bytes: Uint8Array): EncodingId | null {
  let [high, cyrillic, small, latin, besideLetter] = [0, 0, 0, 0, 0];
  const isLetter = (byte = 0): boolean => within(byte | 0x20, 0x61, 0x7a);
  for (const [at, byte] of bytes.entries()) {
    if (isLetter(byte)) latin++;
    if (byte < 0x80) continue;
    high++;
    if (byte >= 0xc0) cyrillic++;
    if (within(byte, 0xc0, 0xdf)) small++;
    const isLatin = byte >= 0xc0 && byte !== 0xd7 && byte !== 0xf7;
    if (isLatin && (isLetter(bytes[at - 1]) || isLetter(bytes[at + 1]))) besideLetter++;
  }
  // What has its small letters at C0 in the one has its capitals there in the other.
  if (high >= 4 && cyrillic > high * 0.95 && latin < high) {
    if (small > high * 0.7) return 'koi8-r';
    if (small < high * 0.3) return 'windows-1251';
  }
  if (latin >= high * 3 && besideLetter >= high * leastUsual) return 'windows-1252';
  return null;
}
