/** How much of a character the end of some bytes holds, told from a few of them. */
import './all-codecs.ts';
import { wholeLength } from '../payload/utf8.ts';
import { codecOf, type EncodingId } from './encodings.ts';

/** Enough for a page of text without a blank or a line end. */
export const tailBytes = 4096;

type Form = 'alone' | 'utf-8' | 'units' | 'pairs' | 'fours';
const forms: Partial<Record<EncodingId, Form>> = {
  'utf-8': 'utf-8',
  'utf-16le': 'units',
  'utf-16be': 'units',
  gbk: 'pairs',
  gb18030: 'fours',
  big5: 'pairs',
  shift_jis: 'pairs',
  'euc-jp': 'pairs',
  'euc-kr': 'pairs',
};
const formOf = (id: EncodingId): Form => forms[id] ?? 'alone';

/** Whether a payload that begins with this byte may go on with a character of the one before it. */
export function mayGoOn(first: number, id: EncodingId): boolean {
  switch (formOf(id)) {
    case 'alone':
      return false;
    case 'utf-8':
      return (first & 0xc0) === 0x80;
    case 'units':
      return true;
    case 'pairs':
      return first >= 0x40;
    case 'fours':
      return first >= 0x30;
  }
}

/** No character goes on behind this byte, whatever stands before it. */
function ends(byte: number, form: Form): boolean {
  if (byte >= 0x80) return false;
  return form === 'pairs' || byte < 0x30 || byte > 0x39;
}

/**
 * Bytes at the end of `tail` that begin a character: 0 to 3. `offset`: how many bytes of the stream, as far as is known,
 * stand before it; they count only where the tail itself does not say where characters begin: then they are taken to be of
 * two bytes each. Linear in the tail.
 */
export function tornLength(tail: Uint8Array, offset: number, id: EncodingId): number {
  const form = formOf(id);
  if (form === 'alone') return 0;
  if (form === 'utf-8') return tail.length - wholeLength(tail);
  const codec = codecOf(id);
  for (let at = beginningIn(tail, offset, form); at < tail.length;) {
    const step = codec.step(tail, at);
    if (!step.ok && step.cut) return tail.length - at;
    at += step.length;
  }
  return 0;
}

/** The last place at which a character certainly begins, be it the end; null where there is none. */
function knownBeginning(bytes: Uint8Array, form: Form): number | null {
  if (form === 'units') return null;
  for (let at = bytes.length; at > 0; at--) if (ends(bytes[at - 1]!, form)) return at;
  return null;
}

const beginningIn = (tail: Uint8Array, offset: number, form: Form): number =>
  knownBeginning(tail, form) ?? Math.min(tail.length, offset % 2);

/** Whether the end of `tail` says by itself where its last character begins, so that no more has to be looked at. */
export function isTold(tail: Uint8Array, id: EncodingId): boolean {
  const form = formOf(id);
  return form === 'alone' || (form === 'utf-8' ? tail.length >= 3 : knownBeginning(tail, form) !== null);
}

/**
 * Where the first character at or behind `at` begins, told from the bytes before it, at most `tailBytes`: `bytes` from
 * `offset` of a payload on.
 */
export function beginningAt(bytes: Uint8Array, at: number, offset: number, id: EncodingId): number {
  const form = formOf(id);
  if (form === 'alone') return at;
  if (form === 'utf-8') {
    let place = at;
    while (place < Math.min(bytes.length, at + 3) && (bytes[place]! & 0xc0) === 0x80) place++;
    return place;
  }
  const codec = codecOf(id);
  let place = beginningIn(bytes.subarray(0, at), offset, form);
  while (place < Math.min(at, bytes.length)) place += codec.step(bytes, place).length;
  return place;
}

/** Where the character begins that ends at `at` or is cut by it, told as `beginningAt` tells it; `at` is above 0. */
export function beginningBefore(bytes: Uint8Array, at: number, offset: number, id: EncodingId): number {
  const form = formOf(id);
  if (form === 'alone') return at - 1;
  const codec = codecOf(id);
  if (form === 'utf-8') {
    for (let length = 2; length <= Math.min(4, at); length++) {
      const step = codec.step(bytes, at - length);
      if (step.ok && step.length === length) return at - length;
    }
    return at - 1;
  }
  for (let place = beginningIn(bytes.subarray(0, at - 1), offset, form); ;) {
    const next = place + codec.step(bytes, place).length;
    if (next >= at) return place;
    place = next;
  }
}
