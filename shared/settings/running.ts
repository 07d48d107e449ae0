/** What a socket runs with, where the settings of its endpoint may say something else by now. */
import { formatAddress } from '../address.ts';
import type { EndpointSettings, Transport } from './settings.ts';
import { capabilitiesOf } from './transports.ts';
import type { EndpointStatus } from '../domain.ts';

/** The parts by which a socket is named and explained. Of a client `host` and `port` are whom it was told to reach. */
export type Running = {
  transport: Transport;
  host: string;
  port: number;
  path: string;
  /** `host:port` that a client goes through; null without a proxy. */
  proxy: string | null;
  /** 0 for a client. */
  backlog: number;
  /** A UDP socket that hears only its remote (connect(2)). */
  isConnectedUdp: boolean;
  /** Asked of the kernel in bytes; 0 = left to the system. */
  receiveBufferBytes: number;
  /** The settings were changed since then: they count from the next start. */
  isChanged: boolean;
};

/** A socket of the endpoint exists or is being made. */
export function isRunning(status: EndpointStatus | null): boolean {
  if (!status) return false;
  if (status.role === 'listener')
    return ['starting', 'waiting', 'listening', 'stopping'].includes(status.state);
  return !['idle', 'closed', 'failed'].includes(status.state);
}

/** What counts at once, or not before the next start of the app, is left out: names, its own and its peers', what its frames are and its bytes are read in, its replies, and the groups that it has joined. */
export function isSameSocket(a: EndpointSettings, b: EndpointSettings): boolean {
  const shape = (settings: EndpointSettings) =>
    JSON.stringify({
      ...settings,
      ...{
        name: '',
        startsWithApp: false,
        captureLimitMiB: 0,
        framing: null,
        encodings: null,
        peerNames: [],
        reply: null,
        udp: { ...settings.udp, groups: [] },
      },
    });
  return a === b || shape(a) === shape(b);
}

/** `ran`: settings that the socket was started with; `settings`: those of now. */
export function runningOf(ran: EndpointSettings, settings: EndpointSettings): Running {
  const { transport, host, port, path, udp } = ran;
  const { protocol, hasConnections } = capabilitiesOf(ran);
  const isProxied = ran.role === 'client' && protocol === 'tcp' && ran.proxy.kind !== 'none';
  return {
    ...{ transport, host, port, path },
    proxy: isProxied ? formatAddress(ran.proxy) : null,
    backlog: ran.role === 'listener' ? ran.backlog : 0,
    isConnectedUdp: !hasConnections && udp.connected,
    receiveBufferBytes: udp.receiveBufferBytes,
    isChanged: !isSameSocket(ran, settings),
  };
}
