/** What a language is to whoever wants a program in it. */
import type { Transport } from '../settings/transports.ts';
import type { Conversation, Lack } from './conversation.ts';

export type Language = {
  /** Of the file, without the dot. */
  extension: string;
  /** Begins a comment to the end of the line. */
  comment: '#' | '//';
  /** A command that runs the file of that name. */
  run: (file: string) => string;
  /** Over which transports it talks in either role. */
  client: readonly Transport[];
  server: readonly Transport[];
  /** Of those that it can talk over, what it does not do. */
  lacks?: (conversation: Conversation) => Lack[];
  /** `head`: lines of comment at its top. Ends with a line feed. */
  write: (conversation: Conversation, head: string) => string;
};

/** Lines, without what is left out. */
export const code = (...lines: readonly (string | readonly string[] | false)[]): string =>
  `${lines
    .flat()
    .filter((line) => line !== false)
    .join('\n')}\n`;

/** Further by so many blanks, or tabs, but for empty lines. */
export const indented = (lines: readonly string[], by: string): string[] =>
  lines.flatMap((line) => line.split('\n')).map((line) => (line === '' ? line : by + line));

export const isIpv6 = (host: string): boolean => host.includes(':');

/** As it stands before a port. */
export const bracketed = (host: string): string => (isIpv6(host) ? `[${host}]` : host);
