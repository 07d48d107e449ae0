/** Which class stands for which transport. */
import type { ClientSettings, ListenerSettings } from '../../shared/settings/settings.ts';
import type { Recorder } from './capture/recorder.ts';
import type { ClientSocket, ListenerSocket } from './net/endpoint-socket.ts';
import { answers } from './handlers/replies.ts';
import { Client } from './stream/client.ts';
import { Listener } from './stream/listener.ts';
import { clientLayers, listenerLayers } from './layers/stream-layers.ts';
import { noResources, type TlsResources } from './layers/tls/identity.ts';
import { UdpClient } from './datagram/udp-client.ts';
import { UdpListener } from './datagram/udp-listener.ts';

/** Streams share one class, so that a server that was TCP and becomes TLS keeps what it has counted. */
type Family = 'stream' | 'datagram';

export const familyOf = ({ transport }: Pick<ListenerSettings, 'transport'>): Family =>
  transport === 'udp' ? 'datagram' : 'stream';

/** `tls`: for endpoints that have or may get the transport 'tls'. */
export function newListener(
  settings: ListenerSettings,
  recorder: Recorder,
  tls: TlsResources = noResources,
): ListenerSocket {
  const handlerOf = answers;
  return familyOf(settings) === 'stream'
    ? new Listener(recorder, { handlerOf, layersOf: listenerLayers(tls) })
    : new UdpListener(recorder, { handlerOf });
}

export function newClient(
  settings: ClientSettings,
  recorder: Recorder,
  tls: TlsResources = noResources,
): ClientSocket {
  return familyOf(settings) === 'stream'
    ? new Client(recorder, { layersOf: clientLayers(tls) })
    : new UdpClient(recorder);
}
