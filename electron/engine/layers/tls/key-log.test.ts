import { spawnSync } from 'node:child_process';
import { constants, existsSync, openSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import type { Failure } from '../../../../shared/failure.ts';
import { describeRecord } from '../../../../shared/texts/index.ts';
import { until } from '../../testing/stream-kit.ts';
import type { TestRecorder } from '../../testing/recorder.ts';
import { KeyLog } from './key-log.ts';
import { connecting, newKit, serving, settled, tlsPeer } from '../../testing/tls-kit.ts';

const told = (recorder: TestRecorder): string[] =>
  recorder
    .details('note')
    .map((detail) => ('code' in detail ? `${detail.note} ${detail.code}` : detail.note));

test('a key log whose folder has gone is told once on each connection, which goes on', async () => {
  const { recorder, port, kit } = await serving({ keyLog: true }, { reply: 'echo' });
  await rm(dirname(kit.keyLog.path), { recursive: true });
  const peers = [await tlsPeer(port), await tlsPeer(port)];
  for (const peer of peers) peer.write('still served');
  await until(() => peers.every(({ received }) => Buffer.concat(received).toString() === 'still served'));
  await kit.keyLog.written();
  expect(told(recorder)).toEqual(['key-log-failed ENOENT', 'key-log-failed ENOENT']);
  expect(describeRecord(recorder.details('note')[0]!, 'peer:1')).toBe(
    'The key log cannot be written (ENOENT): secrets of the connection with peer:1 are missing in it, and the connection goes on',
  );
  expect(recorder.ends()).toHaveLength(0);

  // Where it can be written again, the next connections are kept.
  await mkdir(dirname(kit.keyLog.path));
  await tlsPeer(port);
  await until(() => recorder.details('secured').length === 3);
  await kit.keyLog.written();
  expect(told(recorder)).toHaveLength(2);
  expect(await readFile(kit.keyLog.path, 'utf8')).toMatch(/^CLIENT_TRAFFIC_SECRET_0 /m);
});

test.skipIf(!existsSync('/dev/full'))(
  'a key log on a full disk is told of a client too, which goes on (skipped without /dev/full)',
  async () => {
    const { port } = await serving({}, { reply: 'echo' });
    const kit = { ...(await newKit()), keyLog: new KeyLog('/dev/full') };
    const used = await settled(connecting(port, kit, { verify: false, keyLog: true }));
    expect(used.client.status.state).toBe('open');
    await kit.keyLog.written();
    expect(told(used.recorder)).toEqual(['key-log-failed ENOSPC']);
  },
);

test('lines of many connections are kept whole and in their order, without a wait for the disk', async () => {
  const { keyLog } = await newKit();
  await keyLog.open();
  const lines = Array.from({ length: 3000 }, (_, at) => `CLIENT_RANDOM ${at} ${'ab'.repeat(48)}\n`);
  const writing = lines.map((line) => keyLog.write(Buffer.from(line)));
  expect(await readFile(keyLog.path, 'utf8')).not.toBe(lines.join(''));
  expect(new Set(await Promise.all(writing))).toEqual(new Set([null]));
  expect(await readFile(keyLog.path, 'utf8')).toBe(lines.join(''));
});

test('a disk that takes nothing holds up nobody, and what it would leave in memory is bounded', async () => {
  const { folder } = await newKit();
  spawnSync('mkfifo', [`${folder}/nobody-reads`]);
  const keyLog = new KeyLog(`${folder}/nobody-reads`);
  const line = Buffer.alloc(1024 * 1024, 'x');
  const results: (Failure | null)[] = [];
  for (let megabytes = 0; megabytes < 20; megabytes++)
    void keyLog.write(line).then((failure) => results.push(failure));
  await until(() => results.length === 4);
  expect(results.map((failure) => failure?.code)).toEqual(Array(4).fill('ENOBUFS'));
  let read = 0;
  const reader = new Socket({ fd: openSync(keyLog.path, constants.O_RDWR | constants.O_NONBLOCK) });
  reader.on('data', (piece) => (read += piece.length)).on('error', () => undefined);
  await keyLog.written();
  await until(() => read === 16 * line.length);
  reader.destroy();
  expect(results.filter((failure) => failure === null)).toHaveLength(16);
});
