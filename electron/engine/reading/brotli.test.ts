import { brotliCompressSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { unpackBrotli, unpackByNode } from './brotli.ts';

const said = Buffer.from(JSON.stringify(Array.from({ length: 2000 }, (_, i) => ({ id: i * 7919 }))));
const packed = brotliCompressSync(said);
const bytesOf = (unpacked: { bytes: Uint8Array }): Buffer => Buffer.from(unpacked.bytes);

it('unpacks what is whole, what is cut as far as it goes, and no more than there is room for', async () => {
  expect(bytesOf(await unpackBrotli(packed, 1e6))).toEqual(said);
  const cut = await unpackBrotli(packed.subarray(0, packed.length >> 1), 1e6);
  expect(cut.problem).toBe('incomplete');
  expect(cut.bytes.length).toBeGreaterThan(100);
  expect(said.subarray(0, cut.bytes.length)).toEqual(bytesOf(cut));
  expect(await unpackBrotli(packed, 1000)).toMatchObject({ problem: 'too-large' });
  expect(await unpackBrotli(Buffer.alloc(100, 0xff), 1000)).toMatchObject({ problem: 'damaged' });
  expect(unpackByNode('br', packed, 1e6)).toEqual({ bytes: said, problem: null });
  expect(unpackByNode('zstd', packed, 1e6)).toBeNull();
});
