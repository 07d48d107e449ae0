/** What the tests of UDP share: settings, plain sockets of node:dgram, and a check that nothing stays open. */
import { answers } from '../handlers/replies.ts';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { networkInterfaces } from 'node:os';
import type {
  ClientSettings,
  ListenerSettings,
  ReplyKind,
  SocketOptions,
  UdpSettings,
} from '../../../shared/settings/settings.ts';
import { defaultClient, defaultListener } from '../../../shared/settings/endpoint.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import { TestRecorder, type TestRecord } from './recorder.ts';
import { closeLater, until } from './stream-kit.ts';
import type { PeersOptions } from '../datagram/peers.ts';
import { UdpClient } from '../datagram/udp-client.ts';
import { UdpListener } from '../datagram/udp-listener.ts';

export { until };

type Groups = { reply?: ReplyKind; options?: Partial<SocketOptions>; udp?: Partial<UdpSettings> };
export type ListenerChanges = Partial<Omit<ListenerSettings, keyof Groups>> & Groups;
export type ClientChanges = Partial<Omit<ClientSettings, keyof Groups>> & Omit<Groups, 'reply'>;

export function listenerSettings({
  reply,
  options,
  udp,
  ...changes
}: ListenerChanges = {}): ListenerSettings {
  const usual = defaultListener();
  return {
    ...usual,
    transport: 'udp',
    port: 0,
    reply: { ...usual.reply, kind: reply ?? 'none' },
    options: { ...usual.options, ...options },
    udp: { ...usual.udp, ...udp },
    ...changes,
  };
}

export function clientSettings(
  port: number,
  { options, udp, ...changes }: ClientChanges = {},
): ClientSettings {
  const usual = defaultClient();
  return {
    ...usual,
    transport: 'udp',
    port,
    options: { ...usual.options, ...options },
    udp: { ...usual.udp, ...udp },
    ...changes,
  };
}

export function newListener(recorder = new TestRecorder(), options: PeersOptions = {}): UdpListener {
  const listener = new UdpListener(recorder, { handlerOf: answers, ...options });
  closeLater(() => listener.stop());
  return listener;
}

export function newClient(
  recorder = new TestRecorder(),
  options: ConstructorParameters<typeof UdpClient>[1] = {},
) {
  const client = new UdpClient(recorder, options);
  closeLater(() => client.stop());
  return client;
}

export async function listening(changes: ListenerChanges = {}, options: PeersOptions = {}) {
  const recorder = new TestRecorder();
  const listener = newListener(recorder, options);
  const local = await listener.start(listenerSettings(changes));
  return { listener, recorder, port: local.port, local };
}

export async function opened(port: number, changes: ClientChanges = {}) {
  const recorder = new TestRecorder();
  const client = newClient(recorder);
  client.connect(clientSettings(port, changes));
  await until(() => client.status.state === 'open');
  return { client, recorder };
}

export type PlainSocket = Socket & { received: Buffer[]; from: RemoteInfo[]; port: number };

/** A bound socket of node:dgram that keeps what it receives. */
export async function plainSocket(host = '127.0.0.1', port = 0): Promise<PlainSocket> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4' });
  const received: Buffer[] = [];
  const from: RemoteInfo[] = [];
  socket.on('error', () => undefined);
  socket.on('message', (bytes, info) => {
    received.push(bytes);
    from.push(info);
  });
  closeLater(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  socket.bind(port, host);
  await once(socket, 'listening');
  return Object.assign(socket, { received, from, port: socket.address().port });
}

/** Resolves when the kernel has it. */
export const sendTo = (socket: Socket, port: number, bytes: Uint8Array | string, host = '127.0.0.1') =>
  new Promise<void>((resolve, reject) =>
    socket.send(bytes, port, host, (error) => (error ? reject(error) : resolve())),
  );

/** Queues `bytes` for everybody. */
export function sendAll({ connections }: UdpListener | UdpClient, bytes: Uint8Array | string): number {
  return sendOut({ connections }, 'all', bytes);
}

export function sendOut(
  { connections }: Pick<UdpListener, 'connections'>,
  target: Parameters<UdpListener['connections']['send']>[0],
  bytes: Uint8Array | string,
): number {
  const payload = typeof bytes === 'string' ? Buffer.from(bytes) : bytes;
  return connections.send(target, connections.recorder.store(payload), payload.length);
}

type Note = Extract<RecordDetail, { kind: 'note' }>;
type NoteOf<N extends Note['note']> = Note extends infer One
  ? One extends { note: infer M }
    ? N extends M
      ? One
      : never
    : never
  : never;
/** All notes of one sort. */
export function notes<N extends Note['note']>(recorder: TestRecorder, note: N): NoteOf<N>[] {
  return recorder.details('note').filter((one) => one.note === note) as NoteOf<N>[];
}

export const received = (recorder: TestRecorder): TestRecord[] =>
  recorder.records.filter(({ kind }) => kind === 'received');

/** A port that nothing has. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
  await new Promise<void>((resolve) => socket.bind(0, host, resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

const addresses = Object.values(networkInterfaces()).flat();
export const hasIpv6 = addresses.some((address) => address?.address === '::1');
