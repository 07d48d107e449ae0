import { createServer as createPlainServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ManyJob } from '../../shared/contract.ts';
import type { ManyFacts, ManyPlan } from '../../shared/many.ts';
import { usualRepeat } from '../../shared/repeat.ts';
import { defaultClient } from '../../shared/settings/endpoint.ts';
import type { ClientSettings } from '../../shared/settings/settings.ts';
import type { Engine } from './engine.ts';
import { mostConnections } from './net/descriptor-limit.ts';
import { eachWithEngine } from './testing/engine-kit.ts';
import type { TestPage } from './testing/page.ts';
import { blackHole, freePort, plainServer, portOf, until } from './testing/stream-kit.ts';

let engine: Engine;
let page: TestPage;
let folder: string;
eachWithEngine((made) => ({ engine, page, folder } = made));

const written = (text: string) => ({ mode: 'text', text, lineEnd: 'none' }) as const;
const plan = (change: Partial<ManyPlan> = {}): ManyPlan => ({
  clients: 100,
  rampMs: 0,
  holdMs: 0,
  ...change,
});
const manyOf = (id: number): ManyFacts | undefined =>
  engine.jobs.list.find((job): job is ManyJob => job.id === id && job.kind === 'many')?.many;
const untilMany = async (id: number, test: (facts: ManyFacts) => boolean): Promise<ManyFacts> => {
  await until(() => test(manyOf(id)!));
  return manyOf(id)!;
};
const untilEnded = (id: number) => untilMany(id, ({ ended }) => ended !== null);

async function client(port: number, change: Partial<ClientSettings> = {}): Promise<string> {
  return page.engine.addEndpoint({ ...defaultClient(), port, ...change });
}

/** A server that keeps what each connection said, and ends when they do. */
async function hearing(onSocket: (socket: Socket) => void = () => undefined) {
  const heard: string[] = [];
  const server = await plainServer((socket) => {
    const index = heard.push('') - 1;
    socket.on('error', () => undefined).on('data', (bytes) => (heard[index] += bytes.toString('latin1')));
    onSocket(socket);
  });
  return { heard, port: portOf(server) };
}

it('opens as many connections as it was asked to, each in the log, and closes them when their time is over', async () => {
  const { heard, port } = await hearing();
  const id = await client(port);
  const job = await page.engine.startMany(id, plan(), null, null);
  const facts = await untilEnded(job);
  expect(facts).toMatchObject({
    ...{ ended: 'held', begun: 100, connecting: 0, open: 0, closed: 100, failed: 0, givenUp: 0, causes: [] },
    ...{ sent: 0, sentBytes: 0, receivedBytes: 0 },
  });
  const { least, p50, p95, p99, most } = facts.connectMs!;
  expect([least, p50, p95, p99, most]).toEqual([least, p50, p95, p99, most].sort((a, b) => a - b));
  await until(() => heard.length === 100);
  const log = await page.log(id);
  expect(log.filter(({ kind }) => kind === 'opened')).toHaveLength(100);
  expect(log.filter(({ kind }) => kind === 'closed')).toHaveLength(100);
  await page.untilEndpoint(id, ({ status }) => status.state === 'closed');
});

it('is one client meanwhile: its connections are listed, it takes no other, and what it sends goes to all', async () => {
  const { heard, port } = await hearing();
  const id = await client(port);
  const job = await page.engine.startMany(id, plan({ clients: 20, holdMs: null }), null, null);
  await untilMany(job, ({ open }) => open === 20);
  const { openConnections } = await page.untilEndpoint(id, ({ status }) => status.state === 'open');
  expect(openConnections).toBe(20);
  await expect(page.engine.connect(id)).rejects.toMatchObject({ code: 'EISCONN' });
  await expect(page.engine.startMany(id, plan(), null, null)).rejects.toMatchObject({ code: 'EISCONN' });
  expect(await page.engine.send(id, 'all', new TextEncoder().encode('hi'))).toBe(20);
  await until(() => heard.length === 20 && heard.every((text) => text === 'hi'));
  await page.engine.disconnect(id, 'close');
  expect(await untilEnded(job)).toMatchObject({ ended: 'stopped', closed: 20, sentBytes: 40 });
  await page.engine.connect(id);
  await page.untilEndpoint(
    id,
    ({ status, openConnections }) => status.state === 'open' && openConnections === 1,
  );
});

it('makes its message for each, with counters of each, again and again', async () => {
  const { heard, port } = await hearing();
  const id = await client(port);
  const repeat = { ...usualRepeat, everyMs: 2, times: 3 };
  const message = written('{{counter per=connection}}.{{localPort}};');
  const job = await page.engine.startMany(id, plan({ clients: 25 }), message, repeat);
  expect(await untilEnded(job)).toMatchObject({ ended: 'held', sent: 75, notSent: 0, closed: 25 });
  // What was handed over may not have been read on the other side yet.
  await until(() => heard.every((text) => text.split(';').length === 4));
  expect(new Set(heard).size).toBe(25);
  for (const text of heard) expect(text).toMatch(/^1\.(\d+);2\.\1;3\.\1;$/);
});

it('sends the same bytes once to each, and counts them from the first connection of the many on', async () => {
  const { heard, port } = await hearing((socket) => void socket.on('data', () => socket.write('yes')));
  const id = await client(port);
  const first = await page.engine.startMany(id, plan({ clients: 2 }), new Uint8Array([65, 66]), null);
  await untilEnded(first);
  const job = await page.engine.startMany(id, plan({ clients: 10, holdMs: null }), written('ping'), null);
  const facts = await untilMany(job, ({ receivedBytes }) => receivedBytes === 30);
  expect(facts).toMatchObject({ sent: 10, sentBytes: 40, open: 10 });
  await until(() => heard.filter((text) => text === 'AB').length === 2);
  expect(heard.toSorted()).toEqual(['AB', 'AB', ...Array(10).fill('ping')]);
  await page.engine.cancelJob(job);
});

it('begins them evenly on a ramp', async () => {
  const times: number[] = [];
  const { port } = await hearing(() => void times.push(performance.now()));
  const id = await client(port);
  const from = performance.now();
  const job = await page.engine.startMany(id, plan({ clients: 10, rampMs: 500 }), null, null);
  const early = await untilMany(job, ({ begun }) => begun > 0);
  expect(early.begun).toBeLessThan(10);
  await untilEnded(job);
  // The tenth is begun nine tenths of the ramp behind the first.
  expect(times.at(-1)! - from).toBeGreaterThan(445);
});

it('counts failures by their cause, and says of nobody reached why', async () => {
  const id = await client(await freePort());
  const job = await page.engine.startMany(id, plan({ clients: 30 }), null, null);
  const facts = await untilEnded(job);
  expect(facts).toMatchObject({ ended: 'gone', failed: 30, closed: 0, connectMs: null });
  expect(facts.causes).toMatchObject([
    { count: 30, during: 'connecting', failure: { code: 'ECONNREFUSED' } },
  ]);
  const { status } = await page.untilEndpoint(id, ({ status }) => status.state === 'failed');
  expect(status.failure?.code).toBe('ECONNREFUSED');
});

it('a peer that answers no handshake is a timeout; those that it has reset are told apart from it', async () => {
  let count = 0;
  const { port } = await hearing((socket) => {
    // Once it has said hello: before that it may not know yet that it is connected.
    if (++count % 2 === 0) socket.once('data', () => socket.resetAndDestroy());
  });
  const id = await client(port, {
    transport: 'tls',
    tls: { ...defaultClient().tls, handshakeTimeoutMs: 1500 },
  });
  const job = await page.engine.startMany(id, plan({ clients: 10 }), null, null);
  const { causes, failed } = await untilEnded(job);
  expect(failed).toBe(10);
  const told = causes.map(({ failure, during, count }) => [failure.code, during, count]);
  expect(told.sort()).toEqual([
    ['ECONNRESET', 'securing', 5],
    ['TLS_SILENT', 'securing', 5],
  ]);
});

it('open ones that the peer resets have failed, those that it closes have not', async () => {
  let count = 0;
  const { port } = await hearing((socket) => {
    if (++count % 2 === 0) socket.on('data', () => socket.resetAndDestroy());
    else socket.on('data', () => socket.end());
  });
  const id = await client(port, { afterPeerFinishes: 'finish' });
  const job = await page.engine.startMany(id, plan({ clients: 10, holdMs: null }), written('x'), null);
  const facts = await untilEnded(job);
  expect(facts).toMatchObject({ ended: 'gone', closed: 5, failed: 5, sent: 10 });
  expect(facts.causes).toMatchObject([{ count: 5, during: 'open', failure: { code: 'ECONNRESET' } }]);
});

it('is cancelled at once, while it connects and while it says something', async () => {
  const silent = await client(await blackHole(), { connectTimeoutMs: 60_000 });
  const waiting = await page.engine.startMany(silent, plan({ clients: 40, holdMs: null }), null, null);
  await untilMany(waiting, ({ begun, connecting }) => begun === 40 && connecting > 0);
  const { port } = await hearing();
  const id = await client(port);
  const slow = plan({ clients: 1000, rampMs: 600_000, holdMs: null });
  const talking = await page.engine.startMany(id, slow, written('x'), { ...usualRepeat, everyMs: 1 });
  await untilMany(talking, ({ sent }) => sent > 0);
  await page.engine.cancelJob(waiting);
  await page.engine.cancelJob(talking);
  const ends = await Promise.all([waiting, talking].map(untilEnded));
  expect(ends.map(({ ended, connecting, open }) => [ended, connecting, open])).toEqual(
    Array(2).fill(['stopped', 0, 0]),
  );
  expect(ends[0]!.givenUp).toBeGreaterThan(30);
  await page.until(({ openSockets }) => openSockets === 0);
});

it('ends with its endpoint', async () => {
  const { port } = await hearing();
  const id = await client(port);
  const job = await page.engine.startMany(id, plan({ clients: 5, holdMs: null }), null, null);
  await untilMany(job, ({ open }) => open === 5);
  await page.engine.removeEndpoint(id);
  expect(engine.jobs.list).toEqual([]);
  await page.until(({ openSockets }) => openSockets === 0);
});

it('does the same over Unix sockets', async () => {
  const path = join(folder, 'many.sock');
  const server = createPlainServer().listen(path);
  await once(server, 'listening');
  const id = await client(1, { transport: 'unix', path });
  const job = await page.engine.startMany(id, plan({ clients: 20 }), null, null);
  expect(await untilEnded(job)).toMatchObject({ ended: 'held', closed: 20, failed: 0 });
  server.close();
});

it('refuses UDP, which has no connections, and more than the process may have', async () => {
  const udp = await client(9, { transport: 'udp' });
  await expect(page.engine.startMany(udp, plan(), null, null)).rejects.toMatchObject({
    failure: { code: 'INVALID_ARGUMENT', why: { name: 'no-many' } },
  });
  const most = mostConnections();
  if (most >= 10_000) return;
  const id = await client(9);
  await expect(page.engine.startMany(id, plan({ clients: most + 1 }), null, null)).rejects.toMatchObject({
    failure: { code: 'INVALID_ARGUMENT', subject: 'clients', why: { name: 'too-many-clients', most } },
  });
});
