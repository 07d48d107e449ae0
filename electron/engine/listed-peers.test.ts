import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatAddress } from '../../shared/address.ts';
import type { ConnectionWindow } from '../../shared/contract.ts';
import { withPeerName } from '../../shared/peer-names.ts';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import { Engine } from './engine.ts';
import { testFolder } from './testing/folder.ts';
import { TestPage } from './testing/page.ts';

const workers = new URL('../../out/workers/', import.meta.url);
let folder: Awaited<ReturnType<typeof testFolder>>;
let engine: Engine;
let page: TestPage;
const sockets: Socket[] = [];
const datagrams: DatagramSocket[] = [];

const openEngine = async (): Promise<void> => {
  const host = { kind: 'headless', version: '1', runtime: 'Node', chooseSaveFile: async () => null } as const;
  engine = await Engine.open({ dataFolder: folder.path, workers, host });
  page = new TestPage(engine);
};
beforeEach(async () => {
  folder = await testFolder();
  await openEngine();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const socket of datagrams.splice(0)) socket.close();
  await engine.close();
  await folder.remove();
});

const portsOf = ({ rows }: ConnectionWindow): number[] => rows.map(({ remote }) => remote!.port);
const text = (bytes: Uint8Array | null): string => new TextDecoder().decode(bytes ?? new Uint8Array());

async function newServer(transport: 'tcp' | 'udp' = 'tcp') {
  const settings = { ...defaultListener(), port: 0, transport };
  const id = await page.engine.addEndpoint(settings);
  const { port } = await page.engine.startListening(id);
  return { id, port, settings };
}

/** Peers that connect one after the other; returns their ports. */
async function call(id: string, port: number, count: number): Promise<{ socket: Socket; port: number }[]> {
  const made: { socket: Socket; port: number }[] = [];
  for (let i = 0; i < count; i++) {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'connect');
    made.push({ socket, port: (socket.address() as AddressInfo).port });
    await expect.poll(async () => (await page.peers(id)).rows.length).toBeGreaterThan(i);
  }
  return made;
}

async function say(id: string, socket: Socket, message: string): Promise<void> {
  const before = engine.endpoint(id).connections.receivedBytes;
  socket.write(message);
  await expect.poll(() => engine.endpoint(id).connections.receivedBytes).toBe(before + message.length);
}

describe('the list of peers', () => {
  it('has them in the order of opening from either end, by bytes, or by who spoke last', async () => {
    const { id, port } = await newServer();
    const [one, two, three] = await call(id, port, 3);
    await say(id, one!.socket, 'much more than the others');
    await say(id, three!.socket, 'x');
    await say(id, two!.socket, 'yy');
    const ports = { one: one!.port, two: two!.port, three: three!.port };
    expect(portsOf(await page.peers(id))).toEqual([ports.one, ports.two, ports.three]);
    expect(portsOf(await page.peers(id, '', 'newest'))).toEqual([ports.three, ports.two, ports.one]);
    expect(portsOf(await page.peers(id, '', 'bytes'))).toEqual([ports.one, ports.two, ports.three]);
    expect(portsOf(await page.peers(id, '', 'activity'))).toEqual([ports.two, ports.three, ports.one]);
    const window = await page.engine.connections(id, 1, 1, { order: 'newest', find: '' });
    expect([window.open, portsOf(window)]).toEqual([3, [ports.two]]);
  });

  it('tells what came or went last, cut short, until the log is cleared', async () => {
    const { id, port } = await newServer();
    const [one] = await call(id, port, 1);
    expect((await page.peers(id)).rows[0]).toMatchObject({ last: null, preview: null });
    await say(id, one!.socket, `${'a'.repeat(40)}${'b'.repeat(40)}`);
    const [heard] = (await page.peers(id)).rows;
    expect(heard!.last).toMatchObject({ direction: 'received', length: 80 });
    expect(text(heard!.preview)).toBe('a'.repeat(40) + 'b'.repeat(8));
    await page.engine.send(id, 'all', new TextEncoder().encode('answer'));
    await expect.poll(async () => text((await page.peers(id)).rows[0]!.preview)).toBe('answer');
    expect((await page.peers(id)).rows[0]!.last).toMatchObject({ direction: 'sent' });
    await page.engine.clearLog(id);
    expect((await page.peers(id)).rows[0]!.preview).toBeNull();
  });

  it('finds peers by a part of their address or name, in every order, and says how many', async () => {
    const { id, port, settings } = await newServer();
    const [one, two] = await call(id, port, 2);
    expect(portsOf(await page.peers(id, `1:${one!.port}`, 'activity'))).toEqual([one!.port]);
    expect(await page.peers(id, 'nobody')).toEqual({ open: 0, ended: 0, rows: [] });
    await page.engine.changeEndpoint(id, withPeerName({ ...settings, port: 0 }, '127.0.0.1', 'Plc Seven'));
    expect(portsOf(await page.peers(id, 'plc s'))).toEqual([one!.port, two!.port]);
    await page.engine.changeEndpoint(id, settings);
    expect((await page.peers(id, 'plc s')).open).toBe(0);
  });

  it('has ended ones behind the open ones, found like them, until they are forgotten', async () => {
    const { id, port } = await newServer();
    const [one, two] = await call(id, port, 2);
    expect(
      (await page.untilEndpoint(id, ({ openConnections }) => openConnections === 2)).firstConnection,
    ).toBe((await page.peers(id)).rows[0]!.id);
    one!.socket.end();
    one!.socket.resume();
    await expect.poll(async () => (await page.peers(id)).ended).toBe(1);
    const window = await page.peers(id);
    expect([window.open, ...portsOf(window)]).toEqual([1, two!.port, one!.port]);
    const [open, ended] = window.rows;
    const summary = await page.untilEndpoint(id, ({ openConnections }) => openConnections === 1);
    expect(summary.firstConnection).toBe(open!.id);
    expect(await page.engine.connection(id, { id: ended!.id })).toMatchObject({ state: 'closed' });
    expect(await page.engine.connection(id, { connection: open!.connection })).toMatchObject({
      id: open!.id,
    });
    expect((await page.peers(id, String(one!.port))).ended).toBe(1);
    await page.engine.forgetEnded(id);
    expect(portsOf(await page.peers(id))).toEqual([two!.port]);
    expect(await page.engine.connection(id, { id: ended!.id })).toBeNull();
    expect(await page.log(id)).toContainEqual(expect.objectContaining({ kind: 'closed' }));
  });

  it('does the same for peers that send datagrams, which are known by host and port', async () => {
    const { id, port, settings } = await newServer('udp');
    const ports: number[] = [];
    for (const message of ['one', 'another one', 'x']) {
      const socket = createSocket('udp4');
      datagrams.push(socket);
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      socket.send(message, port, '127.0.0.1');
      ports.push(socket.address().port);
      await expect.poll(async () => (await page.peers(id)).open).toBe(ports.length);
    }
    const [one, two, three] = ports as [number, number, number];
    expect(portsOf(await page.peers(id, '', 'bytes'))).toEqual([two, one, three]);
    expect(portsOf(await page.peers(id, '', 'activity'))).toEqual([three, two, one]);
    expect((await page.peers(id)).rows.map(({ preview }) => text(preview))).toEqual([
      'one',
      'another one',
      'x',
    ]);
    const address = formatAddress({ host: '127.0.0.1', port: two });
    await page.engine.changeEndpoint(id, withPeerName(settings, address, 'meter'));
    expect(portsOf(await page.peers(id, 'METER'))).toEqual([two]);
    await page.engine.stopListening(id);
    expect(await page.peers(id, 'meter')).toMatchObject({ open: 0, ended: 1 });
    await page.engine.forgetEnded(id);
    expect((await page.peers(id)).rows).toEqual([]);
  });

  it('keeps names over a restart of the engine, and of an earlier version has none', async () => {
    const settings = withPeerName(defaultListener(), '10.0.0.7', 'plc-7');
    const id = await page.engine.addEndpoint(settings);
    await engine.close();
    await openEngine();
    const { endpoints } = await page.engine.workspace();
    expect(endpoints).toEqual([{ id, settings }]);
    expect(engine.endpoint(id).nameOf({ host: '10.0.0.7', port: 1, family: 'IPv4' })).toBe('plc-7');
  });
});
