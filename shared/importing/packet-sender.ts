/** Packets as Packet Sender keeps and exports them, in both directions. */
import { highestPort, parseKeptHost } from '../address.ts';
import { toBase64 } from '../payload/base64.ts';
import { isBytes, isInsert } from '../payload/fill.ts';
import { joinBytes } from '../payload/join.ts';
import { compile, parseMessage } from '../payload/payload.ts';
import type { Transport } from '../settings/settings.ts';
import { transports } from '../settings/transports.ts';
import {
  macros,
  nameOf,
  noFacts,
  writtenOf,
  type BroughtMessage,
  type BroughtTarget,
  type Json,
  type JsonObject,
  type RefusalCode,
} from './brought.ts';
import { httpRequest } from './http-request.ts';

/** The keys of its JSON, in the order in which Qt writes them. */
export const packetKeys = [
  ...['asciistring', 'errorstring', 'fromip', 'fromport', 'hexstring', 'name', 'port', 'repeat'],
  ...['requestpath', 'sendresponse', 'tcporudp', 'toip'],
] as const;

type Refuse = (code: RefusalCode, key: string, what: string) => void;
type ReadPacket = Pick<BroughtMessage, 'name' | 'written' | 'target' | 'repeatMs'>;

const wordsOf = (value: Json | undefined): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';

const mostRepeatSeconds = 1_000_000;
/** Qt reads a number wherever one stands alone; anything else is 0. */
const numberIn = (value: Json | undefined): number => {
  const text = wordsOf(value).trim();
  return /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d{1,3})?$/i.test(text) ? Number(text) : 0;
};

/** As QString::toUInt: digits alone, within 32 bits, else 0. */
export const wholeNumber = (text: string): number => {
  const digits = text.trim();
  return /^\d{1,10}$/.test(digits) && Number(digits) < 2 ** 32 ? Number(digits) : 0;
};

/** As QByteArray::fromHex: what is no digit is passed over, and of an odd number the first is a byte by itself. */
export function readQtHex(text: string): Uint8Array<ArrayBuffer> {
  const digits = text.replaceAll(/[^0-9a-f]+/gi, '');
  const even = digits.length % 2 === 0 ? digits : `0${digits}`;
  return Uint8Array.from({ length: even.length / 2 }, (_, at) =>
    parseInt(even.slice(2 * at, 2 * at + 2), 16),
  );
}

/** What an entry means; null for one that Packet Sender itself passes over. `refuse` hears what has no place here. */
export function readPacket(entry: JsonObject, refuse: Refuse): ReadPacket | null {
  const name = wordsOf(entry['name']);
  if (name === '') {
    refuse('packet-name', 'name', '');
    return null;
  }
  const hex = wordsOf(entry['hexstring']);
  if (/[^0-9a-f\s]/i.test(hex) || hex.replaceAll(/\s/g, '').length % 2 > 0)
    refuse('packet-hex', 'hexstring', name);
  const bytes = readQtHex(hex);
  const repeat = numberIn(entry['repeat']);
  if (repeat < 0 || repeat > mostRepeatSeconds) refuse('packet-repeat', 'repeat', wordsOf(entry['repeat']));
  refuseUnused(entry, name, refuse);
  const kind = wordsOf(entry['tcporudp']).trim();
  const written = /http/i.test(kind)
    ? requestOf(entry, kind, bytes, (code) => refuse(code, 'tcporudp', `${name}: ${kind}`))
    : writtenOf(bytes, macros);
  return {
    name,
    written,
    target: targetOf(entry, name, refuse),
    repeatMs: repeat > 0 && repeat <= mostRepeatSeconds ? Math.max(1, Math.round(repeat * 1000)) : null,
  };
}

/** What Packet Sender knows of a packet and a message here does not; a garbage `fromport` it uses as little. */
function refuseUnused(entry: JsonObject, name: string, refuse: Refuse): void {
  const error = wordsOf(entry['errorstring']);
  if (error !== '') refuse('packet-error', 'errorstring', `${name}: ${error}`);
  if (numberIn(entry['sendresponse']) !== 0) refuse('packet-response', 'sendresponse', name);
  const from = numberIn(entry['fromport']);
  if (Number.isInteger(from) && from > 0 && from <= highestPort)
    refuse('packet-from-port', 'fromport', `${name}: ${from}`);
  const known: readonly string[] = packetKeys;
  for (const key of Object.keys(entry)) if (!known.includes(key)) refuse('field-unknown', key, key);
}

/** As Packet Sender tells its kinds apart. Null: none of ours. */
function transportOf(kind: string): Transport | null {
  const low = kind.toLowerCase();
  if (low.includes('dtls')) return null;
  if (low.includes('https') || low.includes('ssl')) return 'tls';
  if (low.includes('http') || low.includes('tcp')) return 'tcp';
  return low === 'udp' ? 'udp' : null;
}

function targetOf(entry: JsonObject, name: string, refuse: Refuse): BroughtTarget | null {
  const kind = wordsOf(entry['tcporudp']).trim();
  const transport = transportOf(kind);
  if (transport === null)
    refuse(/dtls/i.test(kind) ? 'packet-dtls' : 'packet-transport', 'tcporudp', `${name}: ${kind}`);
  const host = wordsOf(entry['toip']).trim();
  const port = numberIn(entry['port']);
  if (host === '') return null;
  if (!parseKeptHost(host).ok) refuse('packet-host', 'toip', host);
  else if (!Number.isInteger(port) || port < 1 || port > highestPort)
    refuse('packet-port', 'port', wordsOf(entry['port']));
  else return { transport, host, port };
  return null;
}

/** Packet Sender leaves the request to Qt; what a server has to hear of it is its method, path, host and data. */
function requestOf(entry: JsonObject, kind: string, body: Uint8Array, refuse: (code: RefusalCode) => void) {
  const path = wordsOf(entry['requestpath']).trim();
  const isPost = /post/i.test(kind);
  const request = httpRequest({
    method: isPost ? 'POST' : 'GET',
    path: path.startsWith('/') ? path : `/${path}`,
    host: wordsOf(entry['toip']).trim(),
    port: numberIn(entry['port']),
    isSecured: /https/i.test(kind),
    headers: [['Accept', '*/*']],
    body: isPost ? body : null,
  });
  refuse('packet-http');
  return writtenOf(request ?? body, macros);
}

const names: Readonly<Partial<Record<Transport, string>>> = { tcp: 'TCP', tls: 'SSL', udp: 'UDP' };

/** An entry for a message: as it was read where it still says the same; null for what Packet Sender cannot send. */
export function packetOf(message: BroughtMessage, refuse: (code: RefusalCode) => void): JsonObject | null {
  if (Object.keys(message.packetSender).length > 0) {
    const before = readPacket(message.packetSender, () => undefined);
    if (before !== null && isSame({ ...noFacts(), ...before }, message)) return message.packetSender;
  }
  const bytes = bytesWithMacros(message);
  if (bytes === null) refuse('export-function');
  else if (message.name === '') refuse('export-name');
  else if (typeof message.target === 'object' && transports[message.target?.transport ?? 'tcp'].hasPath)
    refuse('export-transport');
  else return entryOf(message, bytes);
  return null;
}

function entryOf({ name, target, repeatMs, packetSender }: BroughtMessage, bytes: Uint8Array): JsonObject {
  const to = target === 'all' ? null : target;
  return {
    asciistring: base64OfAscii(bytes),
    ...{ errorstring: '', fromip: '', fromport: '0' },
    hexstring: Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' '),
    name,
    port: String(to?.port ?? 0),
    repeat: (repeatMs ?? 0) / 1000,
    ...{ requestpath: '', sendresponse: '0' },
    tcporudp: names[to?.transport ?? 'tcp'] ?? '',
    toip: to?.host ?? '',
    ...Object.fromEntries(
      Object.entries(packetSender).filter(([key]) => !(packetKeys as readonly string[]).includes(key)),
    ),
  };
}

const isSame = (one: BroughtMessage, other: BroughtMessage): boolean => identity(one) === identity(other);
const identity = ({ name, written, target, repeatMs }: BroughtMessage): string => {
  const { mode, text, lineEnd, encoding = 'utf-8', wrap = null } = written;
  const to = target === null || target === 'all' ? null : [target.transport, target.host, target.port];
  return JSON.stringify([nameOf(name), mode, text, lineEnd, encoding, wrap, to, repeatMs]);
};

/** What is the same for each message, and macros as they stand; null where there is anything else. */
function bytesWithMacros({ written }: BroughtMessage): Uint8Array | null {
  const parsed = parseMessage(written);
  if (parsed.problems.length > 0) return null;
  const template = compile(parsed);
  if (template.isFixed) return template.fill();
  const isKnown = parsed.parts.every((part) => isBytes(part) || (isInsert(part) && isMacro(part.source)));
  if (!isKnown) return null;
  const pieces = parsed.parts.flatMap((part) =>
    isBytes(part) ? [part] : isInsert(part) ? [Uint8Array.from(part.source, (c) => c.charCodeAt(0))] : [],
  );
  return joinBytes(pieces);
}

const isMacro = (source: string): boolean =>
  source.split(macros).filter((piece) => piece !== '').length === 1 && macros.test(source);

const shortNames = new Map([
  [10, '\\n'],
  [13, '\\r'],
  [9, '\\t'],
  [92, '\\\\'],
]);
/** As Packet Sender shows bytes: a character for each, and `\\` with two digits for what is none. */
const mixedAscii = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) =>
    byte >= 0x20 && byte <= 0x7e && byte !== 92
      ? String.fromCharCode(byte)
      : (shortNames.get(byte) ?? `\\${byte.toString(16).padStart(2, '0')}`),
  ).join('');

export const asciiOf = (hexString: string): string => base64OfAscii(readQtHex(hexString));
const base64OfAscii = (bytes: Uint8Array): string =>
  toBase64(Uint8Array.from(mixedAscii(bytes), (character) => character.charCodeAt(0)));
