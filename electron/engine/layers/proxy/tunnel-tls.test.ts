import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { defaultProxy } from '../../../../shared/settings/proxy.ts';
import type { ClientTls } from '../../../../shared/settings/settings.ts';
import { pattern, plainServer, portOf, sendAll, until } from '../../testing/stream-kit.ts';
import {
  connecting,
  failed,
  importAuthority,
  importLeaf,
  newKit,
  serving,
  settled,
  type Kit,
  type Used,
} from '../../testing/tls-kit.ts';
import { httpProxy, socksProxy } from '../../testing/proxies.ts';

type Kind = 'socks5' | 'http';

/** To a host that only the proxy knows. */
async function through(kind: Kind, port: number, kit: Kit, tls: Partial<ClientTls>): Promise<Used> {
  const server = await (kind === 'socks5' ? socksProxy() : httpProxy());
  const proxy = { ...defaultProxy(), kind, port: server.port };
  return connecting(port, kit, { handshakeTimeoutMs: 5000, ...tls }, { host: 'target.test', proxy });
}

describe.each<Kind>(['socks5', 'http'])('TLS through a proxy (%s)', (kind) => {
  test('is checked for the name of the target, and holds a conversation of 5 MB both ways', async () => {
    const kit = await newKit();
    const identities = [
      await importLeaf(kit.store, 'other.test'),
      await importLeaf(kit.store, 'target.test'),
    ];
    const { port, recorder } = await serving({ identities }, { reply: 'echo' }, kit);
    const used = await settled(
      await through(kind, port, kit, { authority: await importAuthority(kit.store) }),
    );
    expect(used.recorder.details('secured')).toMatchObject([
      { servername: 'target.test', isVerified: true, verifyCode: null },
    ]);
    const kinds = used.recorder.records.map(({ kind: one }) => one);
    expect(kinds.slice(0, 4)).toEqual(['attempted', 'note', 'opened', 'secured']);
    const bytes = pattern(5_000_000);
    sendAll(used.client, bytes);
    used.client.disconnect('finish');
    await until(() => used.recorder.ends().length === 1);
    expect(used.recorder.bytes('received').equals(bytes)).toBe(true);
    await until(() => recorder.ends().length === 1);
    expect(recorder.details('half-closed')).toMatchObject([{ by: 'peer', closeNotify: true }]);
  });

  test('refuses a certificate for another name, and shows it', async () => {
    const kit = await newKit();
    const identities = [await importLeaf(kit.store, 'other.test')];
    const { port } = await serving({ identities }, {}, kit);
    const used = await through(kind, port, kit, { authority: await importAuthority(kit.store) });
    const code = 'ERR_TLS_CERT_ALTNAME_INVALID';
    expect(await failed(used.recorder)).toMatchObject({ code, during: 'securing' });
    await until(() => used.client.status.state === 'failed');
    expect(used.client.status.refusedChain?.[0]?.subject).toBe('CN=other.test');
    expect(used.client.openSockets).toBe(0);
  });

  test('refuses an authority that is not trusted', async () => {
    const kit = await newKit();
    const { port } = await serving({ identities: [await importLeaf(kit.store, 'target.test')] }, {}, kit);
    const used = await through(kind, port, kit, {});
    expect(await failed(used.recorder)).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
  });

  test.each<[string, (socket: Socket) => unknown, string, RegExp]>([
    ['a greeting', (socket) => socket.write('220 mail ready\r\n'), 'TLS_PLAIN_TEXT', /“220 mail ready··”/],
    [
      'an alert',
      (socket) => socket.write(Uint8Array.of(21, 3, 3, 0, 2, 2, 112)),
      'ERR_SSL_TLSV1_UNRECOGNIZED_NAME',
      /^/,
    ],
  ])('reads %s that comes with the proxy’s answer from its first byte', async (_, speak, code, said) => {
    const target = await plainServer((socket) => void speak(socket));
    const used = await through(kind, portOf(target), await newKit(), {});
    const end = await failed(used.recorder);
    expect(end).toMatchObject({ code, during: 'securing' });
    expect(end.message).toMatch(said);
  });
});
