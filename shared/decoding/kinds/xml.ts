/** XML as it is written: elements with attributes and text, comments, instructions. Entities are named, never opened. */
import type { Decoder } from '../decoder.ts';
import type { Tree } from '../tree.ts';

const [open, close, slash, blank] = [0x3c, 0x3e, 0x2f, 0x20];
const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };
/** What begins with these goes on to these. */
const marked: readonly (readonly [begin: string, end: string, name: string])[] = [
  ['<!--', '-->', 'comment'],
  ['<![CDATA[', ']]>', 'CDATA'],
  ['<?', '?>', 'instruction'],
  ['<!', '>', 'declaration'],
];

export const xml: Decoder = {
  id: 'xml',
  confidence(bytes) {
    const text = String.fromCharCode(...bytes.subarray(0, 400));
    if (/^(?:\xef\xbb\xbf)?\s*<\?xml\s/.test(text)) return 0.95;
    if (/^\s*<(?:!doctype html|html)\b/i.test(text)) return 0.5;
    return /^\s*<[A-Za-z_][\w:.-]*(?:\s+[\w:.-]+\s*=\s*["'][^"'<]*["'])*\s*\/?>/.test(text) ? 0.85 : 0;
  },
  read(tree) {
    if (tree.peek(1) === 0xef) tree.leaf('', 3);
    content(tree, null);
  },
};

/** Up to the end of the element `name`; null: of everything. */
function content(tree: Tree, name: string | null): void {
  while (tree.left > 0) {
    const { bytes, at } = tree;
    if (bytes[at] !== open) text(tree, name === null);
    else if (bytes[at + 1] === slash) {
      const end = endOf(tree, '>', at);
      const isRight = name !== null && tree.textAt(at + 2, Math.min(end - 1, at + 2 + 300)).trim() === name;
      if (!isRight) tree.stop('unexpected');
      tree.leaf('', end - at);
      return;
    } else if (!markedPart(tree)) element(tree, name === null);
  }
  if (name !== null) tree.stop('incomplete');
}

function text(tree: Tree, isOutside: boolean): void {
  const rest = tree.bytes.subarray(tree.at, tree.end);
  const found = rest.indexOf(open);
  const length = found < 0 ? rest.length : found;
  tree.spend(length);
  const isBlank = rest.subarray(0, length).every((byte) => byte <= blank);
  // Outside of the root nothing is written.
  if (isOutside && !isBlank) tree.stop('unexpected');
  const said = isBlank ? undefined : resolved(tree.textAt(tree.at, tree.at + length).trim());
  tree.leaf(isBlank ? '' : 'text', length, said);
  if (!isBlank) tree.here.value ??= said;
}

function markedPart(tree: Tree): boolean {
  const { at } = tree;
  const start = tree.ascii(at, Math.min(tree.end, at + 9));
  const kind = marked.find(([begin]) => start.startsWith(begin));
  if (kind === undefined) return false;
  const [begin, end, name] = kind;
  const stop = endOf(tree, end, at + begin.length);
  tree.leaf(name, stop - at, tree.textAt(at + begin.length, stop - end.length).trim());
  return true;
}

function element(tree: Tree, isRoot: boolean): void {
  const start = tree.at;
  const end = tagEnd(tree);
  const name =
    /^<([^\s/>]{1,300})/.exec(tree.textAt(start, Math.min(end, start + 301)))?.[1] ?? tree.stop('unexpected');
  if (/^[^\p{L}_:]/u.test(name)) tree.stop('unexpected');
  if (isRoot) tree.say(`<${name}>`);
  tree.group(name, () => {
    const { here } = tree;
    tree.leaf('', new TextEncoder().encode(name).length + 1);
    const isEmpty = tree.bytes[end - 2] === slash;
    attributes(tree, end - (isEmpty ? 2 : 1));
    tree.leaf('', end - tree.at);
    here.value = undefined;
    if (!isEmpty) content(tree, name);
  });
}

function attributes(tree: Tree, end: number): void {
  while (tree.at < end) {
    let at = tree.at;
    while (at < end && tree.bytes[at]! <= blank) at++;
    if (at > tree.at) tree.leaf('', at - tree.at);
    if (at >= end) return;
    const rest = tree.textAt(at, Math.min(end, at + 300));
    const [head = '', name = '', quote = ''] =
      /^([^\s=]+)\s*=\s*(["'])/.exec(rest) ?? tree.stop('unexpected');
    const from = at + new TextEncoder().encode(head).length;
    const stop = tree.bytes.subarray(from, end).indexOf(quote.charCodeAt(0));
    if (stop < 0) tree.stop('unexpected');
    tree.leaf(`@${name}`, from + stop + 1 - at, resolved(tree.textAt(from, from + stop)));
  }
}

/** Behind the `>` of the tag that begins here; one between quotes is none. */
function tagEnd(tree: Tree): number {
  let quote = 0;
  for (let at = tree.at + 1; at < tree.end; at++) {
    const byte = tree.bytes[at]!;
    if (quote !== 0) quote = byte === quote ? 0 : quote;
    else if (byte === 0x22 || byte === 0x27) quote = byte;
    else if (byte === open) tree.stop('unexpected');
    else if (byte === close) {
      tree.spend(at - tree.at);
      return at + 1;
    }
  }
  tree.spend(tree.left);
  return tree.stop('incomplete');
}

function endOf(tree: Tree, wanted: string, from: number): number {
  const last = wanted.charCodeAt(wanted.length - 1);
  const bytes = tree.bytes.subarray(0, tree.end);
  for (let at = from; ;) {
    const found = bytes.indexOf(last, at);
    tree.spend((found < 0 ? tree.end : found) - at);
    if (found < 0) return tree.stop('incomplete');
    at = found + 1;
    if (at - wanted.length >= from && tree.ascii(at - wanted.length, at) === wanted) return at;
  }
}

const resolved = (written: string): string =>
  written.replace(
    /&(?:(lt|gt|amp|quot|apos)|#(\d{1,7})|#x([\da-fA-F]{1,6}));/g,
    (all, name, decimal, hex) => {
      if (name !== undefined) return entities[name as string]!;
      const code = decimal === undefined ? parseInt(hex as string, 16) : Number(decimal);
      return code <= 0x10ffff ? String.fromCodePoint(code) : (all as string);
    },
  );
