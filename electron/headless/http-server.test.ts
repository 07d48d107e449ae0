import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { readdir, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket } from 'ws';
import { decodeMessage, encodeMessage } from '../../shared/wire/codec.ts';
import { writeChosen } from '../engine/disk/private-file.ts';
import { createGuard } from './guard.ts';
import { routes } from './routes.ts';
import { TestHost, testFiles } from './test-host.ts';
import { Key } from './key.ts';

let host: TestHost;
beforeEach(async () => void (host = await TestHost.open()));
afterEach(() => host.close());

const evil = 'http://evil.example';
const upgrade = [
  'GET /channel HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:PORT\r\nConnection: Upgrade\r\n',
  'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
];
const withPort = (text: string) => text.replaceAll('PORT', String(host.port));

describe('every route', () => {
  const paths = [
    ...routes(testFiles).map(({ path }) => (path === '/exports/' ? '/exports/x' : path)),
    '/unknown',
  ];

  it('is open only where it holds no secret', () => {
    const open = routes(testFiles).filter(({ access }) => access === 'page');
    expect(open.map(({ path }) => path)).toEqual([...testFiles.keys()]);
  });

  it.each(paths)('%s answers no other Host, whoever asks', async (path) => {
    const names = [
      'evil.example',
      `evil.example:${host.port}`,
      '127.0.0.1',
      `127.0.0.1:1`,
      `127.0.0.1.evil:${host.port}`,
    ];
    for (const name of names)
      expect(await host.get(path, { ...host.bearer, host: name })).toMatchObject({ status: 421 });
    const named = await host.get(path, { ...host.bearer, host: `localhost:${host.port}` });
    expect(named.status).toBeOneOf([200, 404]);
  });

  it.each(paths)('%s answers no other Origin, whoever asks', async (path) => {
    for (const origin of [
      evil,
      'null',
      `https://127.0.0.1:${host.port}`,
      'http://127.0.0.1:1',
      `http://localhost:${host.port}`,
    ])
      expect(await host.get(path, { ...host.bearer, origin })).toMatchObject({ status: 403 });
    expect((await host.get(path, { ...host.bearer, origin: host.origin })).status).toBeOneOf([200, 404]);
  });

  it.each(paths)('%s is no part of another page', async (path) => {
    for (const site of ['cross-site', 'same-site'])
      for (const [mode, dest] of [
        ['no-cors', 'script'],
        ['cors', 'empty'],
        ['navigate', 'iframe'],
        ['navigate', 'object'],
        ['websocket', 'websocket'],
      ] as const) {
        const headers = { 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': dest };
        expect(await host.get(path, { ...host.bearer, ...headers })).toMatchObject({ status: 403 });
      }
  });

  it.each(paths)('%s only reads, and takes no body', async (path) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])
      expect(await host.get(path, host.bearer, method)).toMatchObject({ status: 405 });
    const length = { 'content-length': '3' };
    expect(await host.get(path, { ...host.bearer, ...length }, 'GET', 'abc')).toMatchObject({ status: 413 });
  });

  it.each(paths)('%s lets no other page in, stores no secret and sets no cookie', async (path) => {
    for (const { headers } of [await host.get(path), await host.get(path, host.bearer)]) {
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cache-control': 'no-store',
      });
      for (const name of ['x-powered-by', 'set-cookie']) expect(headers).not.toHaveProperty(name);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('the key', () => {
  it('stands in the fragment of the address, which no browser sends', () => {
    expect(host.server.address).toBe(`${host.origin}/#key=${host.key}`);
    expect(host.key).toMatch(/^[\w-]{43}$/);
  });

  it('is in none of the files that everyone may read', async () => {
    for (const path of testFiles.keys()) {
      const { status, body, headers } = await host.get(path);
      expect(status).toBe(200);
      expect(JSON.stringify({ body, headers })).not.toContain(host.key);
    }
  });

  it('opens nothing as a part of a path, or as a cookie', async () => {
    for (const path of ['/', '/api/health', '/assets/index-a1.js', '/exports/x', '/unknown'])
      for (const query of [`?key=${host.key}`, `?token=${host.key}`])
        expect(await host.get(path + query, host.bearer)).toMatchObject({ status: 400 });
    const cookie = `key=${host.key}; socketscope-${host.port}=${host.key}`;
    expect(await host.get('/api/health', { cookie })).toMatchObject({ status: 401 });
    expect(await host.channel({ cookie })).toBe(403);
    expect(await host.channel({ origin: host.origin }, `/channel?key=${host.key}`)).toBe(404);
  });

  it('is another one at every start', async () => {
    const other = await TestHost.open();
    expect(other.key).not.toBe(host.key);
    expect(await other.get('/api/health', host.bearer)).toMatchObject({ status: 401 });
    expect(await other.page(host.key)).toBe(4401);
    await other.close();
  });
});

describe('paths', () => {
  it.each([
    '/../package.json',
    '/assets/../../package.json',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/%00',
    '/assets/%00index-a1.js',
    '/assets//index-a1.js',
    '/./assets/index-a1.js',
    '/assets\\index-a1.js',
    '/#/assets/index-a1.js',
    '//evil.example/',
    'http://127.0.0.1/',
    '*',
    `/${'a'.repeat(600)}`,
    '/?next=http://evil.example',
    '/?',
  ])('%s is refused as malformed', async (path) => {
    expect((await host.get(path, host.bearer)).status).toBe(400);
  });

  it('are looked up exactly', async () => {
    for (const path of [
      '/index.html',
      '/ASSETS/index-a1.js',
      '/assets/',
      '/exports/',
      '/exports/x/y',
      '/constructor',
      '/__proto__',
    ])
      expect((await host.get(path, host.bearer)).status).toBe(404);
  });
});

describe('requests that are no HTTP of a browser', () => {
  const raw = async (text: string): Promise<string> => {
    const socket = connect(host.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.end(text);
    let answer = '';
    socket.on('data', (bytes) => (answer += bytes.toString('latin1')));
    await once(socket, 'close');
    return answer;
  };

  it.each([
    [
      'two Hosts',
      'GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nHost: evil.example\r\n\r\n',
      /^HTTP\/1\.1 4\d\d/,
    ],
    ['no Host', 'GET / HTTP/1.0\r\n\r\n', /^HTTP\/1\.1 421/],
    [
      'two Origins',
      'GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:PORT\r\nOrigin: http://evil\r\n\r\n',
      /^HTTP\/1\.1 403/,
    ],
    ['noise', '\x16\x03\x01\x02\r\n\r\n', /^HTTP\/1\.1 400/],
    ['headers without end', `GET / HTTP/1.1\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 400/],
    [
      'a forwarded Host',
      'GET /api/health HTTP/1.1\r\nHost: evil\r\nX-Forwarded-Host: 127.0.0.1:PORT\r\n\r\n',
      /^HTTP\/1\.1 421/,
    ],
  ])('%s', async (_name, text, expected) => {
    expect(await raw(text.replaceAll('PORT', String(host.port)))).toMatch(expected);
    expect((await host.get('/api/health', host.bearer)).status).toBe(200);
  });
});

describe('health', () => {
  it('answers programs by their bearer', async () => {
    const { body } = await host.get('/api/health', host.bearer);
    expect(JSON.parse(body)).toEqual({
      version: '1.2.3',
      uptimeSeconds: 1,
      openSockets: 2,
      capturedBytes: 3,
    });
  });

  it('answers nobody else', async () => {
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: 'Bearer' },
      { authorization: host.key },
      { authorization: `Basic ${host.key}` },
      { authorization: `Bearer ${host.key}x` },
    ] as Record<string, string>[])
      expect(await host.get('/api/health', headers)).toMatchObject({ status: 401, body: /unauthorized/ });
  });
});

describe('saved files', () => {
  it('are downloaded under their name, by an address that cannot be guessed', async () => {
    const { path, url } = await host.exports.choose('Größe "1".txt');
    await writeFile(path, 'a line\n');
    const { status, headers, body } = await host.get(url);
    expect({ status, body }).toEqual({ status: 200, body: 'a line\n' });
    expect(headers['content-disposition']).toBe(
      `attachment; filename="Gr__e _1_.txt"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20%221%22.txt`,
    );
    expect(url).toMatch(/^\/exports\/[\w-]{24}$/);
  });

  it('are gone when they were not written, or were long ago', async () => {
    const { url } = await host.exports.choose('a.txt');
    expect((await host.get(url, host.bearer)).status).toBe(404);
    const first = await host.exports.choose('b.txt');
    await writeFile(first.path, 'b');
    for (let i = 0; i < 20; i++) await host.exports.choose('c.txt');
    expect((await host.get(first.url, host.bearer)).status).toBe(404);
  });

  it('are there when they took long to be written', async () => {
    const { path, url } = await host.exports.choose('long.txt');
    let done = (): void => undefined;
    const writing = writeChosen(path, async (file) => {
      await file.appendFile('half');
      await new Promise<void>((resolve) => (done = resolve));
    });
    await expect.poll(() => readdir(dirname(path))).toHaveLength(1);
    expect((await host.get(url)).status).toBe(404);
    for (let i = 0; i < 20; i++) await host.exports.choose('other.txt');
    done();
    await writing;
    expect(await host.get(url)).toMatchObject({ status: 200, body: 'half' });
  });

  it('are downloaded once, and are gone from the disk then', async () => {
    const { path, url } = await host.exports.choose('a.txt');
    await writeFile(path, 'secret');
    expect(await host.get(url, {}, 'HEAD')).toMatchObject({ status: 405 });
    const both = await Promise.all([host.get(url), host.get(url)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 404]);
    expect(await host.get(url, host.bearer)).toMatchObject({ status: 404 });
    await expect.poll(() => readdir(dirname(path))).toEqual([]);
  });

  it('may be empty', async () => {
    const { path, url } = await host.exports.choose('a.txt');
    await writeFile(path, '');
    expect(await host.get(url, host.bearer)).toMatchObject({ status: 200, body: '' });
  });
});

describe('the channel', () => {
  const open = async (headers: Record<string, string> = host.bearer): Promise<WebSocket> => {
    const socket = await host.channel(headers);
    if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
    return socket;
  };
  const closeCode = async (socket: WebSocket): Promise<number> => (await once(socket, 'close'))[0];

  it('opens for our page by its first message, and for a program by its bearer', async () => {
    const page = (await host.page()) as WebSocket;
    page.terminate();
    (await open(host.bearer)).terminate();
    expect(host.channels).toHaveLength(2);
  });

  it('is refused before the upgrade for another Host, Origin, site or path, or a wrong bearer', async () => {
    const { origin } = host;
    expect(await host.channel({})).toBe(403);
    expect(await host.channel({ origin: evil })).toBe(403);
    expect(await host.channel({ origin, authorization: 'Bearer wrong' })).toBe(401);
    expect(await host.channel({ ...host.bearer, origin: evil })).toBe(403);
    expect(await host.channel({ origin, host: 'evil.example' })).toBe(421);
    expect(await host.channel({ origin, 'sec-fetch-site': 'cross-site' })).toBe(403);
    for (const path of ['/', '/channel/', '/channel?x', '/Channel', '/%63hannel'])
      expect(await host.channel({ origin }, path)).toBe(404);
    expect(host.channels).toEqual([]);
  });

  it.each([
    ['another key', encodeMessage({ key: 'A'.repeat(43) })],
    ['no key', encodeMessage({})],
    ['a list as the key', encodeMessage({ key: ['a'] })],
    ['null', encodeMessage(null)],
    ['a call', encodeMessage({ t: 'q', i: '1', m: 'hello', a: [] })],
    ['noise', Buffer.from([0xc1])],
    ['nothing', Buffer.alloc(0)],
    ['text', 'key'],
  ])('is refused when the first message is %s, whatever follows it', async (_name, message) => {
    const socket = await host.unproved();
    const code = closeCode(socket);
    let heard = 0;
    socket.on('message', () => heard++);
    socket.send(message);
    socket.send(encodeMessage({ key: host.key }));
    expect(await code).toBe(4401);
    expect({ heard, channels: host.channels }).toEqual({ heard: 0, channels: [] });
  });

  it('hears what follows the proof in the same segment', async () => {
    const socket = await host.unproved();
    socket.send(encodeMessage({ key: host.key }));
    for (let i = 1; i <= 3; i++) socket.send(encodeMessage(i));
    const heard: unknown[] = [];
    await expect.poll(() => host.channels.length).toBe(1);
    host.channels[0]!.onMessage((message) => heard.push(message));
    socket.send(encodeMessage(4));
    await expect.poll(() => heard.at(-1)).toBe(4);
    socket.terminate();
  });

  it('takes only a few bytes before the proof', async () => {
    for (const send of [
      (socket: WebSocket) => socket.send(Buffer.alloc(1024 * 1024)),
      (socket: WebSocket) => socket.send(Buffer.alloc(600_000), { fin: false }),
      (socket: WebSocket) => {
        for (let i = 0; i < 1000; i++) socket.ping();
      },
    ]) {
      const socket = await host.unproved();
      socket.on('error', () => undefined);
      const code = closeCode(socket);
      send(socket);
      expect(await code).toBe(1006);
    }
    expect(host.channels).toEqual([]);
  });

  it('carries messages both ways', async () => {
    const socket = await open();
    const [channel] = host.channels;
    const heard = new Promise((resolve) => channel!.onMessage(resolve));
    socket.send(encodeMessage({ a: [1, Uint8Array.of(0, 255)] }));
    expect(await heard).toEqual({ a: [1, new Uint8Array([0, 255])] });
    channel!.send({ back: 'ü' });
    const [data] = await once(socket, 'message');
    expect(decodeMessage(data)).toEqual({ back: 'ü' });
    socket.terminate();
  });

  it.each([
    ['malformed bytes', Buffer.from([0xc1]), 1007],
    ['a message cut short', encodeMessage({ a: 'bcdef' }).slice(0, -2), 1007],
    ['a name that would change objects', Buffer.from([0x81, 0xa9, ...Buffer.from('__proto__'), 0x01]), 1007],
    ['an array longer than its message', Buffer.from([0xdd, 0x01, 0xff, 0xff, 0xff]), 1007],
    ['arrays in arrays without end', Buffer.alloc(100_000, 0x91), 1007],
    ['text', 'hello', 1003],
    ['more than a megabyte', Buffer.alloc(1024 * 1024 + 64 * 1024), 1009],
  ])('closes on %s, and the host goes on', async (_name, message, code) => {
    const socket = await open();
    let heard = 0;
    host.channels[0]!.onMessage(() => heard++);
    const closed = new Promise((resolve) => host.channels[0]!.onClose(() => resolve(true)));
    socket.send(message);
    expect(await closeCode(socket)).toBe(code);
    expect(await closed).toBe(true);
    expect(heard).toBe(0);
    (await open()).terminate();
  });

  it('closes on a page that does not read instead of keeping what it misses', async () => {
    const socket = await open();
    socket.pause();
    const [channel] = host.channels;
    let isClosed = false;
    channel!.onClose(() => (isClosed = true));
    const piece = new Uint8Array(256 * 1024);
    const before = process.memoryUsage().arrayBuffers;
    for (let sent = 0; sent < 1000; sent++) channel!.send(piece);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(40 * 1024 * 1024);
    socket.resume();
    expect(await closeCode(socket)).toBeOneOf([1013, 1006]);
    await expect.poll(() => isClosed).toBe(true);
  });

  it('tells open pages that it goes away, and waits for nobody', async () => {
    const polite = await open();
    const silent = await open();
    silent.pause();
    const code = closeCode(polite);
    await host.server.close();
    expect(await code).toBe(1001);
    silent.terminate();
  });

  it('opens a bounded number of times', async () => {
    const sockets = await Promise.all(Array.from({ length: 32 }, () => open()));
    expect(await host.channel(host.bearer)).toBe(503);
    for (const socket of sockets) socket.terminate();
  });

  it('outlives whatever a page sends that is one too many', async () => {
    const sockets = await Promise.all(Array.from({ length: 32 }, () => open()));
    // A vain frame right behind the proof of the key: it is read when the page has been sent away already.
    const proof = encodeMessage({ key: host.key });
    const mask = Buffer.alloc(4);
    const frame = Buffer.concat([Buffer.from([0x82, 0x80 | proof.length]), mask, proof]);
    const socket = connect(host.port, '127.0.0.1').on('error', () => undefined);
    socket.write(withPort(upgrade.join('')));
    await once(socket, 'data');
    const closed = once(socket.resume(), 'close');
    socket.write(Buffer.concat([frame, Buffer.from([0xff, 0xff, 0xff, 0xff])]));
    await closed;
    expect(host.channels).toHaveLength(32);
    for (const one of sockets) one.terminate();
  });
});

describe('connections of those who have no key', () => {
  const sockets: Socket[] = [];
  afterEach(() => {
    for (const socket of sockets.splice(0)) socket.destroy();
  });
  const silent = async (text = ''): Promise<void> => {
    const socket = connect(host.port, '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(text);
  };

  it.each([
    ['silent', () => ''],
    ['in the middle of a header', () => withPort('GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nX: ')],
    ['in the middle of an upgrade', () => withPort(upgrade[0]!)],
    ['half-open WebSockets', () => withPort(upgrade.join(''))],
    ['WebSockets in the middle of a frame', () => `${withPort(upgrade.join(''))}\x82\xff`],
    [
      'not reading their answers',
      () => withPort('GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n').repeat(50),
    ],
  ])('keep nobody out: 600 that are %s', async (_name, text) => {
    const said = text();
    for (let i = 0; i < 600; i += 100) await Promise.all(Array.from({ length: 100 }, () => silent(said)));
    expect((await host.get('/')).status).toBe(200);
    expect((await host.get('/api/health', host.bearer)).status).toBe(200);
    const page = await host.page();
    expect(page).toBeTypeOf('object');
    (page as WebSocket).terminate();
  });

  it('end when they ask again and again without waiting for an answer', async () => {
    await silent(withPort('GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n').repeat(500));
    let answers = '';
    sockets[0]!.on('data', (bytes) => (answers += String(bytes)));
    await once(sockets[0]!, 'close');
    expect(answers.split('the page').length).toBeLessThan(10);
    expect((await host.get('/')).status).toBe(200);
  });

  it('end by themselves and hear nothing, pages without a proof after 5 s', async () => {
    const began = performance.now();
    const unproved = once(await host.unproved(), 'close');
    await silent();
    await silent(withPort(upgrade[0]!));
    let heard = '';
    for (const socket of sockets) socket.on('data', (bytes) => (heard += String(bytes)));
    await silent(withPort(`GET / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\n\r\n`));
    const closed = sockets.map((socket) => once(socket.resume(), 'close'));
    const [code] = await unproved;
    expect(code).toBe(1008);
    expect(performance.now() - began).toBeGreaterThan(4_500);
    await Promise.all(closed);
    expect(heard).toBe('');
  });

  it('do not end those who have the key', async () => {
    const page = (await host.page()) as WebSocket;
    const program = (await host.channel(host.bearer)) as WebSocket;
    const { path, url } = await host.exports.choose('long.bin');
    const bytes = Buffer.alloc(30_000_000, 'long');
    await writeFile(path, bytes);
    const download = request({ port: host.port, host: '127.0.0.1', path: url, agent: false }).end();
    const [response] = (await once(download, 'response')) as [IncomingMessage];
    for (let i = 0; i < 600; i += 100) await Promise.all(Array.from({ length: 100 }, () => silent()));
    for (let i = 0; i < 100; i++) await silent(withPort(upgrade.join('')));
    let received = 0;
    for await (const part of response) received += (part as Buffer).length;
    expect(received).toBe(bytes.length);
    for (const socket of [page, program]) {
      socket.ping();
      await once(socket, 'pong');
      socket.terminate();
    }
  });
});

describe('the guard', () => {
  it('serves the names of this machine when it is bound to all addresses, and nobody else', () => {
    const guard = createGuard('0.0.0.0', 80, new Key());
    const check = (name: string) =>
      guard({ url: '/', headers: { host: name }, rawHeaders: ['Host', name] } as never, 'page');
    for (const name of ['localhost', 'localhost:80', '127.0.0.1', '[::1]:80']) expect(check(name)).toBeNull();
    for (const name of ['evil.example', '0.0.0.0', '']) expect(check(name)).toMatchObject({ status: 421 });
  });
});
