/** CBOR (RFC 8949), one item behind another. */
import type { Decoder } from '../decoder.ts';
import type { NodeValue } from '../decoded.ts';
import { shortened, type Tree } from '../tree.ts';
import { member } from './msgpack.ts';

const tags: Readonly<Record<number, string>> = {
  ...{ 0: 'date', 1: 'time', 2: 'big', 3: 'negative big', 4: 'decimal', 5: 'bigfloat', 21: 'base64url' },
  ...{ 22: 'base64', 23: 'base16', 24: 'CBOR', 32: 'URI', 33: 'base64url', 34: 'base64', 37: 'UUID' },
};
const stopCode = 0xff;

export const cbor: Decoder = {
  id: 'cbor',
  confidence(bytes) {
    const [first = 0, second = 0, third = 0] = bytes;
    // Its own sign (tag 55799).
    if (first === 0xd9 && second === 0xd9 && third === 0xf7) return 0.98;
    const isMap = first >= 0xa1 && first <= 0xbb;
    if (bytes.length < 3 || !(isMap || first === 0xbf)) return first >= 0x81 && first <= 0x9b ? 0.3 : 0;
    const key = first >= 0xb8 && first !== 0xbf ? third : second;
    return key >= 0x61 && key <= 0x77 ? 0.65 : key < 0x20 ? 0.35 : 0;
  },
  read(tree) {
    for (let index = 0; tree.left > 0; index++) tree.say(shortened(String(item(tree, index)), 100));
  },
};

/** An item's head: its size, its argument; null: without an end that is stated. `said`: all digits of the argument. */
type Head = { size: number; argument: number | null; said: number | string };

function item(tree: Tree, name: string | number): NodeValue {
  const first = tree.peek(1);
  if (Number.isNaN(first)) tree.stop('incomplete');
  const major = first >> 5;
  const head = headOf(tree, first & 31, major);
  if (major === 0 || major === 1) return integer(tree, name, head.size, major === 1);
  if (major === 2 || major === 3) return string(tree, name, head, major === 3);
  if (major === 4 || major === 5) return container(tree, name, head, major === 5);
  if (major === 6) return tagged(tree, name, head);
  return simple(tree, name, first & 31, head.size);
}

function headOf(tree: Tree, low: number, major: number): Head {
  if (low < 24) return { size: 1, argument: low, said: low };
  if (low < 28) {
    const bytes = 2 ** (low - 24);
    const argument = tree.peek(bytes, 1);
    if (Number.isNaN(argument)) tree.stop('incomplete');
    return { size: 1 + bytes, argument, said: tree.skipping(1, () => tree.peekInteger(bytes, false)) };
  }
  if (low === 31 && major >= 2 && major <= 5) return { size: 1, argument: null, said: '' };
  return tree.stop('unexpected');
}

function scalar(tree: Tree, name: string | number, length: number, said: NodeValue): NodeValue {
  tree.leaf(name, length, said);
  return said;
}

function integer(tree: Tree, name: string | number, size: number, isNegative: boolean): NodeValue {
  const plain = size === 1 ? tree.peek(1) & 31 : tree.skipping(1, () => tree.peekInteger(size - 1, false));
  const said = !isNegative ? plain : typeof plain === 'number' ? -1 - plain : String(-1n - BigInt(plain));
  return scalar(tree, name, size, said);
}

function string(tree: Tree, name: string | number, { size, argument }: Head, isText: boolean): NodeValue {
  if (argument === null) {
    const pieces: string[] = [];
    tree.group(name, () => {
      const { here } = tree;
      tree.leaf('', size);
      for (let index = 0; !isStop(tree); index++) {
        if (tree.peek(1) >> 5 !== (isText ? 3 : 2)) tree.stop('unexpected');
        pieces.push(String(item(tree, index)));
      }
      here.value = shortened(pieces.join(''), 1000);
    });
    return shortened(pieces.join(''), 1000);
  }
  if (size + argument > tree.left) tree.stop('incomplete');
  const start = tree.at + size;
  const end = start + argument;
  return scalar(tree, name, size + argument, isText ? tree.textAt(start, end) : tree.hexAt(start, end));
}

/** Takes the byte that ends what has no stated end. */
function isStop(tree: Tree): boolean {
  const byte = tree.peek(1);
  if (Number.isNaN(byte)) tree.stop('incomplete');
  if (byte === stopCode) tree.leaf('', 1);
  return byte === stopCode;
}

function container(
  tree: Tree,
  name: string | number,
  { size, argument, said }: Head,
  isMap: boolean,
): NodeValue {
  const keys: string[] = [];
  let count = 0;
  const node = tree.group(
    name,
    () => {
      tree.leaf('', size);
      for (; argument === null ? !isStop(tree) : count < argument; count++) {
        if (isMap) keys.push(member(tree, item));
        else item(tree, count);
      }
    },
    isMap ? `{${said}}` : `[${said}]`,
  );
  node.value = isMap ? `{${count}}` : `[${count}]`;
  return isMap ? `{${keys.slice(0, 6).join(', ')}${keys.length > 6 ? ', …' : ''}}` : node.value;
}

function tagged(tree: Tree, name: string | number, { size, argument, said: digits }: Head): NodeValue {
  let said: NodeValue;
  tree.group(name, () => {
    const { here } = tree;
    const tag = argument ?? 0;
    tree.leaf('tag', size, tags[tag] ?? digits);
    said = item(tree, 'value');
    if (tag === 1 && typeof said === 'number' && Math.abs(said) < 8.64e12)
      said = new Date(said * 1000).toISOString();
    here.value = said;
  });
  return said;
}

function simple(tree: Tree, name: string | number, low: number, size: number): NodeValue {
  if (low >= 25 && low <= 27)
    return scalar(
      tree,
      name,
      size,
      tree.skipping(1, () => tree.peekFloat(size - 1)),
    );
  const known: Readonly<Record<number, NodeValue>> = { 20: false, 21: true, 22: null, 23: 'undefined' };
  const code = low === 24 ? tree.peek(1, 1) : low;
  return scalar(tree, name, size, low in known ? known[low] : `simple ${code}`);
}
