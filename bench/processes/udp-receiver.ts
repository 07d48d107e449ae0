/** Our own UDP receiver: a server of the engine whose datagrams are captured on disk. */
import { Capture } from '../../electron/engine/capture/capture.ts';
import { UdpListener } from '../../electron/engine/datagram/udp-listener.ts';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import { serveHelper } from '../harness/processes.ts';
import { cpuSeconds } from './meter.ts';

export type UdpReceiver = {
  /** Binds a free loopback port with so much receive buffer. `folder`: where a capture goes; the sink keeps nothing. */
  bind(folder: string, bufferBytes: number): { port: number; grantedBytes: number };
  /** Payload bytes received so far. */
  bytes(): number;
  /** Processor time so far, of all threads, in user and kernel mode. */
  cpuSeconds(): number;
};

let listener: UdpListener;

serveHelper<UdpReceiver>({
  async bind(folder, receiveBufferBytes) {
    listener = new UdpListener(await Capture.open(folder));
    const usual = defaultListener();
    const udp = { ...usual.udp, receiveBufferBytes };
    const { port } = await listener.start({ ...usual, transport: 'udp', port: 0, udp });
    return { port, grantedBytes: listener.status.udp!.receiveBufferBytes };
  },
  bytes: () => listener.connections.receivedBytes,
  cpuSeconds,
});
