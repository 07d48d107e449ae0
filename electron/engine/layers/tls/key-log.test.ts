import { spawnSync } from 'node:child_process';
import { closeSync, constants, existsSync, openSync } from 'node:fs';
import { mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
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
  const { keyLog } = await newKit();
  await keyLog.open();
  const line = Buffer.alloc(1024 * 1024, 'x');
  const results: (Failure | null)[] = [];
  for (let megabytes = 0; megabytes < 20; megabytes++)
    void keyLog.write(line).then((failure) => results.push(failure));
  // What is refused is refused at once, before the disk has taken any.
  await until(() => results.length >= 4);
  expect(results.slice(0, 4).map((failure) => failure?.code)).toEqual(Array(4).fill('ENOBUFS'));
  await keyLog.written();
  expect((await stat(keyLog.path)).size).toBe(16 * line.length);
  expect(results.filter((failure) => failure === null)).toHaveLength(16);
});

test.skipIf(process.platform === 'win32')(
  'a file that others may read, put in the place of the key log, is made private before a secret is in it',
  async () => {
    const { keyLog } = await newKit();
    await keyLog.open();
    await rm(keyLog.path);
    await writeFile(keyLog.path, '', { mode: 0o644 });
    expect(await keyLog.write(Buffer.from('a secret\n'))).toBeNull();
    expect((await stat(keyLog.path)).mode & 0o777).toBe(0o600);
  },
);

test.skipIf(process.platform === 'win32')(
  'a FIFO in the place of the key log gets nothing and holds up nothing, whether somebody reads it or not',
  async () => {
    const { keyLog } = await newKit();
    await keyLog.open();
    await rm(keyLog.path);
    spawnSync('mkfifo', [keyLog.path]);
    expect(await keyLog.write(Buffer.from('a secret\n'))).toMatchObject({ code: 'ENXIO' });
    const reader = openSync(keyLog.path, constants.O_RDWR | constants.O_NONBLOCK);
    expect(await keyLog.write(Buffer.from('a secret\n'))).toMatchObject({ code: 'FILE_NOT_PRIVATE' });
    closeSync(reader);
  },
);
