import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { noStream } from './capture/recorder.ts';
import { openCapture, withBench } from './testing/capture-kit.ts';
import { Clock } from './clock.ts';
import { buildProgram } from './testing/program.ts';

const hourMs = 3_600_000;

/** Two clocks by hand. They begin at one o'clock, and far from each other. */
function handMade() {
  const hands = { wall: 13 * hourMs, monotonic: 5000 };
  return {
    hands,
    clock: new Clock({ wall: () => hands.wall, monotonic: () => hands.monotonic }),
    pass(ms: number) {
      hands.wall += ms;
      hands.monotonic += ms;
    },
  };
}

it('takes its fine resolution from the monotonic clock', () => {
  const { clock, hands, pass } = handMade();
  pass(0.25);
  hands.wall = Math.floor(hands.wall);
  expect(clock.now()).toBe(13 * hourMs + 0.25);
});

it.each([
  ['the machine has slept', 8 * hourMs],
  ['the clock was set back', -2 * hourMs],
])('goes by the wall clock again when %s', (_, stepMs) => {
  const { clock, hands, pass } = handMade();
  const { anchor } = clock;
  pass(1000);
  hands.wall += stepMs;
  expect(clock.now()).toBe(hands.wall);
  expect(clock.anchor - anchor).toBe(stepMs);
  pass(1);
  expect(clock.now()).toBe(hands.wall);
});

it('takes no notice of a wall clock that is set right little by little', () => {
  const { clock, hands, pass } = handMade();
  const { anchor } = clock;
  pass(1000);
  hands.wall += 250;
  expect(clock.now()).toBe(13 * hourMs + 1000);
  expect(clock.anchor).toBe(anchor);
});

it('begins with the present time in a process that slept before its first record', () => {
  const clock = new Clock({ wall: () => 10 * hourMs, monotonic: () => 1000 }, hourMs);
  expect(clock.now()).toBe(10 * hourMs);
});

it('leaves a note in each log that goes on, before the first record by the new time', () =>
  withBench(async ({ open }) => {
    const { clock, hands, pass } = handMade();
    const capture = await open({ clock });
    capture.record('received', noStream, Buffer.from('before'));
    pass(20);
    hands.wall += hourMs;
    capture.record('received', noStream, Buffer.from('after'));
    pass(20);
    hands.wall -= 2 * hourMs;
    capture.record('received', noStream, Buffer.from('set back'));
    expect(
      await Promise.all(Array.from({ length: capture.length }, (_, at) => capture.info(at))),
    ).toMatchObject([
      { kind: 'received', time: 13 * hourMs },
      { detail: { note: 'clock-stepped', byMs: hourMs }, time: 14 * hourMs + 20 },
      { kind: 'received', time: 14 * hourMs + 20 },
      { detail: { note: 'clock-stepped', byMs: -2 * hourMs }, time: 12 * hourMs + 40 },
      { kind: 'received', time: 12 * hourMs + 40 },
    ]);
  }));

const hasFaketime = spawnSync('faketime', ['--version']).status === 0;

it.skipIf(!hasFaketime)('is set while a process runs, by faketime (skipped where it is not installed)', () =>
  withBench(async ({ folder }) => {
    const program = await buildProgram('clock');
    onTestFinished(program.remove);
    const setting = join(folder, 'setting');
    // At once and whole: a clock read between emptying the file and filling it would jump to and fro.
    const set = async (by: string) => {
      await writeFile(`${setting}.new`, by);
      await rename(`${setting}.new`, setting);
    };
    await set('+0');
    const env = {
      ...process.env,
      FAKETIME_TIMESTAMP_FILE: setting,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_NO_CACHE: '1',
    };
    // What the program sets itself would be preferred to the file.
    const args = [
      '-f',
      '+0',
      'env',
      '-u',
      'FAKETIME',
      process.execPath,
      program.path,
      join(folder, 'capture'),
    ];
    const child = spawn('faketime', args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    const exited = once(child, 'exit');
    await once(child.stdout, 'data');
    await set('+5h');
    expect(await exited).toEqual([0, null]);
    const capture = await openCapture(join(folder, 'capture'));
    onTestFinished(() => capture.close());
    const [before, note, after] = await Promise.all([0, 1, 2].map((sequence) => capture.info(sequence)));
    expect(note!.detail).toMatchObject({ note: 'clock-stepped' });
    expect(Math.round((after!.time - before!.time) / hourMs)).toBe(5);
  }),
);
