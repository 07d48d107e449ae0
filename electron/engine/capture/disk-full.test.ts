import { Annotations } from './annotations.ts';
import { once } from 'node:events';
import { write } from 'node:fs';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { defaultListener } from '../../../shared/settings/endpoint.ts';
import { Endpoint } from '../endpoint.ts';
import { noResources } from '../layers/tls/identity.ts';
import type { WriteFunction } from './open-files.ts';
import { noStream } from './recorder.ts';
import {
  anyFilter,
  patterned,
  scanned,
  sequencesOf,
  until,
  withBench,
  openView,
  viewsOf,
} from '../testing/capture-kit.ts';

/** A disk with room for so many bytes, which never writes more than `most` at a time. */
class Disk {
  room: number;
  readonly most: number;

  constructor(room: number, most = Infinity) {
    this.room = room;
    this.most = most;
  }

  readonly write: WriteFunction = (descriptor, bytes, position) =>
    new Promise((resolve, reject) => {
      const length = Math.min(bytes.length, this.room, this.most);
      this.room -= length;
      if (length === 0)
        reject(Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' }));
      else
        write(descriptor, bytes, 0, length, position, (error, done) =>
          error ? reject(error) : resolve(done),
        );
    });
}

describe('on a full disk', () => {
  it('keeps what the disk does not take, says so, and writes it when there is room again', () =>
    withBench(async ({ open }) => {
      const disk = new Disk(1_500_000);
      const capture = await open({ write: disk.write });
      for (let i = 0; i < 60; i++) capture.record('received', noStream, patterned(64 * 1024, i));
      await expect(capture.flush()).rejects.toMatchObject({ code: 'ENOSPC' });
      expect(capture.failure).toMatchObject({ code: 'ENOSPC' });
      expect(capture.congested).toBe(true);
      expect(capture.safeLength).toBe(0);
      for (let i = 60; i < 70; i++) capture.record('received', noStream, patterned(64 * 1024, i));
      for (let i = 0; i < 70; i++)
        expect(Buffer.compare(await capture.payload(i, 0, 70_000), patterned(64 * 1024, i))).toBe(0);

      const relieved = new Promise<void>((resolve) => capture.onRelieved(resolve));
      disk.room = Infinity;
      await relieved;
      expect([capture.failure, capture.congested]).toEqual([null, false]);
      expect((await capture.info(70)).detail).toEqual({
        kind: 'note',
        note: 'capture-failed',
        code: 'ENOSPC',
      });
      await capture.flush();
      expect(capture.safeLength).toBe(71);
      await capture.close();

      const again = await open();
      expect(again.length).toBe(71);
      for (let i = 0; i < 70; i++)
        expect(Buffer.compare(await again.payload(i, 0, 70_000), patterned(64 * 1024, i))).toBe(0);
    }));

  it('writes on where a short write ended', () =>
    withBench(async ({ open }) => {
      const capture = await open({ write: new Disk(Infinity, 1001).write });
      for (let i = 0; i < 300; i++) capture.record('received', noStream, patterned(500, i));
      await capture.close();
      const again = await open();
      for (let i = 0; i < 300; i++) expect(await again.payload(i, 0, 500)).toEqual(patterned(500, i));
      expect(again.length).toBe(300);
    }));

  it('has every record safe whose bytes found room, although many more waited with them', () =>
    withBench(async ({ open }) => {
      const mebibyte = 1024 * 1024;
      const disk = new Disk(20 * mebibyte);
      const capture = await open({ write: disk.write });
      for (let i = 0; i < 40; i++) capture.record('received', noStream, patterned(mebibyte, i));
      await until(() => capture.failure !== null);
      expect(capture.safeLength).toBeGreaterThanOrEqual(16);
      expect(capture.safeLength).toBeLessThanOrEqual(20);
    }));

  it('ends all the same when it is closed, and rejects; what was safe is there the next time', () =>
    withBench(async ({ open }) => {
      const disk = new Disk(Infinity);
      const capture = await open({ write: disk.write });
      for (let i = 0; i < 10; i++) capture.record('received', noStream, patterned(1000, i));
      await capture.flush();
      disk.room = 500;
      for (let i = 10; i < 20; i++) capture.record('received', noStream, patterned(1000, i));
      await expect(capture.close()).rejects.toMatchObject({ code: 'ENOSPC' });
      await expect(capture.close()).rejects.toMatchObject({ code: 'ENOSPC' });
      const again = await open();
      expect(again.length).toBe(11);
      expect((await again.info(10)).detail).toEqual({ kind: 'note', note: 'capture-ended-early' });
      for (let i = 0; i < 10; i++) expect(await again.payload(i, 0, 1000)).toEqual(patterned(1000, i));
    }));

  it('ends well when there is room again just in time', () =>
    withBench(async ({ open }) => {
      const disk = new Disk(500);
      const capture = await open({ write: disk.write });
      capture.record('received', noStream, patterned(1000, 1));
      await expect(capture.flush()).rejects.toMatchObject({ code: 'ENOSPC' });
      disk.room = Infinity;
      await capture.close();
      const again = await open();
      expect(again.length).toBe(2);
      expect((await again.info(1)).detail).toEqual({ kind: 'note', note: 'capture-failed', code: 'ENOSPC' });
      expect(await again.payload(0, 0, 1000)).toEqual(patterned(1000, 1));
    }));

  it('refuses what a caller sends once memory holds a lot that nobody could read after a crash, and goes on later', () =>
    withBench(async ({ open }) => {
      const disk = new Disk(0);
      const capture = await open({ write: disk.write });
      const settings = { ...defaultListener(), port: 0 };
      const endpoint = new Endpoint(
        'e000000000000',
        settings,
        capture,
        await Annotations.open(capture),
        viewsOf(capture),
        noResources,
      );
      const { port } = await endpoint.startListening();
      const peer = connect(port, '127.0.0.1').on('error', () => undefined);
      await once(peer.resume(), 'connect');
      await until(() => endpoint.connections.openCount === 1);
      const piece = new Uint8Array(32 * 1024 * 1024);
      const sendOn = async (): Promise<void> => {
        for (let sent = 0; sent < 16; sent++) {
          endpoint.send('all', piece);
          await until(() => endpoint.connections.queuedBytes === 0);
        }
      };
      await expect(sendOn()).rejects.toMatchObject({ code: 'ENOSPC' });
      expect(capture.waitingBytes).toBeLessThan(300 * 1024 * 1024);
      disk.room = Infinity;
      await until(() => capture.waitingBytes === 0);
      expect(endpoint.send('all', piece)).toBe(1);
      peer.destroy();
      await endpoint.stop();
    }));

  it('filters by column what is in memory only', () =>
    withBench(async ({ open }) => {
      const capture = await open({ write: new Disk(0).write });
      capture.record('received', noStream, patterned(10, 1));
      await expect(capture.flush()).rejects.toMatchObject({ code: 'ENOSPC' });
      const view = openView(capture, { ...anyFilter, text: 'dir:received' });
      await scanned(view);
      expect(await sequencesOf(view)).toEqual([0]);
    }));
});

describe('on a slow disk', () => {
  it('asks the sockets to pause, and lets them go on when little waits', () =>
    withBench(async ({ open }) => {
      const held: (() => void)[] = [];
      let isSlow = true;
      const capture = await open({
        write: (descriptor, bytes, position) =>
          new Promise((resolve, reject) => {
            const go = (): void =>
              write(descriptor, bytes, 0, bytes.length, position, (error, done) =>
                error ? reject(error) : resolve(done),
              );
            if (isSlow) held.push(go);
            else go();
          }),
      });
      let records = 0;
      while (!capture.congested) capture.record('received', noStream, patterned(1024 * 1024, records++));
      expect(records).toBeGreaterThan(32);
      expect(capture.failure).toBeNull();
      const calls: string[] = [];
      capture.onRelieved(() => calls.push('first'));
      capture.onRelieved(() => calls.push('taken back'))();
      await until(() => held.length > 0);
      expect(calls).toEqual([]);
      isSlow = false;
      for (const go of held) go();
      await until(() => calls.length > 0);
      expect(capture.congested).toBe(false);
      await capture.close();
      expect(calls).toEqual(['first']);
    }));

  it('flushes what was there when it was asked, although more comes all the time', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      let isOver = false;
      const flood = (async () => {
        while (!isOver) {
          for (let i = 0; i < 32; i++) capture.record('received', noStream, new Uint8Array(64 * 1024));
          if (capture.congested) await new Promise<void>((resolve) => capture.onRelieved(resolve));
          else await new Promise((turn) => setImmediate(turn));
        }
      })();
      await until(() => capture.length > 100);
      const asked = capture.length;
      await capture.flush();
      expect(capture.safeLength).toBeGreaterThanOrEqual(asked);
      isOver = true;
      await flood;
    }));
});
