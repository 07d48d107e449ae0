/** The URLs of `listen` and `connect`: `tcp://host:port`, `tls://…`, `udp://…`, `unix:///path` (RFC 3986, RFC 6874). */
import { parseHost, parsePort } from '../../../shared/address.ts';
import type { Transport } from '../../../shared/settings/settings.ts';
import { transportNames, transports } from '../../../shared/settings/transports.ts';
import { texts } from '../../../shared/texts/index.ts';
import { asTyped } from '../../../shared/typed.ts';
import { usageErrorAt } from './usage-error.ts';

/** `host` and `port` are '' and 0 where a path says it all, `path` is '' for all others. */
export type EndpointUrl = { transport: Transport; host: string; port: number; path: string };
export type Role = 'listen' | 'connect';

/**
 * Full-width forms mean ASCII (`asTyped`), but in a path, which is taken literally. Throws a `UsageError` that marks the
 * place. A listener's host may be empty (any address) and its port 0 (any free one).
 */
export function parseEndpointUrl(url: string, role: Role): EndpointUrl {
  const words = texts.commandLine.problems;
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(asTyped(url));
  if (!scheme) throw usageErrorAt(url, 0, url.length, words.scheme);
  const transport = transportNames.find((known) => known === scheme[1]!.toLowerCase());
  const from = scheme[0].length;
  if (!transport) throw usageErrorAt(url, 0, from, words.scheme);
  if (transports[transport].hasPath) return { transport, host: '', port: 0, path: parsePath(url, from) };
  const { host, port } = parseAuthority(url, from, role);
  return { transport, host, port, path: '' };
}

function parsePath(url: string, from: number): string {
  const path = url.slice(from);
  if (!/^(\/|\\\\)/.test(path))
    throw usageErrorAt(url, from, url.length, texts.commandLine.problems.unixPath);
  return path;
}

function parseAuthority(url: string, from: number, role: Role): { host: string; port: number } {
  const words = texts.commandLine.problems;
  const typed = asTyped(url);
  const slash = typed.indexOf('/', from);
  if (slash >= 0 && slash < url.length - 1) throw usageErrorAt(url, slash, url.length, words.urlPath);
  const end = slash < 0 ? url.length : slash;
  const at = typed.lastIndexOf('@', end);
  if (at >= from) throw usageErrorAt(url, from, at + 1, words.urlUser);
  const { host, port } = splitAuthority(url, from, end);
  if (host === '' && role === 'listen') return { host, port };
  if (port === 0 && role === 'connect') throw usageErrorAt(url, end - 1, end, words.portZero);
  return { host: hostOf(url, from, host), port };
}

/** Host (in its brackets) and port of `url` between `from` and `end`. */
export function splitAuthority(url: string, from: number, end: number): { host: string; port: number } {
  const words = texts.commandLine.problems;
  const text = asTyped(url).slice(from, end);
  const close = text.startsWith('[') ? text.indexOf(']') : -1;
  const colon = text.lastIndexOf(':');
  const hasPort = colon > close && (close < 0 || colon === close + 1);
  if (close < 0 && text.indexOf(':') !== colon) throw usageErrorAt(url, from, end, words.urlBrackets);
  if (!hasPort) throw usageErrorAt(url, from, Math.max(end, from + 1), words.portMissing);
  const port = parsePort(url.slice(from + colon + 1, end));
  if (!port.ok)
    throw usageErrorAt(
      url,
      from + colon + 1,
      Math.max(end, from + colon + 2),
      texts.errors[port.problem.code],
    );
  return { host: url.slice(from, from + colon), port: port.port };
}

/** RFC 6874 writes the zone of an IPv6 address behind `%25`; a bare `%` is what people type. */
export function hostOf(url: string, from: number, typed: string): string {
  const parsed = parseHost(asTyped(typed).replace(/%25(?=[\w.~-]+\]$)/, '%'));
  if (parsed.ok) return parsed.host;
  const { start, end, code } = parsed.problem;
  throw usageErrorAt(url, from + start, from + Math.max(end, start + 1), texts.errors[code]);
}
