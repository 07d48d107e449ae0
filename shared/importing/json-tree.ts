/** JSON (RFC 8259) with the place of each value. */
import { Unreadable, type Json, type RefusalCode } from './brought.ts';

export type JsonNode = { at: number; value: string | number | boolean | null | JsonFields | JsonNode[] };
export type JsonFields = Map<string, JsonNode>;

const deepest = 64;
const blanks = /[ \t\r\n]*/y;
// eslint-disable-next-line no-control-regex -- control characters are what ends it
const plainText = /[^"\\\u0000-\u001f]*/y;
const numberForm = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const wordForm = /true|false|null/y;
const escapes: Readonly<Partial<Record<string, string>>> = {
  ...{ '"': '"', '\\': '\\', '/': '/', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' },
};

/** Linear in the length; of two fields of one name the last counts. Throws `Unreadable` at the place. */
export function parseJson(text: string): JsonNode {
  let at = text.startsWith('\ufeff') ? 1 : 0;
  const fail = (code: RefusalCode, where = at): never => {
    throw new Unreadable(where >= text.length ? 'json-unfinished' : code, where);
  };
  const take = (form: RegExp): string => {
    form.lastIndex = at;
    const taken = form.exec(text)?.[0] ?? '';
    at += taken.length;
    return taken;
  };
  const expect = (character: string): void => {
    if (text[at] !== character) fail('json-unexpected');
    at++;
  };
  const readString = (): string => {
    const start = at;
    expect('"');
    const pieces: string[] = [];
    for (;;) {
      pieces.push(take(plainText));
      if (at >= text.length) fail('json-unfinished');
      if (text[at] === '"') break;
      if (text[at] !== '\\') fail('json-string');
      const escape = text[at + 1] ?? '';
      const digits = escape === 'u' ? /^[0-9a-f]{4}/i.exec(text.slice(at + 2, at + 6))?.[0] : undefined;
      const short = escapes[escape];
      if (short === undefined && digits === undefined) fail('json-string');
      pieces.push(short ?? String.fromCharCode(parseInt(digits!, 16)));
      at += digits === undefined ? 2 : 6;
    }
    at++;
    return pieces.length === 1 ? text.slice(start + 1, at - 1) : pieces.join('');
  };
  /** What stands between two brackets, comma by comma. */
  const eachOf = (end: string, read: () => void): void => {
    at++;
    take(blanks);
    if (text[at] === end) return void at++;
    for (;;) {
      take(blanks);
      read();
      take(blanks);
      if (text[at] === end) return void at++;
      expect(',');
    }
  };
  const readValue = (depth: number): JsonNode => {
    const start = at;
    if (depth > deepest) fail('json-deep');
    switch (text[at]) {
      case '{': {
        const fields: JsonFields = new Map();
        eachOf('}', () => {
          const name = readString();
          take(blanks);
          expect(':');
          take(blanks);
          fields.set(name, readValue(depth + 1));
        });
        return { at: start, value: fields };
      }
      case '[': {
        const items: JsonNode[] = [];
        eachOf(']', () => void items.push(readValue(depth + 1)));
        return { at: start, value: items };
      }
      case '"':
        return { at: start, value: readString() };
    }
    const word = take(wordForm);
    if (word !== '') return { at: start, value: word === 'null' ? null : word === 'true' };
    const digits = take(numberForm);
    if (digits === '') fail('json-unexpected');
    const value = Number(digits);
    if (!Number.isFinite(value)) fail('json-number', start);
    return { at: start, value };
  };
  take(blanks);
  const tree = readValue(0);
  take(blanks);
  if (at < text.length) fail('json-unexpected');
  return tree;
}

/** Without places. Nothing that a name says can change what an object is. */
export function plainJson({ value }: JsonNode): Json {
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([name, node]) => [name, plainJson(node)]));
  if (Array.isArray(value)) return value.map(plainJson);
  return value;
}
