import type { ClientSettings, ListenerSettings } from '../../shared/settings/settings.ts';
import { defaultClient } from '../../shared/settings/endpoint.ts';
import { readyMade, type ReadyMadeId } from '../../shared/settings/ready-made.ts';
import { transports } from '../../shared/settings/transports.ts';
import { texts } from '../../shared/texts/index.ts';
import { isSystemFailure } from '../lib/system-failure.ts';
import { nameOf } from '../../shared/texts/endpoint-name.ts';
import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';

/**
 * Makes a ready-made endpoint and shows its tab. A server listens at once, on this machine only; a client waits, because
 * its host is to be looked at first.
 */
export async function makeReadyMade(app: AppState, id: ReadyMadeId): Promise<void> {
  const { settings, composer } = readyMade(id);
  const endpoint = await app.addEndpoint({ ...settings, name: texts.newMenu.readyMade[id].name });
  if (endpoint === null) return;
  endpoint.hint = id;
  if (composer) {
    endpoint.composer.restore(composer);
    app.saveDraftSoon(endpoint);
  }
  // What the system refuses is told by the status line.
  if (settings.role === 'listener')
    await app.attempt(() => app.engine.startListening(endpoint.id), isSystemFailure);
}

/** A client of a server that listens here, in a tab of its own, connected. */
export async function connectClientTo(app: AppState, server: EndpointState): Promise<void> {
  const { status, settings } = server;
  if (status?.role !== 'listener' || !status.local || settings.role !== 'listener') return;
  const { transport, path } = settings;
  const { port } = status.local;
  const client: ClientSettings = {
    ...defaultClient(),
    name: texts.newMenu.clientName(nameOf(server)),
    transport,
    path,
    host: reachable(status.local.host),
    port: port || defaultClient().port,
    // Certificates of servers here are signed by the local authority.
    tls: { ...defaultClient().tls, authority: transports[transport].isSecured ? 'local' : '' },
  };
  const endpoint = await app.addEndpoint(client);
  if (endpoint === null) return;
  // A server that looks for lines would wait for the end of what is sent without one.
  if (readsLines(settings)) endpoint.composer.lineEnd = 'lf';
  if (!settings.reply.greetingThenClose) endpoint.hint = 'own-client';
  await app.attempt(() => app.engine.connect(endpoint.id));
}

const readsLines = ({ transport, reply }: ListenerSettings): boolean =>
  transports[transport].hasConnections &&
  reply.boundary === 'line' &&
  !['none', 'echo', 'http'].includes(reply.kind);

/** A server on any address is reached from here by the loopback. */
const reachable = (host: string): string =>
  ({ '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' })[host] ?? host;
