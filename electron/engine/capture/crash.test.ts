import { build } from 'esbuild';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Capture } from './capture.ts';
import { filesOf, patterned, withBench } from './test-capture.ts';
import { floodLength } from './test-flood-content.ts';

const out = new URL(`../../../out/test/capture-flood-${process.pid}.mjs`, import.meta.url);

// As build/bundle.mjs gives to its bundles: CommonJS among the dependencies asks for these.
const nodeModules = `
import { createRequire } from 'node:module';
import { fileURLToPath as toPath } from 'node:url';
const require = createRequire(import.meta.url);
const __filename = toPath(import.meta.url);`;

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL('test-flood.ts', import.meta.url))],
    outfile: fileURLToPath(out),
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'warning',
    banner: { js: nodeModules },
  });
});
afterAll(() => rm(out, { force: true }));

/** Lets a process flood `folder` until it is enough, and kills it. */
async function floodAndKill(folder: string, isEnough: () => Promise<boolean>): Promise<void> {
  const child = spawn(process.execPath, [fileURLToPath(out), folder], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const exited = once(child, 'exit');
  while (!(await isEnough())) {
    expect(child.exitCode).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill('SIGKILL');
  await exited;
}

async function expectSound(capture: Capture, from: number): Promise<void> {
  for (let sequence = from; sequence < capture.length; sequence++) {
    const { kind, detail } = await capture.info(sequence);
    if (kind === 'note') expect(detail).toEqual({ kind: 'note', note: 'capture-ended-early' });
    else {
      const payload = await capture.payload(sequence, 0, 2 ** 32);
      const expected = patterned(floodLength(sequence), sequence);
      expect(Buffer.compare(payload, expected), `record ${sequence}`).toBe(0);
    }
  }
}

it('holds only whole records after its process was killed, time and again, and says that it ended early', () =>
  withBench(async ({ folder, open }) => {
    let length = 0;
    for (let round = 1; round <= 4; round++) {
      await floodAndKill(folder, async () => (await filesOf(folder, 'data-')).length > round);
      const capture = await open();
      expect(capture.length).toBeGreaterThan(length + 1000);
      expect((await capture.info(capture.length - 1)).detail).toEqual({
        kind: 'note',
        note: 'capture-ended-early',
      });
      await expectSound(capture, length);
      length = capture.length;
      await capture.close();
    }
    const clean = await open();
    expect(clean.length).toBe(length);
  }));
