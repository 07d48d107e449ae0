/** What a person calls a peer: kept with the settings of a server, so that the device that calls again has its name again. */
import { formatAddress, type Address } from './address.ts';
import { mostPeerNames, type EndpointSettings, type ListenerSettings } from './settings/settings.ts';
import { capabilitiesOf } from './settings/transports.ts';

export type PeerName = ListenerSettings['peerNames'][number];

/**
 * The address that a name belongs to; null where it has none that would be the same again (Unix sockets). Who connects
 * has another port each time, so the host alone counts; who sends datagrams mostly has one of its own, and several
 * programs of a host are told apart by it.
 */
export function nameKeyOf(settings: EndpointSettings, address: Address): string | null {
  if (settings.role !== 'listener' || address.family === 'Unix' || address.host === '') return null;
  return capabilitiesOf(settings).hasConnections ? address.host : formatAddress(address);
}

type NameOf = (address: Address) => string;
const nobody: NameOf = () => '';
const made = new WeakMap<EndpointSettings, NameOf>();

/** '' for an address without a name. The same function as long as the settings are the same. */
export function namerOf(settings: EndpointSettings): NameOf {
  if (settings.role !== 'listener' || settings.peerNames.length === 0) return nobody;
  const known = made.get(settings);
  if (known !== undefined) return known;
  const names = new Map(settings.peerNames.map(({ address, name }) => [address, name]));
  const nameOf: NameOf = (address) => names.get(nameKeyOf(settings, address) ?? '') ?? '';
  made.set(settings, nameOf);
  return nameOf;
}

/** For those who have addresses as text alone. `byHost`: whatever the port. */
export type PeerNames = { byHost: boolean; names: readonly PeerName[] };

/** Null where nobody has a name. */
export const peerNamesOf = (settings: EndpointSettings): PeerNames | null =>
  settings.role === 'listener' && settings.peerNames.length > 0
    ? { byHost: capabilitiesOf(settings).hasConnections, names: settings.peerNames }
    : null;

/** '' for an address without a name, as `formatAddress` writes it: what rows of the log have. */
export function textNamer(names: PeerNames | null): (peer: string) => string {
  if (names === null) return () => '';
  const { byHost } = names;
  const byKey = new Map(names.names.map(({ address, name }) => [address, name]));
  return (peer) => {
    const host = /^\[?(.*?)\]?:\d+$/.exec(peer)?.[1];
    // Peers of Unix sockets have neither host nor port.
    return host === undefined ? '' : (byKey.get(byHost ? host : peer) ?? '');
  };
}

const named = new WeakMap<NameOf, (peer: string) => string>();

/** The same function as long as the settings are the same. */
export function textNamerOf(settings: EndpointSettings): (peer: string) => string {
  const nameOf = namerOf(settings);
  const known = named.get(nameOf) ?? textNamer(peerNamesOf(settings));
  named.set(nameOf, known);
  return known;
}

/** The newest name is the last one, and makes room by taking the oldest away; '' takes a name back. */
export function withPeerName(settings: ListenerSettings, address: string, name: string): ListenerSettings {
  const others = settings.peerNames.filter((each) => each.address !== address);
  const peerNames = name === '' ? others : [...others, { address, name }].slice(-mostPeerNames);
  return { ...settings, peerNames };
}
