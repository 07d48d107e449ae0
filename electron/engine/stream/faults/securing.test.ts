import { connect, type Socket } from 'node:net';
import { createSecureContext, TLSSocket } from 'node:tls';
import { describe, expect, test } from 'vitest';
import type { ClientTls, ListenerTls } from '../../../../shared/settings/settings.ts';
import {
  connecting,
  importAuthority,
  importLeaf,
  newKit,
  serving,
  testLeaf,
  tlsPeer,
  type Kit,
} from '../../testing/tls-kit.ts';
import { closeLater, plainPeer, plainServer, portOf, sendAll, until } from '../../testing/stream-kit.ts';
import { expectOneEnd, survives } from '../../testing/fault-kit.ts';

const noise = Buffer.from(Array.from({ length: 600 }, (_, index) => ((index * 197 + 131) % 251) | 128));
const alert = Buffer.from([21, 3, 3, 0, 2, 2, 40]);

/** What is no TLS, as each role meets it. */
const wrong: [name: string, act: (socket: Socket) => unknown, code: string | RegExp][] = [
  ['plain text', (socket) => socket.write('220 mail.example.org ESMTP\r\n'), 'TLS_PLAIN_TEXT'],
  ['HTTP', (socket) => socket.write('GET / HTTP/1.1\r\n\r\n'), /^TLS_(HTTP_REQUEST|PLAIN_TEXT)$/],
  ['random bytes', (socket) => socket.write(noise), 'TLS_NOT_TLS'],
  ['silence', () => undefined, 'TLS_SILENT'],
  ['an alert', (socket) => socket.write(alert), 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE'],
  ['its end', (socket) => socket.end(), 'TLS_CLOSED_IN_HANDSHAKE'],
  ['a reset', (socket) => socket.resetAndDestroy(), 'ECONNRESET'],
];

/** Only silence needs an end of its own; the handshakes of the others are never too late. */
const deadlineFor = (name: string): { handshakeTimeoutMs: number } => ({
  handshakeTimeoutMs: name === 'silence' ? 2000 : 60_000,
});

/** The store makes its keys beforehand: what that opens is none of the fault's. */
async function kitWithLeaf(...hosts: string[]): Promise<{ kit: Kit; identities: string[] }> {
  const kit = await newKit();
  return { kit, identities: [await importLeaf(kit.store, ...hosts)] };
}
const matching = (code: string | RegExp): object =>
  typeof code === 'string' ? { code } : { code: expect.stringMatching(code) as string };

describe('a TLS server', () => {
  test.each(wrong)('that is sent %s in place of TLS ends this connection once', async (name, act, code) => {
    const { kit, identities } = await kitWithLeaf();
    await survives(async () => {
      const { listener, recorder, port } = await serving({ identities, ...deadlineFor(name) }, {}, kit);
      const other = await tlsPeer(port);
      await until(() => recorder.details('secured').length === 1);
      act(await plainPeer(port));
      await until(() => recorder.ends().length > 0);
      expectOneEnd(recorder, { kind: 'failed', during: 'securing', ...matching(code) });
      other.write('still here');
      await until(() => recorder.bytes('received').toString() === 'still here');
      expect(listener.connections.openCount).toBe(1);
    });
  });

  test('serves others while a hundred clients are silent, and ends each of them once', async () => {
    const { kit, identities } = await kitWithLeaf();
    await survives(async () => {
      const tls = { identities, handshakeTimeoutMs: 3000 };
      const { listener, recorder, port } = await serving(tls, { reply: 'echo' }, kit);
      for (let count = 0; count < 100; count++) {
        const silent: Socket = connect(port, '127.0.0.1').on('error', () => silent.destroy());
        closeLater(() => silent.destroy());
      }
      await until(() => recorder.details('opened').length === 100);
      const peer = await tlsPeer(port);
      peer.write('quick');
      await until(() => Buffer.concat(peer.received).toString() === 'quick');
      await until(() => recorder.ends().length === 100);
      expect(recorder.details('failed').map(({ code }) => code)).toEqual(
        Array.from({ length: 100 }, () => 'TLS_SILENT'),
      );
      expect(listener.connections.openCount).toBe(1);
      expect(peer.destroyed).toBe(false);
    });
  });

  test('whose client wants another handshake ends this connection once', async () => {
    const { kit, identities } = await kitWithLeaf();
    await survives(async () => {
      const { recorder, port } = await serving({ identities }, {}, kit);
      const peer = await tlsPeer(port, { maxVersion: 'TLSv1.2' });
      await until(() => recorder.details('secured').length === 1);
      peer.renegotiate({ rejectUnauthorized: false }, () => undefined);
      await until(() => recorder.ends().length > 0);
      expectOneEnd(recorder, { kind: 'failed', during: 'open', code: 'ERR_TLS_RENEGOTIATION_DISABLED' });
    });
  });

  test('whose client goes without a goodbye says that it may be cut off, and ends once', async () => {
    const { kit, identities } = await kitWithLeaf();
    await survives(async () => {
      const { recorder, port } = await serving({ identities }, { afterPeerFinishes: 'finish' }, kit);
      const raw = await plainPeer(port);
      raw.removeAllListeners('data').pause();
      const peer = await tlsPeer(port, { socket: raw });
      peer.write('half a');
      await until(() => recorder.bytes('received').length === 6);
      raw.end();
      await until(() => recorder.ends().length > 0);
      expect(recorder.details('half-closed')).toMatchObject([{ by: 'peer', closeNotify: false }]);
      expectOneEnd(recorder, { kind: 'closed', receivedBytes: 6 });
    });
  });
});

describe('a TLS client', () => {
  test.each(wrong)('that is sent %s in place of TLS fails once', async (name, act, code) => {
    const kit = await newKit();
    await survives(async () => {
      // Read before it acts: a reset behind what was not read would be another fault.
      const server = await plainServer((socket) => void socket.once('data', () => act(socket)));
      const { client, recorder } = connecting(portOf(server), kit, deadlineFor(name));
      await until(() => recorder.ends().length > 0);
      expectOneEnd(recorder, { kind: 'failed', during: 'securing', ...matching(code) });
      expect(client.openSockets).toBe(0);
    });
  });

  /** A server that secures each connection and then acts on it. */
  const secureServer = async (act: (tls: TLSSocket, socket: Socket) => void): Promise<number> => {
    const secureContext = createSecureContext({ ...(await testLeaf()), maxVersion: 'TLSv1.2' });
    const server = await plainServer((socket) => {
      const tls = new TLSSocket(socket, { isServer: true, secureContext }).on('error', () => undefined);
      tls.once('secure', () => act(tls, socket));
    });
    return portOf(server);
  };

  test('whose server goes without a goodbye says that it may be cut off, and ends once', async () => {
    const kit = await newKit();
    await testLeaf();
    await survives(async () => {
      const port = await secureServer((tls, socket) => tls.write('half a', () => socket.end()));
      const { recorder } = connecting(port, kit, { verify: false });
      await until(() => recorder.ends().length > 0);
      expect(recorder.details('half-closed')).toMatchObject([{ by: 'peer', closeNotify: false }]);
      expectOneEnd(recorder, { kind: 'closed', receivedBytes: 6 });
    });
  });

  test('whose server wants another handshake ends once', async () => {
    const kit = await newKit();
    await testLeaf();
    await survives(async () => {
      const port = await secureServer((tls) => tls.renegotiate({}, () => undefined));
      const { recorder } = connecting(port, kit, { verify: false });
      await until(() => recorder.ends().length > 0);
      expectOneEnd(recorder, { kind: 'failed', code: 'ERR_TLS_RENEGOTIATION_DISABLED' });
    });
  });
});

describe('a TLS server and client that do not fit', () => {
  type Misfit = [name: string, server: Partial<ListenerTls>, client: Partial<ClientTls>];
  test.each<Misfit>([
    ['in their versions', { maxVersion: 'TLSv1.2' }, { minVersion: 'TLSv1.3' }],
    ['in their protocols (ALPN)', { alpn: ['h2'] }, { alpn: ['http/1.1'] }],
    ['in the name that is asked for (SNI)', {}, { servername: 'other.test', verify: true }],
    ['in the authority', {}, { authority: '' }],
    ['in the client’s certificate', { clientCertificates: 'require' }, { maxVersion: 'TLSv1.2' }],
  ])('%s end once on either side, with a cause', async (_name, ours, theirs) => {
    const { kit, identities } = await kitWithLeaf('127.0.0.1');
    const authority = await importAuthority(kit.store);
    await survives(async () => {
      const { recorder, port } = await serving({ identities, clientAuthority: authority, ...ours }, {}, kit);
      const { client, recorder: heard } = connecting(port, kit, { authority, ...theirs });
      await until(() => heard.ends().length > 0 && recorder.ends().length > 0);
      for (const one of [recorder, heard]) {
        expect(one.ends()).toHaveLength(1);
        expectOneEnd(one, { kind: 'failed', code: expect.stringMatching(/^[A-Z]/) as string });
      }
      expect(sendAll(client, Buffer.from('nobody'))).toBe(0);
      expect(client.openSockets).toBe(0);
    });
  });
});
