/** Which settings an option of the command line sets: with that, where it may be given and what its problems name. */
import { optionsIn, type Role } from '../../../shared/settings/field.ts';
import type { SettingsField } from '../../../shared/settings/paths.ts';
import { settingsOf, type Transport } from '../../../shared/settings/settings.ts';
import { transportNames, transports } from '../../../shared/settings/transports.ts';
import { texts } from '../../../shared/texts/index.ts';
import { UsageError } from './usage-error.ts';

/** By commander's name. A transport that has none of the fields refuses the option. */
const fieldsOf: Readonly<Record<string, readonly SettingsField[]>> = {
  maxConnections: ['maxConnections'],
  selfSigned: ['tls.identities'],
  clientCa: ['tls.clientAuthority'],
  verify: ['tls.verify'],
  ca: ['tls.authority'],
  servername: ['tls.servername'],
  bind: ['localHost', 'localPort'],
  proxy: ['proxy.kind', 'proxy.host', 'proxy.port', 'proxy.username', 'proxy.password'],
  join: ['udp.groups'],
  source: ['udp.groups'],
  cert: ['tls.identities', 'tls.identity'],
  key: ['tls.identities', 'tls.identity'],
  passphraseFile: ['tls.identities', 'tls.identity'],
  alpn: ['tls.alpn'],
  keylog: ['tls.keyLog'],
  tlsMin: ['tls.minVersion'],
  tlsMax: ['tls.maxVersion'],
};

/** These may be given whatever the transport is. */
const fieldsOfAny: Readonly<Record<string, readonly SettingsField[]>> = {
  captureLimit: ['captureLimitMiB'],
  connectTimeout: ['connectTimeoutMs'],
  idleTimeout: ['options.idleTimeoutMs'],
  greet: ['reply.greeting'],
  reply: ['reply.prefix', 'reply.fixed'],
};

export const flagOf = (name: string): string =>
  `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Throws a `UsageError` for an option that means nothing to an endpoint of this kind. */
export function requireFields(role: Role, transport: Transport, given: object): void {
  const had = optionsIn(settingsOf(role));
  for (const [name, fields] of Object.entries(fieldsOf)) {
    if ((given as Record<string, unknown>)[name] === undefined) continue;
    const own = had.filter(({ path }) => (fields as readonly string[]).includes(path));
    requireTransport(transport, flagOf(name), (each) =>
      own.some(({ option }) => option.of?.(role, transports[each]) ?? true),
    );
  }
}

/** Throws a `UsageError` that names the transports with which the option may be given. */
export function requireTransport(
  transport: Transport,
  flag: string,
  isHad: (each: Transport) => boolean,
): void {
  if (isHad(transport)) return;
  const allowed = transportNames.filter(isHad).map((name) => `${name}://`);
  throw new UsageError(texts.commandLine.problems.transport(flag, allowed.join(', ')));
}

/** What a person gave for a field: an option, or the URL. */
export function optionOf(field: SettingsField): string {
  if (field === 'host' || field === 'port') return 'URL';
  if (field.endsWith('.source')) return '--source';
  const whole = field.replace(/\.\d+\..*/, '') as SettingsField;
  const name = Object.entries({ ...fieldsOf, ...fieldsOfAny }).find(([, fields]) =>
    fields.includes(whole),
  )?.[0];
  return name === undefined ? field : flagOf(name);
}
