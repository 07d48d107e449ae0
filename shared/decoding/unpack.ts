/** Bodies as they were before they were compressed. */
import type { Unpacked } from './context.ts';
import { inflate } from './inflate.ts';
import type { Tree } from './tree.ts';

/** Within what is left for this decoding; null: nothing here unpacks it. `earlier`: what the sender had packed before. */
export function unpacked(
  tree: Tree,
  coding: string,
  bytes: Uint8Array,
  earlier?: Uint8Array,
): Unpacked | null {
  const { context } = tree;
  const limit = context.unpackedLeft;
  const spend = (looked: number): void => tree.spend(looked);
  const done = /^(?:x-)?gzip$/.test(coding)
    ? inflate(bytes, { form: 'gzip', limit, spend })
    : coding === 'deflate'
      ? inflate(bytes, { form: isZlib(bytes) ? 'zlib' : 'raw', limit, spend })
      : coding === 'deflate-raw'
        ? inflate(bytes, { form: 'raw', limit, spend, ...(earlier && { earlier }) })
        : context.unpack(coding, bytes, limit);
  context.unpackedLeft -= done?.bytes.length ?? 0;
  return done;
}

/** RFC 9110 means zlib by deflate; some servers send it without its head. */
const isZlib = ([first = 0, second = 0]: Uint8Array): boolean =>
  (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
