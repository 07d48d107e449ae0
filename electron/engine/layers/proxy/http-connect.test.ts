import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { httpConnect, mostHeadBytes } from './http-connect.ts';
import { talk, type Outcome } from '../../testing/dialogue.ts';

const nobody = { username: '', password: '' };
const ann = { username: 'ann', password: 'pässword' };
const ask = (answer: string, who = nobody, host = 'example.com'): Outcome =>
  talk(httpConnect({ host, port: 443 }, who), Buffer.from(answer, 'latin1'));
const ok = 'HTTP/1.1 200 Connection established\r\n\r\n';

describe('HTTP CONNECT', () => {
  test('names the target, and reads nothing behind the head', () => {
    const { sent, read, end } = ask(`${ok}SSH-2.0-banner`);
    expect(end).toBe('open');
    expect(sent.map(String)).toEqual(['CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n']);
    expect(read).toBe(ok.length);
  });

  test('writes IPv6 in brackets without its zone, and names in ASCII', () => {
    expect(String(ask(ok, nobody, 'fe80::1%eth0').sent[0])).toMatch(/^CONNECT \[fe80::1\]:443 HTTP/);
    expect(String(ask(ok, nobody, 'münchen.example').sent[0])).toMatch(
      /^CONNECT xn--mnchen-3ya\.example:443 /,
    );
  });

  test('logs in with Basic authentication in UTF-8 where there is a user name', () => {
    const token = Buffer.from('ann:pässword').toString('base64');
    expect(String(ask(ok, ann).sent[0])).toContain(`\r\nProxy-Authorization: Basic ${token}\r\n\r\n`);
    expect(String(ask(ok).sent[0])).not.toContain('Authorization');
  });

  test.each([
    ['HTTP/1.0 200 OK\r\nProxy-Agent: x\r\nContent-Length: 5\r\n\r\n', 'open'],
    ['HTTP/1.1 200\r\n\r\n', 'open'],
    ['HTTP/1.1 204 No Content\n\n', 'open'],
    [`HTTP/1.1 100 Continue\r\n\r\n${ok}`, 'open'],
    [
      'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n',
      'PROXY_AUTH_REQUIRED',
    ],
    ['HTTP/1.1 403 Forbidden\r\n\r\n', 'PROXY_REFUSED'],
    ['HTTP/1.1 302 Found\r\nLocation: http://login/\r\n\r\n', 'PROXY_REFUSED'],
    ['SSH-2.0-OpenSSH_9.2\r\n', 'PROXY_NOT_HTTP'],
    ['HTTP/2 200\r\n\r\n', 'PROXY_NOT_HTTP'],
    ['HTTP/1.1 20\r\n\r\n', 'PROXY_NOT_HTTP'],
    ['\r\n\r\n', 'PROXY_NOT_HTTP'],
    ['HTTP/1.1 200 OK\r\n', 'waits'],
  ])('understands %j', (answer, end) => {
    expect(ask(answer).end).toBe(end);
  });

  test('tells another protocol at its first bytes, although no line ever ends', () => {
    expect(ask('\x05\x00').end).toBe('PROXY_NOT_HTTP');
    expect(ask('* OK IMAP4 ready').end).toBe('PROXY_NOT_HTTP');
  });

  test('repeats the words of a refusal in printable characters', () => {
    expect(ask('HTTP/1.1 403 \x1b[31mno\r\n\r\n').words).toBe('The proxy answered “403 .[31mno”.');
    expect(ask('HTTP/1.1 407 No\r\n\r\n', ann).words).toContain('did not accept the user name');
  });

  test('gives up on a head without an end, of one answer or of many', () => {
    const long = ask(`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(2 * mostHeadBytes)}`);
    expect(long.end).toBe('PROXY_HEAD_TOO_LONG');
    expect(long.read).toBeLessThanOrEqual(mostHeadBytes);
    const endless = ask('HTTP/1.1 102 Processing\r\n\r\n'.repeat(mostHeadBytes));
    expect(endless.end).toBe('PROXY_HEAD_TOO_LONG');
    expect(endless.read).toBeLessThanOrEqual(mostHeadBytes);
  });

  test('comes to an end for any answer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { end } = talk(httpConnect({ host: 'a', port: 1 }, nobody), bytes);
        expect(end).toMatch(/^(waits|open|PROXY_)/);
      }),
    );
  });
});
