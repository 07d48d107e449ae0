import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { electronVersion, startMirror, writeElectronPackage, zipOf, type Mirror } from './electron-mirror.ts';

const project = fileURLToPath(new URL('../', import.meta.url));

describe('npm run desktop-check', () => {
  const zip = zipOf({ electron: 'the program', version: electronVersion });
  let folder: string;
  let mirror: Mirror;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'socketscope-test-'))));
  afterEach(async () => {
    await mirror.close();
    rmSync(folder, { recursive: true });
  });

  /** Its report and its exit code, under the double, with a program from `mirror` for which a package vouches. */
  const check = async (): Promise<{ report: string; code: number | null }> => {
    const [report, packageFolder] = [join(folder, 'report.md'), join(folder, 'package')];
    writeElectronPackage(packageFolder, zip);
    const args = ['--double', '--grep', 'beside the headless host|no Node and only the port'];
    const child = spawn(
      process.execPath,
      ['build/desktop-check.mjs', ...args, '--report', report, '--package', packageFolder],
      {
        cwd: project,
        stdio: ['ignore', 'ignore', 'ignore'],
        env: {
          ...process.env,
          ELECTRON_MIRROR: mirror.url,
          electron_config_cache: join(folder, 'cache'),
          SOCKETSCOPE_MEASURE_MS: '200',
        },
      },
    );
    const [code] = (await once(child, 'close')) as [number | null];
    return { report: readFileSync(report, 'utf8'), code };
  };

  // It starts both hosts and a browser each, beside other tests.
  it(
    'verifies the program, runs the specs and measures, and writes one report',
    { timeout: 180_000 },
    async () => {
      mirror = await startMirror(zip);
      const { report, code } = await check();
      expect(report).toContain("Electron's program: verified by the package's SHA-256 checksum");
      expect(report).toContain('Run on: the stand-in for Electron of the tests');
      expect(report).toMatch(/^2 passed, 0 failed, 0 skipped$/m);
      expect(report).toMatch(/^\| echo of one byte, median \| [\d.]+ ms \| [\d.]+ ms \| [\d.]+ \|$/m);
      expect(report).toMatch(/^\| longest frame meanwhile \| [\d.]+ ms/m);
      expect(code).toBe(0);
    },
  );

  it('runs nothing of a program whose checksum is another', async () => {
    mirror = await startMirror(zipOf({ electron: 'another', version: electronVersion }));
    const { report, code } = await check();
    expect(report).toMatch(/Nothing was run: what was downloaded is not the program .* checksums differ\.$/m);
    expect(report).not.toContain('## Specs');
    expect(code).toBe(1);
  });
});
