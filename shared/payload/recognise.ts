/** Texts that are another program's way to write bytes. One more is an entry of the table. */
import { asTyped } from '../typed.ts';
import { readEscape } from './escapes.ts';
import { readForeign, type ForeignNotation } from './foreign.ts';
import { parseHexDump } from './hex-dump.ts';
import { compile, isTextual, parse, type Notation } from './payload.ts';
import { encodeUtf8At } from './utf8.ts';

type Bytes = Uint8Array<ArrayBuffer>;
/**
 * `isSure`: nobody writes a text so that is meant as it stands, so that its bytes are taken, and can be undone; else
 * they are offered.
 */
type Kind = { isSure: boolean; read: (text: string) => Bytes | null };

const foreign = (notation: ForeignNotation, looksSo: (text: string) => boolean): Kind => ({
  isSure: false,
  read(text) {
    if (!looksSo(text)) return null;
    const read = readForeign(notation, text);
    return read.ok ? read.bytes : null;
  },
});

const kinds = {
  dump: { isSure: false, read: parseHexDump },
  c: { isSure: true, read: readNumbers },
  python: { isSure: true, read: readPython },
  'c-string': { isSure: false, read: (text) => (/\\x[0-9a-f]{2}/i.test(text) ? readQuoted(text, '') : null) },
  // A lone `$10` is a price, and `[10]` a place in a list: a control or several bytes must be there.
  hercules: foreign('hercules', (text) => /\$0[0-9a-f]/i.test(text) || /^(?:\$[0-9a-f]{2}){2,}$/i.test(text)),
  sokit: foreign('sokit', (text) => /\[[0-9a-f]{2}(?:\s?[0-9a-f]{2})+\]|\[0[0-9ad]\]/i.test(text)),
  // Our own text has a meaning for `\0d`, too: another one.
  packetsender: foreign(
    'packetsender',
    (text) => /\\0[0-9a-f]/i.test(text) || (/\\[2-9a-f][0-9]/i.test(text) && isWrong(text)),
  ),
  'full-width': {
    isSure: false,
    read: (text) =>
      /[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/.test(text) &&
      /^[\x20-\x7e\r\n\t\u3000\uff01-\uff5e]+$/.test(text)
        ? bytesIn('as-is', asTyped(text))
        : null,
  },
} as const satisfies Record<string, Kind>;

export type PastedKind = keyof typeof kinds;
export type Recognised = { kind: PastedKind; bytes: Bytes; isSure: boolean };

/**
 * What a text is that is pasted into a message of this notation; null for what is text, or can be read there as it
 * stands. Among bytes, where it would be nothing but wrong, what is recognised is sure. Linear in the length.
 */
export function recognise(text: string, mode: Notation): Recognised | null {
  if (mode === 'as-is' || text.trim() === '') return null;
  const amongBytes = !isTextual(mode);
  if (amongBytes && mode !== 'hex' && !isWrong(text, mode)) return null;
  for (const kind of Object.keys(kinds) as PastedKind[]) {
    const isDump = kind === 'dump';
    // Numbers in hex may be a dump all the same: its offsets are no bytes.
    if (mode === 'hex' && !isDump && !isWrong(text, mode)) return null;
    const bytes = kinds[kind].read(text);
    if (bytes !== null && bytes.length > 0) return { kind, bytes, isSure: amongBytes || kinds[kind].isSure };
  }
  return null;
}

const isWrong = (text: string, mode: Notation = 'text'): boolean => parse({ mode, text }).problems.length > 0;
const bytesIn = (mode: Notation, text: string): Bytes | null => {
  const parsed = parse({ mode, text });
  return parsed.problems.length === 0 ? compile(parsed).fill() : null;
};

/** A C array with its declaration or in hex, `new Uint8Array([…])`, `bytes([…])`. */
function readNumbers(text: string): Bytes | null {
  const trimmed = text.trim().replace(/;$/, '').trimEnd();
  const open = /[{[]/.exec(
    trimmed.slice(0, mostHead).replace(/\[[\w\s]{0,40}\]/, (size) => '_'.repeat(size.length)),
  );
  if (open === null) return null;
  const head = trimmed.slice(0, open.index).trim();
  const isCall = /^(?:new\s+Uint8Array|bytes|bytearray)\s*\($/.test(head);
  const isDeclared = open[0] === '{' && /^[\w\s*:<>]*\w[\s*]*\[[\w\s]*\]\s*=$/.test(head);
  const end = isCall ? '])' : open[0] === '{' ? '}' : ']';
  if (!(isCall || isDeclared || head === '') || !trimmed.endsWith(end)) return null;
  const items = trimmed
    .slice(open.index + 1, -end.length)
    .replace(/\/\*[^*]*\*\/|\/\/[^\n]*/g, ' ')
    .trim()
    .replace(/,$/, '')
    .split(',')
    .map((item) => item.trim());
  const isHex = items.every((item) => /^0x[0-9a-f]{1,2}$/i.test(item));
  if (!isHex && head === '') return null;
  const numbers = items.map((item) => (/^(?:0x[0-9a-f]{1,2}|\d{1,3})$/i.test(item) ? Number(item) : NaN));
  return numbers.every((number) => number <= 255) ? Uint8Array.from(numbers) : null;
}
const mostHead = 200;

/** `b'…'`, several of them, in brackets too; `bytes.fromhex('…')`. */
function readPython(text: string): Bytes | null {
  const trimmed = text.trim();
  const hex = /^bytes\.fromhex\(\s*(['"])([0-9a-f\s]*)\1\s*\)$/i.exec(trimmed);
  if (hex !== null) return bytesIn('hex', hex[2]!);
  const inner = /^(?:bytes|bytearray)?\(([^]*)\)$/.exec(trimmed)?.[1] ?? trimmed;
  return readQuoted(inner.trim(), 'b');
}

const letters: Readonly<Record<string, number>> = { "'": 39, '"': 34, '\n': -1 };

/** One or several literals beside each other, each behind `prefix`, with the escapes of C and Python. */
function readQuoted(text: string, prefix: string): Bytes | null {
  const out = new Uint8Array(text.length * 3);
  let size = 0;
  let at = 0;
  while (at < text.length) {
    if (!text.startsWith(prefix, at)) return null;
    at += prefix.length;
    const quote = text[at++];
    if (quote !== '"' && (quote !== "'" || prefix === '')) return null;
    while (text[at] !== quote) {
      if (at >= text.length) return null;
      if (text[at] !== '\\') {
        const codePoint = text.codePointAt(at)!;
        if ((prefix !== '' && codePoint > 0x7e) || (codePoint >= 0xd800 && codePoint <= 0xdfff)) return null;
        size = encodeUtf8At(out, size, codePoint);
        at += codePoint > 0xffff ? 2 : 1;
        continue;
      }
      const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))?.[0];
      const own = letters[text[at + 1] ?? ''];
      const escape = octal === undefined && own === undefined ? readEscape(text, at) : null;
      if (octal !== undefined) {
        out[size++] = parseInt(octal, 8);
        at += 1 + octal.length;
      } else if (escape === null) {
        if (own! >= 0) out[size++] = own!;
        at += 2;
      } else if ('code' in escape) return null;
      else {
        if (escape.isByte) out[size++] = escape.value;
        else size = encodeUtf8At(out, size, escape.value);
        at += escape.length;
      }
    }
    at++;
    while (/\s/.test(text[at] ?? '')) at++;
  }
  return out.slice(0, size);
}
