/** The settings of an endpoint. All groups are always there, so that a change of transport loses nothing. */
import * as v from 'valibot';
import { highestPort, parseKeptHost } from '../address.ts';
import type { Schema } from '../schema.ts';
import { choice, group, list, number, text, toggle, type Option, type Role } from './field.ts';
import { found, hostProblems, type Found } from './field-problem.ts';
import { framing } from './framing.ts';
import { options } from './options.ts';
import { proxy } from './proxy.ts';
import { reply } from './reply.ts';
import { encodings } from './text.ts';
import { clientTls, listenerTls } from './tls.ts';
import { capabilitiesOf, transportNames, type Transport } from './transports.ts';
import { udp } from './udp.ts';

export type { FramingSettings } from './framing.ts';
export type { SocketOptions } from './options.ts';
export type { ProxySettings } from './proxy.ts';
export type { HttpAnswer, ReplyBoundary, ReplyKind, ReplySettings, Rule, RuleMatch } from './reply.ts';
export type { ClientTls, ListenerTls } from './tls.ts';
export type { Transport } from './transports.ts';
export type { MulticastGroup, UdpSettings } from './udp.ts';

/** In characters. */
export const mostName = 80;
export const mostPeerNames = 500;
export const mostMaxConnections = 1_000_000;
/** unix(7): sun_path has 108 bytes, the last one a zero. */
const mostPathBytes = 107;

/** The file of another program whose capture it is; it has no sockets then. '': none. */
const importedFrom = text(1000);

const general: Option = { panel: 'general' };
const ofStreams: Option = { ...general, of: (_, { hasConnections }) => hasConnections };
const ofLocal: Option = { ...general, of: (_, { hasPath }) => !hasPath };

const common = <R extends Role>(role: R) => ({
  role: v.pipe(v.literal(role), v.metadata({ facts: { initial: role } })) as Schema<R>,
  transport: choice(transportNames),
  name: text(1000, { check: nameProblems }),
  /** Listens or connects as soon as the app starts. */
  startsWithApp: toggle(false, general),
  /** The log keeps its newest records, so much of the disk, 64 at least; 0 = all of them. */
  captureLimitMiB: number(0, { min: 0, max: 1_048_576 }, { ...general, zeroIsSystems: true }),
  framing,
  encodings,
});

/** `address`: as `nameKeyOf` makes it of a peer's. */
const peerName = group({ address: text(300), name: text(1000, { check: nameProblems }) });

/** What to do when the peer has finished sending: finish too once all queued bytes are sent, or keep this side open. */
export type AfterPeerFinishes = 'finish' | 'stay';

export const listenerSettings = group(
  {
    ...common('listener'),
    /** '' = any address, both families; else an address of this machine. Loopback: opening it to the network is a choice. */
    host: text(1000, { initial: '127.0.0.1', check: (host) => (host === '' ? [] : hostProblems(host)) }),
    /** 0 = any free port. */
    port: number(9000, { min: 0, max: highestPort }),
    /** The socket file to make, or `\\\\.\\pipe\\name` on Windows. */
    path: text(4096),
    /** Asked of the kernel; Linux caps it at net.core.somaxconn. */
    backlog: number(511, { min: 1, max: 65_535 }, ofStreams),
    /** 0 = as many as the descriptor limit allows. */
    maxConnections: number(0, { min: 0, max: mostMaxConnections }, ofStreams),
    afterPeerFinishes: choice<AfterPeerFinishes>(['finish', 'stay'], ofStreams),
    reply,
    /** What peers are called in this window. */
    peerNames: list(peerName, mostPeerNames),
    tls: listenerTls,
    options,
    udp,
    importedFrom,
  },
  { check: (settings) => (capabilitiesOf(settings).hasPath ? pathProblems(settings.path) : []) },
);
export type ListenerSettings = v.InferOutput<typeof listenerSettings>;

const delay = { min: 100, max: 3_600_000 };
const planned: Option = { ...ofStreams, needs: 'enabled' };
const reconnect = group(
  {
    enabled: toggle(false, ofStreams),
    delayMs: number(1_000, delay, planned),
    growth: number(2, { min: 1, max: 10 }, planned, false),
    maxDelayMs: number(60_000, delay, planned),
  },
  {
    check: ({ delayMs, maxDelayMs }) =>
      delayMs > maxDelayMs ? [{ ...found('delay-above-most'), at: 'maxDelayMs' }] : [],
  },
);

export const clientSettings = group(
  {
    ...common('client'),
    host: text(1000, { initial: '127.0.0.1' }),
    port: number(9000, { min: 1, max: highestPort }),
    /** The socket file to connect to, or a named pipe. */
    path: text(4096),
    connectTimeoutMs: number(
      10_000,
      { min: 1, max: 600_000 },
      { panel: 'timeouts', of: (_, { hasConnections }) => hasConnections },
    ),
    /** '' = chosen by the system. */
    localHost: text(1000, {
      check: (host) => (host === '' ? [] : hostProblems(host, true)),
      option: ofLocal,
    }),
    /** 0 = chosen by the system. */
    localPort: number(0, { min: 0, max: highestPort }, ofLocal),
    afterPeerFinishes: choice<AfterPeerFinishes>(['stay', 'finish'], ofStreams),
    reconnect,
    tls: clientTls,
    options,
    udp,
    proxy,
    importedFrom,
  },
  { check: whereProblems },
);
export type ClientSettings = v.InferOutput<typeof clientSettings>;

export type EndpointSettings = ListenerSettings | ClientSettings;

export const settingsOf = (role: unknown): Schema<EndpointSettings> =>
  role === 'client' ? clientSettings : listenerSettings;

function whereProblems(client: {
  transport: Transport;
  host: string;
  path: string;
  localHost: string;
}): Found[] {
  const { host, localHost } = client;
  if (capabilitiesOf(client).hasPath) return pathProblems(client.path);
  const remote = parseKeptHost(host);
  if (!remote.ok) return hostProblems(host).map((problem) => ({ ...problem, at: 'host' }));
  const local = localHost === '' ? null : parseKeptHost(localHost);
  // A name is refused by itself.
  if (remote.kind === 'name' || !local?.ok || local.kind === 'name' || local.kind === remote.kind) return [];
  return [{ ...found('local-family', localHost.length), at: 'localHost' }];
}

function nameProblems(name: string): Found[] {
  const problems: Found[] = [];
  if ([...name].length > mostName) problems.push({ ...found('name-too-long', name.length), max: mostName });
  const control = name.search(/[\p{Cc}\p{Zl}\p{Zp}]/u);
  if (control >= 0) problems.push(found('name-control', control + 1, control));
  return problems;
}

const pathProblems = (path: string): Found[] =>
  problemsOfPath(path).map((problem) => ({ ...problem, at: 'path' }));

/** A named pipe of Windows has its own form and no such limit; a path that begins with a zero would be abstract. */
function problemsOfPath(path: string): Found[] {
  if (path === '') return [found('path-empty')];
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  const strange = path.search(/[\u0000-\u001f\u007f]/);
  if (strange >= 0) return [found('path-character', strange + 1, strange)];
  if (/^[\\/]{2}[.?][\\/]pipe[\\/]/i.test(path)) return [];
  const isLong = new TextEncoder().encode(path).length > mostPathBytes;
  return isLong ? [{ ...found('path-too-long', path.length), max: mostPathBytes }] : [];
}
