import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterEach, expect, test, vi } from 'vitest';
import type { ClientTls } from '../../../../shared/settings/settings.ts';
import { sendAll, until } from '../../testing/stream-kit.ts';
import {
  connecting,
  importAuthority,
  newKit,
  serving,
  settled,
  tlsClientSettings,
  tlsPeer,
  type Served,
  type Used,
} from '../../testing/tls-kit.ts';

afterEach(() => void vi.useRealTimers());

/** Connects, waits for an answer and with it for the session, and closes. */
async function conversation(served: Served, used: Used, tls: Partial<ClientTls>): Promise<void> {
  if (used.client.status.state === 'closed') used.client.connect(tlsClientSettings(served.port, tls));
  await settled(used);
  const before = used.recorder.bytes('received').length;
  sendAll(used.client, Buffer.from('one'));
  await until(() => used.recorder.bytes('received').length === before + 3);
  used.client.disconnect('close');
  await until(() => served.listener.connections.openCount === 0 && used.client.openSockets === 0);
}

const reuse = ({ recorder }: Used): boolean[] => recorder.details('secured').map(({ isReused }) => isReused);

test('a session is taken up again until a date of the chain has passed, forwards or backwards', async () => {
  const served = await serving({}, { reply: 'echo' });
  const tls = { authority: 'local' };
  const used = connecting(served.port, served.kit, tls);
  await conversation(served, used, tls);
  await conversation(served, used, tls);
  expect(reuse(used)).toEqual([false, true]);
  const { validTo, validFrom } = used.recorder.details('secured')[0]!.chain[0]!;
  vi.setSystemTime(validTo + 1000);
  await conversation(served, used, tls);
  expect(reuse(used)).toEqual([false, true, false]);
  vi.setSystemTime(validFrom - 1000);
  await conversation(served, used, tls);
  expect(reuse(used)).toEqual([false, true, false, false]);
});

test('a session is not taken up again when the authority that was trusted has changed behind its name', async () => {
  const served = await serving({}, { reply: 'echo' });
  const tls = { authority: 'local' };
  const used = connecting(served.port, served.kit, tls);
  await conversation(served, used, tls);
  // The next one is made anew, and did not sign what the server still shows.
  await served.kit.store.remove('local');
  used.client.connect(tlsClientSettings(served.port, tls));
  await until(() => used.client.status.state === 'failed');
  expect(used.client.status.failure?.code).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
});

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'a client that was refused does not get in with the session of that handshake (%s)',
  async (maxVersion) => {
    const kit = await newKit();
    const clientAuthority = await importAuthority(kit.store);
    const served = await serving({ clientCertificates: 'require', clientAuthority }, {}, kit);
    const { material } = await kit.store.automatic(['stranger']);
    let session: Buffer | undefined;
    const stranger = connect({ port: served.port, maxVersion, rejectUnauthorized: false, ...material });
    stranger.on('session', (next) => (session = next)).on('error', () => undefined);
    await once(stranger, 'close');
    const again = await tlsPeer(served.port, { maxVersion, ...(session === undefined ? {} : { session }) });
    again.write('let me in');
    await until(() => served.recorder.ends().length === 2);
    expect(served.recorder.details('secured')).toHaveLength(0);
    expect(served.recorder.bytes('received')).toHaveLength(0);
    expect(served.recorder.details('failed')).toHaveLength(2);
  },
);

test.each(['TLSv1.2', 'TLSv1.3'] as const)(
  'a client whose certificate did not hold stays marked when it takes its session up again (%s)',
  async (maxVersion) => {
    const kit = await newKit();
    const clientAuthority = await importAuthority(kit.store);
    const served = await serving({ clientCertificates: 'request', clientAuthority }, { reply: 'echo' }, kit);
    const { material } = await kit.store.automatic(['stranger']);
    let session: Buffer | undefined;
    const first = await tlsPeer(served.port, { maxVersion, ...material });
    first.on('session', (next) => (session = next)).write('one');
    await until(() => Buffer.concat(first.received).toString() === 'one');
    await until(() => (session ??= first.getSession()) !== undefined);
    first.destroy();
    await tlsPeer(served.port, { maxVersion, session: session! });
    await until(() => served.recorder.details('secured').length === 2);
    const verifyCode = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
    expect(served.recorder.details('secured')).toMatchObject([
      { isReused: false, isVerified: false, verifyCode },
      { isReused: true, isVerified: false, verifyCode },
    ]);
  },
);
