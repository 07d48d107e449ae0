import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testFolder } from '../engine/testing/folder.ts';
import { openBrowser } from './open-browser.ts';

describe.runIf(process.platform === 'linux')('opening the browser', () => {
  const url = 'http://127.0.0.1:1/#key=secret';
  const before = process.env.PATH;
  let folder: Awaited<ReturnType<typeof testFolder>>;
  let opened: string;

  beforeEach(async () => {
    folder = await testFolder();
    opened = join(folder.path, 'opened');
    await mkdir(join(folder.path, 'bin'));
    await writeFile(
      join(folder.path, 'bin', 'xdg-open'),
      `#!/bin/sh\necho "$@" > "${opened}.part" && mv "${opened}.part" "${opened}"\n`,
    );
    await chmod(join(folder.path, 'bin', 'xdg-open'), 0o755);
    process.env.PATH = `${join(folder.path, 'bin')}:${before}`;
  });
  afterEach(async () => {
    process.env.PATH = before;
    await folder.remove();
  });

  it('hands it a private file that leads on, because a command line can be read by everyone', async () => {
    const launcher = await openBrowser(url, [folder.path], { DISPLAY: ':1' });
    await expect.poll(() => readdir(folder.path)).toContain('opened');
    const argument = (await readFile(opened, 'utf8')).trim();
    expect(argument).not.toContain('secret');
    expect(await readFile(argument, 'utf8')).toContain(`content="0;url=${url}"`);
    expect((await stat(argument)).mode & 0o777).toBe(0o600);
    launcher!.remove();
    expect(await readdir(folder.path)).toEqual(['bin', 'opened']);
  });

  it('prefers a folder that browsers in a sandbox can read', async () => {
    await mkdir(join(folder.path, '.hidden'));
    const launcher = await openBrowser(url, [join(folder.path, '.hidden'), join(folder.path, 'bin')], {
      DISPLAY: ':1',
    });
    expect(await readdir(join(folder.path, '.hidden'))).toEqual([]);
    launcher!.remove();
  });

  it('does nothing without a screen, or without a place for the file', async () => {
    expect(await openBrowser(url, [folder.path], {})).toBeNull();
    expect(await openBrowser(url, [join(folder.path, 'none')], { DISPLAY: ':1' })).toBeNull();
    expect(await readdir(folder.path)).toEqual(['bin']);
  });

  it('is no error where the program is missing', async () => {
    process.env.PATH = folder.path;
    await openBrowser(url, [folder.path], { DISPLAY: ':1' });
    await expect.poll(() => readdir(folder.path)).toEqual(['bin']);
  });
});
