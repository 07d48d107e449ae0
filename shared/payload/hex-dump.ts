/** Hex dumps as programs write them, read back: offsets and the text column are no bytes of the message. */

const mostBytes = 1024 * 1024;
/** No program writes more of them in a line. */
const mostInLine = 256;

/** `isSetApart`: more than one blank, or a colon, stands behind the offset. */
type Line = { offset: number; isSetApart: boolean; rest: string };
type Reading = { bytes: readonly number[]; hasText: boolean };

/**
 * The bytes of a dump as of `xxd`, `hexdump -C` or Wireshark; null for everything else. The offset of each line says how
 * many bytes lie in front of it, and a text column is taken for one only where it shows the bytes beside it, so that
 * plain hex is not mistaken. Linear in the length.
 */
export function parseHexDump(text: string): Uint8Array<ArrayBuffer> | null {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const read = lines.map(readLine);
  const first = read[0];
  if (!first || first === '*') return null;
  const bytes: number[] = [];
  let isSure = false;
  let last: readonly number[] = [];
  for (const [i, line] of read.entries()) {
    if (line === null) return null;
    if (line === '*') continue;
    const at = line.offset - first.offset;
    if (read[i - 1] === '*') repeat(bytes, last, at);
    if (at !== bytes.length) return null;
    const reading = readingOf(line.rest, lengthOf(line, read[i + 1]));
    if (reading === null || at + reading.bytes.length > mostBytes) return null;
    bytes.push(...reading.bytes);
    last = reading.bytes;
    isSure ||= reading.hasText || (i > 0 && first.isSetApart);
  }
  return isSure && read.at(-1) !== '*' ? Uint8Array.from(bytes) : null;
}

/** `*`: hexdump(1) leaves out what repeats the line before. */
function readLine(line: string): Line | '*' | null {
  if (line.trim() === '*') return '*';
  const [, offset, gap = '', rest = ''] = /^\s*(?:0x)?([0-9a-f]{4,16})(:\s*|\s+|$)(.*)$/i.exec(line) ?? [];
  return offset === undefined ? null : { offset: parseInt(offset, 16), isSetApart: gap !== ' ', rest };
}

/** As the next line's offset says; null where nothing says it. */
const lengthOf = (line: Line, next: Line | '*' | null | undefined): number | null =>
  !next || next === '*' ? null : next.offset - line.offset;

function repeat(bytes: number[], line: readonly number[], until: number): void {
  if (line.length > 0 && until <= mostBytes) while (bytes.length < until) bytes.push(...line);
}

/** The text may look like hex too: what it agrees with is the longest reading, else all of it where all of it is hex. */
function readingOf(rest: string, length: number | null): Reading | null {
  const bytes: number[] = [];
  const ends = [0];
  const counts = [0];
  for (const token of rest.matchAll(/ {0,2}((?:[0-9a-f]{2})+)(?=\s|$)/giy)) {
    for (let at = 0; at < token[1]!.length; at += 2) bytes.push(parseInt(token[1]!.slice(at, at + 2), 16));
    ends.push(token.index + token[0].length);
    counts.push(bytes.length);
    if (bytes.length > mostInLine) return null;
  }
  let whole: Reading | null = null;
  for (let i = counts.length - 1; i >= 0; i--) {
    if (length !== null && counts[i] !== length) continue;
    const taken = bytes.slice(0, counts[i]);
    const behind = rest.slice(ends[i]);
    if (isTextOf(behind, taken)) return { bytes: taken, hasText: true };
    if (behind.trim() === '') whole ??= { bytes: taken, hasText: false };
  }
  return whole;
}

/** Programs write a dot for what is not printable; blanks at the end are lost on the way through a clipboard. */
function isTextOf(behind: string, bytes: readonly number[]): boolean {
  const column = behind.trimEnd().replaceAll('·', '.');
  if (column.trim() === '' || bytes.length === 0) return false;
  const shown = bytes.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
  return [shown, `|${shown}|`, `>${shown}<`].some((text) => {
    const wanted = text.trimEnd();
    return column.endsWith(wanted) && column.slice(0, column.length - wanted.length).trim() === '';
  });
}
