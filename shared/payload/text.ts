/** Text: UTF-8 or another encoding, in text mode with escapes and functions. */
import type { Codec } from '../encodings/codec.ts';
import { backslash, brace, dollar, isSurrogate, readEscape } from './escapes.ts';
import { readReference, type Groups } from './group-references.ts';
import type { Parsed } from './parts.ts';
import { PartsReader, takeBraces } from './parts-reader.ts';

/** Of a UTF-16 unit: three in UTF-8, four in GB18030, and two for a line break in UTF-16. An escape is longer than its bytes. */
const mostPerUnit = 4;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Everything but escapes, typed line breaks and what is put in is in the encoding as it is written. Linear in the length. A dollar
 * that is written as an escape names no group.
 */
export function parseText(
  text: string,
  groups: Groups | null,
  lineBreak: Uint8Array,
  codec: Codec | null,
): Parsed {
  const reader = new PartsReader(text.length * mostPerUnit, codec);
  for (let at = 0; at < text.length && !reader.isHopeless;) {
    const codePoint = text.codePointAt(at)!;
    if (codePoint === backslash) at = takeEscape(reader, text, at);
    else if (codePoint === brace) at = takeBrace(reader, text, at);
    else if (codePoint === dollar && groups !== null) at = takeReference(reader, text, at, groups);
    else at = takeCharacter(reader, text, at, lineBreak);
  }
  return reader.finish();
}

/** Everything but typed line breaks is in the encoding as it is written. Linear in the length. */
export function parseAsIs(text: string, lineBreak: Uint8Array, codec: Codec | null): Parsed {
  const reader = new PartsReader(text.length * mostPerUnit, codec);
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
    return at + 1;
  }
  const end = codePoint > 0xffff ? at + 2 : at + 1;
  reader.character(codePoint, at, end);
  return end;
}

function takeEscape(reader: PartsReader, text: string, at: number): number {
  const escape = readEscape(text, at);
  const end = at + escape.length;
  if ('code' in escape) reader.problems.push({ start: at, end, code: escape.code });
  else {
    reader.token(at, end, 'escape');
    if (escape.isByte) reader.out[reader.size++] = escape.value;
    else reader.character(escape.value, at, end);
  }
  return end;
}

/** One brace is a brace. */
function takeBrace(reader: PartsReader, text: string, at: number): number {
  if (text[at + 1] === '{') return takeBraces(reader, text, at);
  reader.character(brace, at, at + 1);
  return at + 1;
}

function takeReference(reader: PartsReader, text: string, at: number, groups: Groups): number {
  const found = readReference(text, at, groups);
  if (found === null) {
    reader.character(dollar, at, at + 1);
    return text[at + 1] === '$' ? at + 2 : at + 1;
  }
  reader.insert(found);
  reader.token(at, at + found.source.length, 'insert');
  return at + found.source.length;
}
