import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockDataFolder } from './data-folder.ts';
import { testFolder } from './test-folder.ts';

describe('the lock of a data folder', () => {
  let folder: Awaited<ReturnType<typeof testFolder>>;
  beforeEach(async () => void (folder = await testFolder()));
  afterEach(() => folder.remove());

  it('is held by one at a time, and free again afterwards', async () => {
    const unlock = await lockDataFolder(folder.path);
    await expect(lockDataFolder(folder.path)).rejects.toMatchObject({
      code: 'DATA_FOLDER_IN_USE',
      subject: folder.path,
    });
    await unlock();
    await (
      await lockDataFolder(folder.path)
    )();
    expect(await readdir(folder.path)).toEqual([]);
  });

  it('creates the folder with its parents', async () => {
    const unlock = await lockDataFolder(join(folder.path, 'a', 'b'));
    expect(await readdir(join(folder.path, 'a', 'b'))).toEqual(['lock']);
    await unlock();
  });

  it.runIf(process.platform === 'linux')('says at once where no folder can be made', async () => {
    await expect(lockDataFolder('/proc/socketscope/a')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(lockDataFolder('/dev/null/a')).rejects.toMatchObject({ code: 'EEXIST' });
  });

  it('is not taken from a process that lives', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    try {
      await writeFile(join(folder.path, 'lock'), JSON.stringify({ pid: other.pid, birth: '' }));
      await expect(lockDataFolder(folder.path)).rejects.toMatchObject({ code: 'DATA_FOLDER_IN_USE' });
    } finally {
      other.kill();
      await once(other, 'exit');
    }
    await (
      await lockDataFolder(folder.path)
    )();
  });

  it.runIf(process.platform === 'linux')(
    'is taken over when the number of its process was given to another',
    async () => {
      const { pid } = process;
      await writeFile(
        join(folder.path, 'lock'),
        JSON.stringify({ pid: process.ppid, birth: 'an earlier boot/1' }),
      );
      const unlock = await lockDataFolder(folder.path);
      expect(JSON.parse(await readFile(join(folder.path, 'lock'), 'utf8'))).toMatchObject({ pid });
      await unlock();
    },
  );

  it('is taken over from our own number of an earlier run, as in a container', async () => {
    await writeFile(
      join(folder.path, 'lock'),
      JSON.stringify({ pid: process.pid, birth: 'an earlier boot/1' }),
    );
    await (
      await lockDataFolder(folder.path)
    )();
  });

  it.each(['', '{', 'null', '{"pid":"x"}'])('is taken over when it was left damaged: %j', async (content) => {
    await writeFile(join(folder.path, 'lock'), content);
    await (
      await lockDataFolder(folder.path)
    )();
  });

  it('goes to exactly one of many who find it dead', async () => {
    await mkdir(folder.path, { recursive: true });
    await writeFile(join(folder.path, 'lock'), JSON.stringify({ pid: process.pid, birth: 'gone/1' }));
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataFolder(folder.path)));
    const got = results.filter((result) => result.status === 'fulfilled');
    expect(got).toHaveLength(1);
    await got[0]!.value();
  });
});
