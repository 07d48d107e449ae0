/** A request of HTTP/1.1 (RFC 9112) as a message. */
import { encodeEscaped } from '../payload/escaped-utf8.ts';
import { joinBytes } from '../payload/join.ts';

export type HttpRequest = {
  method: string;
  /** With its query; as it is sent. */
  path: string;
  host: string;
  port: number;
  isSecured: boolean;
  /** In their order. */
  headers: readonly (readonly [name: string, value: string])[];
  /** Names in small letters that do not come by themselves. */
  without?: ReadonlySet<string>;
  body: Uint8Array | null;
};

const token = /^[\w!#$%&'*+.^`|~-]+$/;
const isField = (value: string): boolean => !/[\0\r\n]/.test(value);

/** Strings may hold bytes as `decodeEscaped` makes them. Null for what would be another request than it says. */
export function httpRequest(request: HttpRequest): Uint8Array | null {
  const { method, path, host, port, isSecured, headers, without, body } = request;
  const place = `${host.includes(':') ? `[${host}]` : host}${port === (isSecured ? 443 : 80) ? '' : `:${port}`}`;
  const all = [
    ...(without?.has('host') ? [] : [['Host', place] as const]),
    ...headers,
    ...(body === null || without?.has('content-length')
      ? []
      : [['Content-Length', String(body.length)] as const]),
  ];
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (!token.test(method) || /[\u0000-\u0020\u007f]/.test(path) || path === '') return null;
  if (!all.every(([name, value]) => token.test(name) && isField(value))) return null;
  const head = [
    `${method} ${path} HTTP/1.1`,
    ...all.map(([name, value]) => (value === '' ? `${name}:` : `${name}: ${value}`)),
    '\r\n',
  ].join('\r\n');
  return joinBytes([encodeEscaped(head), body ?? new Uint8Array()]);
}
