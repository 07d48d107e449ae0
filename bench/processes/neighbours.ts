/** Sockets of one process that share its loop: one flooded by datagrams, one by a stream, and one that echoes. Ours, and bare ones. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { Capture } from '../../electron/engine/capture/capture.ts';
import { UdpListener } from '../../electron/engine/datagram/udp-listener.ts';
import { repliesOf } from '../../electron/engine/handlers/replies.ts';
import { Listener } from '../../electron/engine/stream/listener.ts';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import { serverSettings } from '../harness/headless.ts';
import { serveHelper } from '../harness/processes.ts';

export type Flood = 'udp' | 'tcp';
export type Ports = Record<Flood | 'echo', number>;
export type Neighbours = {
  /** Listens on free loopback ports. `folder`: for captures; null: bare node:dgram and node:net, which keep nothing. */
  listen(folder: string | null): Ports;
  /** Stops the flooded one while the flood goes on; milliseconds until nothing of it is open. */
  stop(flood: Flood): number;
};

let stops: Record<Flood, () => Promise<unknown>>;

async function listenOurs(folder: string): Promise<Ports> {
  const capture = (name: string): Promise<Capture> => Capture.open(join(folder, name));
  const udp = new UdpListener(await capture('udp'));
  const tcp = new Listener(await capture('tcp'));
  const echo = new Listener(await capture('echo'), {
    handlerOf: () => repliesOf({ ...defaultListener().reply, kind: 'echo' }),
  });
  stops = { udp: () => udp.stop(), tcp: () => tcp.stop() };
  return {
    udp: (await udp.start({ ...defaultListener(), transport: 'udp', port: 0 })).port,
    tcp: (await tcp.start(serverSettings)).port,
    echo: (await echo.start(serverSettings)).port,
  };
}

let kept = 0;

async function listenBare(): Promise<Ports> {
  const udp = createSocket('udp4', (message) => (kept += message.length));
  udp.bind(0, '127.0.0.1');
  const tcp = createServer((socket) => socket.on('data', (piece) => (kept += piece.length)));
  const echo = createServer((socket) => socket.setNoDelay().pipe(socket));
  for (const server of [tcp, echo]) server.listen(0, '127.0.0.1');
  await Promise.all([once(udp, 'listening'), once(tcp, 'listening'), once(echo, 'listening')]);
  const open: Socket[] = [];
  tcp.on('connection', (socket) => open.push(socket));
  stops = {
    udp: () => new Promise<void>((done) => udp.close(done)),
    tcp: () =>
      new Promise<void>((done) => {
        tcp.close(() => done());
        for (const socket of open) socket.destroy();
      }),
  };
  const portOf = (server: { address(): unknown }): number => (server.address() as AddressInfo).port;
  return { udp: portOf(udp), tcp: portOf(tcp), echo: portOf(echo) };
}

serveHelper<Neighbours>({
  listen: (folder) => (folder === null ? listenBare() : listenOurs(folder)),
  async stop(flood) {
    const begin = performance.now();
    await stops[flood]();
    return performance.now() - begin;
  },
});
