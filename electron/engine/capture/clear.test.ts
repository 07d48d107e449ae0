import { readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { Capture } from './capture.ts';
import { blockEntries, dataFile, segmentBytes } from './format.ts';
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

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

/** Clears for good and waits until the files are what `close` leaves. */
async function purgeAndClose(capture: Capture): Promise<void> {
  capture.purge();
  await capture.close();
}

describe('clearing the log', () => {
  it('empties every view at once, and new records come in at row 0', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      for (let i = 0; i < 10; i++) capture.record('received', noStream, bytes(`old ${i}`));
      const whole = openView(capture, anyFilter);
      const column = openView(capture, { ...anyFilter, text: 'dir:received' });
      const found = openView(capture, { ...anyFilter, text: 'old' });
      await capture.flush();
      await Promise.all([whole, column, found].map(scanned));
      expect([whole.length, column.length, found.length]).toEqual([10, 10, 10]);

      capture.clear();
      expect([whole.length, column.length, found.length]).toEqual([0, 0, 0]);
      expect(capture.cleared).toBe(10);
      capture.record('received', noStream, bytes('an older one'));
      await capture.flush();
      await Promise.all([whole, column, found].map(scanned));
      for (const view of [whole, column, found]) {
        const rows = await rowsOf(view);
        expect(rows.map(({ row, sequence, preview }) => [row, sequence, text(preview)])).toEqual([
          [0, 10, 'an older one'],
        ]);
        expect(rows[0]!.previousTime).toBe(rows[0]!.time);
        expect(view.rowOf(3, 0)).toBe(0);
      }
    }));

  it('is undone whole, and only once', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      for (let i = 0; i < 10; i++) capture.record('received', noStream, bytes(`old ${i}`));
      const column = openView(capture, { ...anyFilter, text: 'dir:received' });
      const found = openView(capture, { ...anyFilter, text: 'old' });
      capture.clear();
      capture.record('received', noStream, bytes('old too'));
      expect(capture.canUndoClear).toBe(true);
      capture.undoClear();
      await capture.flush();
      await Promise.all([column, found].map(scanned));
      expect([column.length, found.length]).toEqual([11, 11]);
      expect(capture.canUndoClear).toBe(false);
      expect(() => capture.undoClear()).toThrow(expect.objectContaining({ code: 'TOO_LATE' }));
    }));

  it('survives the end of the process, undo does not', () =>
    withBench(async ({ open }) => {
      const first = await open();
      for (let i = 0; i < 10; i++) first.record('received', noStream, bytes('x'));
      first.clear();
      first.record('received', noStream, bytes('y'));
      await first.close();
      const again = await open();
      expect([again.cleared, again.length, again.canUndoClear]).toEqual([10, 11, false]);
      expect(await sequencesOf(openView(again, anyFilter))).toEqual([10]);
      expect((await again.info(10)).previousTime).toBeNull();
    }));
});

describe('purging', () => {
  it('removes the files that nothing needs any more, and keeps every record after the clear', () =>
    withBench(async ({ folder, open }) => {
      const capture = await open();
      for (let i = 0; i < 5; i++) capture.record('received', noStream, patterned(segmentBytes, i));
      const empty = new Uint8Array(0);
      while (capture.length < 2 * blockEntries + 7) capture.record('received', noStream, empty);
      await capture.flush();
      capture.clear();
      const before = capture.diskBytes;
      const kept = capture.record('received', noStream, patterned(1000, 77));
      await purgeAndClose(capture);
      expect(await filesOf(folder, 'data-')).toEqual(['data-00000004', 'data-00000005']);
      expect(await filesOf(folder, 'index-')).toEqual(['index-00000002']);
      expect(capture.diskBytes).toBeLessThan(before / 2);

      const again = await open();
      expect([again.cleared, again.length]).toEqual([kept, kept + 1]);
      expect(await again.payload(kept, 0, 1000)).toEqual(patterned(1000, 77));
      expect(await sequencesOf(openView(again, anyFilter))).toEqual([kept]);
      await expect(again.info(0)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }));

  it('keeps the numbers and places going when base and bytes end exactly at a border', () =>
    withBench(async ({ folder, open }) => {
      const first = await open();
      first.record('received', noStream, patterned(2 * segmentBytes, 1));
      while (first.length < blockEntries) first.record('received', noStream, new Uint8Array(0));
      await first.flush();
      first.clear();
      await purgeAndClose(first);
      expect(await filesOf(folder, 'data-')).toEqual(['data-00000001']);
      expect(await filesOf(folder, 'index-')).toEqual(['index-00000000']);
      const second = await open();
      expect([second.length, second.cleared]).toEqual([blockEntries, blockEntries]);
      second.record('received', noStream, patterned(10, 2));
      second.record('received', noStream, patterned(10, 3));
      expect((await second.info(blockEntries)).previousTime).toBeNull();
      await second.flush();
      await purgeAndClose(second);
      expect(await filesOf(folder, 'index-')).toEqual(['index-00000001']);

      const third = await open();
      expect(await third.info(blockEntries)).toMatchObject({ previousTime: null, length: 10 });
      expect(await third.payload(blockEntries + 1, 0, 10)).toEqual(patterned(10, 3));
      expect(await sequencesOf(openView(third, anyFilter))).toEqual([blockEntries, blockEntries + 1]);
      expect(third.length).toBe(blockEntries + 2);
    }));

  it('keeps bytes that were stored before the clear for records after it', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const message = patterned(1000, 5);
      const place = capture.store(message);
      capture.record('received', noStream, patterned(8 * segmentBytes, 1));
      await capture.flush();
      capture.clear();
      const sent = capture.append('sent', noStream, place, message.length);
      await purgeAndClose(capture);
      const again = await open();
      expect(await again.payload(sent, 0, 1000)).toEqual(message);
    }));

  it('leaves streams that were opened before it without a peer, in rows and in the text search', () =>
    withBench(async ({ open }) => {
      const first = await open();
      const stream = recordOpened(first, 51_234);
      while (first.length < blockEntries + 10) first.record('received', stream, patterned(300, 1));
      await first.flush();
      first.clear();
      const end = first.recordDetail(stream, { kind: 'half-closed', by: 'peer', closeNotify: null });
      await purgeAndClose(first);
      const again = await open();
      expect((await rowsOf(openView(again, anyFilter))).map(({ peer }) => peer)).toEqual(['']);
      expect(await again.info(end)).toMatchObject({ opening: null, connection: stream });
      const found = openView(again, { ...anyFilter, text: '/./' });
      await scanned(found);
      expect(found.summary.failure).toBeNull();
      expect(await sequencesOf(found)).toEqual([end]);
    }));

  it('never shows records whose files are gone when capture.json was lost', () =>
    withBench(async ({ folder, open }) => {
      const first = await open();
      while (first.length < 2 * blockEntries + 10) first.record('received', noStream, patterned(300, 1));
      await first.flush();
      first.clear();
      await purgeAndClose(first);
      await unlink(join(folder, 'capture.json'));
      const again = await open();
      expect(again.cleared).toBe(2 * blockEntries);
      const rows = await rowsOf(openView(again, anyFilter));
      expect(rows.length).toBe(10);
    }));

  it('twice in a row, under readers, removes every old file and fails nobody', () =>
    withBench(async ({ folder, open }) => {
      const capture = await open();
      const column = openView(capture, { ...anyFilter, text: 'dir:received' });
      const found = openView(capture, { ...anyFilter, text: 'needle' });
      for (let round = 0; round < 4; round++) {
        for (let i = 0; i < 3; i++) capture.record('received', noStream, patterned(segmentBytes, i));
        capture.record('received', noStream, bytes('a needle'));
        const flushed = capture.flush();
        capture.clear();
        capture.purge();
        capture.purge();
        await flushed;
      }
      const last = capture.record('received', noStream, bytes('one more needle'));
      await capture.flush();
      await Promise.all([column, found].map(scanned));
      for (const view of [column, found]) {
        expect(view.summary.failure).toBeNull();
        expect(await sequencesOf(view)).toEqual([last]);
      }
      await purgeAndClose(capture);
      expect((await filesOf(folder, 'data-')).length).toBeLessThanOrEqual(2);
      expect(JSON.parse((await readFile(join(folder, 'capture.json'), 'utf8')).split('\n')[0]!)).toEqual({
        version: 2,
        base: last,
        closed: true,
        checkedFrom: { data: 0, index: 0, end: 0 },
      });
    }));

  it('removes at the next open what it could not remove before', () =>
    withBench(async ({ folder }) => {
      const first = await openCapture(folder);
      first.record('received', noStream, patterned(5 * segmentBytes, 1));
      await first.flush();
      first.clear();
      await first.close();
      expect((await filesOf(folder, 'data-')).length).toBe(5);
      await (await openCapture(folder)).close();
      expect(await filesOf(folder, 'data-')).toEqual([dataFile(4)]);
    }));

  it('looks at one block of the index where no file can go, however long the log is', () =>
    withBench(async ({ folder }) => {
      const first = await openCapture(folder);
      first.record('received', noStream, patterned(2 * segmentBytes, 1));
      for (let i = 0; i < 5000; i++) first.record('received', noStream, bytes('x'));
      await first.close();
      const asked = vi.spyOn(Capture.prototype, 'entries');
      try {
        await (await openCapture(folder)).close();
        expect(asked.mock.calls.map(([from, count]) => [from, count])).toEqual([[0, 1024]]);
      } finally {
        asked.mockRestore();
      }
    }));
});
