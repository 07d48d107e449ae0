import type { IncomingMessage } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';
import type { Secrets } from './token.ts';

/**
 * What a route asks of a request. `page`: cookie or bearer, with a page of help for a person who has neither. `api`:
 * the same, answered in a line. `channel`: as `api`, and a browser must come from our own page. Every kind checks Host
 * and Origin first.
 */
export type Access = 'page' | 'api' | 'channel';
export type Refusal = { status: 400 | 401 | 403 | 405 | 413 | 421; reason: RefusalReason };
export type RefusalReason = 'host' | 'origin' | 'site' | 'request' | 'method' | 'body' | 'unauthorized';

export type Guard = {
  /** Null when the request may go on. Ignores X-Forwarded-*: nothing stands before this host. */
  check(request: IncomingMessage, access: Access): Refusal | null;
  /** The checks that come before any secret is looked at. */
  checkSource(request: IncomingMessage, access: Access): Refusal | null;
};

/**
 * Against DNS rebinding the Host must be one that this host was started for; against other sites the Origin must be the
 * same. `host` is the address bound, `port` the real one.
 */
export function createGuard(host: string, port: number, secrets: Secrets): Guard {
  const hosts = allowedHosts(host, port);
  const checkSource = (request: IncomingMessage, access: Access): Refusal | null => {
    const { host: asked, origin, 'sec-fetch-site': site } = request.headers;
    if (countOf(request, 'host') !== 1 || asked === undefined || !hosts.has(asked))
      return refuse(421, 'host');
    if (!isPlainTarget(request.url ?? '')) return refuse(400, 'request');
    const own = `http://${asked}`;
    if (countOf(request, 'origin') > 1 || (origin !== undefined && origin !== own))
      return refuse(403, 'origin');
    if (access === 'page') return null;
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return refuse(403, 'site');
    const isProgram = secrets.hasBearer(request.headers.authorization);
    return access === 'channel' && origin === undefined && !isProgram ? refuse(403, 'origin') : null;
  };
  const check = (request: IncomingMessage, access: Access): Refusal | null => {
    const { cookie, authorization } = request.headers;
    const refusal = checkSource(request, access);
    if (refusal) return refusal;
    return secrets.hasBearer(authorization) || secrets.hasCookie(cookie) ? null : refuse(401, 'unauthorized');
  };
  return { check, checkSource };
}

const refuse = (status: Refusal['status'], reason: RefusalReason): Refusal => ({ status, reason });

/** Node joins or drops repeated headers; a request that has two is not a browser's. */
function countOf(request: IncomingMessage, name: string): number {
  return request.rawHeaders.filter((word, i) => i % 2 === 0 && word.toLowerCase() === name).length;
}

/** Only what our own page asks for: a path of plain characters, and the token's query. No escapes, no `..`. */
const isPlainTarget = (target: string): boolean =>
  target.length <= 512 &&
  /^\/[\w./-]*(\?token=[\w-]*)?$/.test(target) &&
  !/\.\.|\/\/|\/\.(\/|$)/.test(target);

/** As browsers write them in Host and Origin. */
export function allowedHosts(host: string, port: number): Set<string> {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  if (isAny(host)) {
    const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    names.push(hostname().toLowerCase(), ...addresses.map(({ address }) => bracketed(address)));
  } else {
    names.push(bracketed(host));
  }
  // A browser leaves the default port out.
  return new Set(names.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])));
}

export const isAny = (host: string): boolean => host === '0.0.0.0' || host === '::';
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
export const bracketed = (host: string): string => (host.includes(':') ? `[${host}]` : host);
