/** WebSocket frames (RFC 6455), unmasked; messages of permessage-deflate (RFC 7692) unpacked, each with those before it in mind. */
import { joinBytes } from '../../payload/join.ts';
import type { Unpacked } from '../context.ts';
import type { Decoder } from '../decoder.ts';
import type { Tree } from '../tree.ts';
import { unpacked } from '../unpack.ts';

const kinds: Readonly<Record<number, string>> = {
  0: 'continuation',
  1: 'text',
  2: 'binary',
  8: 'close',
  9: 'ping',
  10: 'pong',
};
const windowBytes = 32 * 1024;
const compressedBit = 0x40;
/** Longer heads are taken by no server. */
const mostHttp = 16 * 1024;

export const websocket: Decoder = {
  id: 'websocket',
  confidence(bytes) {
    if (bytes.length < 2) return 0;
    let at = 0;
    for (let count = 0; at < bytes.length && count < 20; count++) {
      const [first, second] = [bytes[at]!, bytes[at + 1] ?? 0];
      const code = first & 15;
      if (kinds[code] === undefined || (first & 0x30) !== 0 || (code >= 8 && (first & 0xc0) !== 0x80))
        return 0;
      const head = headOf(bytes, at);
      if (head === null || (code >= 8 && head.length > 125)) return 0;
      at += head.size + head.length;
      if (at === bytes.length)
        return second & 0x80 ? 0.7 : count > 0 ? 0.6 : code === 1 || code >= 8 ? 0.5 : 0.35;
    }
    return 0;
  },
  read(tree) {
    const earlier: State['earlier'] = [new Uint8Array(), new Uint8Array()];
    const state: State = { earlier, pieces: [], code: 0, isCompressed: false };
    const { before } = tree.hints;
    if (before !== undefined) passOver(tree, before, state);
    while (tree.left > 0) {
      tree.group('frame', () => {
        const { here } = tree;
        const { code, isLast, isMasked, length, said, hasBit, mask } = readHead(tree);
        const name = kinds[code]!;
        here.value = `${name}${isLast ? '' : ' …'} ${said} B`;
        const there = Math.min(length, tree.left);
        const start = tree.at;
        const bytes = unmasked(tree.bytes.subarray(start, start + there), mask);
        const isControl = code >= 8;
        if (!isControl) add(state, code, hasBit, bytes);
        const isPlain = isControl || !state.isCompressed;
        const isUnpacked = !isPlain && isLast && there > 0;
        if (!isUnpacked)
          tree.say(`${name} ${isPlain && there > 0 && code === 1 ? textOf(bytes) : `${said} B`}`);
        if (isPlain && mask === null && there === length) payload(tree, code, length);
        else if (there > 0) {
          const node = tree.leaf('payload', there);
          if (isPlain) tree.layer(node, bytes, (inner) => payload(inner, code, there));
          else if (isUnpacked) {
            const side = isMasked ? 0 : 1;
            const done = inflated(tree, state, side);
            const isText = state.code === 1 && done.problem === null;
            tree.say(`${name} ${isText ? textOf(done.bytes) : `${said} B`}`);
            if (done.problem !== null) tree.amiss(node, done.problem);
            node.value = 'deflate';
            if (done.bytes.length > 0) tree.layer(node, done.bytes, (inner) => payload(inner, 1, inner.left));
          }
        }
        if (there < length) tree.stop('incomplete');
      });
    }
  },
};

/** What a message may go on from. `earlier`: the last bytes of each side; the messages of clients are masked. */
type State = { earlier: [Uint8Array, Uint8Array]; pieces: Uint8Array[]; code: number; isCompressed: boolean };

function add(state: State, code: number, hasBit: boolean, bytes: Uint8Array): void {
  if (code !== 0) {
    state.pieces = [];
    state.code = code;
    state.isCompressed = hasBit;
  }
  state.pieces.push(bytes);
}

/** Frames that were sent before: nothing is told of them. What goes on behind a gap must not be unpacked with what was before it. */
function passOver(tree: Tree, before: Uint8Array, state: State): void {
  let at = headEnd(before);
  while (at < before.length) {
    const head = headOf(before, at);
    const [first, second] = [before[at]!, before[at + 1] ?? 0];
    const [code, isMasked] = [first & 15, (second & 0x80) !== 0];
    const start = at + (head?.size ?? 0);
    at = start + (head?.length ?? Infinity);
    if (kinds[code] === undefined || at > before.length)
      return void Object.assign(state, { earlier: [new Uint8Array(), new Uint8Array()], pieces: [] });
    if (code >= 8) continue;
    const mask = isMasked ? before.subarray(start - 4, start) : null;
    add(state, code, (first & compressedBit) !== 0, unmasked(before.subarray(start, at), mask));
    if (first >= 0x80 && state.isCompressed) inflated(tree, state, isMasked ? 0 : 1);
  }
}

/** Where frames begin in a stream: behind the HTTP by which it became one of frames. */
function headEnd(stream: Uint8Array): number {
  const text = new TextDecoder('latin1').decode(stream.subarray(0, mostHttp));
  const end = text.indexOf('\r\n\r\n');
  return /^(?:GET |HTTP\/1)/.test(text) && end >= 0 ? end + 4 : 0;
}

type Head = {
  code: number;
  isLast: boolean;
  isMasked: boolean;
  hasBit: boolean;
  length: number;
  /** All digits of it. */
  said: number | string;
  mask: Uint8Array | null;
};

function readHead(tree: Tree): Head {
  const [first, second] = [tree.peek(1), tree.peek(1, 1)];
  const code = first & 15;
  if (kinds[code] === undefined || (first & 0x30) !== 0) tree.stop('unexpected');
  const names = [...(first & 0x80 ? ['FIN'] : []), ...(first & compressedBit ? ['RSV1'] : []), kinds[code]!];
  tree.leaf('opcode', 1, names.join(' '));
  const short = second & 127;
  const isMasked = (second & 0x80) !== 0;
  const more = short === 126 ? 2 : short === 127 ? 8 : 0;
  const length = more === 0 ? short : tree.peek(more, 1);
  const said = more === 0 ? short : tree.skipping(1, () => tree.peekInteger(more, false));
  tree.leaf('length', 1 + more, said);
  if (code >= 8 && length > 125) tree.stop('wrong-length');
  const mask = isMasked ? tree.bytes.subarray(tree.at, tree.at + 4) : null;
  if (isMasked) tree.leaf('mask', 4, tree.peek(4));
  const hasBit = (first & compressedBit) !== 0;
  return { code, isLast: first >= 0x80, isMasked, hasBit, length, said, mask };
}

function headOf(bytes: Uint8Array, at: number): { size: number; length: number } | null {
  const second = bytes[at + 1];
  if (second === undefined) return null;
  const short = second & 127;
  const more = short === 126 ? 2 : short === 127 ? 8 : 0;
  let length = more === 0 ? short : 0;
  for (let i = 0; i < more; i++) length = length * 256 + (bytes[at + 2 + i] ?? NaN);
  return Number.isNaN(length) ? null : { size: 2 + more + (second & 0x80 ? 4 : 0), length };
}

function payload(tree: Tree, code: number, length: number): void {
  if (code === 8) {
    if (length > 0) tree.number('code', 2);
    if (tree.left > 0 && length > 2) tree.text('reason', length - 2);
  } else if (length > 0) {
    const id = code === 1 ? tree.looksLike(length, ['json', 'xml']) : tree.looksLike(length, ['json']);
    tree.content('payload', length, id);
  }
}

function unmasked(bytes: Uint8Array, mask: Uint8Array | null): Uint8Array {
  return mask === null || mask.length < 4 ? bytes : bytes.map((byte, at) => byte ^ mask[at & 3]!);
}

/** Unpacks a whole message, to which the next one of this side may refer. */
function inflated(tree: Tree, { earlier, pieces }: State, side: 0 | 1): Unpacked {
  const packed = joinBytes([...pieces, Uint8Array.of(0, 0, 0xff, 0xff)]);
  const done = unpacked(tree, 'deflate-raw', packed, earlier[side])!;
  const known = done.problem === null ? [earlier[side], done.bytes] : [];
  earlier[side] = joinBytes(known).subarray(-windowBytes);
  return done;
}

const textOf = (bytes: Uint8Array): string =>
  new TextDecoder().decode(bytes.subarray(0, 60)).replaceAll(/\s+/g, ' ');
