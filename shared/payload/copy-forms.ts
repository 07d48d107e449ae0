/** Bytes as a person takes them elsewhere. A form is a name in the table and its words in the texts. */
import { escapeText, formatHex } from './format.ts';

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const hexOf = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));
const numberOf = hexOf.map((hex) => `0x${hex.toUpperCase()}`);

const pythonEscapes = new Map([
  ['\\', '\\\\'],
  ["'", "\\'"],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\r', '\\r'],
]);
const isPrintable = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;
const pythonOf = hexOf.map((hex, byte) => {
  const character = String.fromCharCode(byte);
  return pythonEscapes.get(character) ?? (isPrintable(byte) ? character : `\\x${hex}`);
});

const numbersPerLine = 12;
const pythonPerLine = 32;
const dumpPerLine = 16;
/** A multiple of three, so that no padding stands inside; few enough to be arguments of one call. */
const base64AtOnce = 3 * 4096;

const forms = {
  /** `48 65 0A` */
  hex: (bytes) => formatHex(bytes),
  /** `48650A` */
  'hex-plain': (bytes) => formatHex(bytes).replaceAll(' ', ''),
  /** UTF-8; what is none becomes U+FFFD. */
  text: (bytes) => decoder.decode(bytes),
  /** As the composer reads it: `He\n`. */
  escaped: escapeText,
  /** A definition in C: `const unsigned char data[3] = { … };` */
  c: (bytes) => `const unsigned char data[${bytes.length}] = {\n${numberLines(bytes)}\n};\n`,
  /** An expression in Python 3: `b'He\n'`, longer ones in brackets, line by line. */
  python: (bytes) => {
    const lines = inLines(bytes, pythonPerLine, (line) => `b'${join(line, pythonOf)}'`);
    return lines.length < 2 ? (lines[0] ?? "b''") : `(\n    ${lines.join('\n    ')}\n)`;
  },
  /** An expression in JavaScript: `new Uint8Array([0x48, 0x65, 0x0A])` */
  javascript: (bytes) =>
    bytes.length <= numbersPerLine
      ? `new Uint8Array([${join(bytes, numberOf, ', ')}])`
      : `new Uint8Array([\n${numberLines(bytes)}\n])`,
  /** RFC 4648 4, in one line. */
  base64: (bytes) => inLines(bytes, base64AtOnce, (part) => btoa(String.fromCharCode(...part))).join(''),
  /** As `hexdump -C -v` writes it, with the length in the last line. */
  dump: (bytes) => `${inLines(bytes, dumpPerLine, dumpLine).join('')}${offset(bytes.length)}\n`,
} as const satisfies Record<string, (bytes: Uint8Array) => string>;

export type CopyForm = keyof typeof forms;
export const copyForms = Object.keys(forms) as readonly CopyForm[];

/** `bytes` in one form. At most twelve times as long, in characters; takes about a tenth of a second for each MiB. */
export const copyAs = (form: CopyForm, bytes: Uint8Array): string => forms[form](bytes);

function inLines(
  bytes: Uint8Array,
  perLine: number,
  write: (line: Uint8Array, at: number) => string,
): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += perLine) lines.push(write(bytes.subarray(at, at + perLine), at));
  return lines;
}

function join(bytes: Uint8Array, names: readonly string[], between = ''): string {
  let out = '';
  for (let i = 0; i < bytes.length; i++) out += i === 0 ? names[bytes[i]!]! : between + names[bytes[i]!]!;
  return out;
}

const numberLines = (bytes: Uint8Array): string =>
  inLines(bytes, numbersPerLine, (line) => `    ${join(line, numberOf, ', ')}`).join(',\n');

const offset = (at: number): string => at.toString(16).padStart(8, '0');

function dumpLine(line: Uint8Array, at: number): string {
  const half = dumpPerLine / 2;
  const left = join(line.subarray(0, half), hexOf, ' ').padEnd(half * 3 - 1);
  const right = join(line.subarray(half), hexOf, ' ').padEnd(half * 3 - 1);
  let text = '';
  for (const byte of line) text += isPrintable(byte) ? String.fromCharCode(byte) : '.';
  return `${offset(at)}  ${left}  ${right}  |${text}|\n`;
}
