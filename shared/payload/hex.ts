/** Hex mode: every token is bytes, and what is ambiguous is refused at its place. */
import { problemIn } from '../problem.ts';
import { asTyped } from '../typed.ts';
import type { PayloadProblemCode, Parsed } from './parts.ts';
import { PartsReader, takeBraces } from './parts-reader.ts';

/**
 * Reads `68656c`, `68:65:6c`, `68-65-6c`, `0x68 0x65`, `{0x41, 0x42}` and `\x41\x42`, mixed as one likes. A lone digit
 * is one byte (`41 4` is 41 04); a longer token with an odd number of digits is refused. A colon or dash must directly
 * follow a digit, so that `-1` is not taken for 01. Full-width forms mean ASCII. Linear in the length.
 */
export function parseHex(written: string): Parsed {
  const text = asTyped(written);
  const reader = new PartsReader((text.length + 1) >> 1);
  for (let at = 0; at < text.length && !reader.isHopeless;) {
    const kind = kindAt(text, at);
    if (kind === separator || (kind === joint && at > 0 && kindAt(text, at - 1) < separator)) {
      at = isCall(written, at) ? takeBraces(reader, written, at) : at + 1;
    } else at = takeToken(reader, written, text, at);
  }
  return reader.finish();
}

/** Braces may stand around bytes as well, as in a list of lists. */
const isCall = (text: string, at: number): boolean =>
  text.startsWith('{{', at) &&
  !/^\{\{[\s{]*(?:(?:0x|\\x)?[0-9a-f]{1,2}[\s,}]|\})/i.test(text.slice(at, at + 64));

function takeToken(reader: PartsReader, written: string, text: string, start: number): number {
  const isPrefixed = hasPrefix(text, start);
  const digitsAt = isPrefixed ? start + 2 : start;
  let end = digitsAt;
  while (kindAt(text, end) < separator) end++;
  const digits = end - digitsAt;
  if (digits === 0 && !isPrefixed) end = endOfStray(text, start);
  const refuse = (code: PayloadProblemCode): void =>
    void reader.problems.push(problemIn(written, start, end, code));
  if (digits === 0) {
    const isStray = kindAt(text, start) === joint;
    refuse(isPrefixed ? 'hex-missing-digits' : isStray ? 'hex-stray-separator' : 'hex-not-hex');
  } else if (digits > 1 && digits % 2 === 1) refuse('hex-odd-digits');
  else if (digits === 1) reader.out[reader.size++] = kindAt(text, digitsAt);
  else
    for (let at = digitsAt; at < end; at += 2)
      reader.out[reader.size++] = kindAt(text, at) * 16 + kindAt(text, at + 1);
  return end;
}

// What a UTF-16 unit is: below 16 a digit's value.
const separator = 16;
const joint = 17;
const other = 18;
const kinds = new Uint8Array(128).fill(other);
for (let digit = 0; digit < 16; digit++) {
  const character = digit.toString(16);
  kinds[character.charCodeAt(0)] = digit;
  kinds[character.toUpperCase().charCodeAt(0)] = digit;
}
for (const character of ' \t\r\n,{}') kinds[character.charCodeAt(0)] = separator;
for (const character of ':-') kinds[character.charCodeAt(0)] = joint;

/** `other` behind the end of the text, too. */
const kindAt = (text: string, at: number): number => kinds[text.charCodeAt(at)] ?? other;

const hasPrefix = (text: string, at: number): boolean =>
  (text[at] === '0' || text[at] === '\\') &&
  (text[at + 1] === 'x' || (text[at] === '0' && text[at + 1] === 'X'));

/** A run of characters that mean nothing is one mistake. */
function endOfStray(text: string, start: number): number {
  const kind = kindAt(text, start);
  let at = start + 1;
  while (at < text.length && kindAt(text, at) === kind && !hasPrefix(text, at)) at++;
  return at;
}
