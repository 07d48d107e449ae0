/** Shapes of the groups in settings. Which values can be used, `checkSettings` says. */
import * as v from 'valibot';
import type { ClientSettings, ListenerSettings } from '../../../shared/settings/settings.ts';
import { groupBounds, tlsVersions } from '../../../shared/settings/groups.ts';
import { plain } from './validate.ts';

export const integer = (least: number, most: number) =>
  v.pipe(v.number(), v.safeInteger('Expected a whole number.'), v.minValue(least), v.maxValue(most));
/** Refused by its length before any entry is looked at: a message may hold a hundred thousand. */
export const listOf = <T>(item: v.GenericSchema<unknown, T>, most: number): v.GenericSchema<unknown, T[]> =>
  v.pipe(
    v.custom<unknown[]>(Array.isArray, 'Expected a list.'),
    v.maxLength(most, `At most ${most} entries.`),
    v.array(item),
  );
export const text = (longest: number) => v.pipe(v.string(), v.maxLength(longest));

const written = plain(
  v.strictObject({
    mode: v.picklist(['text', 'hex']),
    text: text(groupBounds.writtenCharacters.max),
  }),
);

const options = plain(
  v.strictObject({
    noDelay: v.boolean(),
    keepAlive: v.boolean(),
    keepAliveDelayMs: v.number(),
    idleTimeoutMs: v.number(),
    onIdle: v.picklist(['close', 'warn']),
    highWaterBytes: v.number(),
    reusePort: v.boolean(),
    ipv6Only: v.boolean(),
  }),
);

const tls = {
  alpn: listOf(text(255), 32),
  minVersion: v.picklist(tlsVersions),
  maxVersion: v.picklist(tlsVersions),
  ciphers: text(4096),
  handshakeTimeoutMs: v.number(),
  keyLog: v.boolean(),
};

const listenerTls = plain(
  v.strictObject({
    ...tls,
    identities: listOf(text(64), groupBounds.identities.max),
    clientCertificates: v.picklist(['none', 'request', 'require']),
    clientAuthority: text(64),
  }),
);

const clientTls = plain(
  v.strictObject({
    ...tls,
    servername: text(1000),
    sendServername: v.boolean(),
    verify: v.boolean(),
    authority: text(64),
    identity: text(64),
  }),
);

const group = plain(v.strictObject({ group: text(100), interfaceAddress: text(100), source: text(100) }));
const udp = plain(
  v.strictObject({
    connected: v.boolean(),
    broadcast: v.boolean(),
    ttl: v.number(),
    multicastTtl: v.number(),
    multicastLoopback: v.boolean(),
    multicastInterface: text(100),
    groups: listOf(group, groupBounds.groups.max),
    reuseAddress: v.boolean(),
    receiveBufferBytes: v.number(),
    sendBufferBytes: v.number(),
  }),
);

const proxy = plain(
  v.strictObject({
    kind: v.picklist(['none', 'socks5', 'http']),
    host: text(1000),
    port: v.number(),
    username: text(1000),
    password: text(1000),
  }),
);

const rule = plain(
  v.strictObject({
    /** Rules that were kept before they could be off are on. */
    enabled: v.optional(v.boolean(), true),
    match: v.picklist(['exact', 'contains', 'starts', 'ends', 'regex', 'hex']),
    pattern: text(65_536),
    reply: written,
    delayMs: v.number(),
    then: v.picklist(['stay', 'close', 'reset']),
    note: text(1000),
  }),
);

const reply = plain(
  v.strictObject({
    kind: v.picklist(['none', 'echo', 'upper', 'timestamp', 'prefix', 'fixed', 'http', 'rules', 'chat']),
    boundary: v.picklist(['chunk', 'line']),
    prefix: written,
    fixed: written,
    http: plain(v.strictObject({ status: v.number(), headers: text(65_536), body: written })),
    rules: listOf(rule, groupBounds.rules.max),
    greeting: written,
    greetingThenClose: v.boolean(),
  }),
);

type Groups<S> = { [K in keyof S]: v.GenericSchema<unknown, S[K]> };

export const listenerGroups: Groups<Pick<ListenerSettings, 'reply' | 'options' | 'tls' | 'udp'>> = {
  reply,
  options,
  tls: listenerTls,
  udp,
};

export const clientGroups: Groups<Pick<ClientSettings, 'options' | 'tls' | 'udp' | 'proxy'>> = {
  options,
  tls: clientTls,
  udp,
  proxy,
};
