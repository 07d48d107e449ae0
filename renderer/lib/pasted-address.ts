/** Addresses copied whole into the host box: where their parts belong. */
import { splitHostPort } from '../../shared/address.ts';
import { asTyped } from '../../shared/typed.ts';
import type { Transport } from '../../shared/settings/settings.ts';

export type PastedAddress =
  | { transport: Transport; host: string; port: number }
  | { host: string; port: number }
  | { transport: 'unix'; path: string };

/**
 * `host:port`, `tls://host:port`, `udp://[::1]:5353`, `unix:///run/app.sock`. Null for anything else, so that a bare host
 * goes on as an ordinary paste. A path is taken as it stands: `%20` in it means these three characters.
 */
export function readPastedAddress(text: string): PastedAddress | null {
  const start = /^\s*(tcp|tls|udp|unix):\/\//i.exec(asTyped(text));
  if (!start) return splitHostPort(text);
  const scheme = start[1]!.toLowerCase() as Transport;
  const rest = text.slice(start[0].length).trim();
  if (scheme === 'unix') return rest === '' ? null : { transport: scheme, path: rest };
  const both = splitHostPort(rest);
  return both && { transport: scheme, ...both };
}
