import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { buildProgram, type TestProgram } from '../testing/program.ts';
import { leastCaptureLimit } from '../../../shared/capture-limit.ts';
import type { Capture } from './capture.ts';
import { mostWaitingBytes } from './capture-writer.ts';
import { patterned, withBench } from '../testing/capture-kit.ts';
import { floodLength } from '../testing/patterned.ts';

/** Of the records that a turn of the program makes before it looks whether more may wait, with their entries. */
const turnBytes = 1024 * 1024;

let program: TestProgram;
beforeAll(async () => void (program = await buildProgram('flood')));
afterAll(() => program.remove());

/** What the process said last of its records: behind the last byte, and how many. */
type Told = { end: number; records: number };

/** Lets a process flood `folder` until it is enough, and kills it. */
async function floodAndKill(folder: string, isEnough: (told: Told) => boolean, limit: number): Promise<Told> {
  const child = spawn(process.execPath, [program.path, folder, String(limit)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let told = { end: 0, records: 0 };
  for await (const line of createInterface(child.stdout)) {
    const [end, records] = line.split(' ').map(Number) as [number, number];
    if (records > 0) told = { end, records };
    // What it has said before it heard of that still comes.
    if (isEnough(told)) child.kill('SIGKILL');
  }
  return told;
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

it('loses no more than the writer may keep waiting when its process is killed under flood, ten times, and nothing of what it keeps is wrong', () =>
  withBench(async ({ folder, open }) => {
    let [length, end] = [0, 0];
    for (let round = 0; round < 10; round++) {
      // So that every state of the files, and of a step of the limit, has its chance.
      const floodBytes = (6 + 3.1 * round) * 2 ** 20;
      const told = await floodAndKill(folder, (now) => now.end > end + floodBytes, leastCaptureLimit);
      const capture = await open();
      expect(told.end - capture.end).toBeLessThanOrEqual(mostWaitingBytes + turnBytes);
      expect(capture.length).toBeGreaterThanOrEqual(length);
      expect(capture.length).toBeLessThanOrEqual(told.records + 400);
      // Killed before its first write, it leaves nothing.
      if (capture.length > length)
        expect((await capture.info(capture.length - 1)).detail).toEqual({
          kind: 'note',
          note: 'capture-ended-early',
        });
      await expectSound(capture, Math.max(length, capture.oldest));
      expect(capture.gone?.records ?? 0).toBe(capture.oldest);
      [length, end] = [capture.length, capture.end];
      await capture.close();
    }
    const clean = await open();
    expect(clean.length).toBe(length);
    expect(clean.oldest).toBeGreaterThan(1000);
  }));
