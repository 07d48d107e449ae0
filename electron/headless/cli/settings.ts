/** The settings of the one endpoint that a command line describes. */
import { isIP } from 'node:net';
import { parseHost } from '../../../shared/address.ts';
import type {
  ClientSettings,
  EndpointSettings,
  ListenerSettings,
  ClientTls,
  FramingSettings,
  ListenerTls,
  ProxySettings,
  SocketOptions,
} from '../../../shared/settings/settings.ts';
import { leastCaptureLimit, limitInMiB } from '../../../shared/capture-limit.ts';
import { checkSettings, defaultClient, defaultListener } from '../../../shared/settings/endpoint.ts';
import { defaultProxy } from '../../../shared/settings/proxy.ts';
import { tlsVersions } from '../../../shared/certificates.ts';
import { handshakeBounds } from '../../../shared/settings/tls.ts';
import { capabilitiesOf, transports } from '../../../shared/settings/transports.ts';
import { groupOf } from '../../../shared/settings/udp.ts';
import { explainProblem, texts } from '../../../shared/texts/index.ts';
import { asTyped } from '../../../shared/typed.ts';
import { multicastGroups } from './groups.ts';
import { hostOf, parseEndpointUrl, splitAuthority, type EndpointUrl } from './endpoint-url.ts';
import type { InputFiles } from './input-files.ts';
import { optionOf, requireFields, requireTransport } from './option-fields.ts';
import type { CommonOptions, ConnectOptions, ListenOptions } from './options.ts';
import { replySettings } from './replies.ts';
import { UsageError, usageErrorAt } from './usage-error.ts';

/** Throws a `UsageError`. Certificates are added when the run has begun: they are kept in its folder. */
export function listenerSettings(
  url: string,
  options: ListenOptions,
  files: InputFiles = {},
): ListenerSettings {
  const where = parseEndpointUrl(url, 'listen');
  if (options.greet !== undefined)
    requireTransport(where.transport, '--greet', (transport) => transports[transport].hasConnections);
  requireFields('listener', where.transport, options);
  requireCommon(where, options);
  requireCertificate(where, options);
  const settings = defaultListener();
  const { greet = null, thenClose = false } = options;
  return checked(url, {
    ...settings,
    ...where,
    name: nameOf(url),
    maxConnections: options.maxConnections ?? 0,
    framing: framingSettings(options),
    captureLimitMiB: limitOf(options),
    reply: {
      ...replySettings({ reply: options.reply, greet, thenClose, encoding: options.encoding }, files.http),
      ...(options.frame === undefined ? {} : { boundary: 'frame' as const }),
    },
    options: socketOptions(settings.options, options),
    tls: { ...settings.tls, ...commonTls(settings.tls, options) },
    udp: { ...settings.udp, groups: multicastGroups(options.join, options.source) },
  });
}

const limitOf = ({ captureLimit }: CommonOptions): number =>
  captureLimit === undefined ? 0 : limitInMiB(captureLimit);

const framingSettings = ({ frame }: CommonOptions): FramingSettings => ({
  received: frame?.spec ?? '',
  sent: frame?.spec ?? '',
});

/** As `listenerSettings`. */
export function clientSettings(url: string, options: ConnectOptions): ClientSettings {
  const where = parseEndpointUrl(url, 'connect');
  requireFields('client', where.transport, options);
  requireCommon(where, options);
  const settings = defaultClient();
  const connectTimeoutMs = milliseconds(options.connectTimeout) ?? settings.connectTimeoutMs;
  return checked(url, {
    ...settings,
    ...(capabilitiesOf(where).hasPath ? { ...where, port: settings.port, host: settings.host } : where),
    name: nameOf(url),
    framing: framingSettings(options),
    captureLimitMiB: limitOf(options),
    connectTimeoutMs,
    ...(options.bind === undefined ? {} : parseBind(options.bind)),
    // Whether it goes on sending when the peer has finished is decided here, not by the engine.
    afterPeerFinishes: 'stay',
    options: socketOptions(settings.options, options),
    tls: {
      ...settings.tls,
      ...commonTls(settings.tls, options),
      servername: options.servername === undefined ? '' : parseServername(options.servername),
      verify: options.verify !== 'off',
    },
    udp: { ...settings.udp, ...udpTo(where), groups: multicastGroups(options.join, options.source) },
    proxy: options.proxy === undefined ? defaultProxy() : parseProxy(options.proxy),
  });
}

function requireCommon(where: EndpointUrl, options: CommonOptions): void {
  const { problems } = texts.commandLine;
  const { cert, key, passphraseFile, frame, capture, captureLimit } = options;
  if (frame !== undefined)
    requireTransport(where.transport, '--frame', (transport) => transports[transport].hasConnections);
  if (key !== undefined && cert === undefined) throw new UsageError(problems.keyWithoutCert);
  if (passphraseFile !== undefined && cert === undefined)
    throw new UsageError(problems.passphraseWithoutCert);
  if (captureLimit !== undefined && capture === undefined) throw new UsageError(problems.limitWithoutCapture);
  if (captureLimit !== undefined && captureLimit < leastCaptureLimit)
    throw new UsageError(problems.limitTooSmall);
}

function requireCertificate(where: EndpointUrl, { cert, selfSigned }: ListenOptions): void {
  const { problems } = texts.commandLine;
  if (cert !== undefined && selfSigned) throw new UsageError(problems.selfSignedAndCert);
  if (capabilitiesOf(where).isSecured && cert === undefined && !selfSigned)
    throw new UsageError(problems.needsCertificate);
}

/** At least one: where 0 stands for never, a thousandth of a second does not. */
const milliseconds = (seconds: number | undefined): number | null =>
  seconds === undefined ? null : Math.max(1, Math.round(seconds * 1000));

const socketOptions = (options: SocketOptions, { idleTimeout }: CommonOptions): SocketOptions => ({
  ...options,
  idleTimeoutMs: milliseconds(idleTimeout) ?? 0,
  onIdle: 'close',
});

function commonTls(
  { handshakeTimeoutMs, minVersion, maxVersion }: ListenerTls | ClientTls,
  { alpn = [], keylog, connectTimeout, tlsMin, tlsMax = maxVersion }: CommonOptions,
): Pick<ClientTls, 'alpn' | 'keyLog' | 'handshakeTimeoutMs' | 'minVersion' | 'maxVersion'> {
  // Who asks for an old version at most does not mean the usual lowest one.
  const lowest = tlsVersions.indexOf(tlsMax) < tlsVersions.indexOf(minVersion) ? tlsMax : minVersion;
  // The bounds of the setting are narrower than those of the option.
  const asked = milliseconds(connectTimeout) ?? handshakeTimeoutMs;
  return {
    ...{ alpn, keyLog: keylog !== undefined, minVersion: tlsMin ?? lowest, maxVersion: tlsMax },
    handshakeTimeoutMs: Math.min(Math.max(asked, handshakeBounds.min), handshakeBounds.max),
  };
}

/** Connected sockets hear of refusals; a group or a broadcast is answered by others than it was sent to. */
function udpTo({ host }: EndpointUrl): { connected: boolean; broadcast: boolean } {
  const broadcast = /(^|\.)255$/.test(host);
  return { connected: !broadcast && groupOf(host) === null, broadcast };
}

/** As settings keep it; what else is wrong with it is found by their check, for which an empty one is none. */
function parseServername(text: string): string {
  const parsed = parseHost(text);
  if (!parsed.ok && parsed.problem.code === 'host-empty')
    throw new UsageError(texts.commandLine.problems.setting('--servername', explainProblem(parsed.problem)));
  return parsed.ok ? parsed.host : text;
}

function parseBind(text: string): { localHost: string; localPort: number } {
  const typed = asTyped(text).trim();
  const isBare = isIP(typed.replace(/%.*/, '')) > 0 || /^\[[^\]]*\]$/.test(typed);
  const { host, port } = isBare ? { host: text, port: 0 } : splitAuthority(text, 0, text.length);
  if (host === '') return { localHost: '', localPort: port };
  const localHost = hostOf(text, 0, host);
  if (isIP(localHost.replace(/%.*/, '')) > 0) return { localHost, localPort: port };
  throw usageErrorAt(text, 0, host.length, texts.commandLine.problems.bind);
}

function parseProxy(url: string): ProxySettings {
  const typed = asTyped(url);
  const scheme = /^(socks5|http):\/\//i.exec(typed);
  if (!scheme) throw usageErrorAt(url, 0, url.length, texts.commandLine.problems.proxyScheme);
  const from = scheme[0].length;
  const end = typed.endsWith('/') ? url.length - 1 : url.length;
  const at = typed.lastIndexOf('@');
  const start = at < from ? from : at + 1;
  const [, username = '', password = ''] = /^([^:]*):?([^]*)$/.exec(url.slice(from, Math.max(from, at)))!;
  const { host, port } = splitAuthority(url, start, end);
  return {
    kind: scheme[1]!.toLowerCase() === 'socks5' ? 'socks5' : 'http',
    host: hostOf(url, start, host),
    port,
    username: unescaped(url, from, username),
    password: unescaped(url, from + username.length + 1, password),
  };
}

function unescaped(url: string, from: number, text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A percent sign without two hex digits, or bytes that are not UTF-8.
    throw usageErrorAt(url, from, from + text.length, texts.commandLine.problems.proxyEscape);
  }
}

/** The tab's name when the capture is looked at later. */
const nameOf = (url: string): string =>
  [...url.replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '?')].slice(0, 80).join('');

/** The one check of settings, with the places of its problems in words of the command line. */
function checked<Settings extends EndpointSettings>(url: string, settings: Settings): Settings {
  for (const found of checkSettings(settings)) {
    const { field, code, start, end } = found;
    // A file may be longer than what a form takes.
    if (field === 'reply.http.body' && code === 'text-too-long') continue;
    const problem = explainProblem(found);
    if (field === 'path') {
      const from = url.length - settings.path.length;
      throw usageErrorAt(url, from + start, from + end, problem);
    }
    throw new UsageError(texts.commandLine.problems.setting(optionOf(field), problem));
  }
  return settings;
}
