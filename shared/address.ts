/** Hosts, ports and addresses as people write them (RFC 3986 3.2.2, RFC 4291 2.2, RFC 6874, RFC 1123 2.1). */
import { problemIn, type Problem } from './problem.ts';
import { asTyped } from './typed.ts';

/**
 * `host` is a literal address without brackets; an IPv6 zone stays in it (`fe80::1%eth0`). '' where unknown. Of a Unix
 * socket `host` is the path; a peer that connected has none, and `port` is then its running number, else 0. A 'name' is
 * that of a target behind a proxy, which alone knows its address.
 */
export type Address = { host: string; port: number; family: 'IPv4' | 'IPv6' | 'Unix' | 'name' };

export type HostProblemCode =
  | 'host-empty'
  | 'host-with-port'
  | 'host-with-scheme'
  | 'host-space'
  | 'host-character'
  | 'host-brackets'
  | 'host-label'
  | 'host-too-long'
  | 'host-ipv4-form'
  | 'host-ipv6-form'
  | 'host-zone'
  | 'host-zone-missing'
  | 'host-not-an-address';
export type HostProblem = Problem<HostProblemCode>;
export type HostKind = 'name' | 'IPv4' | 'IPv6';
/** `host` is without brackets and surrounding blanks, and ASCII where full-width forms were typed. */
export type ParsedHost = { ok: true; host: string; kind: HostKind } | { ok: false; problem: HostProblem };

export type PortProblemCode = 'port-empty' | 'port-not-a-number' | 'port-range';
export type PortProblem = Problem<PortProblemCode>;
export type ParsedPort = { ok: true; port: number } | { ok: false; problem: PortProblem };

export const highestPort = 65_535;

/**
 * `127.0.0.1:80`, `[::1]:80`, `[fe80::1%eth0]:80`; a host that is not known shows as `?`. A Unix socket is its path, and
 * a peer without one `#` and its number.
 */
export function formatAddress({
  host,
  port,
  family,
}: Pick<Address, 'host' | 'port'> & Partial<Address>): string {
  if (family === 'Unix') return host || `#${port}`;
  return `${host.includes(':') ? `[${host}]` : host || '?'}:${port}`;
}

/** An integer of decimal digits, 0-65535; blanks around it do not matter, nor their width (`asTyped`). */
export function parsePort(text: string): ParsedPort {
  const typed = asTyped(text);
  const digits = typed.trim();
  const start = typed.indexOf(digits);
  const refuse = (code: PortProblemCode): ParsedPort => ({
    ok: false,
    problem: problemIn(text, start, start + digits.length, code),
  });
  if (digits === '') return refuse('port-empty');
  if (!/^\d+$/.test(digits)) return refuse(/^[-+]?\d+$/.test(digits) ? 'port-range' : 'port-not-a-number');
  const port = Number(digits);
  return port <= highestPort ? { ok: true, port } : refuse('port-range');
}

/**
 * A host name, an IPv4 address in four decimal parts or an IPv6 address with an optional zone, in brackets or not.
 * Refuses what a system would read in surprising ways: `127.1`, `0x7f.1` and `010.0.0.1` (inet_aton(3) forms), and a
 * link-local IPv6 address without its zone, which names no interface. Full-width forms mean ASCII (`asTyped`).
 */
export function parseHost(text: string): ParsedHost {
  const all = asTyped(text);
  const typed = all.trim();
  const offset = all.indexOf(typed);
  const refuse = (code: HostProblemCode, start = 0, end = typed.length): ParsedHost => ({
    ok: false,
    problem: problemIn(text, offset + start, offset + end, code),
  });
  if (typed === '') return refuse('host-empty');
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(typed);
  if (scheme) return refuse('host-with-scheme', 0, scheme[0].length);
  const space = typed.search(/\s/);
  if (space >= 0) return refuse('host-space', space, space + 1);
  if (typed.startsWith('[')) return parseBracketed(typed, refuse);
  if (typed.split(':').length > 2) return parseIpv6(typed, 0, refuse);
  const colon = typed.indexOf(':');
  if (colon >= 0) return refuse('host-with-port', colon);
  if (/^\d+(\.\d+){3}$/.test(typed) && isIpv4(typed)) return { ok: true, host: typed, kind: 'IPv4' };
  return parseName(typed, refuse);
}

/** A host as settings hold it, which goes to the system as it is: what `parseHost` gives, and nothing beside it. */
export function parseKeptHost(host: string): ParsedHost {
  const parsed = parseHost(host);
  if (!parsed.ok || parsed.host === host) return parsed;
  const start = [...host].findIndex((unit, at) => unit !== parsed.host[at]);
  const code = /\s/.test(host[start]!)
    ? 'host-space'
    : host[start] === '['
      ? 'host-brackets'
      : 'host-character';
  return { ok: false, problem: problemIn(host, start, start + 1, code) };
}

type Refuse = (code: HostProblemCode, start?: number, end?: number) => ParsedHost;

function parseBracketed(typed: string, refuse: Refuse): ParsedHost {
  const end = typed.indexOf(']');
  if (end < 0) return refuse('host-brackets', 0, 1);
  if (/^:\d*$/.test(typed.slice(end + 1))) return refuse('host-with-port', end + 1);
  if (end < typed.length - 1) return refuse('host-brackets', end + 1);
  return parseIpv6(typed.slice(1, end), 1, refuse);
}

function parseIpv6(typed: string, offset: number, refuse: Refuse): ParsedHost {
  const percent = typed.indexOf('%');
  const address = percent < 0 ? typed : typed.slice(0, percent);
  if (!isIpv6(address)) return refuse('host-ipv6-form', offset, offset + address.length);
  if (percent < 0) {
    const needsZone = /^fe[89ab]/i.test(address);
    return needsZone
      ? refuse('host-zone-missing', offset, offset + typed.length)
      : { ok: true, host: typed, kind: 'IPv6' };
  }
  const zone = typed.slice(percent + 1);
  if (!/^[\w.~-]+$/.test(zone)) return refuse('host-zone', offset + percent, offset + typed.length);
  return { ok: true, host: typed, kind: 'IPv6' };
}

function parseName(typed: string, refuse: Refuse): ParsedHost {
  const strange = /[^\p{L}\p{M}\p{N}._-]/u.exec(typed);
  if (strange) return refuse('host-character', strange.index, strange.index + strange[0].length);
  const name = typed.endsWith('.') ? typed.slice(0, -1) : typed;
  if (name.length > 253) return refuse('host-too-long');
  const labels = name.split('.');
  // The rule of the URL standard: a last label that is a number makes the whole an attempt at an IPv4 address.
  if (/^(\d+|0x[0-9a-f]*)$/i.test(labels.at(-1)!)) return refuse('host-ipv4-form');
  let start = 0;
  for (const label of labels) {
    if (label === '' || label.length > 63 || label.startsWith('-') || label.endsWith('-'))
      return refuse('host-label', start, Math.min(start + Math.max(1, label.length), typed.length));
    start += label.length + 1;
  }
  return { ok: true, host: typed, kind: 'name' };
}

const isIpv4 = (text: string): boolean =>
  /^\d+(\.\d+){3}$/.test(text) &&
  text.split('.').every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);

/** Eight groups, or fewer around one `::`; the last two may be an IPv4 address. No zone. */
function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const last = groups.at(-1);
  const endsInIpv4 = last?.includes('.') === true && !text.endsWith('::');
  if (endsInIpv4 && !isIpv4(last)) return false;
  const hex = endsInIpv4 ? groups.slice(0, -1) : groups;
  if (!hex.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  const count = hex.length + (endsInIpv4 ? 2 : 0);
  return halves.length === 2 ? count <= 7 : count === 8;
}

/**
 * Host and port of pasted text: `host:port`, `[::1]:80`, `tcp://host:port/`. Null where it is not both, so that a paste
 * of a bare host (or IPv6 address) goes on as an ordinary paste.
 */
export function splitHostPort(text: string): { host: string; port: number } | null {
  const match = /^(?:tcp:\/\/)?(\[[^\]]*\]|[^:[\]/]+):(\d+)\/?$/i.exec(asTyped(text).trim());
  if (!match) return null;
  const host = parseHost(match[1]!);
  const port = parsePort(match[2]!);
  return host.ok && port.ok ? { host: host.host, port: port.port } : null;
}
