/** SOCKS version 5 (RFC 1928) with no authentication or user name and password (RFC 1929). */
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import { proxyFailure, quote, type Credentials, type Dialogue, type TunnelTarget } from './dialogue.ts';

const version = 5;
const authVersion = 1;
const method = { none: 0, password: 2, nothingFits: 0xff } as const;
const addressKind = { IPv4: 1, name: 3, IPv6: 4 } as const;
const connect = 1;

/** Answers of RFC 1928 section 6 that are no success and have a code of their own. */
const refusals: Partial<Record<number, string>> = {
  2: 'SOCKS_NOT_ALLOWED',
  3: 'SOCKS_NETWORK_UNREACHABLE',
  4: 'SOCKS_HOST_UNREACHABLE',
  5: 'SOCKS_CONNECTION_REFUSED',
  6: 'SOCKS_TTL_EXPIRED',
  7: 'SOCKS_COMMAND_UNSUPPORTED',
  8: 'SOCKS_ADDRESS_UNSUPPORTED',
};

/**
 * A name is sent as it is, so that the proxy resolves it. Throws SOCKS_AUTH_REQUIRED, SOCKS_AUTH_FAILED,
 * PROXY_NOT_SOCKS, and one of `refusals` (SOCKS_FAILED for answers that the RFC does not know).
 */
export function* socks5(target: TunnelTarget, { username, password }: Credentials): Dialogue {
  const methods = username === '' ? [method.none] : [method.none, method.password];
  const chosen = yield { send: Uint8Array.of(version, methods.length, ...methods), read: 2 };
  if (chosen[0] !== version) throw notSocks(chosen);
  if (chosen[1] === method.password && username !== '') yield* logIn(username, password);
  else if (chosen[1] === method.nothingFits) throw noMethod(username);
  else if (chosen[1] !== method.none) throw notSocks(chosen);

  const answer = yield { send: request(target), read: 4 };
  if (answer[0] !== version) throw notSocks(answer);
  const refusal = answer[1]!;
  // Some proxies send no more than this when they refuse, so nothing more is waited for.
  if (refusal !== 0)
    throw proxyFailure(refusals[refusal] ?? 'SOCKS_FAILED', { name: 'socks-answer', answer: refusal });
  yield* skipBoundAddress(answer[3]!);
}

function* logIn(username: string, password: string): Dialogue {
  const [user, secret] = [Buffer.from(username), Buffer.from(password)];
  const send = Buffer.concat([[authVersion, user.length], user, [secret.length], secret].map(asBytes));
  const verdict = yield { send, read: 2 };
  if (verdict[0] !== authVersion && verdict[0] !== version) throw notSocks(verdict);
  if (verdict[1] !== 0)
    throw proxyFailure('SOCKS_AUTH_FAILED', { name: 'socks-login-status', status: verdict[1]! });
}

function request({ host, port }: TunnelTarget): Uint8Array {
  const parts = [[version, connect, 0], address(host), [port >> 8, port & 255]];
  return Buffer.concat(parts.map(asBytes));
}

/** A zone names an interface of this machine, which means nothing to the proxy. */
function address(host: string): Uint8Array {
  const literal = host.split('%')[0]!;
  if (isIP(literal) === 4) return Uint8Array.of(addressKind.IPv4, ...literal.split('.').map(Number));
  if (isIP(literal) === 6) return Uint8Array.of(addressKind.IPv6, ...ipv6Bytes(literal));
  const name = Buffer.from(domainToASCII(host) || host);
  return Uint8Array.of(addressKind.name, name.length, ...name);
}

/** `literal` is valid (RFC 4291 2.2); the URL parser writes a last part in IPv4 form as hex. */
export function ipv6Bytes(literal: string): number[] {
  const plain = new URL(`http://[${literal}]`).hostname.slice(1, -1);
  const [left = '', right = ''] = plain.split('::');
  const groupsOf = (text: string): string[] => (text === '' ? [] : text.split(':'));
  const [head, tail] = [groupsOf(left), groupsOf(right)];
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail].flatMap((group) => {
    const value = parseInt(group, 16);
    return [value >> 8, value & 255];
  });
}

/** The address that the proxy connects from, and its port: of no use here. */
function* skipBoundAddress(kind: number): Dialogue {
  const portBytes = 2;
  if (kind === addressKind.IPv4) yield { read: 4 + portBytes };
  else if (kind === addressKind.IPv6) yield { read: 16 + portBytes };
  else if (kind === addressKind.name) yield { read: (yield { read: 1 })[0]! + portBytes };
  else throw proxyFailure('PROXY_NOT_SOCKS', { name: 'socks-address', addressKind: kind });
}

const asBytes = (part: Uint8Array | number[]): Uint8Array => Uint8Array.from(part);

const notSocks = (bytes: Uint8Array): Error =>
  proxyFailure('PROXY_NOT_SOCKS', { name: 'no-socks', said: quote(bytes) });

const noMethod = (username: string): Error =>
  username === ''
    ? proxyFailure('SOCKS_AUTH_REQUIRED', { name: 'proxy-login' })
    : proxyFailure('SOCKS_AUTH_FAILED', { name: 'proxy-no-login' });
