/** What a message is filled with when it is sent: all that comes from around it. */
import type { Address } from '../address.ts';
import { ValueError } from './functions/value.ts';

/** As OpenSSL and Node call them. */
export const hashNames = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const;
export type HashName = (typeof hashNames)[number];

/** Something outside of the program that messages read only once a person has allowed it. */
export type OutsideName = { kind: 'file' | 'variable'; name: string };

export type FillContext = {
  /** What a group of the rule's expression found, by number or name; 0 is the whole match. None: no bytes. */
  group(which: number | string): Uint8Array;
  /** Nanoseconds since 1970, the same all through a message. */
  now(): bigint;
  random(length: number): Uint8Array;
  /** How often a counter of this name was asked before. One per message is counted where the message is made. */
  next(counter: string, per: 'run' | 'connection' | 'message'): number;
  /** `key`: for an HMAC (RFC 2104). */
  hash(name: HashName, bytes: Uint8Array, key: Uint8Array | null): Uint8Array;
  /** Null where they are not known. */
  readonly local: Address | null;
  readonly remote: Address | null;
  /** The message that is answered, or what the peer sent last; null before that. */
  readonly received: Uint8Array | null;
  /** What a sequence has set under this name. */
  value(name: string): Uint8Array;
  /** What an expression finds. It may never end on a text that is made for that: after a while a ValueError is thrown. */
  search(expression: RegExp, text: string): RegExpExecArray | null;
  /** Of what a person has allowed by its name; else a FailureError that says the name. */
  file(path: string): Uint8Array;
  variable(name: string): string;
  /** More are refused. */
  readonly mostBytes: number;
};

const nothing = new Uint8Array();
const unknown = (): never => {
  throw new ValueError('value-missing');
};

/** Where nothing is around: what is the same in every message asks for nothing of it, all else cannot be made. */
export const bareContext: FillContext = {
  group: () => nothing,
  now: unknown,
  random: unknown,
  next: unknown,
  hash: unknown,
  local: null,
  remote: null,
  received: null,
  value: () => {
    throw new ValueError('value-not-set');
  },
  search: unknown,
  file: unknown,
  variable: unknown,
  mostBytes: 64 * 1024 * 1024,
};
