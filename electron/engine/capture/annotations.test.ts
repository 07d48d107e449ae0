import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { buildProgram } from '../testing/program.ts';
import { withBench } from '../testing/capture-kit.ts';
import { mostAnnotated } from '../../../shared/annotations.ts';
import { Annotations, annotationsFile } from './annotations.ts';
import type { Capture } from './capture.ts';
import { noStream } from './recorder.ts';

function fill(capture: Capture, count: number): number {
  const first = capture.length;
  for (let n = 0; n < count; n++) capture.record('sent', noStream, new Uint8Array(3));
  return first;
}

it('keeps bookmarks, notes and tags of records, and changes only what is named', () =>
  withBench(async ({ open }) => {
    const capture = await open();
    fill(capture, 5);
    const annotations = await Annotations.open(capture);
    const before = annotations.version;
    await annotations.change([3, 1], { bookmarked: true });
    await annotations.change([3], { note: 'slow ✓\n', tags: ['late'] });
    await annotations.change([1], { bookmarked: false });
    expect(annotations.version).not.toBe(before);
    const expected = [{ sequence: 3, bookmarked: true, note: 'slow ✓\n', tags: ['late'] }];
    expect(annotations.list).toEqual(expected);
    expect(annotations.of(1)).toBeNull();
    await capture.close();
    expect((await Annotations.open(await open())).list).toEqual(expected);
  }));

it('loses no more than the last line of a file that was cut anywhere, and goes on behind it', () =>
  withBench(async ({ folder, open }) => {
    const capture = await open();
    fill(capture, 3);
    const path = join(folder, annotationsFile);
    const first = await Annotations.open(capture);
    await first.change([0], { note: 'first' });
    const kept = (await readFile(path)).length;
    await first.change([1], { note: 'ä last' });
    const whole = await readFile(path);
    for (let length = kept; length <= whole.length; length++) {
      await writeFile(path, whole);
      await truncate(path, length);
      const cut = await Annotations.open(capture);
      // Without its line feed it is still whole.
      const isWhole = length >= whole.length - 1;
      expect(cut.list.map(({ note }) => note)).toEqual(isWhole ? ['first', 'ä last'] : ['first']);
      const isTorn = !isWhole && length > kept;
      expect(cut.notice).toEqual(isTorn ? expect.objectContaining({ code: 'ANNOTATIONS_DAMAGED' }) : null);
      await cut.change([2], { bookmarked: true });
      const again = await Annotations.open(capture);
      expect(again.list.at(-1)).toMatchObject({ sequence: 2, bookmarked: true });
      expect(again.list).toEqual(cut.list);
    }
  }));

it('passes over lines that were damaged or made by somebody else, and leaves them in the file', () =>
  withBench(async ({ folder, open }) => {
    const capture = await open();
    fill(capture, 2);
    const path = join(folder, annotationsFile);
    await (await Annotations.open(capture)).change([0], { note: 'here' });
    const bad = `{"sequence":1}\n00000000 {"sequence":1,"bookmarked":true,"note":"","tags":[]}\n\0\xff\n`;
    await appendFile(path, bad);
    const annotations = await Annotations.open(capture);
    expect(annotations.damagedLines).toBe(3);
    await annotations.change([1], { tags: ['x'] });
    expect((await Annotations.open(capture)).list.map(({ sequence }) => sequence)).toEqual([0, 1]);
    expect(await readFile(path, 'utf8')).toContain(bad);
  }));

it('opens beside a file that is far too long, and says so when something is to be kept', () =>
  withBench(async ({ folder, open }) => {
    const capture = await open();
    fill(capture, 1);
    const path = join(folder, annotationsFile);
    await writeFile(path, '');
    await truncate(path, 2 ** 30);
    const annotations = await Annotations.open(capture);
    expect(annotations.list).toEqual([]);
    expect(annotations.notice).toMatchObject({ code: 'ANNOTATIONS_NOT_READ', subject: path });
    await expect(annotations.change([0], { bookmarked: true })).rejects.toMatchObject({ subject: path });
  }));

it('follows the log: cleared records take theirs along and bring them back', () =>
  withBench(async ({ open }) => {
    const capture = await open();
    fill(capture, 2);
    const annotations = await Annotations.open(capture);
    await annotations.change([0], { bookmarked: true });
    const before = annotations.version;
    capture.clear();
    expect(annotations.version).not.toBe(before);
    expect(annotations.list).toEqual([]);
    await expect(annotations.change([0], { note: 'x' })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    capture.undoClear();
    expect(annotations.list).toHaveLength(1);
    capture.clear();
    capture.purge();
    await capture.close();
    expect((await Annotations.open(await open())).list).toEqual([]);
  }));

it('refuses records that there are not, and more of them than are kept', () =>
  withBench(async ({ open }) => {
    const capture = await open();
    fill(capture, mostAnnotated + 1);
    const annotations = await Annotations.open(capture);
    const refused = { code: 'INVALID_ARGUMENT' };
    await expect(annotations.change([capture.length], { bookmarked: true })).rejects.toMatchObject(refused);
    const all = Array.from({ length: mostAnnotated }, (_, n) => n);
    await annotations.change(all, { bookmarked: true });
    await expect(annotations.change([mostAnnotated], { note: 'x' })).rejects.toMatchObject(refused);
    await annotations.change([0], { bookmarked: false });
    await annotations.change([mostAnnotated], { note: 'x' });
    expect(annotations.list).toHaveLength(mostAnnotated);
  }));

it('keeps the file short however often something is changed', () =>
  withBench(async ({ folder, open }) => {
    const capture = await open();
    fill(capture, 512);
    const annotations = await Annotations.open(capture);
    const all = Array.from({ length: 512 }, (_, n) => n);
    for (let n = 0; n < 12; n++) await annotations.change(all, { note: `${n}`.repeat(1000) });
    expect((await readFile(join(folder, annotationsFile))).length).toBeLessThan(8 * 1024 ** 2);
    expect((await Annotations.open(capture)).list).toEqual(annotations.list);
  }));

it('has all that it said was kept when its process was killed', async () => {
  const program = await buildProgram('annotate');
  onTestFinished(() => program.remove());
  await withBench(async ({ folder, open }) => {
    const child = spawn(process.execPath, [program.path, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    onTestFinished(() => void child.kill('SIGKILL'));
    let told = '';
    child.stdout.on('data', (part: Buffer) => {
      told += part.toString();
      if (told.split('\n').length > 30) child.kill('SIGKILL');
    });
    await once(child, 'close');
    const annotations = await Annotations.open(await open());
    for (const sequence of told.split('\n').slice(0, -1).map(Number))
      expect(annotations.of(sequence)).toMatchObject({ note: `note ${sequence}`, tags: ['kept'] });
  });
});
