/** How an endpoint and its connections look: sign, name, address. */
import type { ConnectionInfo } from '../../shared/contract.ts';
import type { EndpointStatus } from '../../shared/domain.ts';
import { addressOf, type ShownEndpoint } from '../../shared/texts/endpoint-name.ts';
import { texts } from '../../shared/texts/index.ts';
import type { Running } from '../../shared/settings/running.ts';
import { capabilitiesOf } from '../../shared/settings/transports.ts';
import type { DotLook } from '../components/Dot.svelte';
import type { EndpointState } from '../state/endpoint.svelte.ts';

export function dotOfStatus(status: EndpointStatus | null): DotLook {
  switch (status?.state) {
    case 'listening':
    case 'open':
      return 'on';
    case 'half-closed-by-us':
    case 'half-closed-by-peer':
      return 'half';
    case 'starting':
    case 'stopping':
    case 'resolving':
    case 'connecting':
    case 'proxying':
    case 'securing':
    case 'waiting':
      return 'busy';
    case 'failed':
      return 'error';
    default:
      return status?.role === 'client' && status.failure ? 'error' : 'off';
  }
}

/** A client's connection, from when it can be used until its end. */
export const isOpen = (status: EndpointStatus | null): boolean =>
  ['open', 'half-closed-by-us', 'half-closed-by-peer'].includes(status?.state ?? '');

export function dotOfConnection(connection: ConnectionInfo): DotLook {
  if (connection.state === 'open')
    return connection.notReadingSince === null && connection.isReading ? 'on' : 'busy';
  if (connection.state.startsWith('half')) return 'half';
  if (connection.state === 'failed') return 'error';
  return connection.endedAt === null ? 'busy' : 'off';
}

/** What there is to tell of an endpoint beside its settings; another text when that is something else. Null: nothing. */
export function stateOf({ status, summary }: Pick<EndpointState, 'status' | 'summary'>): string | null {
  const failure = status?.failure ?? summary?.captureFailure;
  if (failure) return `${status?.state} ${failure.code}`;
  return status === null || status.state === 'stopped' || status.state === 'idle' ? null : status.state;
}

/** What the settings say by now, where a socket runs with something else: '' where only its options differ. */
export function changedPlaceOf({ settings, summary }: ShownEndpoint): string | null {
  const running = summary?.running;
  if (!running?.isChanged) return null;
  const place = addressOf({ settings, summary: null });
  const isElsewhere = running.transport !== settings.transport || edited(settings, running).size > 0;
  return isElsewhere ? place : '';
}

/** The words of the button that takes an edited server or client up. */
export function againLabel(shown: ShownEndpoint): string {
  const words = shown.settings.role === 'listener' ? texts.server : texts.client;
  const place = changedPlaceOf(shown);
  return place ? words.againOn(place) : words.again;
}

export type PlaceField = 'host' | 'port' | 'path';

/** The fields that differ from what the socket runs with; empty while there is none. */
export const editedFields = ({ settings, summary }: ShownEndpoint): ReadonlySet<PlaceField> =>
  edited(settings, summary?.running ?? null);

function edited(settings: ShownEndpoint['settings'], running: Running | null): ReadonlySet<PlaceField> {
  const fields: PlaceField[] = capabilitiesOf(settings).hasPath ? ['path'] : ['host', 'port'];
  return new Set(running === null ? [] : fields.filter((field) => settings[field] !== running[field]));
}
