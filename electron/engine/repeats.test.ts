import type { Socket } from 'node:net';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import type { RepeatJob } from '../../shared/contract.ts';
import { usualRepeat, type RepeatPlan } from '../../shared/repeat.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import type { Engine } from './engine.ts';
import { plainSocket } from './testing/datagram-kit.ts';
import { eachWithEngine } from './testing/engine-kit.ts';
import type { TestPage } from './testing/page.ts';
import { plainPeer, plainServer, portOf, until } from './testing/stream-kit.ts';

let engine: Engine;
let page: TestPage;
eachWithEngine((made) => ({ engine, page } = made));

const bytes = (text: string) => new TextEncoder().encode(text);
const written = (text: string) => ({ mode: 'text', text, lineEnd: 'none' }) as const;
const fast = (change: Partial<RepeatPlan> = {}): RepeatPlan => ({ ...usualRepeat, everyMs: 0, ...change });
const repeatOf = (id: number): RepeatJob['repeat'] | undefined => {
  const job = engine.jobs.list.find((one) => one.id === id);
  return job?.kind === 'repeat' ? job.repeat : undefined;
};
const untilEnded = async (id: number): Promise<RepeatJob['repeat']> => {
  await until(() => (repeatOf(id)?.ended ?? null) !== null);
  return repeatOf(id)!;
};
const textOf = ({ received }: { received: Buffer[] }): string => Buffer.concat(received).toString('latin1');

async function serving(transport: 'tcp' | 'udp' = 'tcp') {
  const id = await page.engine.addEndpoint({ ...defaultListener(), port: 0, transport });
  return { id, ...(await page.engine.startListening(id)) };
}

/** A client of this engine, with what the plain server received of it. */
async function connected(reconnects = false) {
  const sockets: (Socket & { received: Buffer[] })[] = [];
  const server = await plainServer((socket) => {
    const received: Buffer[] = [];
    sockets.push(
      Object.assign(
        socket.on('data', (more) => received.push(more)),
        { received },
      ),
    );
  });
  const usual = defaultClient();
  const reconnect = { ...usual.reconnect, enabled: reconnects, delayMs: 100 };
  const id = await page.engine.addEndpoint({ ...usual, port: portOf(server), reconnect });
  await page.engine.connect(id);
  const { firstConnection } = await page.untilEndpoint(id, ({ status }) => status.state === 'open');
  await until(() => sockets.length === 1);
  return { id, sockets, connection: firstConnection! };
}

it('sends exactly as often as it was asked to, at its times, each as a record of its own', async () => {
  const { id, sockets } = await connected();
  const job = await page.engine.startRepeat(
    id,
    'all',
    bytes('tick;'),
    fast({ everyMs: 3, jitterMs: 2, times: 20 }),
  );
  const facts = await untilEnded(job);
  expect(facts).toMatchObject({ sent: 20, failed: 0, leftOut: 0, ended: 'times', length: 5 });
  expect(facts.lateP99Ms).toBeGreaterThan(0);
  expect(facts.perSecond).toBeGreaterThan(0);
  await until(() => textOf(sockets[0]!) === 'tick;'.repeat(20));
  const sent = (await page.log(id)).filter(({ kind }) => kind === 'sent');
  expect(sent.map(({ length }) => length)).toEqual(Array(20).fill(5));
});

it('makes a message with functions anew for each time and each peer', async () => {
  const { id, port } = await serving();
  const peers = [await plainPeer(port), await plainPeer(port), await plainPeer(port)];
  await page.untilEndpoint(id, ({ openConnections }) => openConnections === 3);
  const message = written('{{counter}}.{{counter per=connection}};');
  await untilEnded(await page.engine.startRepeat(id, 'all', message, fast({ everyMs: 1, times: 4 })));
  await until(() => peers.every((peer) => textOf(peer).split(';').length === 5));
  expect(textOf(peers[0]!)).toBe('1.1;4.2;7.3;10.4;');
  expect(textOf(peers[2]!)).toBe('3.1;6.2;9.3;12.4;');
});

it('asks each time what the peer sent last', async () => {
  const { id, port } = await serving();
  const peer = await plainPeer(port);
  peer.write('a');
  await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === 1);
  const job = await page.engine.startRepeat(id, 'all', written('{{received}}'), fast({ everyMs: 2 }));
  await until(() => textOf(peer).length > 5);
  peer.write('b');
  await until(() => textOf(peer).endsWith('bbb'));
  await page.engine.cancelJob(job);
  expect(textOf(peer)).toMatch(/^a+b+$/);
});

it('sends to the chosen of many peers alone, as fast as they take it', async () => {
  const { id, port } = await serving();
  const peers = [await plainPeer(port), await plainPeer(port), await plainPeer(port)];
  await page.untilEndpoint(id, ({ openConnections }) => openConnections === 3);
  const { rows } = await page.engine.connections(id, 0, 10, { order: 'oldest', find: '' });
  const chosen = [rows[0]!.id, rows[2]!.id];
  const job = await page.engine.startRepeat(id, chosen, bytes('0123456789'), fast({ times: 30_000 }));
  expect(await untilEnded(job)).toMatchObject({ sent: 30_000, failed: 0, lateP99Ms: null, target: chosen });
  const size = (at: number): number => peers[at]!.received.reduce((sum, { length }) => sum + length, 0);
  await until(() => size(0) === 300_000 && size(2) === 300_000);
  expect(textOf(peers[2]!)).toBe('0123456789'.repeat(30_000));
  expect(peers[1]!.received).toEqual([]);
});

it('joins as many as fill a write where that was chosen: fewer records, the same bytes and counts', async () => {
  const { id, sockets } = await connected();
  const plan = fast({ times: 100_000, joins: true });
  expect(await untilEnded(await page.engine.startRepeat(id, 'all', bytes('0123456789'), plan))).toMatchObject(
    {
      ...{ sent: 100_000, failed: 0 },
    },
  );
  await until(() => textOf(sockets[0]!).length === 1_000_000);
  expect(textOf(sockets[0]!)).toBe('0123456789'.repeat(100_000));
  expect((await page.log(id)).filter(({ kind }) => kind === 'sent')).toHaveLength(16);
});

it('sends datagrams, empty ones too, to a peer that has not been heard of', async () => {
  const { id } = await serving('udp');
  const peer = await plainSocket();
  const target = { host: '127.0.0.1', port: peer.address().port };
  const lengths: number[] = [];
  peer.on('message', ({ length }) => lengths.push(length));
  await untilEnded(await page.engine.startRepeat(id, target, bytes('abc'), fast({ times: 50, joins: true })));
  await untilEnded(await page.engine.startRepeat(id, target, bytes(''), fast({ everyMs: 1, times: 5 })));
  await until(() => lengths.length === 55);
  expect(lengths).toEqual([...Array<number>(50).fill(3), ...Array<number>(5).fill(0)]);
});

it('stops at once under a flood, and leaves what others ask for their turn', async () => {
  const { id, sockets } = await connected();
  const job = await page.engine.startRepeat(id, 'all', bytes('x'.repeat(100)), fast());
  await until(() => (sockets[0]!.received.length ?? 0) > 100);
  await page.engine.cancelJob(job);
  const { sent, waiting, ended } = repeatOf(job)!;
  expect(ended).toBe('stopped');
  await page.untilEndpoint(id, ({ queuedBytes }) => queuedBytes === 0);
  await until(() => sockets[0]!.bytesRead === (sent + waiting) * 100);
  expect(repeatOf(job)).toMatchObject({ sent: sent + waiting, waiting: 0 });
  await page.engine.cancelJob(job);
  expect(engine.jobs.list).toEqual([]);
});

it('does not pile up what a peer does not read, and says that it is behind', async () => {
  const { id, sockets } = await connected();
  sockets[0]!.pause();
  const message = new Uint8Array(256 * 1024);
  const job = await page.engine.startRepeat(id, 'all', message, fast({ everyMs: 1 }));
  await until(() => repeatOf(job)?.isBehind === true);
  const { queuedBytes } = await page.untilEndpoint(id, ({ queuedBytes }) => queuedBytes > 0);
  expect(queuedBytes).toBeLessThanOrEqual(2 * 1024 * 1024);
  await until(() => repeatOf(job)!.perSecond! < 500);
  await page.engine.cancelJob(job);
  expect(repeatOf(job)).toMatchObject({ ended: 'stopped', isBehind: false });
});

it.each([false, true])(
  'counts as sent what the kernel has, and as failed what a reset kept from it (joined: %s)',
  async (joins) => {
    const { id, sockets } = await connected();
    sockets[0]!.pause();
    const job = await page.engine.startRepeat(id, 'all', bytes('0123456789'.repeat(100)), fast({ joins }));
    await page.untilEndpoint(id, ({ queuedBytes }) => queuedBytes > 0);
    await expect.poll(async () => (await page.peers(id)).rows[0]!.notReadingSince).not.toBeNull();
    await until(() => repeatOf(job)!.waiting > 0);
    expect(repeatOf(job)).toMatchObject({ failed: 0, ended: null });
    sockets[0]!.resetAndDestroy();
    const { sent, waiting, failed } = await untilEnded(job);
    const [ended] = (await page.peers(id)).rows;
    expect([sent, waiting]).toEqual([Math.floor(ended!.sentBytes / 1000), 0]);
    expect(failed).toBeGreaterThan(0);
  },
);

it('says that the last ones wait for a peer that reads nothing, and ends when it has read', async () => {
  const { id, sockets } = await connected();
  sockets[0]!.pause();
  const message = new Uint8Array(1024 * 1024);
  const job = await page.engine.startRepeat(id, 'all', message, fast({ times: 12 }));
  await until(() => (repeatOf(job)?.waiting ?? 0) > 0);
  expect(repeatOf(job)!.ended).toBeNull();
  sockets[0]!.resume();
  expect(await untilEnded(job)).toMatchObject({ sent: 12, waiting: 0, failed: 0, ended: 'times' });
});

it('ends at bytes that were never sent where it stops at a failure', async () => {
  const { id, sockets } = await connected(true);
  sockets[0]!.pause();
  const message = new Uint8Array(1024 * 1024);
  const plan = fast({ times: 12, stopsOnFailure: true });
  const job = await page.engine.startRepeat(id, 'all', message, plan);
  await until(() => (repeatOf(job)?.waiting ?? 0) > 0);
  sockets[0]!.resetAndDestroy();
  const { ended, failed } = await untilEnded(job);
  expect(ended).toBe('failure');
  expect(failed).toBeGreaterThan(0);
});

it('goes on with the next connection of a client, and counts what nobody took', async () => {
  const { id, sockets, connection } = await connected(true);
  const job = await page.engine.startRepeat(id, [connection], bytes('.'), fast({ everyMs: 2 }));
  await until(() => sockets[0]!.received.length > 0);
  sockets[0]!.destroy();
  await until(() => sockets.length === 2 && sockets[1]!.received.length > 0);
  await until(() => repeatOf(job)!.failed > 0);
  expect(repeatOf(job)!.ended).toBeNull();
});

it('ends at the first failure where that was chosen', async () => {
  const { id, sockets } = await connected(true);
  const plan = fast({ everyMs: 2, stopsOnFailure: true });
  const job = await page.engine.startRepeat(id, 'all', bytes('.'), plan);
  await until(() => sockets[0]!.received.length > 0);
  sockets[0]!.destroy();
  expect(await untilEnded(job)).toMatchObject({ ended: 'failure', failed: 1 });
});

it('counts what the network gives back of datagrams, and ends for it', async () => {
  const nobody = createSocket('udp4').bind(0, '127.0.0.1');
  await once(nobody, 'listening');
  const { port } = nobody.address();
  nobody.close();
  const usual = defaultClient();
  const udp = { ...usual.udp, connected: true };
  const id = await page.engine.addEndpoint({ ...usual, transport: 'udp', port, udp });
  await page.engine.connect(id);
  await page.untilEndpoint(id, ({ status }) => status.state === 'open');
  const going = await page.engine.startRepeat(id, 'all', bytes('.'), fast({ everyMs: 5 }));
  await until(() => (repeatOf(going)?.failed ?? 0) > 1);
  const plan = fast({ everyMs: 5, stopsOnFailure: true });
  expect(await untilEnded(await page.engine.startRepeat(id, 'all', bytes('.'), plan))).toMatchObject({
    ended: 'failure',
  });
});

it('counts of datagrams as sent those that the log has, when its socket is closed amid them', async () => {
  const peer = await plainSocket();
  const id = await page.engine.addEndpoint({ ...defaultClient(), transport: 'udp', port: peer.port });
  await page.engine.connect(id);
  await page.untilEndpoint(id, ({ status }) => status.state === 'open');
  const job = await page.engine.startRepeat(id, 'all', bytes('.'), fast());
  await until(() => repeatOf(job)!.sent > 1000);
  await page.engine.disconnect(id, 'reset');
  expect(await untilEnded(job)).toMatchObject({ ended: 'gone' });
  await until(() => repeatOf(job)!.waiting === 0);
  expect(repeatOf(job)!.sent).toBe(engine.endpoint(id).connections.sentBytes);
});

it('ends when there is nobody left, and with its endpoint', async () => {
  const { id, port } = await serving();
  const peer = await plainPeer(port);
  const { firstConnection } = await page.untilEndpoint(id, ({ openConnections }) => openConnections === 1);
  const slow = { ...usualRepeat, everyMs: 3_600_000 };
  const remote = { host: '127.0.0.1', port: peer.localPort, family: 'IPv4' };
  const toOne = await page.engine.startRepeat(id, [firstConnection!], bytes('.'), slow);
  const toAll = await page.engine.startRepeat(id, 'all', bytes('.'), slow);
  peer.destroy();
  expect(await untilEnded(toOne)).toMatchObject({ ended: 'gone', sent: 1, failed: 0, remote });
  expect(repeatOf(toAll)!.ended).toBeNull();
  await page.engine.stopListening(id);
  expect(await untilEnded(toAll)).toMatchObject({ ended: 'gone', sent: 1 });
  await page.engine.startListening(id);
  await page.engine.startRepeat(id, 'all', bytes('.'), slow);
  expect(engine.jobs.list).toHaveLength(1);
  await page.engine.removeEndpoint(id);
  expect(engine.jobs.list).toEqual([]);
});

it('refuses what cannot be sent before anything begins, and more than a few at a time', async () => {
  const { id } = await connected();
  const start = (message: Parameters<typeof page.engine.startRepeat>[2], plan = usualRepeat) =>
    page.engine.startRepeat(id, 'all', message, plan);
  await expect(start(bytes(''))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', subject: 'message' });
  await expect(start(written('{{nothing}}'))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  await expect(start(bytes('.'), { ...usualRepeat, jitterMs: 2000 })).rejects.toMatchObject({
    ...{ code: 'INVALID_ARGUMENT', subject: 'jitterMs' },
  });
  expect(engine.jobs.list).toEqual([]);
  for (let i = 0; i < 4; i++) await start(bytes('.'));
  await expect(start(bytes('.'))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', subject: 'job' });
});

it('repeats a staged message, and what the log was cleared of', async () => {
  const { id, sockets } = await connected();
  const stage = await page.engine.stage(id, null, bytes('long '));
  await page.engine.stage(id, stage, bytes('one;'));
  const job = await page.engine.startRepeat(id, 'all', { stage }, fast({ everyMs: 1 }));
  await until(() => textOf(sockets[0]!).length > 30);
  await page.engine.clearLog(id);
  const before = textOf(sockets[0]!).length;
  await until(() => textOf(sockets[0]!).length > before + 30);
  await page.engine.cancelJob(job);
  await page.untilEndpoint(id, ({ queuedBytes }) => queuedBytes === 0);
  expect(textOf(sockets[0]!).replaceAll('long one;', '')).toBe('');
  const [row] = (await page.log(id)).filter(({ kind }) => kind === 'sent');
  expect(Buffer.from(await page.engine.payload(id, row!.sequence, 0, 100)).toString()).toBe('long one;');
});
