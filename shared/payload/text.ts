/** Text: UTF-8, in text mode with escapes and functions. */
import { backslash, brace, dollar, isSurrogate, readEscape } from './escapes.ts';
import { readReference, type Groups } from './group-references.ts';
import type { Parsed } from './parts.ts';
import { PartsReader, takeBraces } from './parts-reader.ts';
import { encodeUtf8At } from './utf8.ts';

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Everything but escapes, typed line breaks and what is put in is UTF-8 as it is written. Linear in the length. A dollar
 * that is written as an escape names no group.
 */
export function parseText(text: string, groups: Groups | null, lineBreak: Uint8Array): Parsed {
  // No UTF-16 unit needs more than three bytes, and an escape needs fewer than its own length.
  const reader = new PartsReader(text.length * 3);
  for (let at = 0; at < text.length && !reader.isHopeless;) {
    const codePoint = text.codePointAt(at)!;
    if (codePoint === backslash) at = takeEscape(reader, text, at);
    else if (codePoint === brace) at = takeBrace(reader, text, at);
    else if (codePoint === dollar && groups !== null) at = takeReference(reader, text, at, groups);
    else at = takeCharacter(reader, text, at, lineBreak);
  }
  return reader.finish();
}

/** Everything but typed line breaks is UTF-8 as it is written. Linear in the length. */
export function parseAsIs(text: string, lineBreak: Uint8Array): Parsed {
  const reader = new PartsReader(text.length * 3);
  for (let at = 0; at < text.length && !reader.isHopeless;) at = takeCharacter(reader, text, at, lineBreak);
  return reader.finish();
}

/** One that stands for itself, or a line break. A line feed behind a carriage return was not typed, and stays. */
function takeCharacter(reader: PartsReader, text: string, at: number, lineBreak: Uint8Array): number {
  const codePoint = text.codePointAt(at)!;
  if (isSurrogate(codePoint)) {
    reader.problems.push({ start: at, end: at + 1, code: 'text-lone-surrogate' });
    return at + 1;
  }
  if (codePoint === lineFeed && text.charCodeAt(at - 1) !== carriageReturn) {
    reader.out.set(lineBreak, reader.size);
    reader.size += lineBreak.length;
  } else reader.size = encodeUtf8At(reader.out, reader.size, codePoint);
  return codePoint > 0xffff ? at + 2 : at + 1;
}

function takeEscape(reader: PartsReader, text: string, at: number): number {
  const escape = readEscape(text, at);
  const end = at + escape.length;
  if ('code' in escape) reader.problems.push({ start: at, end, code: escape.code });
  else {
    reader.token(at, end, 'escape');
    if (escape.isByte) reader.out[reader.size++] = escape.value;
    else reader.size = encodeUtf8At(reader.out, reader.size, escape.value);
  }
  return end;
}

/** One brace is a brace. */
function takeBrace(reader: PartsReader, text: string, at: number): number {
  if (text[at + 1] === '{') return takeBraces(reader, text, at);
  reader.out[reader.size++] = brace;
  return at + 1;
}

function takeReference(reader: PartsReader, text: string, at: number, groups: Groups): number {
  const found = readReference(text, at, groups);
  if (found === null) {
    reader.out[reader.size++] = dollar;
    return text[at + 1] === '$' ? at + 2 : at + 1;
  }
  reader.insert(found);
  reader.token(at, at + found.source.length, 'insert');
  return at + found.source.length;
}
