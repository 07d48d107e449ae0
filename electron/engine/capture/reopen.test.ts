import { copyFile, mkdir, readFile, stat, truncate, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  blockEntries,
  dataFile,
  Entries,
  entryBytes,
  entryMemory,
  indexFile,
  maxRecords,
  putEntry,
  segmentBytes,
} from './format.ts';
import { noStream } from './recorder.ts';
import {
  anyFilter,
  filesOf,
  openCapture,
  patterned,
  recordOpened,
  rowsOf,
  scanned,
  sequencesOf,
  text,
  withBench,
} from './test-capture.ts';

describe('a capture that is opened again', () => {
  it('holds the same records and goes on behind them', () =>
    withBench(async ({ open }) => {
      const first = await open();
      const stream = recordOpened(first);
      for (let i = 0; i < 100; i++) first.record('received', stream, patterned(i * 10, i), 1000 + i);
      await first.close();

      const again = await open();
      expect(again.length).toBe(101);
      for (let i = 0; i < 100; i++) {
        expect(await again.payload(i + 1, 0, 5000)).toEqual(patterned(i * 10, i));
        expect(await again.info(i + 1)).toMatchObject({ time: 1000 + i, connection: stream, length: i * 10 });
      }
      expect(again.record('sent', stream, Uint8Array.of(7))).toBe(101);
      expect(await again.payload(101, 0, 10)).toEqual(Uint8Array.of(7));
      const rows = await rowsOf(again.openView(anyFilter));
      expect(rows.map(({ peer }) => peer)).toEqual(rows.map(() => '127.0.0.1:50000'));
    }));

  it('is empty in a folder that is new or empty, and leaves it so when nothing is recorded', () =>
    withBench(async ({ folder }) => {
      const below = join(folder, 'a', 'b');
      const capture = await openCapture(below);
      expect([capture.length, capture.cleared, capture.diskBytes]).toEqual([0, 0, 0]);
      expect(await rowsOf(capture.openView(anyFilter))).toEqual([]);
      await capture.close();
      expect(await filesOf(below, '')).toEqual([]);
    }));

  it('shows one filter the records of both runs, those that are not in a file yet among them', () =>
    withBench(async ({ open }) => {
      const first = await open();
      for (let i = 0; i < 1000; i++) first.record('received', noStream, Uint8Array.of(i));
      await first.close();
      const again = await open();
      for (let i = 0; i < 500; i++) again.record('received', noStream, Uint8Array.of(i));
      const view = again.openView({ ...anyFilter, directions: ['received'] });
      await scanned(view);
      expect(view.length).toBe(1500);
      const entries = await again.entries(990, 20);
      expect(Array.from({ length: 20 }, (_, i) => entries.length(i))).toEqual(Array(20).fill(1));
    }));

  it('loses nothing to an index torn at any byte of its last entries, but those entries', () =>
    withBench(async ({ folder }) => {
      const capture = await openCapture(join(folder, 'whole'));
      for (let i = 0; i < 20; i++) capture.record('received', noStream, patterned(50, i));
      await capture.close();
      for (let cut = 1; cut <= 3 * entryBytes; cut++) {
        const torn = join(folder, `torn-${cut}`);
        await mkdir(torn);
        for (const name of await filesOf(join(folder, 'whole'), ''))
          await copyFile(join(folder, 'whole', name), join(torn, name));
        await truncate(join(torn, indexFile(0)), 20 * entryBytes - cut);
        const again = await openCapture(torn);
        const left = 20 - Math.ceil(cut / entryBytes);
        const isWhole = cut % entryBytes === 0;
        expect(again.length, `cut ${cut}`).toBe(isWhole ? left : left + 1);
        for (let i = 0; i < left; i++) expect(await again.payload(i, 0, 50)).toEqual(patterned(50, i));
        if (!isWhole)
          expect((await again.info(left)).detail).toEqual({ kind: 'note', note: 'capture-ended-early' });
        await again.close();
      }
    }));

  it('cuts off entries that name bytes which never came to their file', () =>
    withBench(async ({ folder, open }) => {
      const first = await open();
      for (let i = 0; i < 10; i++) first.record('received', noStream, patterned(100, i));
      await first.close();
      await truncate(join(folder, dataFile(0)), 750);
      const again = await open();
      expect(again.length).toBe(8);
      expect((await again.info(7)).detail).toEqual({ kind: 'note', note: 'capture-ended-early' });
      expect(await again.payload(6, 0, 100)).toEqual(patterned(100, 6));
      again.record('received', noStream, patterned(100, 99));
      expect(await again.payload(8, 0, 100)).toEqual(patterned(100, 99));
      await again.close();
      expect((await open()).length).toBe(9);
    }));

  it('cuts off zeros and foreign bytes at the end of its index', () =>
    withBench(async ({ folder, open }) => {
      const first = await open();
      for (let i = 0; i < 10; i++) first.record('received', noStream, patterned(100, i));
      await first.close();
      const index = join(folder, indexFile(0));
      await writeFile(index, Buffer.concat([await readFile(index), Buffer.alloc(5 * entryBytes + 3)]));
      const again = await open();
      expect(again.length).toBe(11);
      expect((await stat(index)).size).toBe(10 * entryBytes);
    }));

  it('starts anew when all data is gone, and goes to the block before a block that is empty', () =>
    withBench(async ({ folder, open }) => {
      const first = await open();
      for (let i = 0; i < blockEntries + 5; i++) first.record('received', noStream, Uint8Array.of(i));
      await first.close();
      await truncate(join(folder, indexFile(1)), 0);
      const second = await open();
      expect(second.length).toBe(blockEntries);
      await second.close();
      await unlink(join(folder, dataFile(0)));
      const third = await open();
      expect(third.length).toBe(1);
      expect((await third.info(0)).kind).toBe('note');
    }));

  it('needs no capture.json, and tells when it was damaged', () =>
    withBench(async ({ folder, open }) => {
      const first = await open();
      first.record('received', noStream, Uint8Array.of(1));
      await first.close();
      await unlink(join(folder, 'capture.json'));
      const second = await open();
      expect(second.length).toBe(1);
      second.clear();
      await second.close();
      await writeFile(join(folder, 'capture.json'), '{"version":1,"ba');
      const third = await open();
      expect(third.cleared).toBe(0);
      expect(await sequencesOf(third.openView(anyFilter))).toEqual([0, 1]);
      expect((await third.info(1)).detail).toEqual({ kind: 'note', note: 'capture-ended-early' });
    }));

  it('does not take a capture.json that cannot be read for one that is not there', () =>
    withBench(async ({ folder }) => {
      await mkdir(join(folder, 'capture.json'));
      await expect(openCapture(folder)).rejects.toMatchObject({ code: 'EISDIR' });
    }));

  it('does not open in the place of a file', () =>
    withBench(async ({ folder }) => {
      await writeFile(join(folder, 'file'), '');
      await expect(openCapture(join(folder, 'file'))).rejects.toMatchObject({ code: 'EEXIST' });
    }));

  it('stops the sockets when sequences run out, and refuses the record behind the last one', () =>
    withBench(async ({ folder, open }) => {
      const block = Math.floor(maxRecords / blockEntries);
      const slots = (maxRecords - 2) % blockEntries;
      const bytes = new Uint8Array(slots * entryBytes);
      putEntry(entryMemory(bytes), slots - 1, 1000, 0, 0, noStream, 2);
      expect(new Entries(0, bytes).isSound(slots - 1, 0)).toBe(true);
      await writeFile(join(folder, indexFile(block)), bytes);
      const capture = await open();
      expect(capture.length).toBe(maxRecords - 2);
      expect(capture.failure?.code).toBe('CAPTURE_FULL');
      capture.record('received', noStream, Uint8Array.of(1));
      expect(capture.congested).toBe(true);
      capture.record('received', noStream, Uint8Array.of(2));
      expect(() => capture.record('received', noStream, Uint8Array.of(3))).toThrow();
      await capture.flush();
      expect(capture.congested).toBe(true);
      expect(text(await capture.payload(maxRecords - 1, 0, 1))).toBe('\x02');
    }));

  it('goes on in a new segment where the last one ended exactly at its border', () =>
    withBench(async ({ open }) => {
      const first = await open();
      first.record('received', noStream, patterned(segmentBytes, 1));
      await first.close();
      const again = await open();
      again.record('received', noStream, new Uint8Array(0));
      again.record('received', noStream, patterned(10, 2));
      expect(await again.payload(1, 0, 10)).toEqual(new Uint8Array(0));
      expect(await again.payload(2, 0, 10)).toEqual(patterned(10, 2));
      expect(await again.payload(0, segmentBytes - 5, 100)).toEqual(patterned(segmentBytes, 1).slice(-5));
    }));
});
