import { describe, expect, it } from 'vitest';
import { noStream } from '../capture/recorder.ts';
import { anyFilter, openView, recordOpened, scanned, withBench } from '../testing/capture-kit.ts';
import { recordOfByte, rowAtTime } from './find-place.ts';

const bytes = new Uint8Array(10);

describe('places of a log', () => {
  it('are the first row at a time or later, found by few reads of a long log', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      for (let i = 0; i < 5000; i++)
        capture.record('received', noStream, bytes.subarray(0, i % 2), 1000 + 10 * i);
      await capture.flush();
      const view = openView(capture, anyFilter);
      for (const [time, row] of [
        [0, 0],
        [1000, 0],
        [1001, 1],
        [31_000, 3000],
        [50_990, 4999],
        [50_991, 5000],
      ] as const)
        expect([time, await view.rowAtTime(time)]).toEqual([time, row]);
      const odd = openView(capture, { ...anyFilter, text: 'size:1' });
      await scanned(odd);
      expect(await odd.rowAtTime(1020)).toBe(1);
      let reads = 0;
      const counted = {
        length: view.length,
        rows: (from: number, count: number) => {
          reads++;
          return view.keepRows().rows(from, count);
        },
      };
      expect(await rowAtTime(counted, 31_000)).toBe(3000);
      expect(reads).toBeLessThan(14);
    }));

  it('are the record that holds a byte of all payloads, of one direction, or of one connection', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const first = recordOpened(capture);
      const second = recordOpened(capture);
      capture.record('received', first, bytes, 1);
      capture.record('sent', first, bytes, 2);
      capture.record('received', second, bytes, 3);
      capture.record('received', first, bytes, 4);
      await capture.flush();
      const of = (at: number, connection: number | null, direction: 'sent' | 'received' | 'both') =>
        recordOfByte(capture, capture.cleared, { connection, direction, at });
      expect(await of(0, null, 'both')).toEqual({ sequence: 2, within: 0 });
      expect(await of(25, null, 'both')).toEqual({ sequence: 4, within: 5 });
      expect(await of(15, null, 'received')).toEqual({ sequence: 4, within: 5 });
      expect(await of(15, first, 'received')).toEqual({ sequence: 5, within: 5 });
      expect(await of(29, first, 'both')).toEqual({ sequence: 5, within: 9 });
      expect(await of(30, first, 'both')).toBeNull();
    }));
});
