/** What the tests of TLS share: a store of certificates, settings, and plain peers of node:tls. */
import { mkdir, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type ConnectionOptions, type TLSSocket, type TlsOptions } from 'node:tls';
import { generate } from 'selfsigned';
import { onTestFinished } from 'vitest';
import type { ClientSettings, ClientTls, ListenerTls } from '../../../shared/settings/settings.ts';
import { defaultClientTls, defaultListenerTls } from '../../../shared/settings/tls.ts';
import {
  clientSettings,
  listenerSettings,
  newClient,
  newListener,
  until,
  type ListenerChanges,
} from './stream-kit.ts';
import type { Client } from '../stream/client.ts';
import type { Listener } from '../stream/listener.ts';
import { testFolder } from './folder.ts';
import { TestRecorder } from './recorder.ts';
import { CertificateStore } from '../layers/tls/certificate-store.ts';
import { KeyLog } from '../layers/tls/key-log.ts';
import {
  makeLeaf,
  makeLocalAuthority,
  type LocalAuthority,
  type Pair,
} from '../layers/tls/local-authority.ts';

/** Made once for all tests of a file: an RSA key takes its time. */
let authorityMade: Promise<LocalAuthority> | null = null;
export const testAuthority = (): Promise<LocalAuthority> => (authorityMade ??= makeLocalAuthority('test'));

let localMade: Promise<LocalAuthority> | null = null;
const testLocalAuthority = (): Promise<LocalAuthority> => (localMade ??= makeLocalAuthority('this machine'));

/** A leaf of the tests' own authority. */
export const testLeaf = async (...hosts: string[]): Promise<Pair> =>
  makeLeaf(await testAuthority(), hosts.length > 0 ? hosts : ['localhost', '127.0.0.1'], 'ec');

const dayMs = 86_400_000;
/** A leaf for this machine that was valid in the past, or will be in the future. */
export async function datedLeaf(when: 'expired' | 'not yet'): Promise<Pair> {
  const { ec } = await testAuthority();
  const [from, to] = when === 'expired' ? [-20, -10] : [10, 20];
  const { cert, private: key } = await generate([{ name: 'commonName', value: when }], {
    ...({ keyType: 'ec', algorithm: 'sha256', ca: ec } as const),
    notBeforeDate: new Date(Date.now() + from * dayMs),
    notAfterDate: new Date(Date.now() + to * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { cert, key };
}

/** A leaf for this machine that may be used by servers alone, or by clients alone. */
export async function leafOnlyFor(whom: 'servers' | 'clients'): Promise<Pair> {
  const { ec } = await testAuthority();
  const { cert, private: key } = await generate([{ name: 'commonName', value: `only for ${whom}` }], {
    ...({ keyType: 'ec', algorithm: 'sha256', ca: ec } as const),
    extensions: [
      { name: 'extKeyUsage', ...(whom === 'servers' ? { serverAuth: true } : { clientAuth: true }) },
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
  return { cert, key };
}

const workers = new URL('../../../out/workers/', import.meta.url);

export const bytes = (text: string): Uint8Array => Buffer.from(text);

export type Kit = { store: CertificateStore; folder: string; keyLog: KeyLog };

/** A folder with a store whose one authority, beside the local CA, is the tests' own. */
export async function newKit(): Promise<Kit> {
  const { path, remove } = await testFolder();
  onTestFinished(remove);
  // As if it had been made in an earlier run, which saves the time for its RSA key.
  await mkdir(`${path}/certificates`);
  await writeFile(
    `${path}/certificates/local.json`,
    JSON.stringify({ format: 1, ...(await testLocalAuthority()) }),
  );
  return {
    store: new CertificateStore(`${path}/certificates`, workers),
    folder: path,
    keyLog: new KeyLog(`${path}/keys/one.log`),
  };
}

/** An identity of the tests' authority in the store; returns its id. */
export async function importLeaf(store: CertificateStore, ...hosts: string[]): Promise<string> {
  return importPair(store, await testLeaf(...hosts), hosts.join(' '));
}

export async function importPair(store: CertificateStore, { cert, key }: Pair, name = ''): Promise<string> {
  const files = { name, kind: 'identity', key: bytes(key), passphrase: '' } as const;
  return (await store.importFiles({ ...files, certificate: bytes(cert) })).id;
}

export async function importAuthority(store: CertificateStore): Promise<string> {
  const { ec } = await testAuthority();
  const files = { name: 'tests', kind: 'authority', key: null, passphrase: '' } as const;
  return (await store.importFiles({ ...files, certificate: bytes(ec.cert) })).id;
}

export type Served = { listener: Listener; recorder: TestRecorder; port: number; kit: Kit };

/** A started TLS listener. Its certificate is made by itself unless `tls.identities` says otherwise. */
export async function serving(
  tls: Partial<ListenerTls> = {},
  changes: ListenerChanges = {},
  kit?: Kit,
): Promise<Served> {
  const used = kit ?? (await newKit());
  const recorder = new TestRecorder();
  const listener = newListener(recorder, { tls: { certificates: used.store, keyLog: used.keyLog } });
  const settings = { transport: 'tls', host: '127.0.0.1', tls: { ...defaultListenerTls(), ...tls } } as const;
  const { port } = await listener.start(listenerSettings({ ...settings, ...changes }));
  return { listener, recorder, port, kit: used };
}

export type Used = { client: Client; recorder: TestRecorder };

/** A TLS client that has begun to connect to 127.0.0.1. */
export function connecting(
  port: number,
  { store, keyLog }: Kit,
  tls: Partial<ClientTls> = {},
  changes: Partial<ClientSettings> = {},
): Used {
  const recorder = new TestRecorder();
  const client = newClient(recorder, { tls: { certificates: store, keyLog } });
  client.connect(tlsClientSettings(port, tls, changes));
  return { client, recorder };
}

export const tlsClientSettings = (
  port: number,
  tls: Partial<ClientTls> = {},
  changes: Partial<ClientSettings> = {},
): ClientSettings => ({
  ...clientSettings(port),
  transport: 'tls',
  tls: { ...defaultClientTls(), ...tls },
  ...changes,
});

/** Waits until the client is open or has ended. */
export async function settled(used: Used): Promise<Used> {
  await until(() => /^(open|failed|closed|half-.*)$/.test(used.client.status.state));
  return used;
}

/** Waits for the only end record of a failed connection, and returns it. */
export async function failed(
  recorder: TestRecorder,
): Promise<{ code: string; during: string; message: string }> {
  await until(() => recorder.ends().length > 0);
  const [end, ...more] = recorder.ends().map(({ detail }) => detail);
  if (end?.kind !== 'failed' || more.length > 0)
    throw new Error(`Not one failure: ${JSON.stringify([end, ...more])}`);
  return end;
}

/** A connected peer of node:tls that checks nothing and collects what it receives. */
export async function tlsPeer(
  port: number,
  options: ConnectionOptions = {},
): Promise<TLSSocket & { received: Buffer[] }> {
  const socket = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
  socket.on('error', () => socket.destroy());
  onTestFinished(() => void socket.destroy());
  const received: Buffer[] = [];
  await new Promise<void>((resolve) => socket.once('secureConnect', resolve).once('close', () => resolve()));
  return Object.assign(
    socket.on('data', (piece) => received.push(piece)),
    { received },
  );
}

/** A server of node:tls with a certificate of the tests' authority; returns its port. */
export async function tlsServer(
  options: TlsOptions = {},
  onSocket: (socket: TLSSocket) => void = () => undefined,
): Promise<number> {
  const server = createServer({ ...(await testLeaf()), ...options, allowHalfOpen: true }, (socket) => {
    onTestFinished(() => void socket.destroy());
    onSocket(socket.on('error', () => socket.destroy()));
  });
  onTestFinished(() => void server.close());
  server.on('tlsClientError', (_, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
