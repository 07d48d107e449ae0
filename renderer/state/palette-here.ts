/** What a person most probably wants in the state that the window is in, and why something is not possible in it. */
import type { ActionName } from '../../shared/actions.ts';
import { texts } from '../../shared/texts/index.ts';
import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';

/** Keys of the palette's rows: the names of actions, and a few that only it has. */
export type RowKey = ActionName | 'attach-again' | 'connect-here';

/** The most probable first; of what is not possible nothing is shown in front anyway. */
export function wantedHere(app: AppState): RowKey[] {
  if (app.attached && !app.connected) return ['attach-again', 'show-help'];
  const endpoint = app.active;
  if (endpoint === null)
    return app.endpoints.length === 0
      ? ['start-echo-demo', 'new-server', 'new-client']
      : ['focus-endpoints', 'new-server', 'new-client'];
  if (endpoint.summary?.canUndoClear && endpoint.summary.records === 0) return ['undo-clear'];
  return endpoint.settings.role === 'listener' ? atServer(endpoint) : atClient(endpoint);
}

function atServer(endpoint: EndpointState): RowKey[] {
  if (!endpoint.running) return ['start-listening'];
  if (endpoint.ran?.isChanged) return ['restart-listening', 'stop-listening'];
  if ((endpoint.summary?.openConnections ?? 0) === 0) return ['connect-here', 'stop-listening'];
  return [...talking(endpoint), 'disconnect-all-peers', 'stop-listening'];
}

function atClient(endpoint: EndpointState): RowKey[] {
  if (!endpoint.running) return ['connect'];
  if (endpoint.ran?.isChanged) return ['reconnect', 'disconnect'];
  const state = endpoint.status?.state ?? 'idle';
  if (state !== 'open' && !state.startsWith('half-closed')) return ['disconnect'];
  return [...talking(endpoint), 'disconnect', 'finish-sending'];
}

function talking({ composer, selected }: EndpointState): RowKey[] {
  if (composer.draft !== '') return ['send'];
  return selected === null ? ['focus-message'] : ['copy-payloads', 'focus-message', 'show-connection'];
}

const ofServers = new Set<RowKey>(['start-listening', 'stop-listening', 'restart-listening', 'connect-here']);
const ofClients = new Set<RowKey>([
  ...(['connect', 'disconnect', 'reconnect', 'finish-sending'] as const),
  ...(['reset-connection', 'connect-anyway', 'connect-many', 'stop-reading', 'read-again'] as const),
]);
const starts = new Set<RowKey>(['start-listening', 'connect', 'connect-anyway', 'connect-many']);
const ofApp = new Set<RowKey>([
  'new-server',
  'new-client',
  'new-sequence',
  'start-echo-demo',
  'show-messages',
  'import-messages',
  'open-workspace',
  'search-tabs',
  'show-network',
]);

/** In a few words; null where nobody can tell. */
export function whyNot(app: AppState, key: RowKey): string | null {
  const words = texts.palette.why;
  const endpoint = app.active;
  if (!app.connected && (ofApp.has(key) || endpoint !== null)) return words.lost;
  if (endpoint === null) return ofApp.has(key) ? null : words.noTab;
  const isServer = endpoint.settings.role === 'listener';
  if (ofServers.has(key) && !isServer) return words.client;
  if (ofClients.has(key) && isServer) return words.server;
  if (starts.has(key) && endpoint.running) return words.running;
  if ((ofServers.has(key) || ofClients.has(key)) && !endpoint.running) return words.stopped;
  if (key === 'send' && endpoint.composer.draft === '') return words.nothingTyped;
  return key.startsWith('copy-') ? words.noRow : null;
}
