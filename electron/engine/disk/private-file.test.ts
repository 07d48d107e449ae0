import { chmod, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testFolder } from '../testing/folder.ts';
import { writeChosen, writePrivate } from './private-file.ts';

let folder: Awaited<ReturnType<typeof testFolder>>;
let path: string;
beforeEach(async () => {
  folder = await testFolder();
  path = join(folder.path, 'saved');
});
afterEach(() => folder.remove());

describe.skipIf(process.platform === 'win32').each([
  ['secrets', writePrivate],
  ['what a person saves', writeChosen],
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
