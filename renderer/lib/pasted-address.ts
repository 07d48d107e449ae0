/** Addresses copied whole into the host box: where their parts belong. */
import { splitHostPort } from '../../shared/address.ts';
import { asTyped } from '../../shared/typed.ts';
import type { Transport } from '../../shared/settings/settings.ts';
import { transportNames, transports } from '../../shared/settings/transports.ts';

export type PastedAddress =
  | { transport: Transport; host: string; port: number }
  | { host: string; port: number }
  | { transport: Transport; path: string };

/**
 * `host:port`, `tls://host:port`, `udp://[::1]:5353`, `unix:///run/app.sock`. Null for anything else, so that a bare host
 * goes on as an ordinary paste. A path is taken as it stands: `%20` in it means these three characters.
 */
export function readPastedAddress(text: string): PastedAddress | null {
  const start = /^\s*([a-z]+):\/\//i.exec(asTyped(text));
  const transport = transportNames.find((name) => name === start?.[1]!.toLowerCase());
  if (!start || !transport) return splitHostPort(text);
  const rest = text.slice(start[0].length).trim();
  if (transports[transport].hasPath) return rest === '' ? null : { transport, path: rest };
  const both = splitHostPort(rest);
  return both && { transport, ...both };
}
