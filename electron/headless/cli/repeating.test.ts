import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

let server: Server;
let url: string;
let heard: string;
let sockets: Socket[];

beforeEach(async () => {
  heard = '';
  sockets = [];
  server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined).on('data', (bytes) => (heard += bytes.toString('latin1')));
    socket.on('end', () => socket.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, 'close');
});

it('--every sends the last message again, made anew each time, behind those before it', async () => {
  const { code, stderr } = await cli.run(
    ...['connect', url, '--send', 'first;', '--send', '{{counter}};'],
    ...['--every', '2.5', '--jitter', '1', '--times', '5', '--half-close'],
  );
  expect(code).toBe(0);
  expect(heard).toBe('first;1;2;3;4;5;');
  expect(stderr).toMatch(/^repeated: 5 of 5 sent, [\d.,]+\/s, p99 late [\d.]+ (?:µs|ms), 0 failed$/m);
});

it('as fast as it is taken, joined, exactly so often, and what stands in a file', async () => {
  await writeFile(cli.path('part'), '0123456789');
  const args = ['connect', url, '--send-file', cli.path('part'), '--every', '0', '--times', '20001'];
  const { code, stdout } = await cli.run(...args, '--joined', '--half-close', '--format', 'jsonl');
  expect(code).toBe(0);
  expect(heard).toBe('0123456789'.repeat(20_001));
  expect(stdout.match(/"kind":"sent"/g)!.length).toBeLessThan(10);
});

it('without --times it goes on until a signal, and says then how it went', async () => {
  const child = cli.start(['connect', url, '--send', '.', '--every', '1']);
  await expect.poll(() => heard.length, { timeout: 30_000 }).toBeGreaterThan(20);
  child.child.kill('SIGINT');
  expect(await child.ended).toEqual({ code: 130, signal: null });
  expect(child.stderr).toMatch(/^repeated: [\d,]+ sent, /m);
});

it('a peer that has enough ends it', async () => {
  const child = cli.start(['connect', url, '--send', '.', '--every', '1']);
  await expect.poll(() => heard.length, { timeout: 30_000 }).toBeGreaterThan(5);
  sockets[0]!.end();
  expect(await child.ended).toEqual({ code: 0, signal: null });
});

it('one that goes before all was sent makes the run fail', async () => {
  const child = cli.start(['connect', url, '--send', '.', '--every', '1', '--times', '100000']);
  await expect.poll(() => heard.length, { timeout: 30_000 }).toBeGreaterThan(5);
  sockets[0]!.resetAndDestroy();
  expect(await child.ended).toMatchObject({ code: 1 });
  expect(child.stderr).toMatch(/^repeated: [\d,]+ of 100,000 sent, /m);
});

it('counts as sent what the kernel had, and as failed what was never sent', async () => {
  const message = 'x'.repeat(1000);
  server.once('connection', (socket: Socket) => socket.pause());
  const child = cli.start(['connect', url, '--send', message, '--every', '0', '--format', 'jsonl']);
  await expect.poll(() => child.text, { timeout: 30_000 }).toContain('not-reading');
  sockets[0]!.resetAndDestroy();
  expect(await child.ended).toMatchObject({ code: 1 });
  const [, whole] = /"sentBytes":(\d+)/.exec(child.text)!;
  const [, sent, failed] = /^repeated: ([\d,]+) sent, .*?([\d,]+) failed$/m.exec(child.stderr)!;
  expect(Number(sent!.replaceAll(',', ''))).toBe(Math.floor(Number(whole) / 1000));
  expect(Number(failed!.replaceAll(',', ''))).toBeGreaterThan(0);
});

it('--stop-on-failure ends the run when a datagram comes to nobody', async () => {
  const nobody = createSocket('udp4').bind(0, '127.0.0.1');
  await once(nobody, 'listening');
  const { port } = nobody.address();
  nobody.close();
  const args = ['connect', `udp://127.0.0.1:${port}`, '--send', '.', '--every', '5', '--stop-on-failure'];
  expect(await cli.run(...args)).toMatchObject({ code: 1 });
});

it('without it datagrams that come to nobody are counted, and whoever comes later hears the next ones', async () => {
  const peer = createSocket('udp4').bind(0, '127.0.0.1');
  await once(peer, 'listening');
  const { port } = peer.address();
  const closed = once(peer, 'close');
  peer.close();
  await closed;
  const child = cli.start(['connect', `udp://127.0.0.1:${port}`, '--send', '.', '--every', '5']);
  await expect.poll(() => child.stderr + child.text, { timeout: 30_000 }).toContain('refused');
  const later = createSocket('udp4').bind(port, '127.0.0.1');
  await once(later, 'message');
  later.close();
  child.child.kill('SIGINT');
  await child.ended;
  expect(child.stderr).toMatch(/^repeated: [\d,]+ sent, .*[1-9]\d* failed/m);
});

it.each([
  [['--send', 'a', '--every', '10', '--times', '0'], 'from 1 to 1,000,000,000.'],
  [['--send', 'a', '--every', '10', '--times', '2000000000'], 'from 1 to 1,000,000,000.'],
  [['--clients', '0'], 'from 1 to 10,000.'],
  [['--clients', '20000'], 'from 1 to 10,000.'],
  [['--pieces', '0'], 'from 1 to 1,048,576 bytes.'],
  [['--send', 'a', '--every', '0.01'], '--every: Write 0, or'],
  [['--send', 'a', '--every', 'often'], 'Write milliseconds'],
  [['--send', 'a', '--every', '10', '--jitter', '11'], '--jitter: Write'],
  [['--send', 'a', '--times', '3'], '--times needs --every'],
  [['--every', '10'], '--every needs a message'],
])('%s is refused before anything is connected', async (args, problem) => {
  const { code, stderr } = await cli.run('connect', url, ...args);
  expect(code).toBe(2);
  expect(stderr).toContain(problem);
  expect(sockets).toEqual([]);
});
