import { writeFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { createSecureContext, TLSSocket } from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import { pattern, sendAll, until } from '../../testing/stream-kit.ts';
import { readIntoBuffer } from './read-buffer.ts';
import { hasOpenssl, openssl } from '../../testing/openssl.ts';
import {
  connecting,
  failed,
  importAuthority,
  newKit,
  serving,
  settled,
  testLeaf,
} from '../../testing/tls-kit.ts';

/** Parts of node:tls without a public name, taken away for a test as if this Node did not have them. */
const takenBack: (() => void)[] = [];
afterEach(() => takenBack.splice(0).forEach((giveBack) => giveBack()));

function without(name: 'useUserBuffer' | 'verifyError'): void {
  const socket = new TLSSocket(new PassThrough(), { secureContext: createSecureContext({}) });
  let owner = (socket as unknown as { _handle: object })._handle;
  while (!Object.hasOwn(owner, name)) owner = Object.getPrototypeOf(owner) as object;
  const property = Object.getOwnPropertyDescriptor(owner, name)!;
  Object.defineProperty(owner, name, { value: undefined, configurable: true, writable: true });
  takenBack.push(() => Object.defineProperty(owner, name, property));
  socket.destroy();
}

test('a Node that keeps its buffers elsewhere reads by events, and loses nothing at an end or a reset', async () => {
  without('useUserBuffer');
  const socket = new TLSSocket(new PassThrough(), { secureContext: createSecureContext({}) });
  expect(readIntoBuffer(socket, () => undefined)).toBe(false);
  socket.destroy();
  const { recorder, listener, port, kit } = await serving({}, { reply: 'echo' });
  const used = await settled(connecting(port, kit, { authority: 'local' }));
  const sent = pattern(3_000_000);
  sendAll(used.client, sent);
  await until(() => used.recorder.bytes('received').length === sent.length);
  expect(used.recorder.bytes('received').equals(sent)).toBe(true);
  listener.connections.setReading('all', false);
  sendAll(used.client, Buffer.from('last words'));
  used.client.disconnect('finish');
  listener.connections.setReading('all', true);
  await until(() => recorder.ends().length === 1 && used.recorder.ends().length === 1);
  expect(recorder.bytes('received').subarray(sent.length).toString()).toBe('last words');
  expect(recorder.details('failed')).toHaveLength(0);
  expect(listener.connections.openCount).toBe(0);
});

// A client of Node needs it too, so that the client here is not one of this process.
test.skipIf(!hasOpenssl)(
  'a Node that does not tell whether a client’s certificate holds verifies none, and nothing breaks (skipped without openssl)',
  async () => {
    const kit = await newKit();
    const clientAuthority = await importAuthority(kit.store);
    const asked = await serving({ clientCertificates: 'request', clientAuthority }, {}, kit);
    const required = await serving({ clientCertificates: 'require', clientAuthority }, {}, kit);
    const { cert, key } = await testLeaf('me');
    await writeFile(`${kit.folder}/me.pem`, cert + key);
    const connect = (port: number) =>
      openssl('s_client', '-quiet', '-connect', `127.0.0.1:${port}`, '-cert', `${kit.folder}/me.pem`);
    without('verifyError');
    connect(asked.port);
    await until(() => asked.recorder.details('secured').length === 1);
    const verdict = { isVerified: false, verifyCode: 'UNSPECIFIED' };
    expect(asked.recorder.details('secured')).toMatchObject([verdict]);
    connect(required.port);
    expect(await failed(required.recorder)).toMatchObject({ code: 'UNSPECIFIED', during: 'securing' });
  },
);
