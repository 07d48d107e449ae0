/** JSON (RFC 8259), one text or several: NDJSON and JSON Lines. A member is one leaf with its name; what holds it together has none. */
import type { Decoder } from '../decoder.ts';
import type { NodeValue } from '../decoded.ts';
import { shortened, type Tree } from '../tree.ts';

const [quote, backslash, colon, comma] = [0x22, 0x5c, 0x3a, 0x2c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];
const byteOrderMark = 0xef;
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const literals: Readonly<Record<string, NodeValue>> = { true: true, false: false, null: null };
const mostSaidKeys = 6;
/** No number of a sender that means it is longer. */
const mostDigits = 400;

export const json: Decoder = {
  id: 'json',
  confidence(bytes) {
    const text = String.fromCharCode(...bytes.subarray(0, 200));
    if (/^(?:\xef\xbb\xbf)?\s*\{\s*(?:["}]|$)/.test(text)) return text.length < 2 ? 0.3 : 0.9;
    if (/^(?:\xef\xbb\xbf)?\s*\[\s*(?:[-"{[\]\d]|true|false|null)/.test(text)) return 0.8;
    return 0;
  },
  read(tree) {
    if (tree.peek(1) === byteOrderMark) tree.leaf('', 3);
    for (let count = 0; ; count++) {
      const start = afterBlanks(tree, tree.at);
      if (start > tree.at) tree.leaf('', start - tree.at);
      if (tree.left === 0) return;
      const before = tree.here.children.length;
      value(tree, count, start);
      tree.say(saidOf(tree, before));
    }
  },
};

function saidOf(tree: Tree, at: number): string {
  const { value: said, children } = tree.here.children[at]!;
  if (children.length === 0) return shortened(String(said), 60);
  const names = children.map(({ name }) => name).filter((name) => typeof name === 'string' && name !== '');
  const more = names.length > mostSaidKeys ? ', …' : '';
  return names.length === 0 ? String(said) : `{${names.slice(0, mostSaidKeys).join(', ')}${more}}`;
}

/** `at`: where the value begins; its node begins where the tree is, with the key. */
function value(tree: Tree, name: string | number, at: number): void {
  const first = tree.bytes[at];
  if (at >= tree.end) tree.stop('incomplete');
  if (first === openBrace || first === openBracket) {
    tree.group(name, () => {
      tree.leaf('', at + 1 - tree.at);
      elements(tree, first === openBrace);
    });
  } else if (first === quote) {
    const end = stringEnd(tree, at);
    const isPlain = plain.isIt;
    const said = isPlain ? tree.textAt(at + 1, end - 1) : unescaped(tree, at, end);
    tree.leaf(name, end - tree.at, said ?? tree.textAt(at + 1, end - 1), said === null ? 'unexpected' : null);
  } else {
    const end = wordEnd(tree, at);
    const word = tree.ascii(at, end);
    if (number.test(word)) tree.leaf(name, end - tree.at, numberOf(word));
    else if (Object.hasOwn(literals, word)) tree.leaf(name, end - tree.at, literals[word]);
    else {
      const isCut = end === tree.end && Object.keys(literals).some((literal) => literal.startsWith(word));
      if (isCut || (end === tree.end && /^-?(?:\d.*)?$/.test(word))) tree.stop('incomplete');
      stopAt(tree, at, 'unexpected');
    }
  }
}

function elements(tree: Tree, isObject: boolean): void {
  const closer = isObject ? closeBrace : closeBracket;
  const { here } = tree;
  for (let count = 0; ; count++) {
    let at = afterBlanks(tree, tree.at);
    if (tree.bytes[at] === closer && at < tree.end) {
      tree.leaf('', at + 1 - tree.at);
      here.value = isObject ? `{${count}}` : `[${count}]`;
      return;
    }
    if (count > 0) at = afterBlanks(tree, after(tree, at, comma));
    if (at > tree.at) tree.leaf('', at - tree.at);
    if (!isObject) {
      value(tree, count, at);
      continue;
    }
    if (at >= tree.end) tree.stop('incomplete');
    if (tree.bytes[at] !== quote) tree.stop('unexpected');
    const end = stringEnd(tree, at);
    const key = plain.isIt ? tree.textAt(at + 1, end - 1) : (unescaped(tree, at, end) ?? '');
    const behind = after(tree, afterBlanks(tree, end), colon);
    value(tree, key, afterBlanks(tree, behind));
  }
}

function after(tree: Tree, at: number, byte: number): number {
  if (at >= tree.end) tree.stop('incomplete');
  if (tree.bytes[at] !== byte) stopAt(tree, at, 'unexpected');
  return at + 1;
}

/** What is wrong stands there, and not where the node began. */
function stopAt(tree: Tree, at: number, code: 'unexpected'): never {
  if (at > tree.at) tree.leaf('', at - tree.at);
  return tree.stop(code);
}

function afterBlanks(tree: Tree, from: number): number {
  const { bytes, end } = tree;
  let at = from;
  while (at < end && (bytes[at] === 0x20 || (bytes[at]! >= 9 && bytes[at]! <= 13))) at++;
  return at;
}

function wordEnd(tree: Tree, from: number): number {
  const { bytes } = tree;
  const end = Math.min(tree.end, from + mostDigits);
  let at = from;
  for (; at < end; at++) {
    const byte = bytes[at]!;
    if (byte <= 0x20 || byte === comma || byte === closeBrace || byte === closeBracket || byte === colon)
      break;
  }
  return at;
}

/** Of the string that was looked at last: no escapes, no control characters. A field of its own would cost an object each. */
const plain = { isIt: true };

function stringEnd(tree: Tree, start: number): number {
  const { bytes, end } = tree;
  plain.isIt = true;
  for (let at = start + 1; at < end; at++) {
    const byte = bytes[at]!;
    if (byte === quote) {
      tree.spend(at - start);
      return at + 1;
    }
    if (byte === backslash) at++;
    if (byte === backslash || byte < 0x20) plain.isIt = false;
  }
  tree.spend(end - start);
  return tree.stop('incomplete');
}

/** null: with escapes that there are not, or characters that must be escaped. */
function unescaped(tree: Tree, start: number, end: number): string | null {
  try {
    const written = new TextDecoder().decode(tree.bytes.subarray(start, end));
    return shortened(JSON.parse(written) as string, 1000);
  } catch {
    // Not JSON after all.
    return null;
  }
}

/** As it is written, where a double would change it. */
function numberOf(word: string): NodeValue {
  const read = Number(word);
  return Number.isFinite(read) && (Math.abs(read) <= Number.MAX_SAFE_INTEGER || /[.eE]/.test(word))
    ? read
    : word;
}
