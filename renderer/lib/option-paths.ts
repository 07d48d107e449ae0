/** Options by their place in the settings, such as `options.noDelay`: what they are, and what they are by default. */
import type { EndpointSettings } from '../../shared/settings/settings.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import type { texts } from '../../shared/texts/index.ts';

/** Every place in `T` that holds a `Value`. */
type PathTo<T, Value> = T extends unknown
  ? {
      [Key in keyof T & string]: T[Key] extends Value
        ? Key
        : T[Key] extends readonly unknown[]
          ? never
          : T[Key] extends object
            ? `${Key}.${PathTo<T[Key], Value>}`
            : never;
    }[keyof T & string]
  : never;

type Leaf = string | number | boolean | readonly unknown[];
export type OptionPath = PathTo<EndpointSettings, Leaf>;
export type NumberPath = PathTo<EndpointSettings, number>;
export type TogglePath = PathTo<EndpointSettings, boolean>;
type Tree = { readonly [key: string]: unknown };

export function valueAt(settings: EndpointSettings, path: OptionPath): unknown {
  return path.split('.').reduce<unknown>((part, key) => (part as Tree)[key], settings);
}

export function withValue(settings: EndpointSettings, path: OptionPath, value: unknown): EndpointSettings {
  return withIn(settings, path.split('.'), value) as EndpointSettings;
}

function withIn(part: Tree, [key, ...rest]: string[], value: unknown): Tree {
  return { ...part, [key!]: rest.length === 0 ? value : withIn(part[key!] as Tree, rest, value) };
}

const initialOf = ({ role }: EndpointSettings): EndpointSettings =>
  role === 'listener' ? defaultListener() : defaultClient();

export const isChanged = (settings: EndpointSettings, path: OptionPath): boolean =>
  JSON.stringify(valueAt(settings, path)) !== JSON.stringify(valueAt(initialOf(settings), path));

/** With the defaults in these places. */
export function withDefaults(settings: EndpointSettings, paths: readonly OptionPath[]): EndpointSettings {
  const initial = initialOf(settings);
  return paths.reduce((changed, path) => withValue(changed, path, valueAt(initial, path)), settings);
}

export type GroupName = keyof typeof texts.options.groupNames;

export type OptionGroup = {
  name: GroupName;
  /** Those whose fields are shown: some have a meaning only while another one is on. */
  shown: OptionPath[];
  /** Those and what they hide. */
  all: OptionPath[];
};

type Place = OptionPath | { path: OptionPath; isShown: boolean };

/** The groups that an endpoint has, in the order of the panel. A name is not an option. */
export function optionGroups(settings: EndpointSettings): OptionGroup[] {
  const { transport } = settings;
  const isStream = transport !== 'udp';
  const groups: [GroupName, boolean, () => Place[]][] = [
    ['general', true, () => generalPlaces(settings)],
    ['tls', transport === 'tls', () => tlsPlaces(settings)],
    ['udp', transport === 'udp', () => udpPlaces(settings)],
    ['multicast', transport === 'udp', () => multicastPlaces],
    ['timeouts', isStream, () => timeoutPlaces(settings)],
    ['tcp', isStream && transport !== 'unix', () => tcpPlaces(settings)],
    ['proxy', isStream && transport !== 'unix' && settings.role === 'client', () => proxyPlaces(settings)],
  ];
  return groups.filter(([, isThere]) => isThere).map(([name, , places]) => groupOf(name, places()));
}

function groupOf(name: GroupName, places: Place[]): OptionGroup {
  const pathOf = (place: Place) => (typeof place === 'string' ? place : place.path);
  const shown = places.filter((place) => typeof place === 'string' || place.isShown);
  return { name, shown: shown.map(pathOf), all: places.map(pathOf) };
}

function generalPlaces(settings: EndpointSettings): Place[] {
  const bind: Place[] = ['options.reusePort', 'options.ipv6Only'];
  if (settings.role === 'listener') {
    const stream: Place[] = ['backlog', 'maxConnections', 'afterPeerFinishes', 'options.highWaterBytes'];
    return [...(settings.transport === 'udp' ? [] : stream), ...(settings.transport === 'unix' ? [] : bind)];
  }
  const isShown = settings.reconnect.enabled;
  const stream: Place[] = [
    'afterPeerFinishes',
    'reconnect.enabled',
    { path: 'reconnect.delayMs', isShown },
    { path: 'reconnect.growth', isShown },
    { path: 'reconnect.maxDelayMs', isShown },
  ];
  const local: Place[] = ['localHost', 'localPort'];
  return [...(settings.transport === 'unix' ? [] : local), ...(settings.transport === 'udp' ? bind : stream)];
}

function tlsPlaces({ role }: EndpointSettings): Place[] {
  const common: Place[] = ['tls.alpn', 'tls.minVersion', 'tls.maxVersion', 'tls.ciphers', 'tls.keyLog'];
  return role === 'listener'
    ? ['tls.identities', 'tls.clientCertificates', 'tls.clientAuthority', ...common]
    : ['tls.servername', 'tls.sendServername', 'tls.verify', 'tls.authority', 'tls.identity', ...common];
}

const udpPlaces = ({ role }: EndpointSettings): Place[] => [
  ...(role === 'client' ? (['udp.connected'] as const) : []),
  'udp.broadcast',
  'udp.receiveBufferBytes',
  'udp.sendBufferBytes',
  'udp.ttl',
];

const multicastPlaces: Place[] = [
  'udp.groups',
  'udp.multicastInterface',
  'udp.multicastTtl',
  'udp.multicastLoopback',
  'udp.reuseAddress',
];

const timeoutPlaces = ({ role, transport, options }: EndpointSettings): Place[] => [
  ...(role === 'client' ? (['connectTimeoutMs'] as const) : []),
  ...(transport === 'tls' ? (['tls.handshakeTimeoutMs'] as const) : []),
  'options.idleTimeoutMs',
  { path: 'options.onIdle', isShown: options.idleTimeoutMs > 0 },
];

const tcpPlaces = ({ options }: EndpointSettings): Place[] => [
  'options.noDelay',
  'options.keepAlive',
  { path: 'options.keepAliveDelayMs', isShown: options.keepAlive },
];

function proxyPlaces(settings: EndpointSettings): Place[] {
  const isShown = settings.role === 'client' && settings.proxy.kind !== 'none';
  const rest = ['proxy.host', 'proxy.port', 'proxy.username', 'proxy.password'] as const;
  return ['proxy.kind', ...rest.map((path) => ({ path, isShown }))];
}
