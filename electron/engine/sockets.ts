/** Which class stands for which transport. */
import type { ClientSettings, ListenerSettings, Transport } from '../../shared/settings/settings.ts';
import type { Recorder } from './capture/recorder.ts';
import type { ClientSocket, ListenerSocket } from './net/endpoint-socket.ts';
import type { HandlerOf } from './net/handler.ts';
import { answers } from './handlers/replies.ts';
import { Client } from './stream/client.ts';
import { Listener } from './stream/listener.ts';
import { clientLayers, listenerLayers } from './layers/stream-layers.ts';
import { noResources, type TlsResources } from './layers/tls/identity.ts';
import { UdpClient } from './datagram/udp-client.ts';
import { UdpListener } from './datagram/udp-listener.ts';

/**
 * How a transport is opened in each role. `tls`: for endpoints that have or may get one that is secured; `handlerOf`:
 * default, answers as the settings say.
 */
export type SocketMaker = {
  listener(recorder: Recorder, tls: TlsResources, handlerOf?: HandlerOf): ListenerSocket;
  client(recorder: Recorder, tls: TlsResources): ClientSocket;
};

/** One class for all streams, so that a server that was TCP and becomes TLS keeps what it has counted. */
const streams: SocketMaker = {
  listener: (recorder, tls, handlerOf = answers) =>
    new Listener(recorder, { handlerOf, layersOf: listenerLayers(tls) }),
  client: (recorder, tls) => new Client(recorder, { layersOf: clientLayers(tls) }),
};
const datagrams: SocketMaker = {
  listener: (recorder, _tls, handlerOf = answers) => new UdpListener(recorder, { handlerOf }),
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
  handlerOf: HandlerOf = answers,
): ListenerSocket => makerOf(settings).listener(recorder, tls, handlerOf);

export const newClient = (
  settings: ClientSettings,
  recorder: Recorder,
  tls: TlsResources = noResources,
): ClientSocket => makerOf(settings).client(recorder, tls);
