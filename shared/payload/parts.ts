/** What a written message is made of, whatever its notation. */
import type { Problem } from '../problem.ts';
import type { Base64Code } from './base64.ts';
import type { CallCode } from './call.ts';
import type { FillContext } from './context.ts';
import type { Value, ValueCode } from './functions/value.ts';

export type PayloadProblemCode =
  | 'text-unknown-escape'
  | 'text-unfinished-escape'
  | 'text-octal-escape'
  | 'text-bad-byte-escape'
  | 'text-bad-unicode-escape'
  | 'text-unicode-too-large'
  | 'text-unicode-surrogate'
  | 'text-lone-surrogate'
  | 'text-not-in-encoding'
  | 'hex-not-hex'
  | 'hex-odd-digits'
  | 'hex-missing-digits'
  | 'hex-stray-separator'
  | 'foreign-bracket-open'
  | Base64Code
  | CallCode
  | BindCode
  | ValueCode;

/** What is wrong with a call whose form is right, or with parts that have names. */
export type BindCode =
  | 'call-unknown'
  | 'call-unknown-value'
  | 'call-missing'
  | 'call-too-many'
  | 'call-unknown-key'
  | 'call-twice'
  | 'part-not-closed'
  | 'part-not-open'
  | 'part-twice'
  | 'part-circle'
  | 'part-too-many';

/** `nearest`: what may be meant instead. */
export type PayloadProblem = Problem<PayloadProblemCode> & { nearest?: string };

/** What a message is made in: what comes from outside, and its parts by name. */
export type Scope = {
  context: FillContext;
  /** Of this message: values that are the same wherever they stand. */
  shared: Map<string, Value>;
  /** The bytes of a part; those of whoever asks are zeros. */
  part(name: string): Uint8Array;
  size(name: string): number;
};

/** Bytes that are put in when the message is sent. */
export type Insert = {
  /** As it is written, and where. */
  source: string;
  start: number;
  end: number;
  /** The same for every message: worked out once. */
  isFixed: boolean;
  /** Its bytes have this name, for others; null: none. */
  keeps: string | null;
  /** What the peer sent last is needed for it. */
  asksReceived: boolean;
  /** The parts whose bytes it needs, and those of which it asks only how long they are. */
  parts: readonly string[];
  sizes: readonly string[];
  /** Throws a `PlacedError` for values that a function cannot take. */
  bytes(scope: Scope): Uint8Array;
};

/** Where a part that has a name begins or ends. */
export type Mark = { source: string; start: number; end: number; mark: 'open' | 'close'; name: string };
export type Part = Uint8Array<ArrayBuffer> | Insert | Mark;

/** A place in the text that stands for something else, in UTF-16 units. */
export type Token = { start: number; end: number; kind: 'escape' | 'insert' };

export type Parsed = {
  /** Nothing as long as there are problems. */
  parts: readonly Part[];
  /** In their order; at most 100. */
  problems: readonly PayloadProblem[];
  /** In their order; at most 10,000: to mark more would cost more than it shows. */
  tokens: readonly Token[];
};
