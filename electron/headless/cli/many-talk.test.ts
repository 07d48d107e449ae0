import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

let server: Server;
let url: string;
let sockets: Socket[];
let heard: string[];

beforeEach(async () => {
  heard = [];
  sockets = [];
  server = createServer((socket) => {
    const index = sockets.push(socket) - 1;
    heard[index] = '';
    socket.on('error', () => undefined).on('data', (bytes) => (heard[index] += bytes.toString('latin1')));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, 'close');
});

it('--clients connects so many, tells each its own, and sums up what became of them', async () => {
  const { code, stderr } = await cli.run(
    ...['connect', url, '--clients', '40', '--ramp', '400/s', '--hold', '0.1'],
    ...['--send', 'hello;', '--send', '{{counter per=connection}};', '--every', '5', '--times', '2'],
  );
  expect(code).toBe(0);
  // What the run has handed over may not have been read here yet.
  await expect.poll(() => heard).toEqual(Array(40).fill('hello;1;2;'));
  expect(stderr).toMatch(/^clients: 40 of 40 opened, 40 closed, 0 failed$/m);
  expect(stderr).toMatch(/^connected in: min [\d.]+ (?:µs|ms), p50 .+, p95 .+, p99 .+, max .+$/m);
  expect(stderr).toMatch(/^messages: 120 sent, 0 failed; 400 B sent, 0 B received$/m);
});

it('those that fail are told by their cause, and the exit code is 1', async () => {
  server.close();
  await once(server, 'close');
  const { code, stderr } = await cli.run('connect', url, '--clients', '5');
  server.listen(0);
  await once(server, 'listening');
  expect(code).toBe(1);
  expect(stderr).toMatch(/^clients: 0 of 5 opened, 0 closed, 5 failed$/m);
  expect(stderr).toMatch(/^5 failed: .*\(ECONNREFUSED\).*\n$/m);
  expect(stderr).not.toContain('Likely cause');
});

it('without --hold they stay until a signal', async () => {
  const child = cli.start(['connect', url, '--clients', '8', '--send', 'x']);
  await expect.poll(() => heard.join(''), { timeout: 30_000 }).toBe('x'.repeat(8));
  child.child.kill('SIGINT');
  expect(await child.ended).toEqual({ code: 130, signal: null });
  expect(child.stderr).toMatch(/^clients: 8 of 8 opened, 8 closed, 0 failed$/m);
});

it('refuses what many cannot do', async () => {
  for (const [args, words] of [
    [['udp://127.0.0.1:9', '--clients', '2'], '--clients is for tcp://, tls://, unix:// only.'],
    [[url, '--clients', '2', '--half-close'], '--clients stands without --half-close.'],
    [[url, '--ramp', '5'], '--ramp needs --clients N.'],
    [[url, '--clients', '2', '--ramp', 'slow'], 'connections a second'],
    [[url, '--clients', '20000'], '--clients'],
  ] as const) {
    const { code, stderr } = await cli.run('connect', ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(words)]);
  }
});

it('listen says what is to be sent to each peer from when it comes, again and again', async () => {
  const { child, port } = await cli.listen(
    ...['tcp://127.0.0.1:0', '--send', 'hello;', '--send', '{{counter per=connection}};'],
    ...['--every', '5', '--jitter', '2', '--times', '3', '--reply', 'echo'],
  );
  const texts = await Promise.all(
    [1, 2].map(async () => {
      let text = '';
      const socket = connect(port, '127.0.0.1').on('data', (bytes) => (text += bytes.toString('latin1')));
      await expect.poll(() => text, { timeout: 30_000 }).toBe('hello;1;2;3;');
      socket.end();
      return text;
    }),
  );
  expect(texts).toHaveLength(2);
  child.child.kill('SIGTERM');
  expect((await child.ended).code).toBe(143);
  expect(child.stderr).toMatch(/^repeated: 8 sent, 0 failed$/m);
});

it('listen sends datagrams to each address that it has heard from', async () => {
  const { port } = await cli.listen('udp://127.0.0.1:0', '--send', 'tick', '--every', '2');
  let count = 0;
  const socket = createSocket('udp4').on('message', () => count++);
  socket.send('here', port, '127.0.0.1');
  await expect.poll(() => count, { timeout: 30_000 }).toBeGreaterThan(3);
  socket.close();
});
