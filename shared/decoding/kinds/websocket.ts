/** WebSocket frames (RFC 6455), unmasked; messages of permessage-deflate (RFC 7692) unpacked, each with those before it in mind. */
import type { Decoder } from '../decoder.ts';
import {
  addFrame,
  compressedBit,
  frameHead,
  nothingEarlier,
  unmasked,
  unpackMessage,
  type UnpackMessage,
} from '../earlier.ts';
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
      const head = frameHead(bytes.subarray(at));
      if (head === null || (code >= 8 && head.length > 125)) return 0;
      at += head.size + head.length;
      if (at === bytes.length)
        return second & 0x80 ? 0.7 : count > 0 ? 0.6 : code === 1 || code >= 8 ? 0.5 : 0.35;
    }
    return 0;
  },
  read(tree) {
    const unpack: UnpackMessage = (packed, before) => unpacked(tree, 'deflate-raw', packed, before)!;
    const earlier = tree.hints.earlier ?? nothingEarlier();
    const state = {
      ...earlier,
      sides: [...earlier.sides] as typeof earlier.sides,
      pieces: [...earlier.pieces],
    };
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
        // Whether it is compressed was said where its message begins.
        if (code === 0 && state.pieces.length === 0 && tree.hints.earlier === undefined)
          tree.amiss(here, 'needs-earlier');
        if (!isControl) addFrame(state, code, hasBit, bytes);
        const isPlain = isControl || !state.isCompressed;
        // The last frame of a message may have nothing of its own.
        const isUnpacked = !isPlain && isLast && (there > 0 || length === 0);
        if (!isUnpacked)
          tree.say(`${name} ${isPlain && there > 0 && code === 1 ? textOf(bytes) : `${said} B`}`);
        if (isPlain && mask === null && there === length) payload(tree, code, length);
        else if (there > 0 || isUnpacked) {
          const node = tree.leaf('payload', there);
          if (isPlain) tree.layer(node, bytes, (inner) => payload(inner, code, there));
          else if (isUnpacked) {
            const done = unpackMessage(state, isMasked, unpack);
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

function payload(tree: Tree, code: number, length: number): void {
  if (code === 8) {
    if (length > 0) tree.number('code', 2);
    if (tree.left > 0 && length > 2) tree.text('reason', length - 2);
  } else if (length > 0) {
    const id = code === 1 ? tree.looksLike(length, ['json', 'xml']) : tree.looksLike(length, ['json']);
    tree.content('payload', length, id);
  }
}

const textOf = (bytes: Uint8Array): string =>
  new TextDecoder().decode(bytes.subarray(0, 60)).replaceAll(/\s+/g, ' ');
