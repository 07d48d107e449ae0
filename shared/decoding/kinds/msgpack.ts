/** MessagePack, one value behind another. */
import type { Decoder } from '../decoder.ts';
import type { NodeValue } from '../decoded.ts';
import { shortened, type Tree } from '../tree.ts';

const never = 0xc1;

export const msgpack: Decoder = {
  id: 'msgpack',
  confidence(bytes) {
    const first = bytes[0]!;
    const isMap = (first & 0xf0) === 0x80 || first === 0xde || first === 0xdf;
    const isArray = (first & 0xf0) === 0x90 || first === 0xdc || first === 0xdd;
    if (bytes.length < 2 || !(isMap || isArray)) return 0;
    if (!isMap) return 0.35;
    // Keys are texts, most of the time.
    const key = bytes[first === 0xde ? 3 : first === 0xdf ? 5 : 1]!;
    const next = bytes[first === 0xde ? 4 : first === 0xdf ? 6 : 2] ?? 0;
    return (key & 0xe0) === 0xa0 && next >= 0x20 && next < 0x7f ? 0.7 : 0.3;
  },
  read(tree) {
    for (let index = 0; tree.left > 0; index++) tree.say(shortened(String(value(tree, index)), 100));
  },
};

/** Its node, and what it says. */
function value(tree: Tree, name: string | number): NodeValue {
  const first = tree.peek(1);
  if (Number.isNaN(first)) tree.stop('incomplete');
  if (first < 0x80) return scalar(tree, name, 1, first);
  if (first < 0x90) return container(tree, name, { head: 1, count: first & 15, isMap: true });
  if (first < 0xa0) return container(tree, name, { head: 1, count: first & 15, isMap: false });
  if (first < 0xc0) return text(tree, name, 1, first & 31);
  if (first >= 0xe0) return scalar(tree, name, 1, first - 256);
  if (first === never) return tree.stop('unexpected');
  if (first === 0xc0) return scalar(tree, name, 1, null);
  if (first <= 0xc3) return scalar(tree, name, 1, first === 0xc3);
  return sized(tree, name, first);
}

function sized(tree: Tree, name: string | number, first: number): NodeValue {
  // Eight, 16 and 32 bits of length, or numbers of 8 to 64 bits.
  const three = (from: number): number => 2 ** (first - from);
  if (first <= 0xc6) return bytes(tree, name, three(0xc4));
  if (first <= 0xc9) return extension(tree, name, 1 + three(0xc7), tree.peek(three(0xc7), 1));
  if (first <= 0xcb) return number(tree, name, first === 0xca ? 4 : 8, 'float');
  if (first <= 0xcf) return number(tree, name, three(0xcc), 'unsigned');
  if (first <= 0xd3) return number(tree, name, three(0xd0), 'signed');
  if (first <= 0xd8) return extension(tree, name, 1, three(0xd4));
  if (first <= 0xdb) return text(tree, name, 1 + three(0xd9), tree.peek(three(0xd9), 1));
  const size = first & 1 ? 4 : 2;
  return container(tree, name, { head: 1 + size, count: tree.peek(size, 1), isMap: first >= 0xde });
}

function scalar(tree: Tree, name: string | number, length: number, said: NodeValue): NodeValue {
  tree.leaf(name, length, said);
  return said;
}

function number(
  tree: Tree,
  name: string | number,
  size: number,
  kind: 'float' | 'unsigned' | 'signed',
): NodeValue {
  const said = tree.skipping(1, () =>
    kind === 'float' ? tree.peekFloat(size) : tree.peekInteger(size, kind === 'signed'),
  );
  return scalar(tree, name, 1 + size, said);
}

/** A text or bytes with their head are one leaf. */
function text(tree: Tree, name: string | number, head: number, size: number): NodeValue {
  if (!(head + size <= tree.left)) tree.stop('incomplete');
  return scalar(tree, name, head + size, tree.textAt(tree.at + head, tree.at + head + size));
}

function bytes(tree: Tree, name: string | number, sizeOfLength: number): NodeValue {
  const size = tree.peek(sizeOfLength, 1);
  const head = 1 + sizeOfLength;
  if (!(head + size <= tree.left)) tree.stop('incomplete');
  return scalar(tree, name, head + size, tree.hexAt(tree.at + head, tree.at + head + size));
}

function extension(tree: Tree, name: string | number, head: number, size: number): NodeValue {
  const type = (tree.peek(1, head) << 24) >> 24;
  const start = tree.at + head + 1;
  if (!(head + 1 + size <= tree.left)) tree.stop('incomplete');
  const said =
    type === -1 && size === 4
      ? new Date(tree.peek(4, head + 1) * 1000).toISOString()
      : `ext ${type} ${tree.hexAt(start, start + size)}`;
  return scalar(tree, name, head + 1 + size, said);
}

type Container = { head: number; count: number; isMap: boolean };

function container(tree: Tree, name: string | number, { head, count, isMap }: Container): NodeValue {
  if (Number.isNaN(count)) tree.stop('incomplete');
  const said = isMap ? `{${count}}` : `[${count}]`;
  const keys: string[] = [];
  tree.group(
    name,
    () => {
      tree.leaf('', head);
      for (let index = 0; index < count; index++) {
        if (!isMap) value(tree, index);
        else keys.push(member(tree, value));
      }
    },
    said,
  );
  return isMap ? `{${keys.slice(0, 6).join(', ')}${keys.length > 6 ? ', …' : ''}}` : said;
}

/** A key and its value, under the name of the key. */
export function member(tree: Tree, read: (tree: Tree, name: string | number) => NodeValue): string {
  const node = tree.group('', () => {
    const { here } = tree;
    const key = read(tree, 'key');
    here.name = typeof key === 'number' ? key : String(key);
    const said = read(tree, 'value');
    here.value = said;
  });
  return String(node.name);
}
