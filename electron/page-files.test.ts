import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerPageRequest, isPageAddress, listPageFiles, type PageFiles } from './page-files.ts';

describe('the page behind app://bundle', () => {
  let folder = '';
  let files: PageFiles;
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'page-files-'));
    mkdirSync(join(folder, 'page', 'assets'), { recursive: true });
    writeFileSync(join(folder, 'secret.html'), 'secret');
    writeFileSync(join(folder, 'page', 'index.html'), '<p>page</p>');
    writeFileSync(join(folder, 'page', 'assets', 'app.js'), 'run()');
    writeFileSync(join(folder, 'page', 'notes.bin'), 'x');
    files = await listPageFiles(pathToFileURL(`${folder}/page/`));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const get = (url: string, method = 'GET') => answerPageRequest(files, { method, url });

  it('answers its files with their type and a strict policy', async () => {
    const page = await get('app://bundle/index.html?x#y');
    expect(await page.text()).toBe('<p>page</p>');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(await (await get('app://bundle/assets/app.js')).text()).toBe('run()');
  });

  it.each([
    'app://bundle/',
    'app://bundle/assets',
    'app://bundle/notes.bin',
    'app://bundle/../secret.html',
    'app://bundle/%2e%2e/secret.html',
    'app://bundle/..%2fsecret.html',
    'app://bundle/assets%2fapp.js',
    'app://bundle/index.html%00',
    'app://bundle//index.html',
    'app://other/index.html',
    'file:///etc/passwd',
  ])('has nothing at %s', async (url) => {
    expect((await get(url)).status).toBe(404);
  });

  it('answers no other method', async () => {
    expect((await get('app://bundle/index.html', 'POST')).status).toBe(404);
  });

  it('knows its own addresses', () => {
    expect(isPageAddress('app://bundle/index.html')).toBe(true);
    for (const address of [
      'app://bundle.example/',
      'app://user@bundle.evil/',
      'https://bundle/',
      'about:blank',
      '',
      'app:',
    ])
      expect(isPageAddress(address)).toBe(false);
  });
});
