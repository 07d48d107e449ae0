/** Bytes as a person takes them elsewhere. A form is a name in the table and its words in the texts. */
import { toBase64 } from './base64.ts';
import { escapeText, formatByte, formatHex } from './format.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const encoder = new TextEncoder();
const allBytes = Array.from({ length: 256 }, (_, byte) => byte);
const named = (name: (byte: number) => string): readonly Uint8Array[] =>
  allBytes.map((byte) => encoder.encode(name(byte)));

const isPrintable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;
const pythonEscapes = new Map([
  ['\\', '\\\\'],
  ["'", "\\'"],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\r', '\\r'],
]);
const upperHex = named(formatByte);
const lowerHex = named((byte) => formatByte(byte).toLowerCase());
const numbers = named((byte) => `0x${formatByte(byte)}`);
const pythonNames = named((byte) => {
  const character = String.fromCharCode(byte);
  const plain = isPrintable(byte) ? character : `\\x${formatByte(byte).toLowerCase()}`;
  return pythonEscapes.get(character) ?? plain;
});
const dumpNames = named((byte) => (isPrintable(byte) ? String.fromCharCode(byte) : '.'));

const numbersPerLine = 12;
const pythonPerLine = 32;
const dumpPerLine = 16;
/** No form takes more characters for a byte, with its share of what stands around a line; the rest is for short ones. */
const mostPerByte = 12;
const mostAround = 256;

const forms = {
  /** `48 65 0A` */
  hex: (bytes) => formatHex(bytes),
  /** `48650A` */
  'hex-plain': (bytes) => written(bytes, (put) => putEach(put, bytes, upperHex)),
  /** UTF-8; what is none becomes U+FFFD. */
  text: (bytes) => decoder.decode(bytes),
  /** As the composer reads it: `He\n`. */
  escaped: escapeText,
  /** A definition in C: `const unsigned char data[3] = { … };` */
  c: (bytes) => `const unsigned char data[${bytes.length}] = {\n${numberLines(bytes)}\n};\n`,
  /** An expression in Python 3: `b'He\n'`, longer ones in brackets, line by line. */
  python: (bytes) => {
    const lines = written(bytes, (put) => {
      eachLine(bytes, pythonPerLine, (line, at) => {
        if (at > 0) put(pythonNext);
        putEach(put, line, pythonNames);
      });
    });
    return bytes.length <= pythonPerLine ? `b'${lines}'` : `(\n    b'${lines}'\n)`;
  },
  /** An expression in JavaScript: `new Uint8Array([0x48, 0x65, 0x0A])` */
  javascript: (bytes) =>
    bytes.length <= numbersPerLine
      ? `new Uint8Array([${numberLines(bytes).trimStart()}])`
      : `new Uint8Array([\n${numberLines(bytes)}\n])`,
  /** RFC 4648 4, in one line. */
  base64: toBase64,
  /** As `hexdump -C -v` writes it, with the length in the last line. */
  dump: (bytes) =>
    written(bytes, (put) => {
      eachLine(bytes, dumpPerLine, (line, at) => putDumpLine(put, line, at));
      put(piece(`${offset(bytes.length)}\n`));
    }),
} as const satisfies Record<string, (bytes: Uint8Array) => string>;

export type CopyForm = keyof typeof forms;
export const copyForms = Object.keys(forms) as readonly CopyForm[];

/** `bytes` in one form. At most twelve times as long, in characters; linear in the length. */
export const copyAs = (form: CopyForm, bytes: Uint8Array): string => forms[form](bytes);

type Put = (ascii: Uint8Array) => void;

const piece = (text: string): Uint8Array => encoder.encode(text);
const pythonNext = piece("'\n    b'");
const indent = piece('    ');
const lineEnd = piece(',\n');
const comma = piece(', ');
const blank = piece(' ');
const absent = piece('   ');
const bar = piece('  |');
const barEnd = piece('|\n');

/** Put together as ASCII and decoded at once: megabytes put together from strings take seconds. */
function written(bytes: Uint8Array, write: (put: Put) => void): string {
  const out = new Uint8Array(bytes.length * mostPerByte + mostAround);
  let size = 0;
  write((ascii) => {
    for (let i = 0; i < ascii.length; i++) out[size++] = ascii[i]!;
  });
  return decoder.decode(out.subarray(0, size));
}

function putEach(put: Put, bytes: Uint8Array, names: readonly Uint8Array[], between?: Uint8Array): void {
  for (let i = 0; i < bytes.length; i++) {
    if (i > 0 && between !== undefined) put(between);
    put(names[bytes[i]!]!);
  }
}

function eachLine(bytes: Uint8Array, perLine: number, write: (line: Uint8Array, at: number) => void): void {
  for (let at = 0; at < bytes.length; at += perLine) write(bytes.subarray(at, at + perLine), at);
}

const numberLines = (bytes: Uint8Array): string =>
  written(bytes, (put) => {
    eachLine(bytes, numbersPerLine, (line, at) => {
      if (at > 0) put(lineEnd);
      put(indent);
      putEach(put, line, numbers, comma);
    });
  });

const offset = (at: number): string => at.toString(16).padStart(8, '0');

function putDumpLine(put: Put, line: Uint8Array, at: number): void {
  put(piece(`${offset(at)} `));
  for (let i = 0; i < dumpPerLine; i++) {
    if (i === dumpPerLine / 2) put(blank);
    if (i < line.length) put(blank);
    put(i < line.length ? lowerHex[line[i]!]! : absent);
  }
  put(bar);
  putEach(put, line, dumpNames);
  put(barEnd);
}
