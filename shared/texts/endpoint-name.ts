/** What an endpoint is called, and where it is: the same words in the window and on the command line. */
import { formatAddress } from '../address.ts';
import type { EndpointSummary } from '../contract.ts';
import type { EndpointSettings } from '../settings/settings.ts';
import { capabilitiesOf } from '../settings/transports.ts';
import { texts } from './chosen.ts';

/** `summary`: null before the engine told of it. */
export type ShownEndpoint = { settings: EndpointSettings; summary: EndpointSummary | null };

/** The person's name for it, else one that tells what it is. */
export const nameOf = (shown: ShownEndpoint): string => shown.settings.name || defaultNameOf(shown);

/** By its place: the one it runs at while it does, whatever its settings say by now. */
export function defaultNameOf(shown: ShownEndpoint): string {
  const { settings, summary } = shown;
  const socket = summary?.running ?? settings;
  const { hasPath } = capabilitiesOf(socket);
  if (settings.role === 'client')
    return texts.sidebar.clientName(hasPath ? fileOf(socket.path) : addressOf(shown));
  const place = hasPath ? fileOf(socket.path) : String(portOf(shown) || '');
  return texts.sidebar.serverName(socket.transport, place);
}

/** The last part of a path, which is what tells socket files apart. */
const fileOf = (path: string): string => path.split(/[\\/]/).findLast(Boolean) ?? path;

/** Of the socket where it has one, else the one that is asked for; 0: any. */
function portOf({ settings, summary }: ShownEndpoint): number {
  const { status, running } = summary ?? {};
  return (status?.role === 'listener' ? status.local?.port : null) ?? (running ?? settings).port;
}

/** A socket file's path; else the real port where the socket has one, else what was asked for; `*` for any, as in ss and lsof. */
export function addressOf({ settings, summary }: ShownEndpoint): string {
  const { status, running } = summary ?? {};
  if (status?.role === 'listener' && status.local) return formatAddress(status.local);
  const socket = running ?? settings;
  const { path, host, port } = socket;
  if (capabilitiesOf(socket).hasPath) return path;
  if (host === '' && settings.role === 'client') return texts.client.noHost;
  const address = formatAddress({ host: host || '*', port });
  return port === 0 ? address.replace(/0$/, '*') : address;
}
