import { spawnSync } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { createServer as createPlainServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect, createServer, type TLSSocket, type TlsOptions } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { generate } from 'selfsigned';
import { TestCli } from './test-cli.ts';

let cli: TestCli;
let cert: string;
let key: string;

beforeAll(async () => {
  cli = await TestCli.build();
  const made = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  });
  cert = made.cert;
  key = made.private;
  await writeFile(cli.path('cert.pem'), cert);
  await writeFile(cli.path('key.pem'), key);
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  await writeFile(cli.path('other.pem'), other.export({ type: 'pkcs8', format: 'pem' }));
  const lock = { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'geheim ü' } as const;
  await writeFile(cli.path('locked.pem'), createPrivateKey(key).export(lock));
  await writeFile(cli.path('both.pem'), cert + key);
  await writeFile(cli.path('right.txt'), 'geheim ü\r\nsecond line\n');
  await writeFile(cli.path('wrong.txt'), 'geheim\n');
  await writeFile(cli.path('empty.txt'), '\n');
});
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

const files = () => ['--cert', cli.path('cert.pem'), '--key', cli.path('key.pem')];

async function answer(socket: TLSSocket, text: string): Promise<string> {
  let heard = '';
  socket.end(text);
  for await (const bytes of socket) heard += String(bytes);
  return heard;
}

describe('listening over TLS', () => {
  it.each([
    [['--key', 'locked.pem', '--passphrase-file', 'right.txt'], 'cert.pem'],
    [[], 'both.pem'],
  ])('takes a key with %j', async (args, file) => {
    const { port } = await cli.listen('tls://localhost:0', '--cert', file, ...args, '--reply', 'upper');
    const socket = connect({ port, host: 'localhost', ca: cert, servername: 'localhost' });
    await once(socket, 'secureConnect');
    expect(await answer(socket, 'hello')).toBe('HELLO');
  });

  it('agrees on no other version than --tls-min and --tls-max say, on both sides', async () => {
    const { port } = await cli.listen('tls://localhost:0', ...files(), '--tls-max', '1.2', '--reply', 'echo');
    const client = (...args: string[]) =>
      cli.run(
        ...['connect', `tls://localhost:${port}`, '--ca', cli.path('cert.pem')],
        ...['--send', 'hi', '--count', '1', '--format', 'jsonl', ...args],
      );
    expect((await client()).stdout).toContain('"version":"TLSv1.2"');
    const refused = await client('--tls-min', '1.3');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/\([A-Z0-9_]+\)/);
  });

  it('shows the certificate of --cert, agrees on --alpn and writes --keylog', async () => {
    const { child, port } = await cli.listen(
      ...['tls://localhost:0', ...files(), '--alpn', 'h2,demo', '--keylog', cli.path('keys.log')],
      ...['--reply', 'upper', '--format', 'jsonl'],
    );
    const socket = connect({
      ...{ port, host: 'localhost', ca: cert, servername: 'localhost' },
      ALPNProtocols: ['demo'],
    });
    await once(socket, 'secureConnect');
    expect({ isTrusted: socket.authorized, alpn: socket.alpnProtocol }).toEqual({
      isTrusted: true,
      alpn: 'demo',
    });
    expect(await answer(socket, 'hello')).toBe('HELLO');
    await child.prints(/"kind":"secured".*"tls":\{.*"version":"TLSv1\.3"/);
    await expect.poll(() => readFile(cli.path('keys.log'), 'latin1')).toMatch(/^CLIENT_TRAFFIC_SECRET_0 /m);
  });

  it('makes a certificate with --self-signed, for the name asked for', async () => {
    const { port } = await cli.listen('tls://localhost:0', '--self-signed', '--reply', 'echo');
    const socket = connect({ port, host: 'localhost', servername: 'localhost', rejectUnauthorized: false });
    await once(socket, 'secureConnect');
    expect(socket.getPeerCertificate().subjectaltname).toContain('DNS:localhost');
    socket.destroy();
  });

  it('asks for certificates of --client-ca', async () => {
    const { child, url } = await cli.listen(
      ...['tls://localhost:0', ...files(), '--client-ca', cli.path('cert.pem'), '--reply', 'echo'],
    );
    const target = url.replace('127.0.0.1', 'localhost').replace('[::1]', 'localhost');
    const trusting = ['connect', target, '--ca', cli.path('cert.pem'), '--send', 'hi', '--count', '1'];
    const known = await cli.run(...trusting, ...files(), '--format', 'raw');
    expect(known).toMatchObject({ code: 0, stdout: 'hi' });
    const stranger = await cli.run(...trusting);
    expect(stranger.code).toBe(1);
    await child.says(/✕/);
  });
});

describe('connecting over TLS', () => {
  const serve = async (): Promise<{ url: string; close: () => void }> => {
    const server = createServer({ cert, key, ALPNProtocols: ['demo'] }, (socket) => {
      socket.on('error', () => undefined).pipe(socket);
    });
    server.on('tlsClientError', () => undefined).listen(0, 'localhost');
    await once(server, 'listening');
    return { url: `tls://localhost:${(server.address() as AddressInfo).port}`, close: () => server.close() };
  };

  it('trusts --ca, agrees on --alpn and writes --keylog', async () => {
    const { url, close } = await serve();
    const args = ['--ca', cli.path('cert.pem'), '--alpn', 'demo', '--keylog', cli.path('client.log')];
    const { code, stdout } = await cli.run(
      ...['connect', url, ...args, '--send', 'hi', '--half-close', '--format', 'jsonl'],
    );
    expect(code).toBe(0);
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; tls?: object; hex?: string });
    const secured = records.find(({ kind }) => kind === 'secured');
    expect(secured?.tls).toMatchObject({
      alpn: 'demo',
      servername: 'localhost',
      isVerified: true,
      verifyCode: null,
    });
    expect(records.filter(({ kind }) => kind === 'received').map(({ hex }) => hex)).toEqual(['6869']);
    expect(await readFile(cli.path('client.log'), 'latin1')).toMatch(/^CLIENT_/m);
    close();
  });

  it('refuses a certificate that does not hold, unless --verify off', async () => {
    const { url, close } = await serve();
    const refused = await cli.run('connect', url, '--send', 'hi', '--half-close');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^socketscope: .*\(DEPTH_ZERO_SELF_SIGNED_CERT\)[^]*--verify off/m);
    const taken = await cli.run(
      'connect',
      url,
      '--verify',
      'off',
      '--send',
      'hi',
      '--half-close',
      '--format',
      'raw',
    );
    expect(taken).toMatchObject({ code: 0, stdout: 'hi' });
    close();
  });

  it('checks the name of --servername', async () => {
    const { url, close } = await serve();
    const address = url.replace('localhost', '127.0.0.1');
    const args = ['--ca', cli.path('cert.pem'), '--send', 'hi', '--half-close', '--format', 'raw'];
    const [named, other] = await Promise.all([
      cli.run('connect', address, ...args, '--servername', 'localhost'),
      cli.run('connect', address, ...args, '--servername', 'other.example'),
    ]);
    expect(named).toMatchObject({ code: 0, stdout: 'hi' });
    expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID') });
    close();
  });

  it('gives up a handshake that nobody answers after --connect-timeout', async () => {
    const { url } = await cli.listen('tcp://127.0.0.1:0');
    const { code, stderr } = await cli.run(
      'connect',
      url.replace('tcp:', 'tls:'),
      '--connect-timeout',
      '0.5',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^socketscope: /m);
  });
});

type Refusal = {
  name: string;
  code: string;
  /** What listens; returns the host and port to connect to. */
  serve: () => Promise<string>;
  args?: () => string[];
};

describe('a connection that fails for TLS ends with code 1 and names why', () => {
  const trusting = () => ['--ca', cli.path('cert.pem')];

  it.each<Refusal>([
    {
      name: 'an expired certificate',
      code: 'CERT_HAS_EXPIRED',
      serve: () => serveDated(-20, -10),
      args: () => ['--ca', cli.path('dated.pem')],
    },
    {
      name: 'a certificate that is not yet valid',
      code: 'CERT_NOT_YET_VALID',
      serve: () => serveDated(10, 20),
      args: () => ['--ca', cli.path('dated.pem')],
    },
    {
      name: 'a server that speaks plain text',
      code: 'TLS_PLAIN_TEXT',
      serve: () => servePlain((socket) => socket.write('220 mail ready\r\n')),
    },
    {
      name: 'a server that speaks HTTP without TLS',
      code: 'TLS_HTTP_ANSWER',
      serve: () => servePlain((socket) => socket.once('data', () => socket.end('HTTP/1.1 400 Bad\r\n\r\n'))),
    },
    {
      name: 'a server that says nothing',
      code: 'TLS_SILENT',
      serve: () => servePlain(() => undefined),
      args: () => ['--connect-timeout', '2'],
    },
    {
      name: 'a server that closes at once',
      code: 'TLS_CLOSED_IN_HANDSHAKE',
      serve: () => servePlain((socket) => socket.end()),
    },
    {
      name: 'a server that resets',
      code: 'ECONNRESET',
      serve: () => servePlain((socket) => socket.once('data', () => socket.resetAndDestroy())),
    },
    {
      name: 'an alert',
      code: 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
      serve: () => serveTls({ ALPNProtocols: ['demo'] }),
      args: () => [...trusting(), '--alpn', 'other'],
    },
    {
      name: 'a server that requires a certificate',
      code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      serve: () => serveTls({ requestCert: true, rejectUnauthorized: true, ca: cert }),
      args: trusting,
    },
  ])('$name: $code', async ({ code, serve, args }) => {
    const host = await serve();
    const ended = await cli.run('connect', `tls://${host}`, ...(args?.() ?? []), '--format', 'jsonl');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(new RegExp(`^socketscope: .*\\(${code}\\)`, 'm'));
    const last = JSON.parse(ended.stdout.trim().split('\n').at(-1)!) as Record<string, unknown>;
    expect(last).toMatchObject({ kind: 'failed', during: 'securing', code });
    expect(await cli.leftBehind()).toEqual([]);
  });

  const end = (host: string): string[] => ['connect', `tls://${host}`, '--send', 'hi', '--half-close'];

  it('unless the system trusts the certificate, here by SSL_CERT_FILE', async () => {
    const host = await serveTls({});
    const environment = { ...cli.environment, SSL_CERT_FILE: cli.path('cert.pem') };
    const child = cli.start([...end(host), '--format', 'raw'], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    expect(await child.ended).toMatchObject({ code: 0 });
    expect(child.text).toBe('hi');
  });

  it.skipIf(!existsSync('/dev/full'))('but not for a key log on a full disk, which is told', async () => {
    const host = await serveTls({});
    const ended = await cli.run(...end(host), ...trusting(), '--keylog', '/dev/full', '--format', 'jsonl');
    expect(ended.code).toBe(0);
    expect(ended.stdout).toMatch(/"note":"key-log-failed","code":"ENOSPC"/);
  });

  async function serveTls(options: TlsOptions): Promise<string> {
    const server = createServer({ cert, key, ...options }, (socket) => {
      socket.on('error', () => undefined).pipe(socket);
    });
    server.on('tlsClientError', () => undefined);
    return place(server);
  }

  async function serveDated(from: number, to: number): Promise<string> {
    const day = 86_400_000;
    const made = await generate([{ name: 'commonName', value: 'localhost' }], {
      keyType: 'ec',
      notBeforeDate: new Date(Date.now() + from * day),
      notAfterDate: new Date(Date.now() + to * day),
      extensions: [
        { name: 'basicConstraints', cA: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
      ],
    });
    await writeFile(cli.path('dated.pem'), made.cert);
    return serveTls({ cert: made.cert, key: made.private });
  }

  const servePlain = (act: (socket: Socket) => unknown): Promise<string> =>
    place(createPlainServer((socket) => void act(socket.on('error', () => undefined))));

  async function place(server: Server): Promise<string> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => sockets.add(socket));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    await once(server.listen(0, 'localhost'), 'listening');
    return `localhost:${(server.address() as AddressInfo).port}`;
  }
});

describe('files', () => {
  it.each([
    [['--cert', '/nowhere', '--key', 'key.pem'], /--cert \/nowhere cannot be read: ENOENT/],
    [['--cert', 'cert.pem', '--key', '/nowhere'], /--key \/nowhere cannot be read: ENOENT/],
    [['--cert', 'cert.pem', '--key', 'cert.pem'], /--key cert\.pem cannot be used: .*\(KEY_MISSING\)/],
    [['--cert', 'cert.pem'], /--cert cert\.pem cannot be used: .*\(KEY_MISSING\)/],
    [['--cert', 'key.pem', '--key', 'key.pem'], /--cert key\.pem cannot be used: .*\(CERTIFICATE_MISSING\)/],
    [
      ['--cert', 'cert.pem', '--key', 'other.pem'],
      /--key other\.pem .*\(--cert cert\.pem\) \(KEY_MISMATCH\)/,
    ],
    [['--cert', 'cert.pem', '--key', 'locked.pem'], /--key locked\.pem .*\(KEY_LOCKED\) --passphrase-file/],
    [
      ['--cert', 'cert.pem', '--key', 'locked.pem', '--passphrase-file', 'wrong.txt'],
      /--key locked\.pem .*\(--passphrase-file wrong\.txt\) \(WRONG_PASSPHRASE\)/,
    ],
    [['--cert', 'cert.pem', '--passphrase-file', 'empty.txt'], /--passphrase-file empty\.txt .*empty/],
    [['--cert', 'cert.pem', '--passphrase-file', '/nowhere'], /--passphrase-file \/nowhere cannot be read/],
    [['--self-signed', '--client-ca', 'key.pem'], /--client-ca key\.pem cannot be used: /],
    [['--self-signed', '--keylog', '/dev/null/keys'], /--keylog \/dev\/null\/keys cannot be written: /],
  ])('%j cannot be used, with code 2', async (args, message) => {
    const { code, stderr } = await cli.run('listen', 'tls://localhost:0', ...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
    expect(await cli.leftBehind()).toEqual([]);
  });
});

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl && process.env.CI) throw new Error('openssl is needed for these tests.');

describe.skipIf(!hasOpenssl)('openssl (not installed where skipped)', () => {
  it('s_client talks to a listener', async () => {
    const { url, port } = await cli.listen('tls://localhost:0', ...files(), '--reply', 'upper');
    expect(url).toContain(String(port));
    const peer = cli.startProgram('openssl', [
      ...['s_client', '-quiet', '-verify_return_error', '-CAfile', cli.path('cert.pem')],
      ...['-servername', 'localhost', '-connect', `localhost:${port}`],
    ]);
    peer.child.stdin!.write('hello\n');
    await peer.prints(/HELLO/);
  });

  it('s_server is talked to', async () => {
    const peer = cli.startProgram('openssl', ['s_server', '-rev', '-accept', 'localhost:0', ...openssl()]);
    await peer.prints(/ACCEPT \S+:(\d+)/);
    const port = /ACCEPT \S+:(\d+)/.exec(peer.text)![1];
    const args = [
      '--ca',
      cli.path('cert.pem'),
      '--send',
      'hello',
      '--eol',
      'lf',
      '--count',
      '1',
      '--format',
      'raw',
    ];
    expect(await cli.run('connect', `tls://localhost:${port}`, ...args)).toMatchObject({
      code: 0,
      stdout: 'olleh\n',
    });
  });

  const openssl = () => ['-cert', cli.path('cert.pem'), '-key', cli.path('key.pem')];
});
