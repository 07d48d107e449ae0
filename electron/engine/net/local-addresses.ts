import { networkInterfaces } from 'node:os';
import type { LocalAddress } from '../../../shared/contract.ts';

/** This machine's addresses, loopback last. A link-local IPv6 address carries its zone: without one it is ambiguous (RFC 4007). */
export function localAddresses(): LocalAddress[] {
  const found: LocalAddress[] = [];
  for (const [interfaceName, addresses] of Object.entries(networkInterfaces())) {
    for (const { address, family, internal, scopeid } of (addresses ?? []).map((info) => ({
      scopeid: 0,
      ...info,
    }))) {
      // Windows names a zone by the interface's number, other systems by its name.
      const zone = process.platform === 'win32' ? String(scopeid) : interfaceName;
      const host = family === 'IPv6' && scopeid ? `${address}%${zone}` : address;
      found.push({ host, family, interfaceName, internal });
    }
  }
  return found.sort((a, b) => Number(a.internal) - Number(b.internal));
}
