/** Defaults, bounds and checks of the groups in `settings.ts`. */
import { parseKeptHost } from '../address.ts';
import { checkFieldNumber, fieldProblem, type FieldProblem, type SettingsField } from './field-problem.ts';
import { parseHexPattern } from '../payload/hex-pattern.ts';
import { problemIn } from '../problem.ts';
import type {
  ClientTls,
  ListenerTls,
  MulticastGroup,
  ProxySettings,
  ReplySettings,
  Rule,
  SocketOptions,
  TlsVersion,
  UdpSettings,
  WrittenBytes,
} from './settings.ts';
import { parseWritten } from '../payload/written-bytes.ts';

/** Bounds of numbers, lengths and counts. Both ends are allowed. */
export const groupBounds = {
  keepAliveDelayMs: { min: 1_000, max: 86_400_000 },
  idleTimeoutMs: { min: 0, max: 86_400_000 },
  highWaterBytes: { min: 1_024, max: 1_073_741_824 },
  handshakeTimeoutMs: { min: 100, max: 600_000 },
  ttl: { min: 0, max: 255 },
  multicastTtl: { min: 0, max: 255 },
  bufferBytes: { min: 0, max: 1_073_741_823 },
  groups: { min: 0, max: 64 },
  identities: { min: 0, max: 64 },
  rules: { min: 0, max: 200 },
  delayMs: { min: 0, max: 3_600_000 },
  httpStatus: { min: 100, max: 999 },
  proxyPort: { min: 1, max: 65_535 },
  /** RFC 1929: a SOCKS5 user name or password has at most 255 bytes. */
  credentials: { min: 0, max: 255 },
  alpnBytes: { min: 1, max: 255 },
  writtenCharacters: { min: 0, max: 262_144 },
  /** V8 takes seconds to compile longer ones, and ends the process over a few thousand groups inside each other. */
  regexCharacters: { min: 1, max: 1_000 },
  regexGroups: { min: 0, max: 100 },
} as const;

export const tlsVersions: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

export const noBytes: WrittenBytes = { mode: 'text', text: '' };

export const defaultOptions = (): SocketOptions => ({
  noDelay: true,
  keepAlive: false,
  keepAliveDelayMs: 60_000,
  idleTimeoutMs: 0,
  onIdle: 'warn',
  highWaterBytes: 4 * 1024 * 1024,
  reusePort: false,
  ipv6Only: false,
});

const commonTls = {
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.3',
  ciphers: '',
  handshakeTimeoutMs: 10_000,
  keyLog: false,
} as const;

export const defaultListenerTls = (): ListenerTls => ({
  ...commonTls,
  alpn: [],
  identities: [],
  clientCertificates: 'none',
  clientAuthority: '',
});

export const defaultClientTls = (): ClientTls => ({
  ...commonTls,
  alpn: [],
  servername: '',
  sendServername: true,
  verify: true,
  authority: '',
  identity: '',
});

/** Debian grants 208 KiB of what is asked for unless the system allows more; the socket takes what it gets. */
export const defaultUdp = (): UdpSettings => ({
  connected: false,
  broadcast: false,
  ttl: 0,
  multicastTtl: 1,
  multicastLoopback: true,
  multicastInterface: '',
  groups: [],
  reuseAddress: false,
  receiveBufferBytes: 4 * 1024 * 1024,
  sendBufferBytes: 0,
});

export const defaultProxy = (): ProxySettings => ({
  kind: 'none',
  host: '127.0.0.1',
  port: 1080,
  username: '',
  password: '',
});

export const defaultReply = (): ReplySettings => ({
  kind: 'none',
  boundary: 'chunk',
  prefix: noBytes,
  fixed: noBytes,
  http: { status: 200, headers: 'Content-Type: text/plain; charset=utf-8', body: noBytes },
  rules: [],
  greeting: noBytes,
  greetingThenClose: false,
});

export function checkOptions(options: SocketOptions): FieldProblem[] {
  return [
    ...checkFieldNumber('options.keepAliveDelayMs', options.keepAliveDelayMs, groupBounds.keepAliveDelayMs),
    ...checkFieldNumber('options.idleTimeoutMs', options.idleTimeoutMs, groupBounds.idleTimeoutMs),
    ...checkFieldNumber('options.highWaterBytes', options.highWaterBytes, groupBounds.highWaterBytes),
  ];
}

/** What can be known without OpenSSL; the engine checks ciphers and certificates when it starts. */
export function checkTls(tls: ListenerTls | ClientTls): FieldProblem[] {
  const problems = checkFieldNumber(
    'tls.handshakeTimeoutMs',
    tls.handshakeTimeoutMs,
    groupBounds.handshakeTimeoutMs,
  );
  if (tlsVersions.indexOf(tls.minVersion) > tlsVersions.indexOf(tls.maxVersion))
    problems.push(fieldProblem('tls.maxVersion', 'tls-versions'));
  if (tls.alpn.some((name) => !isProtocolName(name))) problems.push(fieldProblem('tls.alpn', 'alpn-name'));
  if (/[^\x21-\x7e]/.test(tls.ciphers)) problems.push(fieldProblem('tls.ciphers', 'ciphers-character'));
  if ('servername' in tls && tls.servername !== '') {
    const name = parseKeptHost(tls.servername);
    if (!name.ok) problems.push({ ...fieldProblem('tls.servername', name.problem.code), ...name.problem });
    else if (name.kind !== 'name')
      problems.push(fieldProblem('tls.servername', 'servername-address', tls.servername.length));
  }
  return problems;
}

/** RFC 7301: 1 to 255 bytes; all registered names are printable ASCII. */
const isProtocolName = (name: string): boolean => /^[\x21-\x7e]{1,255}$/.test(name);

export function checkUdp(udp: UdpSettings): FieldProblem[] {
  const { bufferBytes, ttl, multicastTtl } = groupBounds;
  return [
    ...checkFieldNumber('udp.ttl', udp.ttl, ttl),
    ...checkFieldNumber('udp.multicastTtl', udp.multicastTtl, multicastTtl),
    ...checkFieldNumber('udp.receiveBufferBytes', udp.receiveBufferBytes, bufferBytes),
    ...checkFieldNumber('udp.sendBufferBytes', udp.sendBufferBytes, bufferBytes),
    ...checkInterface('udp.multicastInterface', udp.multicastInterface),
    ...udp.groups.flatMap((group, index) => checkGroup(group, index)),
  ];
}

function checkGroup({ group, interfaceAddress, source }: MulticastGroup, index: number): FieldProblem[] {
  const at = `udp.groups.${index}` as const;
  const problems = checkInterface(`${at}.interfaceAddress`, interfaceAddress);
  const family = multicastFamily(group);
  if (family === null) problems.push(fieldProblem(`${at}.group`, 'group-not-multicast', group.length));
  if (source === '') return problems;
  const sender = parseKeptHost(source);
  if (!sender.ok) problems.push({ ...fieldProblem(`${at}.source`, sender.problem.code), ...sender.problem });
  else if (sender.kind === 'name' || (family !== null && sender.kind !== family))
    problems.push(fieldProblem(`${at}.source`, 'source-family', source.length));
  return problems;
}

/** Null for what is no multicast address (RFC 5771, RFC 4291 2.7). */
export function multicastFamily(group: string): 'IPv4' | 'IPv6' | null {
  if (/^ff/i.test(group)) {
    // A scope of its own interface or link is written with a zone elsewhere, never in the group.
    const parsed = group.includes('%') ? null : parseKeptHost(group);
    return parsed?.ok && parsed.kind === 'IPv6' ? 'IPv6' : null;
  }
  const parsed = parseKeptHost(group);
  if (!parsed.ok || parsed.kind !== 'IPv4') return null;
  const first = Number(group.split('.')[0]);
  return first >= 224 && first <= 239 ? 'IPv4' : null;
}

/** As a host has a group, with the interface in its zone: `ff02::1%eth0`. Null for a host that is none. */
export function groupOf(host: string): MulticastGroup | null {
  const [group = '', zone] = host.split('%');
  const interfaceAddress = zone === undefined ? '' : `::%${zone}`;
  return multicastFamily(group) === null ? null : { group, interfaceAddress, source: '' };
}

function checkInterface(field: SettingsField, address: string): FieldProblem[] {
  if (address === '' || /^::%[\w.~-]+$/.test(address)) return [];
  const parsed = parseKeptHost(address);
  if (!parsed.ok) return [{ ...fieldProblem(field, parsed.problem.code), ...parsed.problem }];
  return parsed.kind === 'name' ? [fieldProblem(field, 'host-not-an-address', address.length)] : [];
}

export function checkProxy(proxy: ProxySettings): FieldProblem[] {
  if (proxy.kind === 'none') return [];
  const host = parseKeptHost(proxy.host);
  const problems = checkFieldNumber('proxy.port', proxy.port, groupBounds.proxyPort);
  if (!host.ok) problems.push({ ...fieldProblem('proxy.host', host.problem.code), ...host.problem });
  for (const field of ['username', 'password'] as const)
    if (new TextEncoder().encode(proxy[field]).length > groupBounds.credentials.max)
      problems.push({ ...fieldProblem(`proxy.${field}`, 'text-too-long'), max: groupBounds.credentials.max });
  return problems;
}

export function checkReply(reply: ReplySettings): FieldProblem[] {
  return [
    ...checkWritten('reply.prefix', reply.prefix),
    ...checkWritten('reply.fixed', reply.fixed),
    ...checkWritten('reply.greeting', reply.greeting),
    ...checkWritten('reply.http.body', reply.http.body),
    ...checkFieldNumber('reply.http.status', reply.http.status, groupBounds.httpStatus),
    ...checkHeaders(reply.http.headers),
    ...reply.rules.flatMap((rule, index) => checkRule(rule, index)),
  ];
}

function checkWritten(field: SettingsField, written: WrittenBytes): FieldProblem[] {
  const { max } = groupBounds.writtenCharacters;
  if (written.text.length > max)
    return [{ ...fieldProblem(field, 'text-too-long', written.text.length), max }];
  const parsed = parseWritten(written);
  if (parsed.ok) return [];
  const { code, start, end } = parsed.problems[0]!;
  return [fieldProblem(field, code, end, start)];
}

/** RFC 9110 5.1 and 5.5: a token, a colon, and visible text or blanks. */
function checkHeaders(headers: string): FieldProblem[] {
  let start = 0;
  for (const line of headers.split('\n')) {
    if (line.trim() !== '' && !/^[\w!#$%&'*+.^`|~-]+:[\t\x20-\x7e\x80-\xff]*$/.test(line))
      return [fieldProblem('reply.http.headers', 'http-header', start + line.length, start)];
    start += line.length + 1;
  }
  return [];
}

function checkRule({ enabled, match, pattern, reply, delayMs }: Rule, index: number): FieldProblem[] {
  const at = `reply.rules.${index}` as const;
  const problems = checkFieldNumber(`${at}.delayMs`, delayMs, groupBounds.delayMs);
  if (pattern === '') {
    if (enabled) problems.push(fieldProblem(`${at}.pattern`, 'pattern-empty'));
  } else if (match === 'regex') problems.push(...checkRegex(`${at}.pattern`, pattern));
  else if (match === 'hex' && parseHexPattern(pattern) === null)
    problems.push({
      ...fieldProblem(`${at}.pattern`, 'pattern-hex'),
      ...problemIn(pattern, 0, pattern.length, 'pattern-hex'),
    });
  else if (match !== 'hex') problems.push(...checkWritten(`${at}.pattern`, { mode: 'text', text: pattern }));
  return [...problems, ...checkWritten(`${at}.reply`, reply)];
}

/** Every opening parenthesis counts as a group, wherever it stands. */
function checkRegex(field: SettingsField, pattern: string): FieldProblem[] {
  const { regexCharacters, regexGroups } = groupBounds;
  if (pattern.length > regexCharacters.max)
    return [{ ...fieldProblem(field, 'text-too-long', pattern.length), max: regexCharacters.max }];
  if (pattern.split('(').length - 1 > regexGroups.max)
    return [fieldProblem(field, 'pattern-groups', pattern.length)];
  return isRegex(pattern) ? [] : [fieldProblem(field, 'pattern-regex', pattern.length)];
}

function isRegex(source: string): boolean {
  try {
    new RegExp(source, 'u');
    return true;
  } catch {
    // Not complete or not valid: that is the answer.
    return false;
  }
}
