import { link, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { leastCaptureLimit } from '../../../shared/capture-limit.ts';
import { stillClock } from '../clock.ts';
import { decodeDetail } from './details.ts';
import { Annotations } from './annotations.ts';
import { Capture } from './capture.ts';
import { entryBytes, segmentBytes } from './format.ts';
import { noStream } from './recorder.ts';
import { repair } from './repair.ts';
import { verify } from './verify.ts';
import { FrameScan, type Sift } from '../reading/frames/frame-scan.ts';
import { SearchPool } from '../reading/search-pool.ts';
import {
  anyFilter,
  filesOf,
  openView,
  patterned,
  recordOpened,
  rowsOf,
  scanned,
  sequencesOf,
  until,
  withBench,
} from '../testing/capture-kit.ts';

const recordBytes = 64 * 1024;
const perFile = segmentBytes / recordBytes;
const small = new TextEncoder().encode('needle');

/** Records of so many files of data, each with bytes of its own. */
async function fill(capture: Capture, files: number, stream = noStream): Promise<void> {
  for (let i = 0; i < files * perFile; i++) {
    capture.record('received', stream, patterned(recordBytes, capture.length));
    if (capture.congested || i % perFile === 0) await capture.flush();
  }
  await capture.flush();
}

const isWithin = (capture: Capture): boolean => capture.diskBytes <= leastCaptureLimit;

async function noteOf(capture: Capture): Promise<unknown> {
  return (await capture.info(capture.cleared)).detail;
}

const work = { signal: new AbortController().signal, told: () => undefined };

async function isSound(capture: Capture): Promise<boolean> {
  const { damagedRecords, records } = await verify(capture, work);
  return damagedRecords === 0 && records === capture.safeLength - capture.oldest;
}

describe('a log with a size limit', () => {
  it('keeps the newest records with their numbers, and says in its first row what went', () =>
    withBench(async ({ folder, open }) => {
      const capture = await open();
      capture.limitTo(leastCaptureLimit);
      await fill(capture, 7);
      await until(() => isWithin(capture));
      const { oldest, length, gone } = capture;
      expect(capture.diskBytes).toBeGreaterThan(leastCaptureLimit / 2);
      expect(gone).toMatchObject({ records: oldest, bytes: oldest * recordBytes });
      expect((await filesOf(folder, 'data-'))[0]).not.toBe('data-00000000');

      const view = openView(capture, anyFilter);
      expect(view.length).toBe(length - oldest + 1);
      const [first, second] = await rowsOf(view, 0, 2);
      expect(decodeDetail('note', first!.preview)).toEqual({
        ...{ kind: 'note', note: 'oldest-gone', records: oldest, bytes: oldest * recordBytes },
        since: second!.time,
      });
      expect([second!.sequence, second!.connection]).toEqual([oldest, noStream]);
      expect(await capture.payload(oldest, 0, recordBytes)).toEqual(patterned(recordBytes, oldest));
      await expect(capture.info(0)).rejects.toMatchObject({ code: 'RECORD_GONE' });
      expect(await isSound(capture)).toBe(true);

      await capture.close();
      const again = await open();
      expect([again.oldest, again.length, again.gone]).toEqual([oldest, length, gone]);
      expect(await noteOf(again)).toMatchObject({ note: 'oldest-gone', records: oldest });
    }));

  it('takes nothing while it fits, and nothing where there is no limit', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      await fill(capture, 5);
      expect([capture.oldest, capture.cleared, capture.gone]).toEqual([0, 0, null]);
      capture.limitTo(8 * segmentBytes);
      await fill(capture, 2);
      expect([capture.oldest, capture.gone]).toEqual([0, null]);
      // A lower limit counts at once.
      capture.limitTo(leastCaptureLimit);
      await until(() => isWithin(capture));
      expect(capture.oldest).toBeGreaterThan(0);
    }));

  it('lets filters and searches go on where they are, with that row before what they found', () =>
    withBench(async ({ open }) => {
      const asked = vi.spyOn(SearchPool.prototype, 'ask');
      const capture = await open();
      const column = openView(capture, { ...anyFilter, text: 'size:6' });
      const found = openView(capture, { ...anyFilter, text: 'needle' });
      capture.limitTo(leastCaptureLimit);
      for (let file = 0; file < 7; file++) {
        capture.record('received', noStream, small);
        await fill(capture, 1);
        await Promise.all([column, found].map(scanned));
      }
      await until(() => isWithin(capture));
      const kept = Array.from({ length: 7 }, (_, file) => file * (perFile + 1)).filter(
        (sequence) => sequence >= capture.oldest,
      );
      for (const view of [column, found]) {
        expect(await sequencesOf(view)).toEqual([capture.cleared, ...kept]);
        expect(view.summary.fallen).toBe(7 - kept.length - 1);
        expect(view.rowOf(kept[0]!, 0)).toBe(1);
      }
      // Each record was looked at once.
      const spans = asked.mock.calls.map(([{ from }]) => from);
      expect(spans).toEqual([...new Set(spans)].sort((a, b) => a - b));
      asked.mockRestore();
    }));

  it('cuts frames on, and says of one whose beginning went that it did', () =>
    withBench(async ({ open }) => {
      const { framingOf } = await import('../../../shared/framing/settings.ts');
      const framing = framingOf('line')!;
      const capture = await open();
      capture.limitTo(leastCaptureLimit);
      const view = openView(capture, anyFilter, { sent: null, received: framing });
      const stream = recordOpened(capture);
      await fill(capture, 7, stream);
      await until(() => isWithin(capture) && view.summary.scanned === view.summary.total);
      const rows = await rowsOf(view, 0, 3);
      expect(decodeDetail('note', rows[0]!.preview)).toMatchObject({ note: 'oldest-gone' });
      expect(rows.slice(1).every(({ frame, peer }) => frame !== null && peer === '127.0.0.1:50000')).toBe(
        true,
      );
      expect(rows[1]!.sequence).toBeGreaterThanOrEqual(capture.oldest);
    }));

  it('has no frame of records that went while they were cut', () =>
    withBench(async ({ open }) => {
      const { framingOf } = await import('../../../shared/framing/settings.ts');
      const framing = framingOf('line')!;
      const capture = await open();
      await fill(capture, 6, recordOpened(capture));
      const sift: Sift = async (found) => {
        capture.limitTo(leastCaptureLimit);
        await until(() => isWithin(capture));
        return found.map(({ row }) => row);
      };
      const scan = new FrameScan(capture, { sent: null, received: framing }, () => undefined, { sift });
      scan.grow();
      await until(() => scan.scannedTo === capture.length);
      await scan.close();
      const first = scan.table.at(0)!;
      expect(typeof first === 'number' ? first : first.last).toBeGreaterThanOrEqual(capture.oldest);
    }));

  it('keeps the names of connections that are open, and forgets those that ended', () =>
    withBench(async ({ folder, open }) => {
      const capture = await open();
      capture.limitTo(leastCaptureLimit);
      const [lasting, brief] = [recordOpened(capture, 50_001), recordOpened(capture, 50_002)];
      capture.recordDetail(brief, {
        ...{ kind: 'closed', by: 'us', how: 'close', receivedBytes: 0, sentBytes: 0, unsentBytes: 0 },
        durationMs: 1,
      });
      await fill(capture, 7, lasting);
      await until(() => isWithin(capture));
      expect(await capture.peers([lasting, brief])).toEqual(['127.0.0.1:50001', '']);
      expect((await capture.info(capture.length - 1)).opening).toMatchObject({ remote: { port: 50_001 } });
      const peer = openView(capture, { ...anyFilter, text: 'peer:50001' });
      await scanned(peer);
      expect(peer.length).toBe(capture.length - capture.cleared);
      // So does what is saved, or repaired.
      const copy = await Capture.open(join(folder, 'copy'), { clock: stillClock() });
      await repair(capture, copy, work);
      await copy.close();
      const copied = await Capture.open(copy.folder, { isReadOnly: true });
      expect([copied.oldest, copied.gone, copied.length]).toEqual([
        ...[1, capture.gone, capture.length - capture.cleared],
      ]);
      expect(await noteOf(copied)).toEqual(await noteOf(capture));
      const last = await copied.info(copied.length - 1);
      expect(last.opening).toMatchObject({ remote: { port: 50_001 } });
      expect(await copied.peers([last.connection])).toEqual(['127.0.0.1:50001']);
      expect(await isSound(copied)).toBe(true);
      await copied.close();
      await capture.close();
      const again = await open();
      expect(await again.peers([lasting])).toEqual(['127.0.0.1:50001']);
      // It ended with the process: when the last of its records has gone, nobody asks for it.
      again.limitTo(leastCaptureLimit);
      await fill(again, 8);
      await until(() => isWithin(again) && again.openPeers.size === 0);
    }));

  it('leaves bytes that are still to be sent, and what somebody reads, and takes them afterwards', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const needed = { sequence: 0, place: 0 };
      const waiting = capture.store(small);
      capture.limitTo(leastCaptureLimit, { sequence: () => needed.sequence, place: () => needed.place });
      await fill(capture, 6);
      expect(capture.oldest).toBe(0);
      needed.sequence = Infinity;
      await fill(capture, 1);
      await until(() => capture.oldest > 0);
      expect(await capture.read(waiting, small.length)).toEqual(small);
      const { oldest } = capture;
      capture.append('sent', noStream, waiting, small.length);
      needed.place = Infinity;
      await fill(capture, 1);
      // A record names them now. The limit is passed by what they keep, and nothing goes for that.
      await until(() => capture.oldest > oldest);
      expect(await capture.read(waiting, small.length)).toEqual(small);
      expect(capture.diskBytes).toBeGreaterThan(leastCaptureLimit);
      expect(capture.length - capture.oldest).toBeGreaterThan(2 * perFile);
    }));

  it('leaves what somebody begins to read while it looks for what may go', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      await fill(capture, 6);
      let asked = 0;
      capture.limitTo(leastCaptureLimit, {
        sequence: () => (asked++ === 0 ? Infinity : 0),
        place: () => Infinity,
      });
      await until(() => asked > 1);
      await fill(capture, 1);
      expect(capture.oldest).toBe(0);
    }));

  it('takes the oldest of a cleared log, which comes back without them', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      capture.limitTo(leastCaptureLimit);
      await fill(capture, 3);
      capture.clear();
      const cleared = capture.length;
      await fill(capture, 2);
      await until(() => isWithin(capture));
      expect([capture.cleared, capture.gone, capture.canUndoClear]).toEqual([cleared, null, true]);
      capture.undoClear();
      expect(capture.oldest).toBeGreaterThan(0);
      expect(capture.oldest).toBeLessThan(cleared);
      expect(await noteOf(capture)).toMatchObject({ note: 'oldest-gone', records: capture.oldest });
      expect(await isSound(capture)).toBe(true);

      // What was cleared goes before anything that was not.
      capture.clear();
      const again = capture.length;
      await fill(capture, 6);
      await until(() => capture.gone !== null);
      expect(capture.canUndoClear).toBe(false);
      expect(capture.gone!.records).toBe(capture.oldest - again);
    }));

  it('keeps bookmarks of what is there, and filters for them as they are', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      await fill(capture, 5);
      const annotations = await Annotations.open(capture);
      await annotations.change([1, capture.length - 1], { bookmarked: true });
      await annotations.change([capture.length - 2], { bookmarked: true });
      const { version } = annotations;
      capture.limitTo(leastCaptureLimit);
      await until(() => capture.oldest > 1);
      expect(annotations.list.map(({ sequence }) => sequence)).toEqual([
        capture.length - 2,
        capture.length - 1,
      ]);
      const after = annotations.version;
      expect(after).not.toBe(version);
      const { oldest } = capture;
      await fill(capture, 2);
      await until(() => capture.oldest > oldest);
      expect(annotations.version).toBe(after);
    }));

  it('opens whole after a crash at any point of a step', () =>
    withBench(async ({ folder, open }) => {
      const capture = await open();
      await fill(capture, 6);
      await capture.close();
      const before = await hardLinks(folder, 'before');
      const taking = await open();
      taking.limitTo(leastCaptureLimit);
      await until(() => isWithin(taking));
      const { oldest, length, gone } = taking;
      await taking.close();
      const after = await hardLinks(folder, 'after');

      const names = (await readdir(before)).filter((name) => name !== 'capture.json');
      const there = new Set(await readdir(after));
      const going = names.filter((name) => !there.has(name)).sort();
      expect(going.length).toBeGreaterThanOrEqual(4);
      // The log begins elsewhere, and so many of the files have gone.
      for (let count = 0; count <= going.length; count++) {
        const state = join(folder, `state-${count}`);
        await mkdir(state);
        for (const name of names)
          if (!going.slice(0, count).includes(name)) await link(join(before, name), join(state, name));
        await link(join(after, 'capture.json'), join(state, 'capture.json'));
        const opened = await Capture.open(state, { isReadOnly: true });
        expect([opened.oldest, opened.length, opened.gone]).toEqual([oldest, length, gone]);
        expect(await isSound(opened)).toBe(true);
        await opened.close();
      }
      // Where the step had not been written, nothing has gone.
      const whole = await Capture.open(before, { isReadOnly: true });
      expect([whole.oldest, await isSound(whole)]).toEqual([0, true]);
      await whole.close();
    }));
});

it('ends, and says what is missing, where a record names bytes that were never stored', () =>
  withBench(async ({ open }) => {
    const capture = await open();
    capture.record('received', noStream, small);
    const wrong = capture.append('received', noStream, 4096, 10);
    capture.record('received', noStream, small);
    await capture.flush();
    await capture.close();
    const again = await open();
    expect(again.length).toBe(3);
    expect((await again.info(wrong)).detail).toMatchObject({ note: 'damaged', code: 'BYTES_MISSING' });
    expect(await again.payload(2, 0, 100)).toEqual(small);
    expect(again.diskBytes).toBeGreaterThan(3 * entryBytes);
  }));

/** The same files under another name, which cost nothing. */
async function hardLinks(folder: string, name: string): Promise<string> {
  const target = join(folder, name);
  await rm(target, { recursive: true, force: true });
  await mkdir(target);
  const files = await readdir(folder, { withFileTypes: true });
  for (const file of files) if (file.isFile()) await link(join(folder, file.name), join(target, file.name));
  return target;
}
