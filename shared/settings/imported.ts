/** The endpoint that an imported capture belongs to: it says whose records they are, and opens no socket. */
import type { Address } from '../address.ts';
import { defaultClient, defaultListener } from './endpoint.ts';
import { mostName, type EndpointSettings } from './settings.ts';
import { transports } from './transports.ts';

/** The first connection that is in it. */
export type FirstSeen = {
  origin: 'accepted' | 'initiated';
  local: Address | null;
  remote: Address | null;
};

/** `file`: its name, without a path. */
export function importedSettings(
  transport: 'tcp' | 'udp',
  { origin, local, remote }: FirstSeen,
  file: string,
): EndpointSettings {
  const isServer = origin === 'accepted';
  const server = isServer ? local : remote;
  const name = cleanName(file, mostName - 4) + (transports[transport].hasBoundaries ? ' UDP' : '');
  const place = server === null ? {} : { host: server.host, port: Math.max(1, server.port) };
  const common = { transport, name, importedFrom: cleanName(file, 1000), ...place };
  return isServer ? { ...defaultListener(), ...common } : { ...defaultClient(), ...common };
}

/** Without what would break a line. */
export const cleanName = (name: string, most: number): string =>
  [...name.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')].slice(0, most).join('');
