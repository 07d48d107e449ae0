/** Which class stands for which transport. */
import type { ClientSettings, ListenerSettings, Transport } from '../../shared/settings/settings.ts';
import type { Recorder } from './capture/recorder.ts';
import type { ClientSocket, ListenerSocket } from './net/endpoint-socket.ts';
import { answers } from './handlers/replies.ts';
import { Client } from './stream/client.ts';
import { Listener } from './stream/listener.ts';
import { clientLayers, listenerLayers } from './layers/stream-layers.ts';
import { noResources, type TlsResources } from './layers/tls/identity.ts';
import { UdpClient } from './datagram/udp-client.ts';
import { UdpListener } from './datagram/udp-listener.ts';

/** How a transport is opened in each role. `tls`: for endpoints that have or may get one that is secured. */
export type SocketMaker = {
  listener(recorder: Recorder, tls: TlsResources): ListenerSocket;
  client(recorder: Recorder, tls: TlsResources): ClientSocket;
};

/** One class for all streams, so that a server that was TCP and becomes TLS keeps what it has counted. */
const streams: SocketMaker = {
  listener: (recorder, tls) => new Listener(recorder, { handlerOf: answers, layersOf: listenerLayers(tls) }),
  client: (recorder, tls) => new Client(recorder, { layersOf: clientLayers(tls) }),
};
const datagrams: SocketMaker = {
  listener: (recorder) => new UdpListener(recorder, { handlerOf: answers }),
  client: (recorder) => new UdpClient(recorder),
};

const makers: Readonly<Record<Transport, SocketMaker>> = {
  tcp: streams,
  tls: streams,
  unix: streams,
  udp: datagrams,
};

export const makerOf = ({ transport }: { transport: Transport }): SocketMaker => makers[transport];

export const newListener = (
  settings: ListenerSettings,
  recorder: Recorder,
  tls: TlsResources = noResources,
): ListenerSocket => makerOf(settings).listener(recorder, tls);

export const newClient = (
  settings: ClientSettings,
  recorder: Recorder,
  tls: TlsResources = noResources,
): ClientSocket => makerOf(settings).client(recorder, tls);
