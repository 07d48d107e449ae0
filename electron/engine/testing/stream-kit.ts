/** What the tests of sockets share: settings, plain peers, and a check that nothing stays open. */
import { answers } from '../handlers/replies.ts';
import { clientLayers, listenerLayers } from '../layers/stream-layers.ts';
import { noResources, type TlsResources } from '../layers/tls/identity.ts';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, vi } from 'vitest';
import type {
  ClientSettings,
  ListenerSettings,
  ReplyKind,
  ReplySettings,
} from '../../../shared/settings/settings.ts';
import { defaultClient, defaultListener } from '../../../shared/settings/endpoint.ts';
import { TestRecorder } from './recorder.ts';
import { Client, type ClientOptions } from '../stream/client.ts';
import { Listener, type ListenerOptions } from '../stream/listener.ts';

type Closable = () => unknown;
const closables: Closable[] = [];

afterEach(closeAll);

/** Ends all that the kit made, the last first. */
export async function closeAll(): Promise<void> {
  for (const close of closables.splice(0).reverse()) await close();
}

/** Ended with what the kit makes. */
export function closeLater(close: Closable): void {
  closables.push(close);
}

/** Whether a foreign program is here. In CI all of them must be. */
export function isInstalled(program: string): boolean {
  return process.env.CI !== undefined || spawnSync('which', [program]).status === 0;
}

/** `reply`: a kind for the usual settings of it, or all of them. */
export function listenerSettings({ reply, ...changes }: ListenerChanges = {}): ListenerSettings {
  const usual = { ...defaultListener(), name: 'test', port: 0 };
  const replies = typeof reply === 'string' ? { ...usual.reply, kind: reply } : (reply ?? usual.reply);
  return { ...usual, reply: replies, ...changes };
}
export type ListenerChanges = Partial<Omit<ListenerSettings, 'reply'>> & {
  reply?: ReplyKind | ReplySettings;
};

export function clientSettings(port: number, changes: Partial<ClientSettings> = {}): ClientSettings {
  const reconnect = { enabled: false, delayMs: 100, growth: 2, maxDelayMs: 1000 };
  const usual = { name: 'test', port, connectTimeoutMs: 20_000, afterPeerFinishes: 'finish' } as const;
  return { ...defaultClient(), ...usual, reconnect, ...changes };
}

/** As `sockets.ts` makes them. `tls`: for endpoints that use TLS. */
type Kit<Options> = Options & { tls?: TlsResources };

export function newListener(
  recorder = new TestRecorder(),
  { tls = noResources, ...options }: Kit<ListenerOptions> = {},
): Listener {
  const listener = new Listener(recorder, { handlerOf: answers, layersOf: listenerLayers(tls), ...options });
  closables.push(() => listener.stop());
  return listener;
}

export function newClient(
  recorder = new TestRecorder(),
  { tls = noResources, ...options }: Kit<ClientOptions> = {},
): Client {
  const client = new Client(recorder, { layersOf: clientLayers(tls), ...options });
  closables.push(() => client.stop());
  return client;
}

/** A started listener with its recorder and port. */
export async function listening(
  changes: ListenerChanges = {},
  options: ListenerOptions = {},
  recorder = new TestRecorder(),
): Promise<{ listener: Listener; recorder: TestRecorder; port: number }> {
  const listener = newListener(recorder, options);
  const { port } = await listener.start(listenerSettings(changes));
  return { listener, recorder, port };
}

/** A connected client with its recorder. */
export async function connected(
  port: number,
  changes: Partial<ClientSettings> = {},
  recorder = new TestRecorder(),
): Promise<{ client: Client; recorder: TestRecorder }> {
  const client = newClient(recorder);
  client.connect(clientSettings(port, changes));
  await until(() => client.status.state === 'open');
  return { client, recorder };
}

/** A plain server of node:net; sockets that it is still holding are destroyed after the test. */
export async function plainServer(
  onSocket: (socket: Socket) => void,
  host = '127.0.0.1',
  port = 0,
): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    closables.push(() => socket.destroy());
    onSocket(socket.on('error', () => socket.destroy()));
  });
  closables.push(() => server.close());
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return server;
}

export const portOf = (server: Server): number => (server.address() as AddressInfo).port;

/** A port that nothing listens on. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A plain connected socket that collects what it receives. */
export async function plainPeer(port: number, host = '127.0.0.1'): Promise<Socket & { received: Buffer[] }> {
  const socket = connect({ port, host, allowHalfOpen: true, noDelay: true }).on('error', () =>
    socket.destroy(),
  );
  closables.push(() => socket.destroy());
  await once(socket, 'connect');
  const received: Buffer[] = [];
  return Object.assign(
    socket.on('data', (bytes) => received.push(bytes)),
    { received },
  );
}

/** Waits for a condition; its bound is far above what any machine needs. */
export async function until(condition: () => boolean): Promise<void> {
  await vi.waitFor(() => expect(condition()).toBe(true), { timeout: 50_000, interval: 5 });
}

/** Queues `bytes` for all open connections. */
export function sendAll({ connections }: Client | Listener, bytes: Uint8Array): number {
  return connections.send('all', connections.recorder.store(bytes), bytes.length);
}

/** Bytes whose every position can be told from its neighbours. */
export function pattern(length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let index = 0; index < length; index++)
    bytes[index] = (index * 31 + (index >> 8) * 7 + (index >> 16)) & 255;
  return bytes;
}

/**
 * A port on loopback where connecting neither succeeds nor fails: its process listens, but never accepts, and its queue
 * is full. (No address outside this machine is needed.)
 */
export async function blackHole(host = '127.0.0.1', port = 0): Promise<number> {
  const listen = `require('net').createServer().listen({ host: '${host}', port: ${port}, backlog: 1 }, function () {`;
  const block = 'Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); });';
  const print = "require('fs').writeSync(1, this.address().port + '\\n');";
  const child = spawn(process.execPath, ['-e', listen + print + block], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  closables.push(() => child.kill('SIGKILL'));
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const bound = Number(line.toString());
  const fillers = Array.from({ length: 4 }, () => connect(bound, host).on('error', () => undefined));
  closables.push(() => fillers.forEach((filler) => filler.destroy()));
  await until(() => fillers.filter(({ connecting }) => !connecting).length >= 2);
  return bound;
}

/** Runs `script` in another process while this one hears of nothing; `port` is its argument. */
export function runMeanwhile(script: string, port: number): void {
  spawnSync(process.execPath, ['-e', script, String(port)], { stdio: 'inherit' });
}
