/** Bytes of any encoding as a string and back, each byte that is no character as a lone surrogate U+DC00 to U+DCFF. */
import './all-codecs.ts';
import { decodeEscaped, encodeEscaped } from '../payload/escaped-utf8.ts';
import { decodeText } from './decode.ts';
import { codecOf, type EncodingId } from './encodings.ts';

/** Linear in the length. */
export function decodeEscapedIn(bytes: Uint8Array, id: EncodingId): string {
  if (id === 'utf-8') return decodeEscaped(bytes);
  const text = decodeText(bytes, id);
  return text.includes('\ufffd') ? decodeMalformed(bytes, id) : text;
}

function decodeMalformed(bytes: Uint8Array, id: EncodingId): string {
  const codec = codecOf(id);
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const step = codec.step(bytes, at);
    if (step.ok) text += String.fromCodePoint(step.codePoint);
    else for (const byte of bytes.subarray(at, at + step.length)) text += String.fromCharCode(0xdc00 + byte);
    at += step.length;
  }
  return text;
}

/** The bytes of what `decodeEscapedIn` made, of a character that has several the usual ones. Null where one has none. */
export function encodeEscapedIn(text: string, id: EncodingId): Uint8Array | null {
  if (id === 'utf-8') return encodeEscaped(text);
  const codec = codecOf(id);
  const bytes: number[] = [];
  for (const character of text) {
    const codePoint = character.codePointAt(0)!;
    const isByte = codePoint >= 0xdc00 && codePoint <= 0xdcff;
    const own = isByte ? [codePoint - 0xdc00] : codec.encode(codePoint);
    if (own === null) return null;
    for (const byte of own) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
