import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testFolder } from '../engine/testing/folder.ts';
import { readPage } from './static-files.ts';

describe('the page', () => {
  let folder: Awaited<ReturnType<typeof testFolder>>;
  beforeEach(async () => void (folder = await testFolder()));
  afterEach(() => folder.remove());

  it('is a fixed map of the files that a browser needs', async () => {
    await mkdir(join(folder.path, 'assets'));
    for (const name of [
      'index.html',
      'icon.svg',
      'assets/a-1.js',
      'assets/a-1.js.map',
      'assets/a-1.css',
      '.env',
    ])
      await writeFile(join(folder.path, name), name);
    await symlink('/etc', join(folder.path, 'linked'));
    const files = await readPage(folder.path);
    expect([...files.keys()].sort()).toEqual(['/', '/assets/a-1.css', '/assets/a-1.js', '/icon.svg']);
    expect(files.get('/')).toMatchObject({ type: 'text/html; charset=utf-8', cacheControl: 'no-store' });
    expect(files.get('/assets/a-1.js')).toMatchObject({
      type: 'text/javascript; charset=utf-8',
      cacheControl: /immutable/,
    });
    expect(String(files.get('/assets/a-1.css')!.body)).toBe('assets/a-1.css');
  });

  it('must have been built', async () => {
    await expect(readPage(folder.path)).rejects.toThrow('not built');
  });
});
