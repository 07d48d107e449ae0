import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { followed } from '../../engine/testing/followed.ts';
import { TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

const run = promisify(execFile);
const hasTshark = spawnSync('tshark', ['--version']).status === 0;
if (process.env.CI && !hasTshark) throw new Error('tshark is needed for these tests.');

/** Fields of each packet as tshark reads them; comments and checksums are looked at, too. */
async function fields(file: string, filter: string, ...names: string[]): Promise<string[][]> {
  const check = ['ip', 'tcp', 'udp'].flatMap((name) => ['-o', `${name}.check_checksum:TRUE`]);
  const asked = names.flatMap((name) => ['-e', name]);
  const { stdout } = await run('tshark', ['-r', file, ...check, '-Y', filter, '-T', 'fields', ...asked]);
  return stdout
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
}

const amiss =
  '_ws.malformed || tcp.analysis.flags || ip.checksum.status == "Bad" || tcp.checksum.status == "Bad" || udp.checksum.status == "Bad"';

async function talk(port: number, host: string, data: Buffer): Promise<void> {
  const socket = connect(port, host);
  await once(socket, 'connect');
  socket.end(data);
  socket.resume();
  await once(socket, 'close');
}

const hashed = (bytes: Buffer): { sha256: string; bytes: number } => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  bytes: bytes.length,
});

/** Each byte value, in no order that a shorter stream would have. */
const someBytes = (length: number): Buffer =>
  Buffer.from(Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) % 256));

describe.skipIf(!hasTshark)('pcapng (tshark is not installed where skipped)', () => {
  it.each(['127.0.0.1', '::1'])(
    'shows tshark what a connection of %s said, in both directions',
    async (host) => {
      const [folder, file] = [cli.path(`tcp-${host.length}`), cli.path(`tcp-${host.length}.pcapng`)];
      const url = host.includes(':') ? `tcp://[${host}]:0` : `tcp://${host}:0`;
      const data = someBytes(200_000);
      const { child, port } = await cli.listen(url, '--capture', folder, '--reply', 'echo');
      await talk(port, host, data);
      await talk(port, host, Buffer.from('short'));
      child.child.kill('SIGINT');
      await child.ended;
      expect(await cli.run('show', folder, '--format', 'pcapng', '--out', file)).toMatchObject({
        code: 0,
        stderr: '',
      });

      expect(await fields(file, amiss, 'frame.number', '_ws.expert.message')).toEqual([]);
      expect(await followed(file, 0)).toEqual([hashed(data), hashed(data)]);
      const short = Buffer.from('short');
      expect(await followed(file, 1)).toEqual([hashed(short), hashed(short)]);
      const flags = await fields(file, 'tcp.stream == 1 && tcp.len == 0', 'tcp.flags.str');
      expect(flags.flat().map((one) => one.replace(/[^A-Z]/g, ''))).toEqual(
        expect.arrayContaining(['S', 'AS', 'A', 'AF']),
      );
      const [[comment, info] = []] = await fields(file, 'syslog', 'frame.comment', '_ws.col.Info');
      expect([comment, info]).toEqual([info, expect.stringMatching(/^Listening on /)]);
    },
  );

  it('shows tshark 64 MiB as they were, byte for byte, both ways', async () => {
    const [folder, file] = [cli.path('long'), cli.path('long.pcapng')];
    const echo = ['--capture', folder, '--reply', 'echo', '--format', 'raw', '--out', '/dev/null'];
    const { child, port } = await cli.listen('tcp://127.0.0.1:0', ...echo);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.resume();
    const hash = createHash('sha256');
    const piece = someBytes(2 ** 20);
    for (let number = 0; number < 32; number++) {
      piece.writeUInt32LE(number, 0);
      hash.update(piece);
      if (!socket.write(Buffer.from(piece))) await once(socket, 'drain');
    }
    socket.end();
    await once(socket, 'close');
    child.child.kill('SIGINT');
    await child.ended;
    expect((await cli.run('export', folder, '--to', 'pcapng', '--out', file)).code).toBe(0);
    const said = { sha256: hash.digest('hex'), bytes: 32 * 2 ** 20 };
    expect(await followed(file, 0)).toEqual([said, said]);
    expect(await fields(file, amiss, 'frame.number')).toEqual([]);
  });

  it('gives datagrams their addresses, and keeps empty ones', async () => {
    const file = cli.path('udp.pcapng');
    const { child, port } = await cli.listen(
      'udp://127.0.0.1:0',
      '--format',
      'pcapng',
      '--out',
      file,
      '--count',
      '3',
    );
    const socket = createSocket('udp4');
    for (const text of ['one', '', 'three']) socket.send(text, port, '127.0.0.1');
    await child.ended;
    const sender = socket.address().port;
    socket.close();
    const told = await fields(file, 'udp', 'ip.src', 'udp.srcport', 'ip.dst', 'udp.dstport', 'udp.payload');
    expect(told).toEqual(
      ['one', '', 'three'].map((text) => [
        ...['127.0.0.1', String(sender), '127.0.0.1', String(port)],
        Buffer.from(text).toString('hex'),
      ]),
    );
    expect(await fields(file, amiss, 'frame.number')).toEqual([]);
  });

  it('says what a reset was, and what a Unix socket carried without addresses', async () => {
    const file = cli.path('reset.pcapng');
    const { child, port } = await cli.listen('tcp://127.0.0.1:0', '--format', 'pcapng', '--out', file);
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.resetAndDestroy();
    await child.says(/reset the connection/);
    child.child.kill('SIGINT');
    await child.ended;
    expect((await fields(file, 'tcp.flags.reset == 1', 'frame.comment'))[0]?.[0]).toMatch(
      /reset the connection/,
    );

    const path = cli.path('a.sock');
    const unix = cli.path('unix.pcapng');
    const server = await cli.listen(`unix://${path}`, '--format', 'pcapng', '--out', unix, '--count', '1');
    const peer = connect(path);
    peer.end('over a file');
    await server.child.ended;
    peer.destroy();
    const { stdout } = await run('tshark', ['-r', unix, '-x', '-Y', 'frame.interface_name == "unix"']);
    expect(stdout).toContain('over a file');
  });

  it('is what capinfos reads without complaint, also with nothing in it but its head', async () => {
    const [folder, file] = [cli.path('empty'), cli.path('empty.pcapng')];
    const { child, port } = await cli.listen('tcp://127.0.0.1:0', '--capture', folder, '--count', '1');
    await talk(port, '127.0.0.1', Buffer.from('x'));
    await child.ended;
    const none = await cli.run(
      'show',
      folder,
      '--format',
      'pcapng',
      '--out',
      file,
      '--filter',
      'nothing like it',
    );
    expect(none.code).toBe(0);
    const { stdout } = await run('capinfos', [file]);
    expect(stdout).toMatch(/Number of packets:\s+0/);
    expect(stdout).toMatch(/Socketscope/);
  });
});
