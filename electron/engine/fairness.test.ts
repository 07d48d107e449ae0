/** One socket at its limit takes nobody else's turn: each echo beside it is answered while more keeps coming, and Stop ends it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Capture } from './capture/capture.ts';
import { UdpListener } from './datagram/udp-listener.ts';
import { Listener } from './stream/listener.ts';
import { listenerSettings as udpSettings } from './testing/datagram-kit.ts';
import { testFolder } from './testing/folder.ts';
import { closeAll, closeLater, listening, listenerSettings, plainPeer, until } from './testing/stream-kit.ts';

const datagrams = `
  const socket = require('dgram').createSocket('udp4').on('error', () => undefined);
  const bytes = Buffer.alloc(512);
  const flood = () => setImmediate(flood, Array.from({ length: 50 }, () => socket.send(bytes, PORT, '127.0.0.1')));
  flood();`;
const stream = `
  const socket = require('net').connect(PORT, '127.0.0.1').on('error', () => process.exit());
  const bytes = Buffer.alloc(65536);
  const flood = () => { while (socket.write(bytes)); };
  socket.on('drain', flood);
  flood();`;

let folder: Awaited<ReturnType<typeof testFolder>>;
beforeEach(async () => {
  folder = await testFolder();
});
afterEach(async () => {
  await closeAll();
  await folder.remove();
});

async function flooded(kind: 'udp' | 'tcp'): Promise<Listener | UdpListener> {
  const capture = await Capture.open(join(folder.path, kind));
  closeLater(() => capture.close());
  const listener = kind === 'udp' ? new UdpListener(capture) : new Listener(capture);
  closeLater(() => listener.stop());
  const { port } = await listener.start(kind === 'udp' ? udpSettings() : listenerSettings());
  const script = (kind === 'udp' ? datagrams : stream).replace('PORT', String(port));
  const sender = spawn(process.execPath, ['-e', script], { stdio: 'inherit' });
  closeLater(() => sender.kill('SIGKILL'));
  await until(() => listener.connections.receivedBytes > 1_000_000);
  return listener;
}

describe.each(['udp', 'tcp'] as const)('beside a flood over %s', (kind) => {
  it('an echo has its turn, and the flood has it too; Stop ends it while it goes on', async () => {
    const listener = await flooded(kind);
    const echo = await listening({ reply: 'echo' });
    const peer = await plainPeer(echo.port);
    for (let trip = 1; trip <= 20; trip++) {
      const { receivedBytes } = listener.connections;
      peer.write('echo');
      await until(() => Buffer.concat(peer.received).length === 4 * trip);
      await until(() => listener.connections.receivedBytes > receivedBytes);
    }
    await listener.stop();
    expect(listener.status.state).toBe('stopped');
    peer.write('echo');
    await until(() => Buffer.concat(peer.received).length === 84);
  });
});
