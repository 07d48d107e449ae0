import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { testFolder } from '../testing/folder.ts';
import { OpenFiles } from './open-files.ts';

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const { path, remove } = await testFolder();
  await use(path).finally(remove);
}

it('holds no more descriptors than its limit once nobody uses them, and none after the end', () =>
  withFolder(async (folder) => {
    const files = new OpenFiles(folder, 3);
    await Promise.all(Array.from({ length: 20 }, (_, i) => files.write(`data-${i}`, Uint8Array.of(i), 0)));
    for (let i = 0; i < 20; i++) {
      const byte = new Uint8Array(1);
      expect(await files.read(`data-${i}`, byte, 0)).toBe(1);
      expect(byte[0]).toBe(i);
    }
    await files.close();
    expect(files.held).toBe(0);
  }));

it('ends only when the reads and writes under way have ended', () =>
  withFolder(async (folder) => {
    let finish: (() => void) | undefined;
    const files = new OpenFiles(
      folder,
      3,
      (_, bytes) => new Promise((done) => (finish = () => done(bytes.length))),
    );
    const write = files.write('data-1', Uint8Array.of(1), 0);
    while (finish === undefined) await new Promise((turn) => setImmediate(turn));
    let hasEnded = false;
    const end = files.close().then(() => (hasEnded = true));
    await new Promise((turn) => setImmediate(turn));
    expect(hasEnded).toBe(false);
    finish();
    expect(await write).toBe(1);
    await end;
    expect(files.held).toBe(0);
  }));

it('opens nothing after its end', () =>
  withFolder(async (folder) => {
    await writeFile(join(folder, 'data-1'), 'x');
    const files = new OpenFiles(folder, 3);
    await files.close();
    await expect(files.read('data-1', new Uint8Array(1), 0)).rejects.toThrow();
    await expect(files.write('data-2', new Uint8Array(1), 0)).rejects.toThrow();
    expect(files.held).toBe(0);
  }));

it('opens a file again after an error, and keeps no descriptor of one that cannot be opened', () =>
  withFolder(async (folder) => {
    const files = new OpenFiles(folder, 3);
    await expect(files.read('data-1', new Uint8Array(1), 0)).rejects.toMatchObject({ code: 'ENOENT' });
    await files.write('data-1', Uint8Array.of(5), 0);
    const byte = new Uint8Array(2);
    expect(await files.read('data-1', byte, 0)).toBe(1);
    await files.truncate('data-1', 0);
    expect((await readFile(join(folder, 'data-1'))).length).toBe(0);
    await files.remove('data-1');
    await files.remove('data-1');
    await expect(files.read('data-1', byte, 0)).rejects.toMatchObject({ code: 'ENOENT' });
    await files.close();
    expect(files.held).toBe(0);
  }));

it('takes a disk that takes no bytes for a disk that fails', () =>
  withFolder(async (folder) => {
    const files = new OpenFiles(folder, 3, async () => 0);
    await expect(files.write('data-1', Uint8Array.of(1), 0)).rejects.toMatchObject({ code: 'EIO' });
    expect(await files.write('data-1', new Uint8Array(0), 0)).toBe(0);
    await files.close();
  }));

it('makes a file also while a reader is just finding that it is not there', () =>
  withFolder(async (folder) => {
    const files = new OpenFiles(folder, 3);
    const reading = files.read('data-1', new Uint8Array(1), 0);
    const [read, made] = await Promise.allSettled([reading, files.ensure('data-1', 5)]);
    expect(made.status).toBe('fulfilled');
    // It may as well have come to see the new one.
    if (read.status === 'rejected') expect(read.reason).toMatchObject({ code: 'ENOENT' });
    expect(await files.read('data-1', new Uint8Array(9), 0)).toBe(5);
    await files.close();
    expect(files.held).toBe(0);
  }));
