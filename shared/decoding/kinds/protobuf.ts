/** Protocol Buffers without a schema: numbers and kinds of fields are there, names and signs are not. */
import type { Decoder } from '../decoder.ts';
import type { Tree } from '../tree.ts';

type Key = { field: number; wire: number; size: number };
const mostField = 2 ** 29 - 1;
/** What is tried as a message inside of a message. */
const mostTried = 64 * 1024;
const mostFieldsTried = 10_000;

export const protobuf: Decoder = {
  id: 'protobuf',
  confidence(bytes) {
    // So much fits this form by chance that it is offered behind everything else.
    const shown = bytes.subarray(0, 4096);
    if (bytes.length < 4 || shown.length < bytes.length) return 0;
    const first = bytes[0]!;
    return first >= 8 && first < 0x80 && fits(shown, 0, shown.length) ? 0.45 : 0;
  },
  read(tree) {
    const fields: number[] = [];
    message(tree, fields);
    tree.say(
      fields
        .slice(0, 12)
        .map((field) => `#${field}`)
        .join(' '),
    );
  },
};

function message(tree: Tree, fields: number[] = []): void {
  while (tree.left > 0) {
    const key =
      keyAt(tree.bytes, tree.at, tree.end) ?? tree.stop(tree.left < 5 ? 'incomplete' : 'unexpected');
    fields.push(key.field);
    tree.group(key.field, () => field(tree, key));
  }
}

function field(tree: Tree, { wire, size }: Key): void {
  const { here } = tree;
  tree.leaf('key', size, ['varint', 'i64', 'length', 'group', 'end', 'i32'][wire]);
  if (wire === 0) {
    const end = varintEnd(tree.bytes, tree.at, tree.end) ?? tree.stop('incomplete');
    here.value = varintText(tree.bytes.subarray(tree.at, end));
    tree.leaf('value', end - tree.at, here.value);
  } else if (wire === 1) {
    here.value = `${tree.peekFloat(8, true)} / ${tree.peekBig(8, true)}`;
    tree.leaf('value', 8, here.value);
  } else if (wire === 5) {
    here.value = `${tree.peekFloat(4, true)} / ${tree.peek(4, 0, true)}`;
    tree.leaf('value', 4, here.value);
  } else if (wire === 2) lengthed(tree);
  // Groups are old: their fields stand between two keys.
}

function lengthed(tree: Tree): void {
  const { here } = tree;
  const end = varintEnd(tree.bytes, tree.at, tree.end) ?? tree.stop('incomplete');
  const length = varint(tree.bytes, tree.at, end);
  tree.leaf('length', end - tree.at, length);
  const stop = tree.at + length;
  const isWhole = stop <= tree.end;
  const said = tree.dataAt(tree.at, Math.min(stop, tree.end));
  const isText = /^[\x20-\x7e\s\u00a0-\uffef]+$/.test(said) && !/^(?:[0-9A-F]{2}(?: |$)){1,32}…?$/.test(said);
  const isMessage = isWhole && length > 1 && length <= mostTried && fits(tree.bytes, tree.at, stop);
  tree.spend(Math.min(length, mostTried));
  if (isMessage && !(isText && !hasControls(tree.bytes, tree.at, stop))) {
    here.value = `{${length} B}`;
    tree.sized('message', length, () => message(tree));
    return;
  }
  here.value = length === 0 ? '' : said;
  tree.content('value', length, null);
}

const hasControls = (bytes: Uint8Array, start: number, end: number): boolean =>
  bytes.subarray(start, end).some((byte) => byte < 0x20);

/** Whether a range consists of whole fields. */
function fits(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  for (let count = 0; at < end; count++) {
    const key = keyAt(bytes, at, end);
    if (key === null || count > mostFieldsTried) return false;
    at += key.size;
    if (key.wire === 0) at = varintEnd(bytes, at, end) ?? Infinity;
    else if (key.wire === 1) at += 8;
    else if (key.wire === 5) at += 4;
    else if (key.wire === 2) {
      const next = varintEnd(bytes, at, end);
      at = next === null ? Infinity : next + varint(bytes, at, next);
    }
  }
  return at === end;
}

function keyAt(bytes: Uint8Array, start: number, end: number): Key | null {
  const stop = varintEnd(bytes, start, Math.min(end, start + 5));
  if (stop === null) return null;
  const key = varint(bytes, start, stop);
  const [field, wire] = [Math.floor(key / 8), key & 7];
  return field < 1 || field > mostField || wire > 5 ? null : { field, wire, size: stop - start };
}

function varintEnd(bytes: Uint8Array, start: number, end: number): number | null {
  const most = Math.min(end, start + 10);
  for (let at = start; at < most; at++) if (bytes[at]! < 0x80) return at + 1;
  return null;
}

function varint(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let at = end - 1; at >= start; at--) value = value * 128 + (bytes[at]! & 127);
  return value;
}

/** Ten bytes are a negative number, unless they are a very large one. */
function varintText(bytes: Uint8Array): string | number {
  const plain = varint(bytes, 0, bytes.length);
  if (Number.isSafeInteger(plain)) return plain;
  let value = 0n;
  for (let at = bytes.length - 1; at >= 0; at--) value = value * 128n + BigInt(bytes[at]! & 127);
  const signed = bytes.length === 10 ? BigInt.asIntN(64, value) : value;
  return Number.isSafeInteger(Number(signed)) ? Number(signed) : String(signed);
}
