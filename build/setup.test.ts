import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alone, arePackagesInstalled } from './setup.mjs';

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

describe('a build', () => {
  let lock: string;
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'socketscope-test-'));
    lock = join(folder, 'building');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('waits for that of another process, and is the only one then', async () => {
    writeFileSync(lock, String(process.pid));
    const setup = JSON.stringify(new URL('./setup.mjs', import.meta.url).href);
    const script = `import { alone } from ${setup}; alone(${JSON.stringify(lock)}, () => console.log('built'));`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', script]);
    let said = '';
    for (const stream of [other.stdout, other.stderr]) stream.on('data', (bytes) => (said += String(bytes)));
    await expect.poll(() => said, { timeout: 30_000 }).toBe('Waiting for another build …\n');
    rmSync(lock);
    await once(other, 'close');
    expect(said).toBe('Waiting for another build …\nbuilt\n');
    expect(existsSync(lock)).toBe(false);
  });

  it('does not wait for a process that has ended', () => {
    writeFileSync(lock, String(spawnSync(process.execPath, ['-v']).pid));
    let owner = '';
    alone(lock, () => (owner = readFileSync(lock, 'utf8')));
    expect(owner).toBe(String(process.pid));
    expect(existsSync(lock)).toBe(false);
  });
});
