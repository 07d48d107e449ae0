import { execFile, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { connect, createServer, type AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { jsonLines, TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

const run = promisify(execFile);
/** It needs the right to look at the wire. */
const mayCapture = spawnSync('tcpdump', ['-i', 'lo', '-c', '1', '-G', '1', '-W', '1', '-w', '/dev/null'], {
  timeout: 5000,
  killSignal: 'SIGINT',
}).stderr?.includes('listening on');
const hasTshark = spawnSync('tshark', ['--version']).status === 0;
if (process.env.CI && !(mayCapture && hasTshark))
  throw new Error('tcpdump, with the right to look at lo, and tshark are needed for these tests.');

/** What tcpdump saw on loopback until `talk` was over, and a datagram behind it, by which that is known. */
async function captured(name: string, filter: string, talk: () => Promise<void>): Promise<string> {
  const file = cli.path(name);
  const last = createSocket('udp4');
  last.bind(0, '127.0.0.1');
  await once(last, 'listening');
  const { port } = last.address();
  const tcpdump = spawn('tcpdump', [
    ...['-i', 'lo', '-U', '-B', '8192', '-w', file],
    `${filter} or udp port ${port}`,
  ]);
  let said = '';
  tcpdump.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  await expect.poll(() => said, { timeout: 10_000 }).toContain('listening on');
  await talk();
  last.send('that was all', port, '127.0.0.1');
  const isThere = async (): Promise<boolean> => (await readFile(file)).includes('that was all');
  await expect.poll(isThere, { timeout: 10_000 }).toBe(true);
  last.close();
  tcpdump.kill('SIGINT');
  await once(tcpdump, 'close');
  return file;
}

/** Each byte value, in no order that a shorter stream would have. */
const someBytes = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) % 256));

describe.skipIf(!mayCapture)('import of what tcpdump captured (skipped where it may not)', () => {
  it.each(['127.0.0.1', '::1'])(
    'has what the peers of %s said, both ways, and how it ended',
    async (host) => {
      const data = someBytes(300_000);
      const server = createServer((socket) => void socket.pipe(socket));
      await once(server.listen(0, host), 'listening');
      const { port } = server.address() as AddressInfo;
      const file = await captured(`tcp${host.length}.pcap`, `tcp port ${port}`, async () => {
        const socket = connect(port, host);
        await once(socket, 'connect');
        socket.end(data);
        socket.resume();
        await once(socket, 'close');
      });
      server.close();
      const folder = cli.path(`in${host.length}`);
      const { code, stderr } = await cli.run('import', file, '--to', folder);
      expect([code, stderr]).toEqual([0, expect.stringMatching(/has 2 connections of \d+ packets/)]);
      const shown = await cli.run('show', folder, '--endpoint', basename(file), '--format', 'jsonl');
      const records = jsonLines(shown.stdout);
      for (const way of ['sent', 'received']) {
        const bytes = records.filter(({ kind }) => kind === way).map(({ hex }) => String(hex));
        expect(Buffer.from(bytes.join(''), 'hex').equals(data)).toBe(true);
      }
      expect(records[0]).toMatchObject({ kind: 'opened', origin: 'initiated', remote: { host, port } });
      expect(records.at(-1)).toMatchObject({ kind: 'closed', receivedBytes: 300_000, sentBytes: 300_000 });
    },
  );

  it('has datagrams as they were', async () => {
    const server = createSocket('udp4');
    server.bind(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address();
    const client = createSocket('udp4');
    const file = await captured('udp.pcap', `udp port ${port}`, async () => {
      client.send('ask', port, '127.0.0.1');
      const [, from] = (await once(server, 'message')) as [Buffer, { port: number }];
      server.send('the answer to it', from.port, '127.0.0.1');
      await once(client, 'message');
    });
    server.close();
    client.close();
    const folder = cli.path('udp');
    expect((await cli.run('import', file, '--to', folder)).code).toBe(0);
    const records = jsonLines((await cli.run('show', folder, '--format', 'jsonl')).stdout);
    const said = records
      .filter(({ hex }) => hex !== null)
      .map(({ hex }) => Buffer.from(String(hex), 'hex').toString());
    expect(said).toEqual(['ask', 'the answer to it', 'that was all']);
  });
});

describe('import of captured traffic', () => {
  it.skipIf(!hasTshark)(
    'has our own pcapng again as it was, and what tshark makes of it (skipped without tshark)',
    async () => {
      const folder = cli.path('own');
      const { child, port } = await cli.listen(
        ...['tcp://127.0.0.1:0', '--capture', folder, '--count', '1', '--reply', 'echo', '--format', 'raw'],
      );
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      socket.end('hello').resume();
      await child.ended;
      const [ours, packed] = ['own.pcapng', 'own.pcapng.gz'].map((name) => cli.path(name));
      await cli.run('export', folder, '--to', 'pcapng', '--out', ours!);
      await writeFile(packed!, gzipSync(await readFile(ours!)));
      for (const file of [ours!, packed!]) {
        const into = `${file}-in`;
        expect((await cli.run('import', file, '--to', into)).code).toBe(0);
        const records = jsonLines((await cli.run('show', into, '--format', 'jsonl')).stdout);
        // Its flags say which side was ours.
        expect(records.map(({ kind }) => kind)).toEqual([
          ...['opened', 'received', 'sent', 'half-closed', 'half-closed', 'closed', 'note'],
        ]);
        expect(records[0]).toMatchObject({ origin: 'accepted', local: { port } });
      }
      const { stdout } = await run('tshark', ['-r', ours!, '-q', '-z', 'follow,tcp,yaml,0']);
      const yaml = stdout.slice(stdout.indexOf('peers:'));
      await writeFile(cli.path('followed.yaml'), yaml);
      expect((await cli.run('import', cli.path('followed.yaml'), '--to', cli.path('yaml-in'))).code).toBe(0);
      const followed = await cli.run('show', cli.path('yaml-in'), '--format', 'raw');
      expect(followed.stdout).toBe('hello');
    },
  );

  it('says what is wrong with a file, and leaves nothing behind', async () => {
    await writeFile(
      cli.path('empty.pcap'),
      Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex'),
    );
    const none = await cli.run('import', cli.path('empty.pcap'), '--to', cli.path('none'));
    expect([none.code, none.stderr]).toEqual([
      2,
      expect.stringContaining('nothing that sockets sent is in it'),
    ]);
    const alone = await cli.run('import', cli.path('empty.pcap'));
    expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining('--to DIR')]);
    expect((await cli.run('show', cli.path('none'))).code).toBe(2);
    expect(await readdir(join(cli.path('none'), 'captures'))).toEqual([]);
  });
});
