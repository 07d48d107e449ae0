import { readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UntimedRow } from '../../../shared/wire/row-window.ts';
import { wholeRoomBytes } from './capture-reader.ts';
import { segmentBytes } from './format.ts';
import { noStream } from './recorder.ts';
import {
  anyFilter,
  openCapture,
  patterned,
  recordOpened,
  rowsOf,
  scanned,
  withBench,
  openView,
} from '../testing/capture-kit.ts';

it('names the peers of more connections than it remembers', () =>
  withBench(async ({ open }) => {
    const capture = await open();
    const streams = Array.from({ length: 4200 }, (_, i) => recordOpened(capture, 10_000 + i));
    const peers = streams.map((_, i) => `127.0.0.1:${10_000 + i}`);
    expect(await capture.peers(streams.slice(0, 100))).toEqual(peers.slice(0, 100));
    expect(await capture.peers(streams)).toEqual(peers);
  }));

describe('a payload', () => {
  it('is read from any offset to any length, from memory and from the files', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const whole = patterned(3 * segmentBytes + 1000, 4);
      capture.record('received', noStream, Uint8Array.of(1, 2, 3));
      const sequence = capture.record('received', noStream, whole);
      const expectRanges = async (): Promise<void> => {
        const offsets = [
          0,
          1,
          segmentBytes - 10,
          segmentBytes - 3,
          2 * segmentBytes - 100_000,
          whole.length - 5,
        ];
        for (const offset of offsets)
          for (const length of [0, 1, 300, 200_000]) {
            const part = await capture.payload(sequence, offset, length);
            expect(Buffer.compare(part, whole.subarray(offset, offset + length))).toBe(0);
          }
        expect(await capture.payload(sequence, whole.length, 10)).toEqual(new Uint8Array(0));
        expect(await capture.payload(sequence, whole.length + 10, 10)).toEqual(new Uint8Array(0));
      };
      await expectRanges();
      expect(capture.readNow(3, 100)).toEqual(whole.slice(0, 100));
      await capture.flush();
      expect(capture.readNow(3, 100)).toBeNull();
      await expectRanges();
      expect(Buffer.compare(await capture.read(3, whole.length), whole)).toBe(0);
    }));

  it('comes as a whole with rows that are all taken, from memory and from the files', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture, 51_000);
      const lengths = [300, 0, 70_000, 256 * 1024, 256 * 1024 + 1, 5, segmentBytes, 12];
      const payloads = lengths.map((length, i) => patterned(length, i));
      for (const payload of payloads) capture.record('received', stream, payload);
      const expectAll = async (): Promise<void> => {
        const all = Array.from({ length: capture.length }, (_, sequence) => sequence);
        const rows: UntimedRow[] = [];
        while (rows.length < all.length)
          rows.push(
            ...((await capture.wholeRows(
              all.slice(rows.length),
              rows.length,
              new Uint8Array(wholeRoomBytes),
            )) ?? []),
          );
        const usual = await capture.rows(all, 0, 0);
        for (const [at, { preview, ...row }] of rows.entries()) {
          expect(usual[at]).toMatchObject(row);
          const payload = payloads[at - 1];
          const isWhole = payload !== undefined && payload.length <= 256 * 1024;
          expect(Buffer.compare(preview, isWhole ? payload : usual[at]!.preview)).toBe(0);
        }
      };
      await expectAll();
      await capture.flush();
      await expectAll();
    }));

  it('may be empty', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const place = capture.store(new Uint8Array(0));
      const sequence = capture.append('received', noStream, place, 0);
      expect(capture.readNow(place, 0)).toEqual(new Uint8Array(0));
      expect(await capture.payload(sequence, 0, 10)).toEqual(new Uint8Array(0));
      await capture.close();
      const again = await open();
      expect(await again.payload(sequence, 0, 10)).toEqual(new Uint8Array(0));
      expect((await rowsOf(openView(again, anyFilter)))[0]).toMatchObject({ length: 0, kind: 'received' });
    }));

  it('is stored once, however many records name it, and belongs to nobody else', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const bytes = Uint8Array.of(1, 2, 3);
      const place = capture.store(bytes);
      bytes.fill(9);
      for (let i = 0; i < 50; i++) capture.append('sent', noStream, place, 3);
      (await capture.read(place, 3)).fill(8);
      expect(await capture.payload(49, 0, 3)).toEqual(Uint8Array.of(1, 2, 3));
    }));

  it('of a record that does not exist is refused', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      capture.record('received', noStream, Uint8Array.of(1));
      for (const sequence of [-1, 1, 0.5, NaN, 2 ** 40]) {
        await expect(capture.payload(sequence, 0, 1)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
        await expect(capture.info(sequence)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      }
    }));
});

it('tells everything about a record but its payload', () =>
  withBench(async ({ open }) => {
    const capture = await open();
    const stream = recordOpened(capture, 51_000);
    const opening = await capture.info(stream);
    expect(opening).toMatchObject({ kind: 'opened', connection: stream, previousTime: null });
    capture.record('received', stream, Uint8Array.of(1), 5000);
    expect(await capture.info(1)).toEqual({
      sequence: 1,
      time: 5000,
      previousTime: opening.time,
      kind: 'received',
      connection: stream,
      length: 1,
      detail: null,
      opening: opening.detail,
      openingTime: opening.time,
    });
    capture.recordDetail(noStream, { kind: 'note', note: 'retry', delayMs: 5, attempt: 2 });
    expect(await capture.info(2)).toMatchObject({
      detail: { kind: 'note', note: 'retry', delayMs: 5, attempt: 2 },
      opening: null,
      openingTime: null,
    });
  }));

describe('the end of a capture', () => {
  const descriptorsIn = async (folder: string): Promise<string[]> => {
    const links = (await readdir('/proc/self/fd')).map((name) =>
      readlink(`/proc/self/fd/${name}`).catch(() => ''),
    );
    return (await Promise.all(links)).filter((target) => target.startsWith(folder));
  };

  it.runIf(process.platform === 'linux')('leaves no descriptor open, its own or those of its searches', () =>
    withBench(async ({ folder, open }) => {
      const capture = await open();
      for (let i = 0; i < 4; i++) capture.record('received', noStream, patterned(segmentBytes, i));
      await capture.flush();
      const view = openView(capture, { ...anyFilter, text: 'hex:00' });
      await scanned(view);
      const reading = [0, 1, 2, 3].map((sequence) => capture.payload(sequence, 5, 100_000));
      expect((await descriptorsIn(folder)).length).toBeGreaterThan(0);
      capture.record('received', noStream, patterned(1000, 9));
      await capture.close();
      expect(await descriptorsIn(folder)).toEqual([]);
      await Promise.allSettled(reading);
      capture.record('received', noStream, patterned(1000, 9));
      await expect(capture.payload(0, 0, 10)).rejects.toThrow();
      expect(await descriptorsIn(folder)).toEqual([]);
    }),
  );

  it('waits for the write under way and takes what came meanwhile', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      for (let i = 0; i < 100; i++) capture.record('received', noStream, patterned(100_000, i));
      const flushed = capture.flush();
      capture.record('received', noStream, patterned(100_000, 100));
      await capture.close();
      await flushed;
      const again = await open();
      expect(again.length).toBe(101);
      expect(Buffer.compare(await again.payload(100, 0, 100_000), patterned(100_000, 100))).toBe(0);
    }));
});

it('two captures at once do not mix', () =>
  withBench(async ({ folder }) => {
    const captures = await Promise.all(['a', 'b'].map((name) => openCapture(join(folder, name))));
    for (let i = 0; i < 200; i++)
      captures.forEach((capture, which) => {
        capture.record('received', noStream, patterned(200_000, i * 2 + which));
      });
    await Promise.all(captures.map((capture) => capture.close()));
    for (const which of [0, 1]) {
      const again = await openCapture(join(folder, 'ab'[which]!));
      for (let i = 0; i < 200; i += 7)
        expect(Buffer.compare(await again.payload(i, 0, 200_000), patterned(200_000, i * 2 + which))).toBe(0);
      await again.close();
    }
  }));
