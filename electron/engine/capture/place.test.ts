/** A capture whose folder is taken away, or whose disk has nothing to spare, while it runs. */
import { cp, mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { explain } from '../../../shared/texts/index.ts';
import type { Capture } from './capture.ts';
import { alignedMemory } from './direct-io.ts';
import { noStream } from './recorder.ts';
import { openCapture, patterned, until, withBench } from '../testing/capture-kit.ts';

async function recordTo(capture: Capture, length: number): Promise<void> {
  while (capture.length < length)
    capture.record('received', noStream, patterned(300, capture.length), 1_000_000 + capture.length);
  await capture.flush().catch(() => undefined);
}

/** All but the notes of what happened, each in its place. */
async function expectRecords(capture: Capture, length: number): Promise<void> {
  expect(capture.length).toBeGreaterThanOrEqual(length);
  for (let i = 0; i < length; i++)
    if ((await capture.info(i)).kind === 'received')
      expect(await capture.payload(i, 0, 300)).toEqual(patterned(300, i));
}

// Each has a folder of its own, and all wait for looks that are a second apart.
describe.concurrent('a capture whose folder is taken away while it runs', () => {
  const ways: [string, (folder: string, aside: string) => Promise<void>][] = [
    ['renamed', (folder, aside) => rename(folder, aside)],
    [
      'removed',
      async (folder, aside) => {
        await cp(folder, aside, { recursive: true });
        await rm(folder, { recursive: true });
      },
    ],
    [
      'replaced by an empty one, as by an unmounted drive',
      async (folder, aside) => {
        await rename(folder, aside);
        await mkdir(folder);
      },
    ],
  ];
  it.each(ways)('%s: says so with its path and how far it is safe, and goes on when it is back', (_, take) =>
    withBench(async ({ folder }) => {
      const path = join(folder, 'here');
      const aside = join(folder, 'aside');
      const capture = await openCapture(path);
      await recordTo(capture, 100);
      expect(capture.safeLength).toBe(100);
      await take(path, aside);
      await recordTo(capture, 150);
      expect(capture.failure).toMatchObject({
        code: 'CAPTURE_GONE',
        subject: path,
        safe: { records: 100, bytes: 30_000 },
      });
      expect(capture.congested).toBe(true);
      expect(capture.safeLength).toBe(100);
      const { what, cause } = explain(capture.failure!, null);
      expect(`${what} ${cause}`).toMatch(/here.*\(CAPTURE_GONE\).*100 records \(30\.0 KB\)/s);
      await rm(path, { recursive: true, force: true });
      await rename(aside, path);
      await until(() => capture.failure === null);
      await recordTo(capture, 200);
      expect(capture.safeLength).toBe(200);
      await capture.close();
      const again = await openCapture(path);
      await expectRecords(again, 200);
      expect((await again.info(150)).detail).toEqual({
        kind: 'note',
        note: 'capture-failed',
        code: 'CAPTURE_GONE',
      });
      await again.close();
    }),
  );

  it.each(ways)('%s: says so while nothing comes, and goes on when it is back', (_, take) =>
    withBench(async ({ folder }) => {
      const path = join(folder, 'here');
      const aside = join(folder, 'aside');
      const capture = await openCapture(path);
      await recordTo(capture, 100);
      await take(path, aside);
      await until(() => capture.failure !== null);
      expect(capture.failure).toMatchObject({ code: 'CAPTURE_GONE', subject: path, safe: { records: 100 } });
      expect([capture.congested, capture.length]).toEqual([true, 100]);
      await rm(path, { recursive: true, force: true });
      await rename(aside, path);
      await until(() => capture.failure === null);
      await recordTo(capture, 110);
      expect([capture.congested, capture.safeLength]).toEqual([false, 110]);
      await capture.close();
    }),
  );

  it('before anything was written makes it anew', () =>
    withBench(async ({ folder }) => {
      const path = join(folder, 'here');
      const capture = await openCapture(path);
      await rm(path, { recursive: true });
      await recordTo(capture, 10);
      expect([capture.failure, capture.safeLength]).toEqual([null, 10]);
      await capture.close();
    }));
});

describe.concurrent('a capture on a disk that is to keep some room', () => {
  it('stops before the room is used up, says so, goes on when it may, and loses nothing at its end', () =>
    withBench(async ({ folder, open }) => {
      let free = 60_000;
      const disk = async () => ({ bavail: free, blocks: 1_000_000, bsize: 1 });
      const capture = await open({ keepFreeBytes: 50_000, room: disk });
      await recordTo(capture, 10);
      expect(capture.safeLength).toBe(10);
      await recordTo(capture, 100);
      expect(capture.failure).toMatchObject({
        code: 'DISK_NEARLY_FULL',
        subject: folder,
        safe: { records: 10 },
      });
      expect(explain(capture.failure!, null).what).toContain(folder);
      free = 500_000;
      await until(() => capture.failure === null);
      await capture.flush();
      expect(capture.safeLength).toBe(101);
      free = 0;
      // More than the room that it was told of a moment ago.
      capture.record('received', noStream, patterned(480_000, 1));
      await capture.flush().catch(() => undefined);
      expect(capture.failure?.code).toBe('DISK_NEARLY_FULL');
      await capture.close();
      const again = await open({ keepFreeBytes: 0 });
      expect(await again.payload(101, 0, 480_000)).toEqual(patterned(480_000, 1));
      await expectRecords(again, 101);
    }));

  it('takes no more than a tenth of a small disk for that', () =>
    withBench(async ({ open }) => {
      const capture = await open({
        keepFreeBytes: 1e9,
        room: async () => ({ bavail: 900_000, blocks: 1_000_000, bsize: 1 }),
      });
      await recordTo(capture, 10);
      expect(capture.safeLength).toBe(10);
    }));
});

it('as many whole segments of memory as a process asks for are to be had', () => {
  const { WebAssembly } = globalThis as unknown as { WebAssembly: { Memory: unknown } };
  const { Memory } = WebAssembly;
  try {
    WebAssembly.Memory = function () {
      throw new RangeError('WebAssembly.Memory(): could not allocate memory');
    };
    expect(alignedMemory(65_536)).toEqual(new Uint8Array(65_536));
  } finally {
    WebAssembly.Memory = Memory;
  }
});
