import { createHash, randomBytes, type Hash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

const megabyte = randomBytes(1_000_000);
const megabytes = 100;
const expected = createHash('sha256');
for (let i = 0; i < megabytes; i++) expected.update(megabyte);
const digest = expected.digest('hex');

async function pour(target: Socket | NodeJS.WritableStream, count = megabytes): Promise<void> {
  for (let i = 0; i < count; i++) if (!target.write(megabyte)) await once(target, 'drain');
  target.end();
}

async function hashOf(source: Readable): Promise<string> {
  const hash: Hash = createHash('sha256');
  for await (const bytes of source) hash.update(bytes as Buffer);
  return hash.digest('hex');
}

/** Resident memory in MiB, where the system tells. */
const residentMiB = (pid: number): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) / 1024;

describe('a hundred megabytes', () => {
  it('go from standard input through a listener and back to standard output, byte for byte', async () => {
    const { child, url } = await cli.listen(
      'tcp://127.0.0.1:0',
      '--reply',
      'echo',
      '--format',
      'raw',
      '--out',
      '/dev/null',
    );
    const client = cli.start(['connect', url, '--half-close', '--format', 'raw']);
    // Only the hash reads: what a test keeps would count as memory of the test.
    client.child.stdout!.removeAllListeners('data');
    const [received] = await Promise.all([hashOf(client.child.stdout!), pour(client.child.stdin!)]);
    expect(received).toBe(digest);
    expect((await client.ended).code).toBe(0);
    child.child.kill('SIGTERM');
    expect((await child.ended).code).toBe(143);
  });

  it('come from a peer to a reader that pauses, without a loss and with bounded memory', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      void pour(socket);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = cli.start(['connect', `tcp://127.0.0.1:${port}`, '--format', 'raw']);
    const output = client.child.stdout!;
    output.removeAllListeners('data');
    const hash = createHash('sha256');
    let read = 0;
    for await (const bytes of output) {
      hash.update(bytes as Buffer);
      const before = Math.floor(read / 10_000_000);
      read += (bytes as Buffer).length;
      // A pause in every ten megabytes, as long as the peer still gets something away.
      if (Math.floor(read / 10_000_000) > before) for (let turn = 0; turn < 50; turn++) await nextTurn();
    }
    expect(read).toBe(megabytes * megabyte.length);
    expect(hash.digest('hex')).toBe(digest);
    expect((await client.ended).code).toBe(0);
    server.close();
  });

  it('wait outside of memory while the output is not read at all', async () => {
    const { child, port } = await cli.listen('tcp://127.0.0.1:0', '--format', 'raw', '--count', '100000');
    const output = child.child.stdout!;
    output.removeAllListeners('data');
    output.pause();
    const peer = connect(port, '127.0.0.1').on('error', () => undefined);
    let isPoured = false;
    const poured = pour(peer, 300).then(() => (isPoured = true));
    // Backpressure reaches the peer: what it has written stands still.
    let last = -1;
    await expect
      .poll(
        () => {
          const stands = peer.bytesWritten === last && last > 0;
          last = peer.bytesWritten;
          return stands;
        },
        { timeout: 30_000, interval: 500 },
      )
      .toBe(true);
    expect(isPoured).toBe(false);
    if (process.platform === 'linux') expect(residentMiB(child.child.pid!)).toBeLessThan(500);
    let read = 0;
    output.on('data', (bytes: Buffer) => (read += bytes.length)).resume();
    await poured;
    await expect.poll(() => read, { timeout: 30_000 }).toBe(300 * megabyte.length);
    child.child.kill('SIGTERM');
    expect((await child.ended).code).toBe(143);
  });

  it('of standard input wait in the pipe while the peer does not read', async () => {
    const server = createServer((socket) => void socket.on('error', () => undefined).pause()).listen(
      0,
      '127.0.0.1',
    );
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const client = cli.start(['connect', `tcp://127.0.0.1:${port}`]);
    const input = client.child.stdin!;
    let written = 0;
    const write = (): void => {
      while (input.write(megabyte, () => (written += megabyte.length)));
    };
    input.on('drain', write);
    write();
    let last = -1;
    await expect
      .poll(
        () => {
          const stands = written === last && last > 0;
          last = written;
          return stands;
        },
        { timeout: 30_000, interval: 500 },
      )
      .toBe(true);
    expect(written).toBeLessThan(40_000_000);
    if (process.platform === 'linux') expect(residentMiB(client.child.pid!)).toBeLessThan(300);
    client.child.kill('SIGTERM');
    expect((await client.ended).code).toBe(143);
    server.close();
  });
});

it('empties a temporary capture that has grown, and loses nothing by it', async () => {
  const { child, port } = await cli.listen('tcp://127.0.0.1:0', '--format', 'raw');
  const output = child.child.stdout!;
  output.removeAllListeners('data');
  let read = 0;
  const hash = createHash('sha256');
  output.on('data', (bytes: Buffer) => {
    read += bytes.length;
    hash.update(bytes);
  });
  const whole = createHash('sha256');
  for (let i = 0; i < 600; i++) whole.update(megabyte);
  const peer = connect(port, '127.0.0.1');
  await pour(peer, 600);
  await expect.poll(() => read, { timeout: 50_000 }).toBe(600 * megabyte.length);
  const [folder] = await cli.leftBehind();
  // 600 MB would be 36 segments of 16 MiB.
  await expect
    .poll(
      async () =>
        (await readdir(`${cli.temporary}/${folder}/capture`)).filter((name) => name.startsWith('data-'))
          .length,
      {
        timeout: 30_000,
      },
    )
    .toBeLessThan(25);
  child.child.kill('SIGTERM');
  expect((await child.ended).code).toBe(143);
  expect(hash.digest('hex')).toBe(whole.digest('hex'));
});
