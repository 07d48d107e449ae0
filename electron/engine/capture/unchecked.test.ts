/** Captures of before there were checksums: what is damaged in them stays so, also when they get some. */
import { cp, mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import {
  anyFilter,
  filesOf,
  openCapture,
  openView,
  patterned,
  scanned,
  sequencesOf,
  withBench,
} from '../testing/capture-kit.ts';
import {
  blockEntries,
  dataFile,
  entryBytes,
  entryMemory,
  indexFile,
  kindNumber,
  putEntry,
} from './format.ts';
import { noStream } from './recorder.ts';

const fixtures = fileURLToPath(new URL('fixtures/format-1/captures', import.meta.url));
/** One of those that sockets recorded, and how many records it has. */
const fixture = join(fixtures, 'e4b134d4d1f6a');
const records = 21;

const damaged = { kind: 'note', note: 'damaged' };

async function damagedIn(path: string, count = records): Promise<number[]> {
  const capture = await openCapture(path);
  const found: number[] = [];
  for (let sequence = 0; sequence < count; sequence++) {
    const { detail } = await capture.info(sequence);
    if (detail?.kind === 'note' && detail.note === 'damaged') found.push(sequence);
  }
  await capture.close();
  return found;
}

async function goOnWith(path: string): Promise<void> {
  const capture = await openCapture(path);
  capture.record('received', noStream, patterned(40_000, 1));
  await capture.close();
}

it('an entry with a changed bit, the last one too, is damaged before the first write and for ever after', () =>
  withBench(async ({ folder }) => {
    for (const entry of [0, 7, records - 1])
      for (let byte = 0; byte < entryBytes; byte += 5) {
        const path = join(folder, `${entry}-${byte}`);
        await cp(fixture, path, { recursive: true });
        const bytes = await readFile(join(path, indexFile(0)));
        bytes[entry * entryBytes + byte]! ^= 0x10;
        await writeFile(join(path, indexFile(0)), bytes);
        expect(await damagedIn(path)).toEqual([entry]);
        await goOnWith(path);
        expect(await filesOf(path, 'sums-')).toHaveLength(2);
        expect(await damagedIn(path)).toEqual([entry]);
        const again = await openCapture(path);
        expect(again.length).toBe(records + 1);
        expect(await again.payload(records, 0, 40_000)).toEqual(patterned(40_000, 1));
        await again.close();
      }
  }));

it('a record whose bytes were cut off never shows those that are stored in their place', () =>
  withBench(async ({ folder }) => {
    const path = join(folder, 'cut');
    await cp(fixture, path, { recursive: true });
    await truncate(join(path, dataFile(0)), 4600);
    const before = await damagedIn(path);
    expect(before.at(-1)).toBe(records - 1);
    await goOnWith(path);
    expect(await damagedIn(path)).toEqual(before);
  }));

it('nor does one in an older file, for rows, filters and searches', () =>
  withBench(async ({ folder }) => {
    const [lost, end] = [3, 1000];
    const entries = new Uint8Array((blockEntries + 1) * entryBytes);
    for (let i = 0; i <= blockEntries; i++)
      putEntry(
        entryMemory(entries),
        i,
        1000 + i,
        i === lost ? end + 100 : 0,
        10,
        noStream,
        kindNumber('received'),
      );
    const block = blockEntries * entryBytes;
    await writeFile(join(folder, indexFile(0)), entries.subarray(0, block));
    await writeFile(join(folder, indexFile(1)), entries.subarray(block));
    await writeFile(join(folder, dataFile(0)), new Uint8Array(end));
    await writeFile(join(folder, 'capture.json'), '{"version":1,"base":0,"closed":true}');
    expect(await damagedIn(folder, 10)).toEqual([lost]);
    const capture = await openCapture(folder);
    capture.record('received', noStream, new TextEncoder().encode('needle '.repeat(500)));
    await capture.close();
    const again = await openCapture(folder);
    expect((await again.info(lost)).detail).toMatchObject(damaged);
    // A search shows what it cannot read.
    const view = openView(again, { ...anyFilter, text: 'no such text' });
    await scanned(view);
    expect(await sequencesOf(view)).toEqual([lost]);
    await again.close();
  }));

it('a log that was cleared stays cleared, though nothing was recorded since', () =>
  withBench(async ({ folder }) => {
    const path = join(folder, 'cleared');
    await mkdir(path);
    for (const name of await readdir(fixture)) await cp(join(fixture, name), join(path, name));
    const first = await openCapture(path);
    first.clear();
    await first.close();
    const again = await openCapture(path);
    expect([again.cleared, again.length]).toEqual([records, records]);
    await again.close();
  }));
