import type { IncomingMessage } from 'node:http';
import { hostname, networkInterfaces } from 'node:os';
import type { Key } from './key.ts';

/**
 * What a route asks of a request. `page`: nothing, for the files of the page hold no secret; a link elsewhere may lead
 * to them. `download`: the path itself, which cannot be guessed. `api`: the key as a bearer. `channel`: our own page,
 * which proves the key over the channel, or a program's bearer. Every kind checks Host and Origin first.
 */
export type Access = 'page' | 'download' | 'api' | 'channel';
export type Refusal = { status: 400 | 401 | 403 | 405 | 413 | 421; reason: RefusalReason };
export type RefusalReason = 'host' | 'origin' | 'site' | 'request' | 'method' | 'body' | 'unauthorized';

/** Null when the request may go on. Ignores X-Forwarded-*: nothing stands before this host. */
export type Guard = (request: IncomingMessage, access: Access) => Refusal | null;

/**
 * Against DNS rebinding the Host must be one that this host was started for; against other sites the Origin must be the
 * same. `host` is the address bound, `port` the real one.
 */
export function createGuard(host: string, port: number, key: Key): Guard {
  const hosts = allowedHosts(host, port);
  return (request, access) => {
    const { host: asked, origin, authorization } = request.headers;
    if (countOf(request, 'host') !== 1 || asked === undefined || !hosts.has(asked))
      return refuse(421, 'host');
    if (!isPlainTarget(request.url ?? '')) return refuse(400, 'request');
    if (countOf(request, 'origin') > 1 || (origin !== undefined && origin !== `http://${asked}`))
      return refuse(403, 'origin');
    if (isFromElsewhere(request) && !(access === 'page' && isNavigation(request))) return refuse(403, 'site');
    if (access === 'api' && !key.isBearerIn(authorization)) return refuse(401, 'unauthorized');
    if (access !== 'channel' || key.isBearerIn(authorization)) return null;
    // A wrong bearer is a program's mistake, and no page's attempt.
    if (authorization !== undefined) return refuse(401, 'unauthorized');
    return origin === undefined ? refuse(403, 'origin') : null;
  };
}

/** By Fetch Metadata (W3C), which every browser of today sends; programs send none of it. */
function isFromElsewhere({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}

/** A person follows a link: no frame, no script, no picture. */
const isNavigation = ({ headers }: IncomingMessage): boolean =>
  headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';

const refuse = (status: Refusal['status'], reason: RefusalReason): Refusal => ({ status, reason });

/** Node joins or drops repeated headers; a request that has two is not a browser's. */
function countOf(request: IncomingMessage, name: string): number {
  return request.rawHeaders.filter((word, i) => i % 2 === 0 && word.toLowerCase() === name).length;
}

/** Only what our own page asks for: a path of plain characters. No query, no escapes, no `..`. */
const isPlainTarget = (target: string): boolean =>
  target.length <= 512 && /^\/[\w./-]*$/.test(target) && !/\.\.|\/\/|\/\.(\/|$)/.test(target);

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
