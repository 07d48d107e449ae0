/**
 * Bytes as a string and back without loss: UTF-8, and each malformed byte as a lone surrogate U+DC80 to U+DCFF, as
 * Python's "surrogateescape" does (PEP 383). Well-formed UTF-8 holds no surrogates, so nothing is ambiguous.
 */
import { decodeUtf8At, encodeUtf8At } from './utf8.ts';

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();
/** With the flag u a pair is one character, which this is not. */
const loneSurrogate = /[\ud800-\udfff]/u;
/** String.fromCharCode takes its characters as arguments, of which a call has room for some ten thousands. */
const unitsAtOnce = 8192;

/** Linear in the length. */
export function decodeEscaped(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    // Not UTF-8 throughout: read character by character.
    return decodeMalformed(bytes);
  }
}

/** The bytes that `decodeEscaped` made `text` of; other lone surrogates become U+FFFD. Linear in the length. */
export function encodeEscaped(text: string): Uint8Array<ArrayBuffer> {
  if (!loneSurrogate.test(text)) return encoder.encode(text);
  const out = new Uint8Array(text.length * 3);
  let size = 0;
  for (const character of text) {
    const codePoint = character.codePointAt(0)!;
    if (codePoint >= 0xdc80 && codePoint <= 0xdcff) out[size++] = codePoint - 0xdc00;
    else size = encodeUtf8At(out, size, loneSurrogate.test(character) ? 0xfffd : codePoint);
  }
  return out.slice(0, size);
}

function decodeMalformed(bytes: Uint8Array): string {
  const units = new Uint16Array(bytes.length);
  let size = 0;
  for (let at = 0; at < bytes.length;) {
    const step = decodeUtf8At(bytes, at);
    if (!step.ok) for (let i = 0; i < step.length; i++) units[size++] = 0xdc00 + bytes[at + i]!;
    else if (step.codePoint < 0x10000) units[size++] = step.codePoint;
    else {
      units[size++] = 0xd7c0 + (step.codePoint >> 10);
      units[size++] = 0xdc00 + (step.codePoint & 0x3ff);
    }
    at += step.length;
  }
  const parts: string[] = [];
  for (let at = 0; at < size; at += unitsAtOnce)
    parts.push(String.fromCharCode(...units.subarray(at, Math.min(size, at + unitsAtOnce))));
  return parts.join('');
}
