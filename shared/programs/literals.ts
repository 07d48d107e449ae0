/**
 * Bytes and texts as literals of languages. What they hold comes from anybody: each byte has one name, all of it plain
 * ASCII, so that nothing can end the literal, and what follows a byte is never part of its name.
 */

/** By byte. */
type Names = readonly string[];

const allBytes = Array.from({ length: 256 }, (_, byte) => byte);
const isPlain = (byte: number): boolean => byte >= 0x20 && byte < 0x7f;
const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
/** Always three digits: further ones behind it are characters of their own. */
const octal = (byte: number): string => `\\${byte.toString(8).padStart(3, '0')}`;
const byHex = (byte: number): string => `\\x${hex(byte, 2)}`;
const byUnit = (unit: number): string => `\\u${hex(unit, 4)}`;

const usual: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function named(own: Readonly<Record<string, string>>, other: (byte: number) => string): Names {
  const special = { ...usual, ...own };
  return allBytes.map((byte) => {
    const character = String.fromCharCode(byte);
    return special[character] ?? (isPlain(byte) ? character : other(byte));
  });
}

export const byteNames = {
  python: named({ "'": "\\'" }, byHex),
  javascript: named({ "'": "\\'" }, byHex),
  /** ISO C 5.2.1.1: `??` would begin a trigraph. */
  c: named({ '"': '\\"', '?': '\\?' }, octal),
  go: named({ '"': '\\"' }, byHex),
  /** Its \x takes one to four digits. */
  csharp: named({ '"': '\\"' }, byUnit),
  /** JLS 3.3: \u is read before anything else, even where it stands for a quote. */
  java: named({ '"': '\\"' }, octal),
  /** The format of printf(1) in single quotes. */
  printf: named({ "'": '\\047', '%': '%%' }, octal),
} as const satisfies Record<string, Names>;

/** Columns of a piece: it stands in a line with what is around it. */
const mostColumns = 76;

/** The bytes by their names, in pieces for a line each, which end behind line feeds where they can. One at least. */
export function piecesOf(bytes: Uint8Array, names: Names): string[] {
  const pieces: string[] = [];
  let piece = '';
  let endsLine = false;
  for (const byte of bytes) {
    const name = names[byte]!;
    if (endsLine || piece.length + name.length > mostColumns) {
      pieces.push(piece);
      piece = '';
    }
    piece += name;
    endsLine = byte === 10;
  }
  return [...pieces, piece];
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A text as the UTF-8 of it. */
export const utf8Literal = (text: string, names: Names, quote: string): string =>
  `${quote}${Array.from(encoder.encode(text), (byte) => names[byte]).join('')}${quote}`;

/** Half a surrogate pair is no character, and means something else to some compilers: it becomes U+FFFD, as on the wire. */
const wellFormed = (text: string): string => decoder.decode(encoder.encode(text));

/** A text of UTF-16, as JavaScript, Java and C# have them. */
export const utf16Literal = (text: string, names: Names, quote: string): string =>
  `${quote}${wellFormed(text)
    .split('')
    .map((unit) => (unit < '\x80' ? names[unit.charCodeAt(0)] : byUnit(unit.charCodeAt(0))))
    .join('')}${quote}`;

/** A text of characters. */
export const pythonText = (text: string): string =>
  `'${Array.from(wellFormed(text), (character) => {
    const point = character.codePointAt(0)!;
    if (point < 0x80) return byteNames.python[point];
    return point > 0xffff ? `\\U${hex(point, 8)}` : byUnit(point);
  }).join('')}'`;
