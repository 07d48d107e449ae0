/** `--join GROUP[%IF]` and `--source ADDR` as settings. */
import { networkInterfaces } from 'node:os';
import { multicastFamily } from '../../../shared/settings/udp.ts';
import type { MulticastGroup } from '../../../shared/settings/settings.ts';
import { texts } from '../../../shared/texts/index.ts';
import { asTyped } from '../../../shared/typed.ts';
import { UsageError, usageErrorAt } from './usage-error.ts';

/** IF is the name of an interface, or for IPv4 an address of it. `source` counts for every group. Throws a `UsageError`. */
export function multicastGroups(join: readonly string[] = [], source = ''): MulticastGroup[] {
  if (source !== '' && join.length === 0) throw new UsageError(texts.commandLine.problems.sourceWithoutJoin);
  return join.map((given) => {
    const [group = '', zone = ''] = asTyped(given)
      .trim()
      .replace(/^\[(.*)\]$/, '$1')
      .split(/%(.*)/s);
    const family = multicastFamily(group);
    if (family === null) throw usageErrorAt(given, 0, given.length, texts.errors['group-not-multicast']);
    const interfaceAddress = zone === '' ? '' : family === 'IPv6' ? `::%${zone}` : addressOf(zone);
    return { group, interfaceAddress, source: asTyped(source).trim() };
  });
}

/** The kernel names an IPv4 interface by its address (ip(7), imr_interface); a name that is not there goes on as it is. */
const addressOf = (zone: string): string =>
  networkInterfaces()[zone]?.find(({ family }) => family === 'IPv4')?.address ?? zone;
