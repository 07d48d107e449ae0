import { describe, expect, it } from 'vitest';
import { defaultClient, defaultListener } from '../settings/endpoint.ts';
import { utf8 } from '../testing/bytes.ts';
import { clientOf, peerOf, serverOf } from './from-settings.ts';

const fill = ({ text }: { text: string }) => ({ bytes: utf8(text), isFixed: !text.includes('{{') });
const messages = [{ bytes: utf8('hello'), pauseMs: 0 }];

describe('what an endpoint does', () => {
  it('is told whole where a program can do it', () => {
    const settings = { ...defaultClient(), host: 'example.org', port: 80 };
    const { conversation, lacks } = clientOf(settings, messages);
    expect(lacks).toEqual([]);
    expect(conversation).toMatchObject({
      role: 'client',
      transport: 'tcp',
      host: 'example.org',
      port: 80,
      messages,
    });
  });

  it('of a client tells what no program does, but only of what its transport has', () => {
    const client = defaultClient();
    const settings = {
      ...{ ...client, localHost: '127.0.0.1' },
      proxy: { ...client.proxy, kind: 'socks5' as const },
      tls: { ...client.tls, authority: 'local', identity: 'one', maxVersion: 'TLSv1.2' as const },
      udp: { ...client.udp, broadcast: true },
    };
    const lacksOver = (transport: 'tcp' | 'tls' | 'udp' | 'unix') =>
      clientOf({ ...settings, transport }, messages).lacks;
    expect(lacksOver('tcp')).toEqual(['proxy', 'local-address']);
    expect(lacksOver('udp')).toEqual(['local-address', 'udp-options']);
    expect(lacksOver('unix')).toEqual([]);
    expect(lacksOver('tls')).toEqual([
      ...['proxy', 'local-address', 'authority-file', 'client-certificate', 'tls-options'],
    ]);
    const unverified = { ...client, transport: 'tls' as const, tls: { ...settings.tls, verify: false } };
    expect(clientOf(unverified, messages).lacks[0]).toBe('unverified');
  });

  it('of a server is its greeting and its answers', () => {
    const listener = defaultListener();
    const replying = (reply: Partial<typeof listener.reply>) =>
      serverOf({ ...listener, reply: { ...listener.reply, ...reply } }, 9000, fill);
    const text = (text: string) => ({ mode: 'text' as const, text });
    expect(replying({ kind: 'echo', greeting: text('hi') })).toMatchObject({
      ...{ conversation: { answer: 'echo', greeting: utf8('hi') }, lacks: [] },
    });
    expect(replying({ kind: 'fixed', fixed: text('{{now}}'), boundary: 'line' })).toMatchObject({
      ...{ conversation: { answer: utf8('{{now}}') }, lacks: ['answer-per-message', 'filled-once'] },
    });
    expect(replying({ kind: 'upper', greeting: text('hi'), greetingThenClose: true })).toMatchObject({
      ...{ conversation: { answer: 'none' }, lacks: ['greeting-then-close', 'answer'] },
    });
    const unmade = serverOf(
      { ...listener, reply: { ...listener.reply, greeting: text('x') } },
      9000,
      () => null,
    );
    expect(unmade.lacks).toEqual(['greeting']);
  });

  it('of a peer is to reach the server, which listens on any address', () => {
    const hostsOf = ['', '0.0.0.0', '::', '192.0.2.1'].map(
      (host) => peerOf({ ...defaultListener(), host }, 9000, messages).conversation.host,
    );
    expect(hostsOf).toEqual(['127.0.0.1', '127.0.0.1', '::1', '192.0.2.1']);
  });
});
