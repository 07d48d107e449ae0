import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { buildProgram, type TestProgram } from '../testing/program.ts';
import type { Capture } from './capture.ts';
import { filesOf, patterned, withBench } from '../testing/capture-kit.ts';
import { floodLength } from '../testing/patterned.ts';

let program: TestProgram;
beforeAll(async () => void (program = await buildProgram('flood')));
afterAll(() => program.remove());

/** Lets a process flood `folder` until it is enough, and kills it. */
async function floodAndKill(folder: string, isEnough: () => Promise<boolean>): Promise<void> {
  const child = spawn(process.execPath, [program.path, folder], {
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
    // Killed between the entries and their checksum, it leaves whole ones that nothing vouches for.
    if (kind === 'note')
      expect(detail).toMatchObject({ note: expect.toBeOneOf(['capture-ended-early', 'damaged']) });
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
