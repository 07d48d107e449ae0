import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { describeRecord } from '../../../shared/texts/index.ts';
import { until } from '../tcp/test-kit.ts';
import type { TestRecorder } from '../test-recorder.ts';
import { connecting, newKit, serving, settled, tlsPeer } from './test-tls.ts';

const told = (recorder: TestRecorder): string[] =>
  recorder
    .details('note')
    .map((detail) => ('code' in detail ? `${detail.note} ${detail.code}` : detail.note));

test('a key log whose folder has gone is told once on each connection, which goes on', async () => {
  const { recorder, port, kit } = await serving({ keyLog: true }, { reply: 'echo' });
  await rm(dirname(kit.keyLogPath), { recursive: true });
  const peers = [await tlsPeer(port), await tlsPeer(port)];
  for (const peer of peers) peer.write('still served');
  await until(() => peers.every(({ received }) => Buffer.concat(received).toString() === 'still served'));
  expect(told(recorder)).toEqual(['key-log-failed ENOENT', 'key-log-failed ENOENT']);
  expect(describeRecord(recorder.details('note')[0]!, 'peer:1')).toBe(
    'The key log cannot be written (ENOENT): secrets of the connection with peer:1 are missing in it, and the connection goes on',
  );
  expect(recorder.ends()).toHaveLength(0);

  // Where it can be written again, the next connections are kept.
  await mkdir(dirname(kit.keyLogPath));
  await tlsPeer(port);
  await until(() => recorder.details('secured').length === 3);
  expect(told(recorder)).toHaveLength(2);
  expect(await readFile(kit.keyLogPath, 'utf8')).toMatch(/^CLIENT_TRAFFIC_SECRET_0 /m);
});

test.skipIf(!existsSync('/dev/full'))(
  'a key log on a full disk is told of a client too, which goes on (skipped without /dev/full)',
  async () => {
    const { port } = await serving({}, { reply: 'echo' });
    const kit = { ...(await newKit()), keyLogPath: '/dev/full' };
    const used = await settled(connecting(port, kit, { verify: false, keyLog: true }));
    expect(used.client.status.state).toBe('open');
    expect(told(used.recorder)).toEqual(['key-log-failed ENOSPC']);
  },
);
