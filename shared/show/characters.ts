/** Characters that a person cannot see, or that change how others are seen: they are shown by name. */

const asciiNames =
  'NUL SOH STX ETX EOT ENQ ACK BEL BS TAB LF VT FF CR SO SI DLE DC1 DC2 DC3 DC4 NAK SYN ETB CAN EM SUB ESC FS GS RS US'.split(
    ' ',
  );

/** First and last of each range of invisible characters beyond C1, in order (Unicode 16: Cf without visible signs, Zl, Zp, fillers). */
const invisible = [
  0xad, 0xad, 0x34f, 0x34f, 0x61c, 0x61c, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180f, 0x200b, 0x200f,
  0x2028, 0x202e, 0x2060, 0x206f, 0x3164, 0x3164, 0xfeff, 0xfeff, 0xffa0, 0xffa0, 0xfff0, 0xfffb, 0x1bca0,
  0x1bca3, 0x1d173, 0x1d17a, 0xe0000, 0xe0fff,
];

/** `U+202E`: at least four upper-case digits. */
export const codePointName = (codePoint: number): string =>
  `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;

/**
 * Name of a character that must not be shown as itself: C0 and DEL by their abbreviation (`CR`, `ESC`), C1 controls,
 * bidi controls, zero-width and other invisible characters and line separators as `U+XXXX`. Null for visible ones.
 */
export function controlName(codePoint: number): string | null {
  if (codePoint < 0x20) return asciiNames[codePoint]!;
  if (codePoint < 0x7f) return null;
  if (codePoint === 0x7f) return 'DEL';
  if (codePoint < 0xa0) return codePointName(codePoint);
  return isInvisible(codePoint) ? codePointName(codePoint) : null;
}

/** A control that texts do not hold: any but TAB, LF, CR and ESC. */
export const isStrange = (codePoint: number): boolean =>
  (codePoint < 0x20 && codePoint !== 9 && codePoint !== 10 && codePoint !== 13 && codePoint !== 27) ||
  (codePoint >= 0x7f && codePoint < 0xa0);

function isInvisible(codePoint: number): boolean {
  for (let i = 0; i < invisible.length; i += 2) {
    if (codePoint < invisible[i]!) return false;
    if (codePoint <= invisible[i + 1]!) return true;
  }
  return false;
}

/**
 * JSON that decodes to the same, without a character that acts on a terminal or hides there: `\u202e`. JSON escapes C0
 * and lone surrogates by itself, and outside of strings it is ASCII.
 */
export const jsonForTerminal = (value: unknown): string =>
  JSON.stringify(value).replace(/[^\x20-\x7e]/gu, (character) =>
    controlName(character.codePointAt(0)!) === null ? character : unicodeEscapes(character),
  );

function unicodeEscapes(character: string): string {
  let escapes = '';
  for (let at = 0; at < character.length; at++)
    escapes += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`;
  return escapes;
}
