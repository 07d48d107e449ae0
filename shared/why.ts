import type { PayloadProblemCode } from './payload/parts.ts';

/**
 * Why something failed where its code alone does not say it: the name of a sentence in `texts.whys`, and what stands in
 * it. It goes over the channel and into captures, so strings are short: names, addresses, quotes of at most 80 bytes.
 */
export type Why = { [Name in keyof Whys]: { name: Name } & Whys[Name] }[keyof Whys];

/** What a proxy did also tells what it was asked for. */
type OfProxy<Values = unknown> = Values & { target?: string };

export type Whys = {
  'role-fixed': unknown;
  'no-endpoint-called': { called: string };
  'no-server': unknown;
  'no-client': unknown;
  'only-captured': unknown;
  'no-socket-file': unknown;
  'one-datagram': unknown;
  'empty-message': unknown;
  /** `start`: in UTF-16 units; less than 0 for what stands around the message. */
  unreadable: { problem: PayloadProblemCode; start: number };
  'at-most': { most: number };
  'peer-gone': unknown;
  'sequence-problems': unknown;
  'command-line-decides': unknown;
  'host-missing': unknown;
  'local-host-literal': unknown;
  'zero-in-path': unknown;
  'no-host': unknown;
  'no-names': unknown;
  'bad-name': { host: string };
  'listening-already': unknown;
  'connected-already': unknown;
  'too-many-clients': { most: number };
  'no-many': unknown;
  'bound-already': unknown;
  'search-slow-at': { sequence: number };
  'disk-slow': unknown;
  'folder-used': { pid?: number; address?: string };
  'replies-dropped': { count: number };
  'http-cut': unknown;
  'http-long-head': unknown;
  'http-method': unknown;
  'http-chunk': unknown;
  'http-request-line': unknown;
  'http-header': unknown;
  'http-length': unknown;
  'http-body': unknown;
  'http-chunk-size': unknown;
  'http-nothing': unknown;
  'path-bytes': { bytes: number; most: number };
  'datagram-bytes': { bytes: number; most: number };
  'bound-to-remote': { remote: string };
  'node-cannot-hold': { node: string };
  'no-port-sharing': { node: string; platform: string };
  'lines-unread': { lines: number };
  'not-a-file': unknown;
  'file-of-another': unknown;
  'no-file-rights': unknown;
  'proxy-closed': OfProxy;
  'proxy-silent': OfProxy<{ ms: number }>;
  'proxy-login': OfProxy;
  'proxy-no-login': OfProxy;
  'socks-answer': OfProxy<{ answer: number }>;
  'socks-login-status': OfProxy<{ status: number }>;
  'socks-address': OfProxy<{ addressKind: number }>;
  'no-socks': OfProxy<{ said: string }>;
  'connect-endless': OfProxy;
  'connect-answer': OfProxy<{ said: string }>;
  'connect-login': OfProxy<{ said: string }>;
  'connect-refused': OfProxy<{ said: string }>;
  'no-http': OfProxy<{ said: string }>;
  'tls-alert': { alert: number };
  'other-names': { host: string };
  'no-verdict': unknown;
};
