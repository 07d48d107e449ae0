/** Checksum files that are not there, are empty, or older than what they are of: after a loss of power, or in a copy without them. */
import { cp, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testFolder } from '../testing/folder.ts';
import { anyFilter, openCapture, openView, patterned, rowsOf } from '../testing/capture-kit.ts';
import { Capture } from './capture.ts';
import { dataFile, indexFile, type FileSet } from './format.ts';
import { noStream } from './recorder.ts';
import { verify } from './verify.ts';

/** Three blocks of the index and several of the data. */
const records = 3000;
const before = 1500;
const lengthOf = (sequence: number): number => (sequence % 100 === 0 ? 5000 : 40);

let folder: Awaited<ReturnType<typeof testFolder>>;
let copies = 0;
const at = (name: string): string => join(folder.path, name);

beforeAll(async () => {
  folder = await testFolder();
  const capture = await openCapture(at('whole'));
  const record = async (from: number, to: number, copy: string): Promise<void> => {
    for (let i = from; i < to; i++) capture.record('received', noStream, patterned(lengthOf(i), i), 1000 + i);
    await capture.flush();
    // As a killed process leaves it.
    await cp(at('whole'), at(copy), { recursive: true });
  };
  await record(0, before, 'before');
  await record(before, records, 'killed');
  await capture.close();
});
afterAll(() => folder.remove());

type Sums = `sums-${FileSet['prefix']}-`;
const both: Sums[] = ['sums-data-', 'sums-index-'];
const sumsIn = async (path: string, kinds: readonly Sums[]): Promise<string[]> =>
  (await readdir(path)).filter((name) => kinds.some((kind) => name.startsWith(kind)));

async function copyWithout(kinds: readonly Sums[], how: 'emptied' | 'removed' | 'older'): Promise<string> {
  const path = at(`copy-${copies++}`);
  await cp(at('killed'), path, { recursive: true });
  for (const name of await sumsIn(path, kinds))
    if (how === 'emptied') await truncate(join(path, name), 0);
    else if (how === 'removed') await rm(join(path, name));
    else await cp(join(at('before'), name), join(path, name));
  return path;
}

const sizesOf = async (path: string): Promise<number[]> =>
  Promise.all([dataFile(0), indexFile(0)].map(async (name) => (await stat(join(path, name))).size));

/** Each record's row: right, or damaged. Returns the sequences of those that are right. */
async function expectSound(path: string, length: number): Promise<number[]> {
  const capture = await openCapture(path);
  const good: number[] = [];
  try {
    expect(capture.length).toBe(length);
    const view = openView(capture, anyFilter);
    for (let row = 0; row < records; row += 500)
      for (const { sequence, kind, time, length: bytes, preview } of await rowsOf(view, row, 500)) {
        if (kind === 'note') {
          expect(Buffer.from(preview).toString()).toContain('"note":"damaged"');
          continue;
        }
        expect([kind, time, bytes]).toEqual(['received', 1000 + sequence, lengthOf(sequence)]);
        const payload = await capture.payload(sequence, 0, bytes).catch(({ code }: { code: string }) => code);
        if (typeof payload !== 'string') {
          expect(Buffer.compare(payload, patterned(bytes, sequence))).toBe(0);
          good.push(sequence);
        } else expect(payload).toMatch(/^(BYTES|CHECKSUM)_/);
      }
  } finally {
    await capture.close();
  }
  return good;
}

it('shows what has checksums in a block that goes on behind them, where nothing may be changed', async () => {
  const path = await copyWithout(both, 'older');
  const capture = await Capture.open(path, { isReadOnly: true });
  const entries = await capture.entries(0, records);
  const good = Array.from({ length: records }, (_, i) => i).filter((i) => !entries.isDamaged(i));
  expect(good).toEqual(Array.from({ length: before }, (_, i) => i));
  expect((await capture.entries(1200, 400)).isDamaged(100)).toBe(false);
  const { damagedRecords } = await verify(capture, {
    signal: new AbortController().signal,
    told: () => undefined,
  });
  expect(damagedRecords).toBe(records - before);
  await capture.close();
});

describe.each(['emptied', 'removed', 'older'] as const)('a capture whose checksums were %s', (how) => {
  it.each([['all', both] as const, ...both.map((kind) => [kind, [kind]] as const)])(
    'keeps every record and every byte, and shows none as good that nothing vouches for: %s',
    async (_which, kinds) => {
      const path = await copyWithout(kinds, how);
      const sizes = await sizesOf(path);
      const [data, index] = await Promise.all(
        [dataFile(0), indexFile(0)].map((name) => readFile(join(path, name))),
      );
      const good = await expectSound(path, records + 1);
      const all = Array.from({ length: before }, (_, i) => i);
      if (how === 'older') expect(good.filter((sequence) => sequence < before)).toEqual(all);
      else expect(good).toEqual([]);
      const after = await sizesOf(path);
      expect(after.every((size, i) => size >= sizes[i]!)).toBe(true);
      expect((await readFile(join(path, dataFile(0)))).subarray(0, data!.length).equals(data!)).toBe(true);
      if (how !== 'older')
        expect((await readFile(join(path, indexFile(0)))).subarray(0, index!.length).equals(index!)).toBe(
          true,
        );

      const capture = await openCapture(path);
      for (let i = 0; i < 2000; i++) capture.record('sent', noStream, patterned(50, i));
      await capture.close();
      expect(await expectSound(path, records + 2001)).toEqual(good);
      const again = await openCapture(path);
      for (let i = 0; i < 2000; i++)
        expect(await again.payload(records + 1 + i, 0, 50)).toEqual(patterned(50, i));
      await again.close();
    },
  );
});
