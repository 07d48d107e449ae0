import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { explain } from '../../../../shared/texts/index.ts';
import { testFolder } from '../../testing/folder.ts';
import { TestRecorder } from '../../testing/recorder.ts';
import {
  clientSettings,
  closeLater,
  listenerSettings,
  newClient,
  newListener,
  until,
} from '../../testing/stream-kit.ts';
import { asOrdinaryUser, leaveStaleSocket } from '../../testing/paths.ts';
import { expectOneEnd, survives } from '../../testing/fault-kit.ts';

let folder: Awaited<ReturnType<typeof testFolder>>;
const at = (name: string): string => join(folder.path, name);
beforeEach(async () => void (folder = await testFolder()));
afterEach(() => folder.remove());

/** Fails to listen at `path`, and says so once, in words that name the path. */
async function failsToListen(path: string, code: string): Promise<void> {
  const recorder = new TestRecorder();
  const listener = newListener(recorder);
  const start = listener.start(listenerSettings({ transport: 'unix', path }));
  await expect(start).rejects.toMatchObject({ code, subject: path });
  expectOneEnd(recorder, { kind: 'failed', during: 'listening', code, host: path, port: 0 });
  const { what } = explain(listener.status.failure!, 'listening');
  if (code !== 'PATH_TOO_LONG') expect(what).toContain(path);
  await listener.stop();
}

async function failsToConnect(path: string, code: string): Promise<void> {
  const recorder = new TestRecorder();
  newClient(recorder).connect(clientSettings(1, { transport: 'unix', path }));
  await until(() => recorder.ends().length > 0);
  expectOneEnd(recorder, { kind: 'failed', during: 'connecting', code, host: path, port: 0 });
}

const live = async (path: string): Promise<void> => {
  const server = createServer((socket) => socket.on('error', () => undefined).resume());
  closeLater(() => server.close());
  await new Promise<void>((resolve) => server.listen({ path }, resolve));
};
/** A path in the test's folder of exactly so many bytes. */
const ofLength = (bytes: number): string => at('x'.repeat(bytes - Buffer.byteLength(at('x')) + 1));

describe('a server on a path', () => {
  test('that a living server has fails as in use, and that server goes on', () =>
    survives(async () => {
      await live(at('live'));
      await failsToListen(at('live'), 'EADDRINUSE');
      expect(existsSync(at('live'))).toBe(true);
    }));

  test('that a dead server left behind fails as stale, and the file stays for the user to decide', () =>
    survives(async () => {
      leaveStaleSocket(at('stale'));
      await failsToListen(at('stale'), 'STALE_SOCKET');
      expect(existsSync(at('stale'))).toBe(true);
    }));

  test('of a file, a folder, a missing folder or through a file fails as each of these', () =>
    survives(async () => {
      writeFileSync(at('file'), 'precious');
      mkdirSync(at('folder'));
      await failsToListen(at('file'), 'PATH_NOT_A_SOCKET');
      await failsToListen(at('folder'), 'PATH_IS_FOLDER');
      await failsToListen(at('missing/s'), 'PATH_FOLDER_MISSING');
      await failsToListen(at('file/s'), 'PATH_FOLDER_MISSING');
      expect(existsSync(at('file')) && existsSync(at('folder'))).toBe(true);
    }));

  test('in a folder that may not be written to fails for want of rights', () =>
    survives(async () => {
      mkdirSync(at('closed'));
      chmodSync(folder.path, 0o755);
      chmodSync(at('closed'), 0o555);
      await asOrdinaryUser(() => failsToListen(at('closed/s'), 'EACCES'));
    }));

  test('of 107 bytes listens under exactly this name', () =>
    survives(async () => {
      const path = ofLength(107);
      const listener = newListener();
      await listener.start(listenerSettings({ transport: 'unix', path }));
      expect(existsSync(path)).toBe(true);
      const recorder = new TestRecorder();
      newClient(recorder).connect(clientSettings(1, { transport: 'unix', path }));
      await until(() => recorder.details('opened').length === 1);
      await listener.stop();
      expect(existsSync(path)).toBe(false);
    }));

  test('of 108 bytes fails before anything is made, in both roles', () =>
    survives(async () => {
      await failsToListen(ofLength(108), 'PATH_TOO_LONG');
      await failsToConnect(ofLength(108), 'PATH_TOO_LONG');
      expect(existsSync(ofLength(107))).toBe(false);
    }));
});

describe('a client of a path', () => {
  test('where nothing is, nobody listens, or no socket is fails as each of these', () =>
    survives(async () => {
      leaveStaleSocket(at('stale'));
      writeFileSync(at('file'), 'precious');
      mkdirSync(at('folder'));
      await failsToConnect(at('nothing'), 'ENOENT');
      await failsToConnect(at('stale'), 'ECONNREFUSED');
      await failsToConnect(at('file'), 'ENOTSOCK');
      await failsToConnect(at('folder'), 'ENOTSOCK');
      await failsToConnect(at('file/s'), 'ENOTDIR');
    }));
});
