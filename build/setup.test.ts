import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { arePackagesInstalled } from './setup.mjs';

describe('installed packages', () => {
  let folder: string;
  const wanted = {
    '': {},
    'node_modules/a': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0', optional: true },
  };
  const put = (path: string, packages: unknown): void =>
    writeFileSync(join(folder, path), JSON.stringify({ packages }));
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'socketscope-test-'));
    mkdirSync(join(folder, 'node_modules'));
    put('package-lock.json', wanted);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('are complete without those of other systems', () => {
    put('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.0' } });
    expect(arePackagesInstalled(folder)).toBe(true);
  });

  it('are not when one is missing, of another version, or when none was installed', () => {
    expect(arePackagesInstalled(folder)).toBe(false);
    put('node_modules/.package-lock.json', {});
    expect(arePackagesInstalled(folder)).toBe(false);
    put('node_modules/.package-lock.json', { 'node_modules/a': { version: '1.0.1' } });
    expect(arePackagesInstalled(folder)).toBe(false);
  });
});
