import { describe, expect, it } from 'vitest';
import type { ConnectOptions, ListenOptions } from './options.ts';
import { clientSettings, listenerSettings } from './settings.ts';
import { UsageError } from './usage-error.ts';

const listen = (url: string, options: Partial<ListenOptions> = {}) =>
  listenerSettings(url, { format: 'text', messages: [], encoding: 'utf-8', reply: 'none', ...options });
const connect = (url: string, options: Partial<ConnectOptions> = {}) =>
  clientSettings(url, { format: 'text', messages: [], encoding: 'utf-8', ...options });

describe('addresses of options', () => {
  it('mean what they look like when they come from a Chinese keyboard or a page', () => {
    const { localHost, localPort, proxy, tls } = connect('tls://a:1', {
      bind: '１２７.0.0.1：０',
      proxy: 'http：//us：er:p＠ss@[：：1]：８０',
      servername: ' ａ.example\u200b',
    });
    expect([localHost, localPort, tls.servername]).toEqual(['127.0.0.1', 0, 'a.example']);
    // Names and passwords are sent as they are typed.
    expect(proxy).toMatchObject({ host: '::1', port: 80, username: 'us：er', password: 'p＠ss' });
  });
});

describe('the settings of a listener', () => {
  it('are those of its options', () => {
    const settings = listen('tls://localhost:0', {
      reply: 'prefix:OK\\x00',
      greet: 'hi\\r\\n',
      thenClose: true,
      maxConnections: 5,
      selfSigned: true,
      alpn: ['h2', 'http/1.1'],
      keylog: 'keys',
      connectTimeout: 2.5,
      idleTimeout: 0.25,
    });
    expect(settings).toMatchObject({
      transport: 'tls',
      host: 'localhost',
      port: 0,
      maxConnections: 5,
      options: { idleTimeoutMs: 250, onIdle: 'close' },
      tls: { alpn: ['h2', 'http/1.1'], keyLog: true, handshakeTimeoutMs: 2500 },
      reply: {
        kind: 'prefix',
        prefix: { mode: 'text', text: 'OK\\x00' },
        greeting: { mode: 'text', text: 'hi\\r\\n' },
        greetingThenClose: true,
      },
    });
  });

  it.each([
    ['none', { kind: 'none' }],
    ['echo', { kind: 'echo' }],
    ['upper', { kind: 'upper' }],
    ['timestamp', { kind: 'timestamp' }],
    ['text:a:b', { kind: 'fixed', fixed: { mode: 'text', text: 'a:b' } }],
    ['prefix:', { kind: 'prefix', prefix: { mode: 'text', text: '' } }],
  ])('know the reply %s', (reply, expected) => {
    expect(listen('tcp://:0', { reply }).reply).toMatchObject(expected);
  });

  it.each([
    [{ reply: 'shout' }, /none, echo/],
    [{ reply: 'echo:x' }, /none, echo/],
    [{ reply: 'text:a\\q' }, /^--reply: Unknown escape[^]*\n {8}\^\^$/m],
    [{ greet: '\\x4' }, /^--greet: \\x needs two/],
    [{ thenClose: true } as const, /--then-close needs --greet/],
    [{ reply: 'http:' }, /none, echo/],
    [{ selfSigned: true } as const, /--self-signed is for tls:\/\/ only/],
    [{ alpn: ['h2'] }, /--alpn is for tls:/],
  ])('%j is refused over tcp', (options, message) => {
    expect(() => listen('tcp://127.0.0.1:0', options)).toThrow(UsageError);
    expect(() => listen('tcp://127.0.0.1:0', options)).toThrow(message);
  });

  it('take the versions of TLS that are asked for, and an old one alone', () => {
    const versions = (options: Partial<ListenOptions>): string[] => {
      const { minVersion, maxVersion } = listen('tls://:0', { selfSigned: true, ...options }).tls;
      return [minVersion, maxVersion];
    };
    expect(versions({})).toEqual(['TLSv1.2', 'TLSv1.3']);
    expect(versions({ tlsMin: 'TLSv1.3' })).toEqual(['TLSv1.3', 'TLSv1.3']);
    expect(versions({ tlsMax: 'TLSv1.2' })).toEqual(['TLSv1.2', 'TLSv1.2']);
    expect(versions({ tlsMax: 'TLSv1.1' })).toEqual(['TLSv1.1', 'TLSv1.1']);
    expect(versions({ tlsMin: 'TLSv1', tlsMax: 'TLSv1.2' })).toEqual(['TLSv1', 'TLSv1.2']);
  });

  it('over tls need a certificate', () => {
    expect(() => listen('tls://:0')).toThrow(/--cert FILE and --key FILE, or --self-signed/);
    expect(() => listen('tls://:0', { key: 'a', selfSigned: true })).toThrow(/--key needs --cert/);
    expect(() => listen('tls://:0', { passphraseFile: 'a', selfSigned: true })).toThrow(/needs --cert/);
    expect(() => listen('tls://:0', { cert: 'a', key: 'b', selfSigned: true })).toThrow(/exclude/);
    expect(() => listen('tls://:0', { selfSigned: true, alpn: [''] })).toThrow(/--alpn: Protocol names/);
  });

  it('mark what is wrong in a path', () => {
    const long = `unix:///${'a'.repeat(200)}`;
    expect(() => listen(long)).toThrow(/107 bytes/);
    expect(() => listen('udp://:0', { greet: 'x' })).toThrow(/--greet is for tcp/);
  });
});

describe('the settings of a client', () => {
  it('are those of its options', () => {
    const settings = connect('tls://example.org:443', {
      verify: 'off',
      servername: 'other.example',
      bind: '127.0.0.1:4000',
      proxy: 'socks5://me%40home:p%3Aw@[::1]:1080',
      connectTimeout: 1,
    });
    expect(settings).toMatchObject({
      transport: 'tls',
      host: 'example.org',
      port: 443,
      connectTimeoutMs: 1000,
      localHost: '127.0.0.1',
      localPort: 4000,
      afterPeerFinishes: 'stay',
      tls: { verify: false, servername: 'other.example' },
      proxy: { kind: 'socks5', host: '::1', port: 1080, username: 'me@home', password: 'p:w' },
    });
  });

  it.each([
    ['127.0.0.1', '127.0.0.1', 0],
    [':4000', '', 4000],
    ['[::1]', '::1', 0],
    ['::1', '::1', 0],
    ['[fe80::1%lo]:7', 'fe80::1%lo', 7],
  ])('bind to %s', (bind, localHost, localPort) => {
    expect(connect('tcp://example.org:80', { bind })).toMatchObject({ localHost, localPort });
  });

  it('join the groups of --join, on an interface and from one sender alone', () => {
    const groups = (options: Partial<ListenOptions>) => listen('udp://0.0.0.0:5', options).udp.groups;
    expect(groups({ join: ['239.1.2.3', '239.1.2.4%127.0.0.1'], source: '10.0.0.1' })).toEqual([
      { group: '239.1.2.3', interfaceAddress: '', source: '10.0.0.1' },
      { group: '239.1.2.4', interfaceAddress: '127.0.0.1', source: '10.0.0.1' },
    ]);
    expect(connect('udp://[::1]:5', { join: ['[ff02::1234%eth9]'] }).udp.groups).toEqual([
      { group: 'ff02::1234', interfaceAddress: '::%eth9', source: '' },
    ]);
    expect(() => groups({ join: ['10.0.0.1'] })).toThrow(/A multicast group is/);
    expect(() => groups({ source: '10.0.0.1' })).toThrow(/--source needs --join/);
    expect(() => groups({ join: ['239.1.2.3'], source: '::1' })).toThrow(/--source: The sender/);
    expect(() => groups({ join: ['239.1.2.3%no such'] })).toThrow(/--join: /);
    expect(() => listen('tcp://:0', { join: ['239.1.2.3'] })).toThrow(/--join is for udp/);
  });

  it('connect a UDP socket, but for groups and broadcasts, which others answer', () => {
    expect(connect('udp://127.0.0.1:5').udp).toMatchObject({ connected: true, broadcast: false });
    expect(connect('udp://239.1.2.3:5').udp).toMatchObject({ connected: false });
    expect(connect('udp://255.255.255.255:5').udp).toMatchObject({ connected: false, broadcast: true });
  });

  it.each([
    ['tcp://127.0.0.1:80', { bind: '::1' }, /--bind: .*family/],
    ['tcp://127.0.0.1:80', { bind: 'localhost' }, /port is needed|address of this machine/],
    ['tcp://127.0.0.1:80', { bind: 'localhost:80' }, /address of this machine/],
    ['tcp://127.0.0.1:80', { proxy: 'ftp://a:1' }, /socks5:\/\/ or http:\/\//],
    ['tcp://127.0.0.1:80', { proxy: 'http://a' }, /port is needed/],
    ['tcp://127.0.0.1:80', { proxy: 'http://%zz@a:1' }, /hex digits/],
    ['tcp://127.0.0.1:80', { verify: 'off' } as const, /--verify is for tls/],
    ['udp://127.0.0.1:80', { proxy: 'http://a:1' }, /--proxy is for tcp:\/\/, tls:/],
    ['unix:///tmp/a', { bind: '127.0.0.1' }, /--bind is for tcp/],
    ['tls://127.0.0.1:80', { servername: '127.0.0.1' }, /--servername: .*RFC 6066/],
    ['tls://127.0.0.1:80', { key: 'b' }, /--key needs --cert/],
    ['tls://127.0.0.1:80', { tlsMin: 'TLSv1.3', tlsMax: 'TLSv1.2' } as const, /--tls-max: The highest/],
    ['tls://127.0.0.1:80', { servername: ' ' }, /--servername: A host is needed/],
    ['tcp://127.0.0.1:80', { tlsMin: 'TLSv1.3' } as const, /--tls-min is for tls/],
  ])('%s with %j is refused', (url, options, message) => {
    expect(() => connect(url, options)).toThrow(UsageError);
    expect(() => connect(url, options)).toThrow(message);
  });
});
