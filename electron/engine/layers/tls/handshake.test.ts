import { readFile, stat } from 'node:fs/promises';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import type { ClientTls, ListenerTls } from '../../../../shared/settings/settings.ts';
import { freePort, listenerSettings, newListener, sendAll, until } from '../../testing/stream-kit.ts';
import { defaultListenerTls } from '../../../../shared/settings/tls.ts';
import { TestRecorder } from '../../testing/recorder.ts';
import {
  connecting,
  failed,
  importAuthority,
  importLeaf,
  leafOnlyFor,
  newKit,
  serving,
  settled,
  testAuthority,
  testLeaf,
  tlsClientSettings,
  tlsPeer,
  tlsServer,
} from '../../testing/tls-kit.ts';

describe('our client and our server', () => {
  test('agree without any settings but the local CA, exchange bytes, and say what they agreed on', async () => {
    const { recorder, port, kit } = await serving({}, { reply: 'echo' });
    const used = await settled(connecting(port, kit, { authority: 'local' }));
    sendAll(used.client, Buffer.from('hello'));
    await until(() => used.recorder.bytes('received').toString() === 'hello');
    const [theirs] = used.recorder.details('secured');
    expect(theirs).toMatchObject({
      version: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      alpn: null,
      servername: null,
      isReused: false,
      isVerified: true,
      verifyCode: null,
    });
    expect(theirs?.chain[0]?.alternativeNames).toContain('IP Address:127.0.0.1');
    expect(recorder.details('secured')).toMatchObject([{ chain: [], isVerified: false, verifyCode: null }]);
    expect(used.client.connections.list(0, 1)[0]?.tls).toMatchObject({
      version: 'TLSv1.3',
      isVerified: true,
    });
    // TCP is open before TLS is, and nothing is sent in the clear.
    expect(used.recorder.records.map(({ kind }) => kind).filter((kind) => kind !== 'attempted')).toEqual([
      'opened',
      'secured',
      'sent',
      'received',
    ]);
  });

  test('take up a session again, and what was found of the certificate stays', async () => {
    const { recorder, listener, port, kit } = await serving({}, { reply: 'echo' });
    const used = await settled(connecting(port, kit, { authority: 'local' }));
    sendAll(used.client, Buffer.from('one'));
    await until(() => used.recorder.bytes('received').length === 3);
    used.client.disconnect('close');
    await until(() => listener.connections.openCount === 0 && used.client.openSockets === 0);
    used.client.connect(tlsClientSettings(port, { authority: 'local' }));
    await settled(used);
    await until(() => recorder.details('secured').length === 2);
    expect(recorder.details('secured').map(({ isReused }) => isReused)).toEqual([false, true]);
    const [first, second] = used.recorder.details('secured');
    expect(second).toMatchObject({ isReused: true, isVerified: true });
    expect(second?.chain).toEqual(first?.chain);
  });

  test('keep the secrets of each connection, for its owner alone', async () => {
    const { port, kit } = await serving({ keyLog: true }, { reply: 'echo' });
    await settled(connecting(port, kit, { authority: 'local' }));
    await kit.keyLog.written();
    const secrets = await readFile(kit.keyLog.path, 'utf8');
    expect(secrets).toMatch(/^CLIENT_TRAFFIC_SECRET_0 [0-9a-f]{64} [0-9a-f]{64,96}$/m);
    expect((await stat(kit.keyLog.path)).mode & 0o777).toBe(0o600);
  });

  test('keep no secrets unless they are asked to', async () => {
    const { port, kit } = await serving({}, { reply: 'echo' });
    await settled(connecting(port, kit, { authority: 'local' }));
    await expect(stat(kit.keyLog.path)).rejects.toThrow(/ENOENT/);
  });
});

describe('a server', () => {
  test('chooses its certificate by the name that a client asks for, wildcards too, else the first', async () => {
    const kit = await newKit();
    const identities = [
      await importLeaf(kit.store, 'one.example'),
      await importLeaf(kit.store, 'two.example', '*.wild.example'),
    ];
    const { recorder, port } = await serving({ identities }, {}, kit);
    const shown = async (servername?: string): Promise<string | undefined> => {
      const peer = await tlsPeer(port, servername === undefined ? {} : { servername });
      return peer.getPeerCertificate().subjectaltname;
    };
    expect(await shown('one.example')).toBe('DNS:one.example');
    expect(await shown('two.example')).toBe('DNS:two.example, DNS:*.wild.example');
    expect(await shown('a.wild.example')).toBe('DNS:two.example, DNS:*.wild.example');
    expect(await shown('a.b.wild.example')).toBe('DNS:one.example');
    expect(await shown('unknown.example')).toBe('DNS:one.example');
    expect(await shown('..')).toBe('DNS:one.example');
    expect(await shown()).toBe('DNS:one.example');
    await until(() => recorder.details('secured').length === 7);
    expect(recorder.details('secured').map(({ servername }) => servername)).toContain('a.wild.example');
  });

  type Mismatch = { name: string; ours: Partial<ListenerTls>; theirs: ConnectionOptions; code: string };
  test.each<Mismatch>([
    {
      name: 'versions',
      ours: { minVersion: 'TLSv1.3' },
      theirs: { maxVersion: 'TLSv1.2' },
      code: 'ERR_SSL_UNSUPPORTED_PROTOCOL',
    },
    {
      name: 'cipher suites',
      ours: { maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
      theirs: { ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384', maxVersion: 'TLSv1.2' },
      code: 'ERR_SSL_NO_SHARED_CIPHER',
    },
    {
      name: 'protocols (ALPN)',
      ours: { alpn: ['h2', 'mine/1'] },
      theirs: { ALPNProtocols: ['http/1.1'] },
      code: 'ERR_SSL_NO_APPLICATION_PROTOCOL',
    },
  ])('and a client with other $name end with $code', async ({ ours, theirs, code }) => {
    const { recorder, listener, port } = await serving(ours);
    await tlsPeer(port, theirs);
    expect(await failed(recorder)).toMatchObject({ code, during: 'securing' });
    expect(listener.connections.openCount).toBe(0);
    expect(listener.status.state).toBe('listening');
  });

  test('agrees on the first of the protocols (ALPN) that both have', async () => {
    const { recorder, port } = await serving({ alpn: ['mine/2', 'mine/1'] });
    const peer = await tlsPeer(port, { ALPNProtocols: ['mine/1', 'mine/2'] });
    expect(peer.alpnProtocol).toBe('mine/2');
    await until(() => recorder.details('secured')[0]?.alpn === 'mine/2');
    const without = await tlsPeer(port);
    expect(without.alpnProtocol).toBe(false);
  });

  test('speaks TLS 1.0 to who speaks nothing else, when it is told to', async () => {
    const { recorder, port } = await serving({ minVersion: 'TLSv1', maxVersion: 'TLSv1' });
    await tlsPeer(port, { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' });
    await until(() => recorder.details('secured')[0]?.version === 'TLSv1');
  });

  describe('that requires client certificates', () => {
    const requiring = async (clientCertificates: 'request' | 'require') => {
      const kit = await newKit();
      return serving({ clientCertificates, clientAuthority: await importAuthority(kit.store) }, {}, kit);
    };

    test('takes one of its authority, and shows its chain', async () => {
      const { recorder, port } = await requiring('require');
      await tlsPeer(port, { ...(await testLeaf('me')) });
      await until(() => recorder.details('secured').length === 1);
      expect(recorder.details('secured')[0]).toMatchObject({ isVerified: true, verifyCode: null });
      expect(recorder.details('secured')[0]?.chain[0]?.subject).toBe('CN=me');
    });

    test.each(['TLSv1.2', 'TLSv1.3'] as const)('refuses a client without one (%s)', async (maxVersion) => {
      const { recorder, port } = await requiring('require');
      await tlsPeer(port, { maxVersion });
      const code = 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE';
      expect(await failed(recorder)).toMatchObject({ code, during: 'securing' });
    });

    test('refuses one of another authority, and shows whose it was', async () => {
      const { recorder, port, kit } = await requiring('require');
      const { material } = await kit.store.automatic(['stranger']);
      await tlsPeer(port, material);
      const code = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
      expect(await failed(recorder)).toMatchObject({ code, during: 'securing' });
      const [note] = recorder.details('note');
      expect(note).toMatchObject({ note: 'certificate-refused', code, chain: [{ subject: 'CN=stranger' }] });
    });

    test('takes no byte of a client that it refuses, although it sends at once', async () => {
      const { recorder, port, kit } = await requiring('require');
      const { material } = await kit.store.automatic(['stranger']);
      const stranger = connect({ port, rejectUnauthorized: false, ...material });
      stranger.on('error', () => undefined).on('secureConnect', () => stranger.write('let me in'));
      await failed(recorder);
      expect(recorder.bytes('received')).toHaveLength(0);
      expect(recorder.details('secured')).toHaveLength(0);
    });

    test('refuses one that is only for servers', async () => {
      const { recorder, port } = await requiring('require');
      await tlsPeer(port, await leafOnlyFor('servers'));
      expect(await failed(recorder)).toMatchObject({ code: 'INVALID_PURPOSE', during: 'securing' });
    });

    test('marks one of another authority where it only asks', async () => {
      const { recorder, port, kit } = await requiring('request');
      const { material } = await kit.store.automatic(['stranger']);
      await tlsPeer(port, material);
      await until(() => recorder.details('secured').length === 1);
      const verifyCode = 'UNABLE_TO_VERIFY_LEAF_SIGNATURE';
      expect(recorder.details('secured')[0]).toMatchObject({ isVerified: false, verifyCode });
      await tlsPeer(port);
      await until(() => recorder.details('secured').length === 2);
      expect(recorder.details('secured')[1]).toMatchObject({
        isVerified: false,
        verifyCode: null,
        chain: [],
      });
    });
  });

  type Unusable = { name: string; tls: Partial<ListenerTls>; code: string };
  test.each<Unusable>([
    {
      name: 'a certificate that is gone',
      tls: { identities: ['c0123456789ab'] },
      code: 'CERTIFICATE_UNKNOWN',
    },
    {
      name: 'an authority that is gone',
      tls: { clientCertificates: 'request', clientAuthority: 'c0123456789ab' },
      code: 'CERTIFICATE_UNKNOWN',
    },
    { name: 'no version', tls: { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.2' }, code: 'TLS_VERSIONS' },
    { name: 'unknown ciphers', tls: { ciphers: 'ROT13' }, code: 'TLS_CIPHERS' },
    {
      name: 'unknown TLS 1.3 ciphers',
      tls: { ciphers: 'TLS_ROT13:ECDHE-RSA-AES128-GCM-SHA256' },
      code: 'TLS_CIPHERS',
    },
    {
      name: 'ciphers of another version',
      tls: { minVersion: 'TLSv1.3', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
      code: 'TLS_CIPHERS_UNFIT',
    },
  ])('does not start with $name', async ({ tls, code }) => {
    const { store, keyLog } = await newKit();
    const recorder = new TestRecorder();
    const listener = newListener(recorder, { tls: { certificates: store, keyLog } });
    const port = await freePort();
    const settings = { transport: 'tls', port, tls: { ...defaultListenerTls(), ...tls } } as const;
    await expect(listener.start(listenerSettings(settings))).rejects.toMatchObject({ code });
    expect(listener.status).toMatchObject({ state: 'failed', failure: { code } });
    expect(await failed(recorder)).toMatchObject({ code, during: 'listening' });
    expect(listener.openSockets).toBe(0);
  });
});

describe('a client', () => {
  type Refusal = { name: string; hosts: string[]; trusts: boolean; code: string };
  test.each<Refusal>([
    {
      name: 'is for other names',
      hosts: ['other.example'],
      trusts: true,
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    },
    {
      name: 'nobody it trusts has signed',
      hosts: ['127.0.0.1'],
      trusts: false,
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    },
  ])(
    'refuses a certificate that $name, shows it, and connects when told to',
    async ({ hosts, trusts, code }) => {
      const kit = await newKit();
      const port = await tlsServer(await testLeaf(...hosts));
      const authority = trusts ? await importAuthority(kit.store) : '';
      const used = connecting(port, kit, { authority }, { reconnect: reconnecting });
      expect(await failed(used.recorder)).toMatchObject({ code, during: 'securing' });
      const [note] = used.recorder.details('note');
      expect(note).toMatchObject({ note: 'certificate-refused', code });
      await until(() => used.client.status.state === 'failed');
      expect(used.client.status).toMatchObject({ failure: { code }, notVerified: null, retryAt: null });
      expect(used.client.status.refusedChain?.[0]?.subject).toBe(`CN=${hosts[0]}`);
      expect(used.client.openSockets).toBe(0);

      used.client.connect(tlsClientSettings(port, { authority, verify: false }));
      await until(() => used.client.status.state === 'open');
      expect(used.client.status).toMatchObject({ notVerified: code, refusedChain: null });
      expect(used.recorder.details('secured')).toMatchObject([{ isVerified: false, verifyCode: code }]);
    },
  );

  test('takes no byte of a server that it refuses, although it greets at once', async () => {
    const port = await tlsServer({}, (socket) => void socket.write('welcome'));
    const { recorder } = connecting(port, await newKit());
    expect(await failed(recorder)).toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    expect(recorder.bytes('received')).toHaveLength(0);
  });

  test('refuses a certificate that is only for clients', async () => {
    const kit = await newKit();
    const port = await tlsServer(await leafOnlyFor('clients'));
    const { recorder } = connecting(port, kit, { authority: await importAuthority(kit.store) });
    expect(await failed(recorder)).toMatchObject({ code: 'INVALID_PURPOSE', during: 'securing' });
  });

  test('sends the name it is told to and checks the certificate for it', async () => {
    const kit = await newKit();
    const authority = await importAuthority(kit.store);
    const seen: unknown[] = [];
    const port = await tlsServer(await testLeaf('name.example'), (socket) =>
      seen.push((socket as TLSSocket & { servername?: unknown }).servername),
    );
    const used = await settled(connecting(port, kit, { authority, servername: 'name.example' }));
    expect(used.recorder.details('secured')).toMatchObject([
      { servername: 'name.example', isVerified: true },
    ]);
    const silent = await settled(
      connecting(port, kit, { authority, servername: 'name.example', sendServername: false }),
    );
    expect(silent.recorder.details('secured')).toMatchObject([{ servername: null, isVerified: true }]);
    await until(() => seen.length === 2);
    expect(seen).toEqual(['name.example', false]);
  });

  test('shows its certificate to a server that asks', async () => {
    const kit = await newKit();
    const { ec } = await testAuthority();
    const names: string[] = [];
    const port = await tlsServer({ requestCert: true, ca: ec.cert }, (socket) =>
      names.push(String(socket.getPeerCertificate().subject.CN)),
    );
    const tls: Partial<ClientTls> = { verify: false, identity: await importLeaf(kit.store, 'me') };
    await settled(connecting(port, kit, tls));
    await until(() => names.length === 1);
    expect(names).toEqual(['me']);
  });

  test.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'names the alert of a server that requires a certificate, although TLS 1.3 was secured before it (%s)',
    async (maxVersion) => {
      const kit = await newKit();
      const { ec } = await testAuthority();
      const port = await tlsServer({ requestCert: true, rejectUnauthorized: true, ca: ec.cert, maxVersion });
      const { recorder } = connecting(port, kit, { verify: false });
      const code = {
        'TLSv1.2': 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
        'TLSv1.3': 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      }[maxVersion];
      expect(await failed(recorder)).toMatchObject({ code, during: 'securing' });
    },
  );

  type Mismatch = {
    name: string;
    theirs: Parameters<typeof tlsServer>[0];
    ours: Partial<ClientTls>;
    code: string;
  };
  test.each<Mismatch>([
    {
      name: 'versions',
      theirs: { minVersion: 'TLSv1.3' },
      ours: { maxVersion: 'TLSv1.2' },
      code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    },
    {
      name: 'cipher suites',
      theirs: { ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384', maxVersion: 'TLSv1.2' },
      ours: { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' },
      code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
    },
    {
      name: 'protocols (ALPN)',
      theirs: { ALPNProtocols: ['h2'] },
      ours: { alpn: ['http/1.1'] },
      code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
    },
    {
      name: 'server names (SNI)',
      theirs: { SNICallback: (_, answer) => answer(new Error('no such name')) },
      ours: { servername: 'unknown.example' },
      code: 'TLS_CLOSED_IN_HANDSHAKE',
    },
  ])('and a server with other $name end with $code', async ({ theirs, ours, code }) => {
    const port = await tlsServer(theirs);
    const used = connecting(port, await newKit(), { verify: false, ...ours });
    expect(await failed(used.recorder)).toMatchObject({ code, during: 'securing' });
  });

  test('whose certificate is gone does not begin to connect', async () => {
    const used = connecting(await freePort(), await newKit(), { identity: 'c0123456789ab' });
    expect(await failed(used.recorder)).toMatchObject({ code: 'CERTIFICATE_UNKNOWN', during: 'securing' });
    expect(used.recorder.details('attempted')).toHaveLength(0);
  });
});

const reconnecting = { enabled: true, delayMs: 100, growth: 1, maxDelayMs: 100 };
