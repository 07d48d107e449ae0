import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testFolder } from '../testing/folder.ts';
import { alignedMemory, firstWrite } from './direct-io.ts';
import { OpenFiles, type WriteFunction } from './open-files.ts';

const memoryBytes = 16 * 2 ** 20;

/** Writes all of `bytes`, as the capture does: each answer says how much is done. */
async function writeAll(files: OpenFiles, bytes: Uint8Array, from: number, to: number): Promise<void> {
  for (let at = from; at < to;) at += await files.write('data-00000000', bytes.subarray(at, to), at);
}

function filled(): Uint8Array {
  const memory = alignedMemory(memoryBytes);
  memory.set(randomBytes(memoryBytes));
  return memory;
}

describe('writing past the page cache', () => {
  it('takes whole pages of aligned memory, and what is before the first border by itself', () => {
    const memory = alignedMemory(2 ** 20);
    const sizes = fc.integer({ min: 0, max: 2 ** 19 });
    fc.assert(
      fc.property(sizes, sizes, fc.boolean(), (position, length, isElsewhere) => {
        const bytes = memory.subarray(position, position + length);
        const { part, isDirect } = firstWrite(bytes, isElsewhere ? position + 1 : position);
        expect(part.byteOffset).toBe(bytes.byteOffset);
        expect(part.length).toBeLessThanOrEqual(bytes.length);
        expect(part.length > 0 || length === 0).toBe(true);
        if (isDirect) expect([position % 4096, part.length % 4096, isElsewhere]).toEqual([0, 0, false]);
      }),
    );
  });

  it('and through it, in turn, leaves every byte in its place', async () => {
    const folder = await testFolder();
    const files = new OpenFiles(folder.path, 8);
    const bytes = filled();
    let at = 0;
    for (const length of [1, 100_000, 4096, 65_536, 3_000_001, 7, 2 ** 22, 65_535]) {
      await writeAll(files, bytes, at, at + length);
      at += length;
    }
    await files.close();
    expect(files.held).toBe(0);
    expect((await readFile(join(folder.path, 'data-00000000'))).equals(bytes.subarray(0, at))).toBe(true);
    await folder.remove();
  });

  it('is given up where the file system cannot do it', async () => {
    const folder = await testFolder();
    let refused = 0;
    const refuse: WriteFunction = async (_descriptor, bytes, position) => {
      const isWholePages = position % 4096 === 0 && bytes.length % 4096 === 0;
      if (isWholePages && refused++ === 0)
        throw Object.assign(new Error('EINVAL: invalid argument'), { code: 'EINVAL' });
      const file = await open(join(folder.path, 'data-00000000'), 'r+');
      try {
        return (await file.write(bytes, 0, bytes.length, position)).bytesWritten;
      } finally {
        await file.close();
      }
    };
    const files = new OpenFiles(folder.path, 8, refuse);
    const bytes = filled();
    await writeAll(files, bytes, 0, 1_000_000);
    await files.close();
    expect(refused).toBeGreaterThan(0);
    expect((await readFile(join(folder.path, 'data-00000000'))).equals(bytes.subarray(0, 1_000_000))).toBe(
      true,
    );
    await folder.remove();
  });
});
