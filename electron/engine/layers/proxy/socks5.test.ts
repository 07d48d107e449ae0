import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explain } from '../../../../shared/texts/index.ts';
import { ipv6Bytes, socks5 } from './socks5.ts';
import { talk, type Outcome } from '../../testing/dialogue.ts';

const nobody = { username: '', password: '' };
const ann = { username: 'ann', password: 'pässword' };
const target = { host: 'example.com', port: 443 };
const bound = [0, 0, 0, 0, 0, 0];
const ask = (answer: number[], who = nobody, to = target): Outcome =>
  talk(socks5(to, who), Uint8Array.from(answer));

describe('SOCKS 5', () => {
  test('asks for a name without resolving it, and reads nothing behind the answer', () => {
    const { sent, read, end } = ask([5, 0, 5, 0, 0, 1, ...bound, 72, 105]);
    expect(end).toBe('open');
    expect(sent[0]).toEqual(Buffer.from([5, 1, 0]));
    expect(sent[1]).toEqual(Buffer.from([5, 1, 0, 3, 11, ...Buffer.from('example.com'), 1, 187]));
    expect(read).toBe(12);
  });

  test('asks for addresses as addresses', () => {
    const sentFor = (host: string): number[] => [
      ...ask([5, 0, 5, 0, 0, 1, ...bound], nobody, { host, port: 80 }).sent[1]!.subarray(3, -2),
    ];
    expect(sentFor('192.0.2.7')).toEqual([1, 192, 0, 2, 7]);
    expect(sentFor('2001:db8::7')).toEqual([4, 0x20, 1, 0xd, 0xb8, ...Array<number>(11).fill(0), 7]);
    expect(sentFor('fe80::1%eth0')).toEqual([4, 0xfe, 0x80, ...Array<number>(13).fill(0), 1]);
    expect(sentFor('münchen.example')).toEqual([3, 22, ...Buffer.from('xn--mnchen-3ya.example')]);
  });

  test.each([
    ['::', [0, 0, 0, 0, 0, 0, 0, 0]],
    ['::1', [0, 0, 0, 0, 0, 0, 0, 1]],
    ['1::', [1, 0, 0, 0, 0, 0, 0, 0]],
    ['1:2:3:4:5:6:7:8', [1, 2, 3, 4, 5, 6, 7, 8]],
    ['::ffff:1.2.3.4', [0, 0, 0, 0, 0, 0xffff, 0x0102, 0x0304]],
    ['abcd::1234:0:1', [0xabcd, 0, 0, 0, 0, 0x1234, 0, 1]],
  ])('writes %s in sixteen bytes', (literal, groups) => {
    expect(ipv6Bytes(literal)).toEqual(groups.flatMap((group) => [group >> 8, group & 255]));
  });

  test('gives its name and password, in UTF-8, only when the proxy wants them', () => {
    const { sent, end } = ask([5, 2, 1, 0, 5, 0, 0, 1, ...bound], ann);
    expect(end).toBe('open');
    expect(sent[0]).toEqual(Buffer.from([5, 2, 0, 2]));
    expect(sent[1]).toEqual(Buffer.from([1, 3, ...Buffer.from('ann'), 9, ...Buffer.from('pässword')]));
    expect(Buffer.concat(ask([5, 0, 5, 0, 0, 1, ...bound], ann).sent).includes('ann')).toBe(false);
  });

  test('takes whatever address the proxy says it connects from', () => {
    expect(ask([5, 0, 5, 0, 0, 4, ...Array<number>(18).fill(9)])).toMatchObject({ end: 'open', read: 24 });
    expect(ask([5, 0, 5, 0, 0, 3, 4, 1, 2, 3, 4, 0, 80])).toMatchObject({ end: 'open', read: 13 });
    expect(ask([5, 0, 5, 0, 0, 9, ...bound]).end).toBe('PROXY_NOT_SOCKS');
  });

  test.each([
    [1, 'SOCKS_FAILED'],
    [2, 'SOCKS_NOT_ALLOWED'],
    [3, 'SOCKS_NETWORK_UNREACHABLE'],
    [4, 'SOCKS_HOST_UNREACHABLE'],
    [5, 'SOCKS_CONNECTION_REFUSED'],
    [6, 'SOCKS_TTL_EXPIRED'],
    [7, 'SOCKS_COMMAND_UNSUPPORTED'],
    [8, 'SOCKS_ADDRESS_UNSUPPORTED'],
    [77, 'SOCKS_FAILED'],
  ])('tells the refusal %i as %s, and explains it', (answer, code) => {
    const outcome = ask([5, 0, 5, answer, 0, 1]);
    expect(outcome.end).toBe(code);
    expect(outcome.words).toContain(`answer ${answer}`);
    expect(explain({ code, message: outcome.words, subject: '' }, 'proxying').what).toMatch(/^The proxy /);
  });

  test('tells a wanted login, a wrong one, and a proxy that takes none apart', () => {
    expect(ask([5, 0xff]).end).toBe('SOCKS_AUTH_REQUIRED');
    expect(ask([5, 0xff], ann).end).toBe('SOCKS_AUTH_FAILED');
    expect(ask([5, 2, 1, 1], ann).end).toBe('SOCKS_AUTH_FAILED');
    expect(ask([5, 2]).end).toBe('PROXY_NOT_SOCKS');
  });

  test('says what answered instead, in printable characters', () => {
    expect(ask([...Buffer.from('HTTP/1.1 400')])).toMatchObject({ end: 'PROXY_NOT_SOCKS' });
    expect(ask([0x1b, 0x5b]).words).toMatch(/“\.\[”/);
    expect(ask([5, 0, 4, 0, 0, 1]).end).toBe('PROXY_NOT_SOCKS');
  });

  test('comes to an end for any answer, and reads at most 278 bytes of it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.boolean(), (answer, isKnown) => {
        const { read, end } = talk(socks5(target, isKnown ? ann : nobody), answer);
        expect(read).toBeLessThanOrEqual(2 + 2 + 4 + 1 + 255 + 2);
        expect(end).toMatch(/^(waits|open|SOCKS_|PROXY_)/);
      }),
    );
  });
});
