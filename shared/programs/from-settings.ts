/** What an endpoint does, as a conversation; and what of it no program does. */
import type { Written as WrittenBytes, FieldNotation } from '../payload/payload.ts';
import { defaultClientTls, defaultListenerTls } from '../settings/tls.ts';
import type { ClientSettings, ListenerSettings, UdpSettings } from '../settings/settings.ts';
import { capabilitiesOf } from '../settings/transports.ts';
import type { ClientConversation, Lack, Message, ServerConversation } from './conversation.ts';

export type Described<C> = { conversation: C; lacks: Lack[] };

/** What a person is told to call the file of the authorities, where it is no file yet. */
export const authorityFile = 'ca.pem';
const noBytes = new Uint8Array(0);

/** `ca`: the file of the authorities, where it is one. */
export function clientOf(
  settings: ClientSettings,
  messages: readonly Message[],
  ca: string | null = null,
): Described<ClientConversation> {
  const { transport, host, port, path, tls, udp, proxy, localHost, localPort } = settings;
  const { isSecured, protocol, hasBoundaries } = capabilitiesOf(settings);
  const file = ca ?? (tls.authority === '' ? null : authorityFile);
  const { minVersion, maxVersion, ciphers, sendServername } = defaultClientTls();
  const lacks: [Lack, boolean][] = [
    ['proxy', protocol === 'tcp' && proxy.kind !== 'none'],
    ['local-address', protocol !== null && (localHost !== '' || localPort !== 0)],
    ['unverified', isSecured && !tls.verify],
    ['authority-file', isSecured && tls.verify && ca === null && file !== null],
    ['client-certificate', isSecured && tls.identity !== ''],
    ['tls-options', isSecured && !isLike(tls, { minVersion, maxVersion, ciphers, sendServername })],
    ['udp-options', hasBoundaries && hasUdpOptions(udp)],
  ];
  const { verify, servername, alpn } = tls;
  return {
    conversation: {
      role: 'client',
      ...{ transport, host, port, path, messages },
      tls: { verify, servername, alpn, ca: verify ? file : null },
    },
    lacks: those(lacks),
  };
}

/**
 * `port`: where it listens, if that is another than the settings say. `fill`: the bytes of what is written; null where
 * they are not to be had. `isFixed`: whether they are the same each time.
 */
export function serverOf(
  settings: ListenerSettings,
  port: number,
  fill: (written: WrittenBytes<FieldNotation>) => { bytes: Uint8Array; isFixed: boolean } | null,
): Described<ServerConversation> {
  const { transport, host, path, reply, tls, udp } = settings;
  const { isSecured, hasConnections, hasBoundaries } = capabilitiesOf(settings);
  const greeting =
    hasConnections && reply.greeting.text !== '' ? fill(reply.greeting) : { bytes: noBytes, isFixed: true };
  const fixed = reply.kind === 'fixed' ? fill(reply.fixed) : null;
  const answer = reply.kind === 'echo' || reply.kind === 'none' ? reply.kind : (fixed?.bytes ?? 'none');
  const { minVersion, maxVersion, ciphers } = defaultListenerTls();
  const lacks: [Lack, boolean][] = [
    ['greeting', greeting === null],
    ['greeting-then-close', hasConnections && reply.greeting.text !== '' && reply.greetingThenClose],
    ['answer', answer === 'none' && reply.kind !== 'none'],
    ['answer-per-message', hasConnections && fixed !== null && reply.boundary !== 'chunk'],
    ['filled-once', greeting?.isFixed === false || fixed?.isFixed === false],
    ['client-certificates', isSecured && tls.clientCertificates !== 'none'],
    ['tls-options', isSecured && (!isLike(tls, { minVersion, maxVersion, ciphers }) || tls.alpn.length > 0)],
    ['udp-options', hasBoundaries && hasUdpOptions(udp)],
  ];
  return {
    conversation: {
      role: 'server',
      ...{ transport, host, port, path, answer },
      greeting: greeting?.bytes ?? noBytes,
    },
    lacks: those(lacks),
  };
}

/** A client that does to the server what its peers do. */
export function peerOf(
  { transport, host, path, tls }: ListenerSettings,
  port: number,
  messages: readonly Message[],
): Described<ClientConversation> {
  const { isSecured } = capabilitiesOf({ transport });
  return {
    conversation: {
      role: 'client',
      ...{ transport, port, path, messages },
      host: { '': '127.0.0.1', '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host,
      // The certificate of a server that is being tested is mostly its own.
      tls: { verify: false, ca: null, servername: '', alpn: tls.alpn },
    },
    lacks: isSecured ? ['unverified'] : [],
  };
}

/** A server that sends messages to each peer, and answers nothing. */
export const speakerOf = (
  { transport, host, path }: ListenerSettings,
  port: number,
  greeting: Uint8Array,
): Described<ServerConversation> => ({
  conversation: { role: 'server', transport, host, port, path, greeting, answer: 'none' },
  lacks: [],
});

const those = (lacks: readonly (readonly [Lack, boolean])[]): Lack[] =>
  lacks.flatMap(([lack, isSo]) => (isSo ? [lack] : []));

const isLike = <T extends object>(value: T, usual: Partial<T>): boolean =>
  Object.entries(usual).every(([name, one]) => value[name as keyof T] === one);

const hasUdpOptions = ({ groups, broadcast, ttl, multicastInterface }: UdpSettings): boolean =>
  groups.length > 0 || broadcast || ttl !== 0 || multicastInterface !== '';
