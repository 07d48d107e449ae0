/** INI files as QSettings writes them: escaped groups and keys, quoted and escaped values, `@Variant(…)`. */
import type { Finds } from './brought.ts';

export type IniValue = { text: string; at: number };
/** By `group/key`; of two of one name the last counts. */
export type IniValues = Map<string, IniValue>;

/** Linear in the length. What is no line of such a file is refused at its place. */
export function readQtSettings(text: string, finds: Finds): IniValues {
  const values: IniValues = new Map();
  let group = '';
  let lines = 0;
  for (let at = text.startsWith('\ufeff') ? 1 : 0; at < text.length;) {
    if (++lines > mostLines) {
      finds.refuse('too-many', at);
      break;
    }
    const end = endOfLine(text, at);
    const line = text.slice(at, end).trim();
    const head = /^\[(.*)\]$/.exec(line);
    if (head) group = groupOf(head[1]!.trim());
    else if (line !== '' && !/^[;#]/.test(line)) takeLine(values, group, line, at, finds);
    at = end + 1;
  }
  return values;
}

/** More than all the packets that can be brought have. */
const mostLines = 50_000;

/** A quoted value may go on in the next line; a backslash takes what follows it with it. */
function endOfLine(text: string, from: number): number {
  const found = text.indexOf('\n', from);
  const end = found < 0 ? text.length : found;
  const line = text.slice(from, end);
  const equals = /^\s*[[;#]/.test(line) ? -1 : line.indexOf('=');
  if (equals < 0 || !/[\\"]/.test(line)) return end;
  let isQuoted = false;
  const step = /\\|"|\n/g;
  step.lastIndex = from + equals + 1;
  for (let next = step.exec(text); next !== null; next = step.exec(text)) {
    if (next.index > end + mostFurther) return next.index;
    if (next[0] === '\\') step.lastIndex++;
    else if (next[0] === '"') isQuoted = !isQuoted;
    else if (!isQuoted) return next.index;
  }
  return isQuoted ? end : text.length;
}
/** Characters behind the line in which a quote was opened; Qt itself writes none there. */
const mostFurther = 64 * 1024;

/** `General` is what has no group, and a group of that name is `%General`. */
const groupOf = (written: string): string =>
  /^general$/i.test(written) ? '' : unescapedKey(written.replace(/^%(?=general$)/i, ''));

function takeLine(values: IniValues, group: string, line: string, at: number, finds: Finds): void {
  const equals = line.indexOf('=');
  if (equals < 1) return finds.refuse('ini-line', at, line);
  const key = unescapedKey(line.slice(0, equals).trim());
  const text = readValue(line.slice(equals + 1).trim());
  if (text === null) finds.refuse('ini-value', at, line);
  else values.set(normalized(group === '' ? key : `${group}/${key}`), { text, at });
}

/** As QSettings looks for a key: no slash at an end, and none twice. */
export const normalized = (key: string): string => key.replace(/^\/+|\/+$/g, '').replaceAll(/\/{2,}/g, '/');

/** `%20` is a character of Latin-1, `%U65E5` a UTF-16 unit, a backslash the slash between groups. */
const unescapedKey = (key: string): string =>
  key.replaceAll(/\\|%U([0-9a-f]{4})|%([0-9a-f]{2})/gi, (_, unit?: string, byte?: string) =>
    unit === undefined && byte === undefined ? '/' : String.fromCharCode(parseInt(unit ?? byte!, 16)),
  );

const letters: Readonly<Partial<Record<string, string>>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '"': '"', '?': '?', "'": "'" },
  '\\': '\\',
};

/** Null for a value that this program does not know how to read. */
function readValue(written: string): string | null {
  const out: string[] = [];
  const piece = /\\x([0-9a-f]+)|\\([0-7]+)|\\([^])|"|[^\\"]+|\\$/gy;
  for (const [all, hex, octal, letter] of written.matchAll(piece)) {
    if (hex !== undefined) out.push(String.fromCharCode(parseInt(hex.slice(-4), 16)));
    else if (octal !== undefined) out.push(String.fromCharCode(parseInt(octal.slice(-6), 8)));
    else if (letter !== undefined) out.push(letters[letter] ?? '');
    else if (all !== '"' && all !== '\\') out.push(all);
  }
  return plainValue(out.join(''));
}

function plainValue(text: string): string | null {
  if (!text.startsWith('@')) return text;
  if (text.startsWith('@@')) return text.slice(1);
  const inside = /^@(\w+)\(([^]*)\)$/.exec(text);
  if (inside === null) return text;
  const [, kind, data] = inside;
  if (kind === 'Invalid') return '';
  if (kind === 'ByteArray' || kind === 'String') return data!;
  return kind === 'Variant' ? variantText(data!) : null;
}

/** QDataStream of Qt 4: a type of 32 bits, then the value; what the names of numbers are. */
function variantText(data: string): string | null {
  if (data.length < 4 || /[^\0-\xff]/.test(data)) return null;
  const bytes = Uint8Array.from(data, (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const type = view.getUint32(0);
  const size = sizes[type];
  if (size === undefined || bytes.length !== 4 + size) return null;
  if (type === 1) return String(bytes[4] !== 0);
  if (type === 2) return String(view.getInt32(4));
  if (type === 3) return String(view.getUint32(4));
  const number = type === 6 ? view.getFloat64(4) : view.getFloat32(4);
  if (!Number.isFinite(number)) return null;
  // A float has seven digits; more are of its binary form.
  return String(type === 6 ? number : Number(number.toPrecision(7)));
}
/** bool, int, unsigned, double, and float in its two numbers. */
const sizes: Readonly<Record<number, number>> = { 1: 1, 2: 4, 3: 4, 6: 8, 135: 4, 38: 4 };
