/** What programs of command lines have in common. */
import { highestPort, parseHost, parsePort } from '../../address.ts';
import type { FieldNotation, Written } from '../../payload/payload.ts';
import type { ProxySettings } from '../../settings/proxy.ts';
import type { EndpointSettings } from '../../settings/settings.ts';
import { transports } from '../../settings/transports.ts';
import { nameOf, writtenOf, type BroughtTarget, type Finds, type RefusalCode } from '../brought.ts';
import type { Word } from '../shell-words.ts';

/** One command: its words without its name, and what a pipe sends into it. */
export type Run = { words: readonly Word[]; at: number; input: Uint8Array | null; finds: Finds };
export type Program = (run: Run) => void;

export const refuserOf =
  ({ finds }: Run) =>
  (code: RefusalCode, at: number, what: string): void =>
    finds.refuse(code, at, what);

/** As settings have it: without brackets. */
export function hostIn(text: string): string {
  const parsed = parseHost(text);
  return parsed.ok ? parsed.host : text;
}

/** Null for what is no port from 1 on; `isAny`: 0 is one, too. */
export function portIn(text: string, isAny = false): number | null {
  const parsed = parsePort(text);
  return parsed.ok && parsed.port <= highestPort && (isAny || parsed.port > 0) ? parsed.port : null;
}

/** `host:port`, `[host]:port`; null where that is none. */
export function hostAndPort(
  text: string,
  usual: number | null = null,
): { host: string; port: number } | null {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d*))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = digits === undefined ? usual : portIn(digits);
  return host === undefined || host === '' || port === null ? null : { host: hostIn(host), port };
}

const unitMs: Readonly<Record<string, number>> = { '': 1000, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** `10`, `1.5s`, `500ms`, `2m`; null for anything else. */
export function millisecondsIn(text: string): number | null {
  const [, digits, unit] = /^(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h)?$/.exec(text) ?? [];
  return digits === undefined ? null : Math.round(Number(digits) * unitMs[unit ?? '']!);
}

/** `user:password@host:port`, with a scheme or without. */
export function proxyIn(text: string, kind: ProxySettings['kind'], usualPort: number): ProxySettings | null {
  const at = text.lastIndexOf('@');
  const address = hostAndPort(text.slice(at + 1).replace(/\/$/, ''), usualPort);
  const [, username = '', password = ''] = /^([^:]*):?([^]*)$/.exec(at < 0 ? '' : text.slice(0, at)) ?? [];
  return address === null ? null : { kind, ...address, username, password };
}

/** A setting's field takes no other notations. */
export function fieldOf(bytes: Uint8Array): Written<FieldNotation> {
  const { mode, text } = writtenOf(bytes);
  return { mode: mode === 'hex' ? 'hex' : 'text', text };
}

export const targetOf = ({ transport, host, port, path }: EndpointSettings): BroughtTarget =>
  transports[transport].hasPath ? { transport, host: path, port: 0 } : { transport, host, port };

/** An endpoint, and the message that is sent over it or greets who connects to it. */
export function bring(run: Run, name: string, settings: EndpointSettings, message: Uint8Array | null): void {
  const { finds, at } = run;
  if (settings.role === 'listener' && message !== null) settings.reply.greeting = fieldOf(message);
  if (!finds.endpoint(settings, at, name) || settings.role === 'listener' || message === null) return;
  const { host, port } = targetOf(settings);
  finds.message(
    {
      name: nameOf(`${name} ${host}${port > 0 ? `:${port}` : ''}`),
      written: writtenOf(message),
      target: targetOf(settings),
    },
    at,
  );
}

/** What `-C` and `-crlf` make of line feeds: one that has its carriage return keeps it alone. */
export function withCarriageReturns(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length * 2);
  let size = 0;
  for (const [at, byte] of bytes.entries()) {
    if (byte === 10 && bytes[at - 1] !== 13) out[size++] = 13;
    out[size++] = byte;
  }
  return out.slice(0, size);
}
