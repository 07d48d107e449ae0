/** A tunnel through an HTTP proxy: CONNECT (RFC 9110 9.3.6) with Basic authentication (RFC 7617). */
import { isIPv6 } from 'node:net';
import { domainToASCII } from 'node:url';
import { proxyFailure, quote, type Credentials, type Dialogue, type TunnelTarget } from './dialogue.ts';

/** Most bytes of all heads together; common servers allow 8 to 16 KiB. */
export const mostHeadBytes = 16 * 1024;
const statusLine = /^HTTP\/1\.[01] ([1-9]\d{2})(?: ([^\r\n]*))?\r?\n/;
const start = 'HTTP/1.';

/**
 * Throws PROXY_AUTH_REQUIRED, PROXY_REFUSED with the status line, PROXY_NOT_HTTP and PROXY_HEAD_TOO_LONG. Reads byte by
 * byte: what stands behind the head belongs to the stream already.
 */
export function* httpConnect(target: TunnelTarget, credentials: Credentials): Dialogue {
  let send: Uint8Array | undefined = Buffer.from(request(target, credentials));
  for (let rest = mostHeadBytes; ;) {
    const head: string = yield* readHead(send, rest);
    send = undefined;
    const [line = '', status = '', reason = ''] = statusLine.exec(head) ?? [];
    if (line === '') throw notHttp(head);
    if (status.startsWith('2')) return;
    // 1xx is no answer yet (RFC 9110 15.2).
    if (!status.startsWith('1')) throw refusal(Number(status), reason, credentials);
    rest -= head.length;
  }
}

function request({ host, port }: TunnelTarget, { username, password }: Credentials): string {
  const plain = host.split('%')[0]!;
  const authority = `${isIPv6(plain) ? `[${plain}]` : domainToASCII(plain) || plain}:${port}`;
  const token = Buffer.from(`${username}:${password}`).toString('base64');
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
  if (username !== '') lines.push(`Proxy-Authorization: Basic ${token}`);
  return `${lines.join('\r\n')}\r\n\r\n`;
}

function* readHead(
  send: Uint8Array | undefined,
  most: number,
): Generator<{ send?: Uint8Array; read: number }, string, Uint8Array> {
  let head = '';
  let first = send;
  while (!/\r?\n\r?\n$/.test(head.slice(-4))) {
    if (head.length >= most) throw proxyFailure('PROXY_HEAD_TOO_LONG', { name: 'connect-endless' });
    const byte: Uint8Array = yield first === undefined ? { read: 1 } : { send: first, read: 1 };
    first = undefined;
    head += String.fromCharCode(byte[0]!);
    // Told at once: a server of another protocol may never send an empty line.
    if (head.length <= start.length && !start.startsWith(head)) throw notHttp(head);
  }
  return head;
}

function refusal(status: number, reason: string, { username }: Credentials): Error {
  const said = quote(Buffer.from(`${status} ${reason}`.trim(), 'latin1'));
  if (status !== 407) return proxyFailure('PROXY_REFUSED', { name: 'connect-answer', said });
  return username === ''
    ? proxyFailure('PROXY_AUTH_REQUIRED', { name: 'connect-login', said })
    : proxyFailure('PROXY_AUTH_REQUIRED', { name: 'connect-refused', said });
}

const notHttp = (head: string): Error =>
  proxyFailure('PROXY_NOT_HTTP', { name: 'no-http', said: quote(Buffer.from(head, 'latin1')) });
