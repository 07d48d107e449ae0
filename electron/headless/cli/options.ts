/** Options of `listen` and `connect` as values; each parser throws what commander shows with the option's name. */
import { InvalidArgumentError } from 'commander';
import type { LineEnd } from '../../../shared/message-text.ts';
import { texts } from '../../../shared/texts/index.ts';
import type { MessageOption } from './messages.ts';

export const formats = ['text', 'hex', 'jsonl', 'raw'] as const;
export type Format = (typeof formats)[number];
export const lineEnds: readonly LineEnd[] = ['none', 'lf', 'cr', 'crlf'];

/** What `listen` and `connect` share. Times are seconds as typed; undefined where not given. */
export type CommonOptions = {
  format: Format;
  out?: string;
  capture?: string;
  keylog?: string;
  timeout?: number;
  connectTimeout?: number;
  idleTimeout?: number;
  count?: number;
  alpn?: string[];
  cert?: string;
  key?: string;
};
export type ListenOptions = CommonOptions & {
  reply: string;
  greet?: string;
  thenClose?: true;
  maxConnections?: number;
  selfSigned?: true;
  clientCa?: string;
};
export type ConnectOptions = CommonOptions & {
  messages: MessageOption[];
  /** Undefined: none, or lf for lines typed at a terminal. */
  eol?: LineEnd;
  halfClose?: true;
  verify?: 'on' | 'off';
  ca?: string;
  servername?: string;
  bind?: string;
  proxy?: string;
};

/** More than a day in a timeout is a typing mistake, or no timeout at all; setTimeout(2) overflows at 24.8 days. */
const mostSeconds = 86_400;
const leastSeconds = 0.001;

export function parseSeconds(text: string): number {
  const seconds = /^\d*\.?\d+$/.test(text) ? Number(text) : NaN;
  if (seconds >= leastSeconds && seconds <= mostSeconds) return seconds;
  throw new InvalidArgumentError(texts.commandLine.problems.seconds);
}

export function parseCount(text: string): number {
  const count = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (count > 0) return count;
  throw new InvalidArgumentError(texts.commandLine.problems.count);
}

/** RFC 7301 names, apart by commas; what each may hold is checked with the settings. */
export const parseAlpn = (text: string): string[] => text.split(',').map((name) => name.trim());
