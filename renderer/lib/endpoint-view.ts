/** How an endpoint and its connections look: sign, name, address. */
import { formatAddress } from '../../shared/address.ts';
import type { ConnectionInfo } from '../../shared/contract.ts';
import type { EndpointStatus } from '../../shared/domain.ts';
import { texts } from '../../shared/texts/index.ts';
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

export function dotOfConnection(connection: ConnectionInfo): DotLook {
  if (connection.state === 'open')
    return connection.notReadingSince === null && connection.isReading ? 'on' : 'busy';
  if (connection.state.startsWith('half')) return 'half';
  if (connection.state === 'failed') return 'error';
  return connection.endedAt === null ? 'busy' : 'off';
}

/** The person's name for it, else its address: what it runs with while it does, whatever its settings say by now. */
export function nameOf({ settings, summary }: Pick<EndpointState, 'settings' | 'summary'>): string {
  return settings.name || addressOf({ settings, summary });
}

/** A socket file's path; else the real port where the socket has one, else what was asked for; `*` for any, as in ss and lsof. */
export function addressOf({ settings, summary }: Pick<EndpointState, 'settings' | 'summary'>): string {
  const { status, running } = summary ?? {};
  if (status?.role === 'listener' && status.local) return formatAddress(status.local);
  const socket = running ?? settings;
  const { path, host, port } = socket;
  if (capabilitiesOf(socket).hasPath) return path;
  if (host === '' && settings.role === 'client') return texts.client.noHost;
  const address = formatAddress({ host: host || '*', port });
  return port === 0 ? address.replace(/0$/, '*') : address;
}
