import { chmod, open, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testFolder } from '../testing/folder.ts';
import { temporaryName } from './temporary.ts';
import { writeChosen, writePrivate } from './private-file.ts';

let folder: Awaited<ReturnType<typeof testFolder>>;
let path: string;
beforeEach(async () => {
  folder = await testFolder();
  path = join(folder.path, 'saved');
});
afterEach(() => folder.remove());

const saveChosen = (file: string, bytes: Uint8Array): Promise<void> =>
  writeChosen(file, (handle) => handle.appendFile(bytes));

describe.skipIf(process.platform === 'win32').each([
  ['secrets', writePrivate],
  ['what a person saves', saveChosen],
])('a file with %s', (_what, write) => {
  it('is its owner’s alone, also where one stood before that all could read', async () => {
    await writeFile(path, 'something longer, of before');
    await chmod(path, 0o644);
    await write(path, Buffer.from('new'));
    expect(await readFile(path, 'utf8')).toBe('new');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    await write(join(folder.path, 'fresh'), Buffer.from('new'));
    expect((await stat(join(folder.path, 'fresh'))).mode & 0o777).toBe(0o600);
  });

  it('holds what it held, to those who read it, until it is whole', async () => {
    await writeFile(path, 'old');
    const reader = await open(path, 'r');
    await write(path, Buffer.from('new'));
    expect(await reader.readFile('utf8')).toBe('old');
    await reader.close();
    expect(await readdir(folder.path)).toEqual(['saved']);
  });

  it('may be a device', async () => {
    await write('/dev/null', Buffer.from('new'));
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
  });

  it('waits for no reader of a FIFO', async () => {
    spawnSync('mkfifo', [path]);
    await expect(write(path, Buffer.from('new'))).rejects.toMatchObject({ code: 'ENXIO' });
  });
});

it.skipIf(process.platform === 'win32')('a link leads secrets nowhere', async () => {
  const elsewhere = join(folder.path, 'elsewhere');
  await writeFile(elsewhere, 'old');
  await symlink(elsewhere, path);
  await expect(writePrivate(path, Buffer.from('new'))).rejects.toMatchObject({ code: 'ELOOP' });
  expect(await readFile(elsewhere, 'utf8')).toBe('old');
});

describe('what a person saves', () => {
  const fails = (file: string): Promise<void> =>
    writeChosen(file, async (handle) => {
      await handle.appendFile('half');
      expect(await readdir(folder.path)).toContainEqual(expect.stringMatching(/^sav.*\.socketscope-tmp-/));
      throw new Error('full');
    });

  it('is not there when it fails, or is what it was', async () => {
    await expect(fails(path)).rejects.toThrow('full');
    expect(await readdir(folder.path)).toEqual([]);
    await writeFile(path, 'old');
    await expect(fails(path)).rejects.toThrow('full');
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder.path)).toEqual(['saved']);
  });

  it('may have as long a name as files can have', async () => {
    const long = join(folder.path, '名'.repeat(85));
    await saveChosen(long, Buffer.from('new'));
    expect(await readFile(long, 'utf8')).toBe('new');
  });

  it('takes away what a process that was killed left of it', async () => {
    const dead = `saved.${temporaryName()}`.replace(/-\d+-\d+-/, '-4194304-1-');
    await writeFile(join(folder.path, dead), 'half');
    await saveChosen(path, Buffer.from('new'));
    expect(await readdir(folder.path)).toEqual(['saved']);
  });
});
