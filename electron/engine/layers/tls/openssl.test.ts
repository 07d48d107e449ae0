import { writeFile } from 'node:fs/promises';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort, portOf, sendAll, until } from '../../testing/stream-kit.ts';
import { handshakeError, toldByPeer } from './handshake-failures.ts';
import { HandshakeWatch } from './handshake-watch.ts';
import {
  connecting,
  failed,
  importAuthority,
  importLeaf,
  newKit,
  serving,
  settled,
  testAuthority,
  testLeaf,
  type Kit,
} from '../../testing/tls-kit.ts';
import { hasOpenssl, openssl, peerProgram, type Openssl } from '../../testing/openssl.ts';

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise((resolve) => {
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
  }).then((isThere) => {
    socket.destroy();
    return isThere === true;
  });
}

/** The tests' authority and a leaf, as files. */
async function filesIn({ folder }: Kit): Promise<{ ca: string; leaf: string }> {
  const { ec } = await testAuthority();
  const { cert, key } = await testLeaf('localhost', '127.0.0.1');
  const paths = { ca: `${folder}/ca.pem`, leaf: `${folder}/leaf.pem` };
  await writeFile(paths.ca, ec.cert);
  await writeFile(paths.leaf, cert + key);
  return paths;
}

describe.skipIf(!hasOpenssl)('openssl s_client (skipped where openssl is not installed)', () => {
  const client = (port: number, ...args: string[]): Openssl =>
    openssl('s_client', '-connect', `127.0.0.1:${port}`, ...args);

  test.each(['-tls1_2', '-tls1_3'])('verifies our certificate and gets its echo (%s)', async (version) => {
    const kit = await newKit();
    const { ca } = await filesIn(kit);
    const identities = [await importLeaf(kit.store, 'localhost')];
    const { recorder, port } = await serving({ identities }, { reply: 'echo' }, kit);
    const names = ['-servername', 'localhost', '-verify_hostname', 'localhost', '-verify_return_error'];
    const peer = client(port, version, '-CAfile', ca, ...names, '-alpn', 'x/1', '-quiet');
    peer.write('hello openssl\n');
    await until(() => peer.output().includes('hello openssl'));
    expect(recorder.bytes('received').toString()).toBe('hello openssl\n');
    expect(recorder.details('secured')).toMatchObject([{ servername: 'localhost', alpn: null }]);
  });

  test('that does not trust us is heard by the alert that it sends', async () => {
    const { recorder, port } = await serving();
    client(port, '-verify_return_error', '-tls1_2');
    const end = await failed(recorder);
    expect(end).toMatchObject({ during: 'securing', code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA' });
  });

  /** Whose alert in TLS 1.3 comes before it has keys, so that BoringSSL takes it for a broken record. */
  const distrusting: Record<string, (port: number) => string[]> = {
    openssl: (port) => ['s_client', '-connect', `127.0.0.1:${port}`, '-verify_return_error', '-tls1_3'],
    curl: (port) => ['-sS', '--tlsv1.3', '--max-time', '30', `https://127.0.0.1:${port}/`],
    python3: (port) => [
      '-c',
      `import socket, ssl
context = ssl.create_default_context()
context.wrap_socket(socket.create_connection(("127.0.0.1", ${port})), server_hostname="localhost")`,
    ],
  };
  const isThere = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
  test.each(Object.keys(distrusting).filter(isThere))(
    'and %s, which do not trust us in TLS 1.3, are heard by their alert, whatever the library makes of it',
    async (program) => {
      const { recorder, port } = await serving();
      const said: Buffer[] = [];
      const between = createServer((near) => {
        const far = connect(port, '127.0.0.1');
        near.on('data', (bytes) => said.push(bytes)).on('error', () => far.destroy());
        far.on('error', () => near.destroy());
        near.pipe(far).pipe(near);
      }).listen(0, '127.0.0.1');
      onTestFinished(() => void between.close());
      await once(between, 'listening');
      peerProgram(program, ...distrusting[program]!(portOf(between)));
      const code = 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA';
      expect(await failed(recorder)).toMatchObject({ during: 'securing', code });

      const watch = new HandshakeWatch();
      for (const bytes of said) watch.received(bytes);
      const byBoringSsl = handshakeError({
        code: 'ERR_SSL_BAD_PACKET_LENGTH',
        message: 'error:1000008b:SSL routines:…',
      });
      expect(toldByPeer(Buffer.concat(said).subarray(0, 64), watch.peersAlert, byBoringSsl)).toMatchObject({
        code,
        failure: { code, message: '', subject: '', why: { name: 'tls-alert', alert: 48 } },
      });
    },
  );

  test('that wants another handshake is refused', async () => {
    const { recorder, port } = await serving();
    const peer = client(port, '-tls1_2', '-legacy_renegotiation');
    await until(() => recorder.details('secured').length === 1);
    peer.write('R\n');
    expect(await failed(recorder)).toMatchObject({ code: 'ERR_TLS_RENEGOTIATION_DISABLED', during: 'open' });
  });

  test('that offers only TLS 1.2 to a server of TLS 1.3 is told apart', async () => {
    const { recorder, port } = await serving({ minVersion: 'TLSv1.3' });
    client(port, '-tls1_2');
    expect(await failed(recorder)).toMatchObject({
      code: 'ERR_SSL_UNSUPPORTED_PROTOCOL',
      during: 'securing',
    });
  });

  test('that offers none of our protocols (ALPN) is told apart', async () => {
    const { recorder, port } = await serving({ alpn: ['h2'] });
    client(port, '-alpn', 'http/1.1');
    expect(await failed(recorder)).toMatchObject({
      code: 'ERR_SSL_NO_APPLICATION_PROTOCOL',
      during: 'securing',
    });
  });

  test('takes its session up again', async () => {
    const kit = await newKit();
    const { recorder, port } = await serving({}, {}, kit);
    const session = `${kit.folder}/session.pem`;
    const first = client(port, '-tls1_2', '-sess_out', session);
    first.write('Q\n');
    await first.ended;
    client(port, '-tls1_2', '-sess_in', session);
    await until(() => recorder.details('secured').length === 2);
    expect(recorder.details('secured').map(({ isReused }) => isReused)).toEqual([false, true]);
  });
});

describe.skipIf(!hasOpenssl)('openssl s_server (skipped where openssl is not installed)', () => {
  async function server(kit: Kit, ...args: string[]): Promise<{ port: number; peer: Openssl }> {
    const { leaf } = await filesIn(kit);
    const port = await freePort();
    const peer = openssl('s_server', '-accept', `127.0.0.1:${port}`, '-cert', leaf, '-key', leaf, ...args);
    // It says that it listens only when its output is full, so it is asked.
    while (!(await answers(port)));
    return { port, peer };
  }

  test('is verified by us, and both sides talk', async () => {
    const kit = await newKit();
    const { port, peer } = await server(kit, '-alpn', 'mine/1');
    const authority = await importAuthority(kit.store);
    const used = await settled(connecting(port, kit, { authority, alpn: ['mine/1'] }));
    expect(used.recorder.details('secured')).toMatchObject([{ isVerified: true, alpn: 'mine/1' }]);
    sendAll(used.client, Buffer.from('to openssl\n'));
    await until(() => peer.output().includes('to openssl'));
    peer.write('from openssl\n');
    await until(() => used.recorder.bytes('received').toString() === 'from openssl\n');
  });

  test('that requires a certificate is told by its alert, and takes one of its authority', async () => {
    const kit = await newKit();
    const { ca } = await filesIn(kit);
    const { port } = await server(kit, '-Verify', '1', '-CAfile', ca, '-verify_return_error');
    const { recorder } = connecting(port, kit, { verify: false });
    const code = 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED';
    expect(await failed(recorder)).toMatchObject({ code, during: 'securing' });
    const identity = await importLeaf(kit.store, 'me');
    const used = await settled(connecting(port, kit, { verify: false, identity }));
    expect(used.client.status.state).toBe('open');
  });

  test('that asks for another handshake is refused', async () => {
    const kit = await newKit();
    const { port, peer } = await server(kit, '-tls1_2');
    const used = await settled(connecting(port, kit, { verify: false }));
    peer.write('r\n');
    expect(await failed(used.recorder)).toMatchObject({ code: 'ERR_TLS_RENEGOTIATION_DISABLED' });
  });

  test('that speaks no version of ours is told by its alert', async () => {
    const kit = await newKit();
    const { port } = await server(kit, '-tls1_2');
    const used = connecting(port, kit, { verify: false, minVersion: 'TLSv1.3' });
    const code = 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION';
    expect(await failed(used.recorder)).toMatchObject({ code, during: 'securing' });
  });

  test('that offers none of our protocols (ALPN) is told by its alert', async () => {
    const kit = await newKit();
    const { port } = await server(kit, '-alpn', 'h2');
    const used = connecting(port, kit, { verify: false, alpn: ['http/1.1'] });
    const code = 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL';
    expect(await failed(used.recorder)).toMatchObject({ code, during: 'securing' });
  });

  test('that does not know the server name (SNI) is told by its alert', async () => {
    const kit = await newKit();
    const { leaf } = await filesIn(kit);
    const names = ['-servername', 'known.test', '-servername_fatal', '-cert2', leaf, '-key2', leaf];
    const { port } = await server(kit, ...names);
    const used = connecting(port, kit, { verify: false, servername: 'unknown.test' });
    const code = 'ERR_SSL_TLSV1_UNRECOGNIZED_NAME';
    expect(await failed(used.recorder)).toMatchObject({ code, during: 'securing' });
    const known = await settled(connecting(port, kit, { verify: false, servername: 'known.test' }));
    expect(known.client.status.state).toBe('open');
  });
});
