import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type WebSocket } from 'ws';
import { decodeMessage, encodeMessage } from '../../shared/codec.ts';
import { createGuard } from './guard.ts';
import { routes } from './routes.ts';
import { TestHost, testFiles } from './test-host.ts';
import { Secrets } from './token.ts';

let host: TestHost;
beforeEach(async () => void (host = await TestHost.open()));
afterEach(() => host.close());

const evil = 'http://evil.example';

describe('every route', () => {
  const paths = [
    ...routes(testFiles).map(({ path }) => (path === '/exports/' ? '/exports/x' : path)),
    '/unknown',
  ];

  it.each(paths)('%s answers nobody without cookie or bearer', async (path) => {
    expect(await host.get(path)).toMatchObject({ status: 401 });
    expect(await host.get(path, { cookie: `socketscope-${host.port}=wrong` })).toMatchObject({ status: 401 });
    expect(await host.get(path, { authorization: 'Bearer wrong' })).toMatchObject({ status: 401 });
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

  it.each(paths)('%s only reads, and takes no body', async (path) => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])
      expect(await host.get(path, host.bearer, method)).toMatchObject({ status: 405 });
    const length = { 'content-length': '3' };
    expect(await host.get(path, { ...host.bearer, ...length }, 'GET', 'abc')).toMatchObject({ status: 413 });
  });

  it.each(paths)('%s lets no other page in and stores no secret', async (path) => {
    for (const { headers } of [await host.get(path), await host.get(path, host.bearer)]) {
      expect(headers).toMatchObject({
        'content-security-policy': expect.stringContaining("default-src 'none'"),
        'cross-origin-resource-policy': 'same-origin',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-store',
      });
      expect(headers).not.toHaveProperty('x-powered-by');
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });
});

describe('the token', () => {
  it('opens the page once, for the cookie, and leaves the address', async () => {
    const { status, headers } = await host.get(`/?token=${host.token}`);
    expect(status).toBe(303);
    expect(headers.location).toBe('/');
    const [cookie] = headers['set-cookie']!;
    expect(cookie).toMatch(
      new RegExp(`^socketscope-${host.port}=[\\w-]{43}; HttpOnly; SameSite=Strict; Path=/$`),
    );
    expect(cookie).not.toContain(host.token);
    expect(await host.get('/', { cookie: cookie!.split(';')[0]! })).toMatchObject({
      status: 200,
      body: /the page/,
    });
  });

  it('tells a second browser what to do, and lets the first one on', async () => {
    const cookie = await host.cookie();
    const second = await host.get(`/?token=${host.token}`);
    expect(second).toMatchObject({ status: 403, body: expect.stringContaining('has been used') });
    expect(second.headers).not.toHaveProperty('set-cookie');
    expect(await host.get(`/?token=${host.token}`, { cookie })).toMatchObject({ status: 303 });
  });

  it.each(['', 'x', 'A'.repeat(43)])('is not %j', async (token) => {
    expect((await host.get(`/?token=${token}`)).status).toBe(403);
    expect((await host.get(`/?token=${host.token}`)).status).toBe(303);
  });

  it('opens nothing but the page', async () => {
    for (const path of ['/api/health', '/assets/index-a1.js', '/exports/x', '/unknown'])
      expect(await host.get(`${path}?token=${host.token}`)).toMatchObject({ status: 400 });
    expect(await host.channel({ origin: host.origin }, `/channel?token=${host.token}`)).toBe(404);
  });

  it('is not used up by a preview, a prefetch or a script of another page', async () => {
    const url = `/?token=${host.token}`;
    expect((await host.get(url, {}, 'HEAD')).status).toBe(403);
    expect((await host.get(url, { 'sec-purpose': 'prefetch;prerender' })).status).toBe(403);
    expect(
      (await host.get(url, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).status,
    ).toBe(403);
    expect((await host.get(url)).status).toBe(303);
  });

  it('comes from a link elsewhere with a step of our own, that carries the strict cookie', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    const answer = await host.get(`/?token=${host.token}`, headers);
    expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('content="0;url=/"') });
    expect(answer.headers).toHaveProperty('set-cookie');
    expect(answer.body).not.toContain(host.token);
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
    '/?token=a&token=b',
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
  it('answers cookie and bearer', async () => {
    const cookie = await host.cookie();
    for (const headers of [{ cookie }, host.bearer]) {
      const { body } = await host.get('/api/health', headers);
      expect(JSON.parse(body)).toEqual({
        version: '1.2.3',
        uptimeSeconds: 1,
        openSockets: 2,
        capturedBytes: 3,
      });
    }
  });

  it('is not asked by another site', async () => {
    const cookie = await host.cookie();
    for (const site of ['cross-site', 'same-site'])
      expect((await host.get('/api/health', { cookie, 'sec-fetch-site': site })).status).toBe(403);
    expect((await host.get('/api/health', { cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
  });
});

describe('saved files', () => {
  it('are downloaded under their name, by an address that cannot be guessed', async () => {
    const { path, url } = await host.exports.choose('Größe "1".txt');
    await writeFile(path, 'a line\n');
    const { status, headers, body } = await host.get(url, host.bearer);
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

  it('opens for our page by its cookie, and for a program by its bearer', async () => {
    const cookie = await host.cookie();
    (await open({ cookie, origin: host.origin })).terminate();
    (await open(host.bearer)).terminate();
    expect(host.channels).toHaveLength(2);
  });

  it('is refused before the upgrade without a secret, for another Host, Origin, site or path', async () => {
    const cookie = await host.cookie();
    const { origin } = host;
    expect(await host.channel({ origin })).toBe(401);
    expect(await host.channel({ cookie })).toBe(403);
    expect(await host.channel({ cookie, origin: evil })).toBe(403);
    expect(await host.channel({ ...host.bearer, origin: evil })).toBe(403);
    expect(await host.channel({ cookie, origin, host: 'evil.example' })).toBe(421);
    expect(await host.channel({ cookie, origin, 'sec-fetch-site': 'cross-site' })).toBe(403);
    for (const path of ['/', '/channel/', '/channel?x', '/Channel', '/%63hannel'])
      expect(await host.channel({ cookie, origin }, path)).toBe(404);
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
});

describe('the guard', () => {
  it('serves the names of this machine when it is bound to all addresses, and nobody else', () => {
    const secrets = new Secrets(80);
    const guard = createGuard('0.0.0.0', 80, secrets);
    const check = (name: string) =>
      guard.checkSource({ url: '/', headers: { host: name }, rawHeaders: ['Host', name] } as never, 'page');
    for (const name of ['localhost', 'localhost:80', '127.0.0.1', '[::1]:80']) expect(check(name)).toBeNull();
    for (const name of ['evil.example', '0.0.0.0', '']) expect(check(name)).toMatchObject({ status: 421 });
  });
});
