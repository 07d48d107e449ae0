/** Payloads as text in which nothing acts on a terminal, read in any encoding. */
import { isTorn, stepIn, type TextReading } from '../encodings/reading.ts';
import { escapeText, formatByte } from '../payload/format.ts';
import { wholeLength } from '../payload/utf8.ts';

const lineFeed = 0x0a;
const encoder = new TextEncoder();

type Escaped = { lines: string[]; endsLine: boolean; rest: number };

/**
 * Escaped as in the composer, each line by itself, with its line feed at its end. What is no character is written as its bytes,
 * and a character that goes on in a later payload as its bytes and `…`. `goesOn`: there are more bytes than these; what they
 * may complete is left: `rest` bytes at the end. `endsLine`: the last line has its end. Linear in the length.
 */
export function escapedLines(bytes: Uint8Array, reading: TextReading, goesOn = false): Escaped {
  return reading.encoding === 'utf-8' && reading.before.length === 0
    ? linesOfUtf8(bytes, reading, goesOn)
    : linesBySteps(bytes, reading, goesOn);
}

function linesOfUtf8(bytes: Uint8Array, { carries }: TextReading, goesOn: boolean): Escaped {
  const whole = goesOn || carries ? wholeLength(bytes) : bytes.length;
  const lines: string[] = [];
  for (let at = 0; at < whole;) {
    const feed = bytes.subarray(0, whole).indexOf(lineFeed, at);
    const end = feed < 0 ? whole : feed + 1;
    lines.push(escapeText(bytes.subarray(at, end)));
    at = end;
  }
  const rest = bytes.subarray(whole);
  const endsLine = bytes[whole - 1] === lineFeed;
  if (goesOn || rest.length === 0) return { lines, endsLine, rest: rest.length };
  if (endsLine || lines.length === 0) lines.push('');
  lines[lines.length - 1] += tornText(rest);
  return { lines, endsLine: false, rest: 0 };
}

function linesBySteps(bytes: Uint8Array, reading: TextReading, goesOn: boolean): Escaped {
  const lines: string[] = [];
  let line = '';
  let text: string[] = [];
  const flush = (): void => {
    line += escapeText(encoder.encode(text.join('')));
    text = [];
  };
  for (let at = 0; at < bytes.length;) {
    const step = stepIn(bytes, at, reading);
    const own = bytes.subarray(at, at + step.length);
    at += step.length;
    if (step.ok) {
      text.push(String.fromCodePoint(step.codePoint));
      if (step.codePoint !== lineFeed) continue;
      flush();
      lines.push(line);
      line = '';
      continue;
    }
    flush();
    if (step.cut && goesOn) return ended(lines, line, own.length);
    line += isTorn(step, at, bytes.length, reading) ? tornText(own) : byteEscapes(own);
  }
  flush();
  return ended(lines, line, 0);
}

function ended(lines: string[], line: string, rest: number): Escaped {
  return { lines: line === '' ? lines : [...lines, line], endsLine: line === '', rest };
}

const byteEscapes = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => `\\x${formatByte(byte)}`).join('');
const tornText = (bytes: Uint8Array): string => `${byteEscapes(bytes)}…`;
