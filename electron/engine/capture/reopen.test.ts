import { appendFile, cp, mkdir, readFile, stat, truncate, unlink, writeFile } from 'node:fs/promises';
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
  openView,
} from '../testing/capture-kit.ts';

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
      const rows = await rowsOf(openView(again, anyFilter));
      expect(rows.map(({ peer }) => peer)).toEqual(rows.map(() => '127.0.0.1:50000'));
    }));

  it('is empty in a folder that is new or empty, and leaves it so when nothing is recorded', () =>
    withBench(async ({ folder }) => {
      const below = join(folder, 'a', 'b');
      const capture = await openCapture(below);
      expect([capture.length, capture.cleared, capture.diskBytes]).toEqual([0, 0, 0]);
      expect(await rowsOf(openView(capture, anyFilter))).toEqual([]);
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
      const view = openView(again, { ...anyFilter, text: 'dir:received' });
      await scanned(view);
      expect(view.length).toBe(1500);
      const entries = await again.entries(990, 20);
      expect(Array.from({ length: 20 }, (_, i) => entries.length(i))).toEqual(Array(20).fill(1));
    }));

  it('cuts off the entry that a killed process tore, keeps whole ones without a checksum as damaged, and goes on behind', () =>
    withBench(async ({ folder }) => {
      const capture = await openCapture(join(folder, 'whole'));
      for (let i = 0; i < 20; i++) capture.record('received', noStream, patterned(50, i));
      await capture.flush();
      await cp(join(folder, 'whole'), join(folder, 'killed'), { recursive: true });
      await capture.close();
      const entries = await readFile(join(folder, 'killed', indexFile(0)));
      for (let more = 0; more <= 3 * entryBytes; more += 5) {
        const torn = join(folder, `torn-${more}`);
        await cp(join(folder, 'killed'), torn, { recursive: true });
        await appendFile(join(torn, dataFile(0)), patterned(200, 1));
        await appendFile(join(torn, indexFile(0)), entries.subarray(0, more));
        const end = 20 + Math.floor(more / entryBytes);
        const again = await openCapture(torn);
        expect(again.length, `${more} bytes more`).toBe(end + 1);
        expect((await again.info(end)).detail).toEqual({ kind: 'note', note: 'capture-ended-early' });
        again.record('received', noStream, patterned(50, 21));
        await again.close();
        const third = await openCapture(torn);
        for (const i of [0, 10, 19]) expect(await third.payload(i, 0, 50)).toEqual(patterned(50, i));
        for (let i = 20; i < end; i++)
          expect((await third.info(i)).detail).toMatchObject({ note: 'damaged' });
        expect(await third.payload(end + 1, 0, 50)).toEqual(patterned(50, 21));
        expect(third.length).toBe(end + 2);
        await third.close();
      }
    }));

  it('keeps the numbers of records whose entries or bytes were cut off, says so in their rows, and goes on behind them', () =>
    withBench(async ({ folder }) => {
      for (const [file, length] of [
        [dataFile(0), 750],
        [indexFile(0), 100],
      ] as const) {
        const path = join(folder, file);
        const first = await openCapture(path);
        for (let i = 0; i < 10; i++) first.record('received', noStream, patterned(100, i));
        await first.close();
        await truncate(join(path, file), length);
        const again = await openCapture(path);
        expect(again.length).toBe(10);
        expect((await again.info(9)).detail).toMatchObject({ note: 'damaged', file });
        await expect(again.payload(9, 0, 100)).rejects.toMatchObject({ code: 'BYTES_MISSING' });
        again.record('received', noStream, patterned(100, 99));
        expect(await again.payload(10, 0, 100)).toEqual(patterned(100, 99));
        await again.close();
        const third = await openCapture(path);
        expect(third.length).toBe(11);
        expect(await third.payload(10, 0, 100)).toEqual(patterned(100, 99));
        expect((await third.info(9)).detail).toMatchObject({ note: 'damaged', file });
        await third.close();
      }
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

  it('keeps the numbers of records whose files are gone', () =>
    withBench(async ({ folder, open }) => {
      const first = await open();
      for (let i = 0; i < blockEntries + 5; i++) first.record('received', noStream, Uint8Array.of(i));
      await first.close();
      await unlink(join(folder, indexFile(1)));
      const second = await open();
      expect(second.length).toBe(blockEntries + 5);
      expect((await second.info(blockEntries)).detail).toMatchObject({ note: 'damaged', file: indexFile(1) });
      expect((await second.info(blockEntries - 1)).kind).toBe('received');
      await second.close();
      await unlink(join(folder, dataFile(0)));
      const third = await open();
      expect(third.length).toBe(blockEntries + 5);
      expect((await third.info(0)).detail).toMatchObject({ code: 'BYTES_MISSING', file: dataFile(0) });
      third.record('received', noStream, patterned(10, 1));
      expect(await third.payload(blockEntries + 5, 0, 10)).toEqual(patterned(10, 1));
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
      expect(await sequencesOf(openView(third, anyFilter))).toEqual([0, 1]);
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
      await expect(openCapture(join(folder, 'file'))).rejects.toMatchObject({ code: 'ENOTDIR' });
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
