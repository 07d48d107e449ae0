import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TestCli, type CliProcess } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

const isInstalled = (program: string, option: string): boolean => spawnSync(program, [option]).status === 0;
const has = {
  ncat: isInstalled('ncat', '--version'),
  socat: isInstalled('socat', '-V'),
  python: isInstalled('python3', '-V'),
};
if (process.env.CI && !(has.ncat && has.socat && has.python))
  throw new Error('ncat, socat and python3 are needed for these tests.');

/** A Python program that prints its port first. */
const python = (...lines: string[]): CliProcess =>
  cli.startProgram('python3', ['-u', '-c', lines.join('\n')]);
const portOf = async (child: CliProcess): Promise<string> => {
  await child.prints(/^\d+\n/);
  return /^\d+/.exec(child.text)![0];
};
const patience = { timeout: 30_000 };

describe.skipIf(!has.ncat)('ncat (not installed where skipped)', () => {
  it('talks to a TCP listener, and hears its half-closed answer', async () => {
    const { port } = await cli.listen('tcp://127.0.0.1:0', '--reply', 'upper');
    const peer = cli.startProgram('ncat', ['127.0.0.1', String(port)]);
    peer.child.stdin!.end('hello\n');
    expect((await peer.ended).code).toBe(0);
    expect(peer.text).toBe('HELLO\n');
  });

  it('talks to a UDP listener', async () => {
    const { child, port } = await cli.listen(
      'udp://127.0.0.1:0',
      '--reply',
      'prefix:OK...',
      '--format',
      'jsonl',
    );
    const peer = cli.startProgram('ncat', ['-u', '127.0.0.1', String(port)]);
    peer.child.stdin!.write('hello');
    await peer.prints(/OK\.\.\.hello/);
    await child.prints(/"kind":"received".*"hex":"68656c6c6f"/);
  });

  it('talks to a Unix listener, whose file goes with it', async () => {
    const path = cli.path('a.sock');
    const { child } = await cli.listen(`unix://${path}`, '--reply', 'echo');
    const peer = cli.startProgram('ncat', ['-U', path]);
    peer.child.stdin!.write('hello');
    await peer.prints(/hello/);
    child.child.kill('SIGTERM');
    expect((await child.ended).code).toBe(143);
    expect(existsSync(path)).toBe(false);
  });

  it('is talked to over a Unix socket', async () => {
    const path = cli.path('b.sock');
    const peer = cli.startProgram('ncat', ['-l', '-U', path, '--exec', '/bin/cat']);
    await expect.poll(() => existsSync(path), patience).toBe(true);
    // No half-close: ncat drops what its program still has to say when the other side finishes.
    const args = ['--send', 'hello', '--count', '1', '--format', 'raw'];
    expect(await cli.run('connect', `unix://${path}`, ...args)).toMatchObject({ code: 0, stdout: 'hello' });
    await peer.ended;
  });
});

describe.skipIf(!has.socat)('socat (not installed where skipped)', () => {
  it('sends and receives a megabyte through a listener', async () => {
    const { port } = await cli.listen('tcp://127.0.0.1:0', '--reply', 'echo', '--out', '/dev/null');
    const peer = cli.startProgram('socat', ['-t', '20', '-', `TCP:127.0.0.1:${port}`]);
    const sent = Buffer.alloc(1_000_000, 'socat ');
    peer.child.stdin!.end(sent);
    expect((await peer.ended).code).toBe(0);
    expect(peer.stdout.equals(sent)).toBe(true);
  });

  it('is talked to over TCP and IPv6', async () => {
    const peer = cli.startProgram('socat', ['-d', '-d', 'TCP6-LISTEN:0,bind=[::1]', 'EXEC:cat']);
    await peer.says(/listening on AF=10 \S+:\d+/);
    const port = /listening on AF=10 \S+:(\d+)/.exec(peer.stderr)![1]!;
    const args = ['--send', 'hello', '--half-close', '--format', 'raw'];
    expect(await cli.run('connect', `tcp://[::1]:${port}`, ...args)).toMatchObject({
      code: 0,
      stdout: 'hello',
    });
  });
});

describe.skipIf(!has.python)('python3 (not installed where skipped)', () => {
  it('is talked to over UDP, from the socket that the first line names', async () => {
    const peer = python(
      'import socket',
      's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0))',
      'print(s.getsockname()[1])',
      'for _ in range(3):',
      '    data, who = s.recvfrom(65535)',
      '    s.sendto(b"%d:%d" % (who[1], len(data)), who)',
    );
    const url = `udp://127.0.0.1:${await portOf(peer)}`;
    const args = ['--send', 'one', '--send', '', '--send-hex', '00 01', '--count', '3', '--format', 'jsonl'];
    const { code, stdout } = await cli.run('connect', url, ...args);
    expect(code).toBe(0);
    const records = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { kind: string; hex: string; local: { port: number } });
    expect(records[0]).toMatchObject({ kind: 'bound' });
    const received = records.filter(({ kind }) => kind === 'received');
    expect(received.map(({ hex }) => Buffer.from(hex, 'hex').toString())).toEqual(
      [3, 0, 2].map((length) => `${records[0]!.local.port}:${length}`),
    );
  });

  it('tells by a closed UDP port that nobody is there', async () => {
    const peer = python(
      'import socket',
      's = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0))',
      'print(s.getsockname()[1])',
    );
    const port = await portOf(peer);
    await peer.ended;
    const { code, stderr } = await cli.run('connect', `udp://127.0.0.1:${port}`, '--send', 'x');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^socketscope: .*\(ECONNREFUSED\)/m);
  });

  it('resets behind 70,001 bytes, all of which come out first', async () => {
    const peer = python(
      'import socket, struct, time',
      's = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()',
      'print(s.getsockname()[1])',
      'c, _ = s.accept(); c.sendall(b"x" * 70001); c.recv(1)',
      'c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)); c.close()',
    );
    const child = cli.start(['connect', `tcp://127.0.0.1:${await portOf(peer)}`, '--format', 'raw']);
    await expect.poll(() => child.stdout.length, patience).toBe(70_001);
    child.child.stdin!.write('go');
    expect((await child.ended).code).toBe(1);
    expect(child.stderr).toContain('(ECONNRESET)');
  });
});

describe('UDP', () => {
  it('sends each read of standard input as a datagram, and ends with --half-close', async () => {
    const { child, url } = await cli.listen('udp://127.0.0.1:0', '--format', 'jsonl', '--count', '2');
    const client = cli.start(['connect', url, '--half-close']);
    client.child.stdin!.write('first');
    await child.prints(/"hex":"6669727374"/);
    client.child.stdin!.end('second');
    expect((await client.ended).code).toBe(0);
    expect((await child.ended).code).toBe(0);
    expect(child.records.filter(({ kind }) => kind === 'received').map(({ hex }) => hex)).toEqual([
      '6669727374',
      '7365636f6e64',
    ]);
  });

  it('refuses a message that no datagram can hold, before anything is sent', async () => {
    const { code, stderr } = await cli.run('connect', 'udp://127.0.0.1:9', '--send', 'x'.repeat(65_508));
    expect(code).toBe(2);
    expect(stderr).toMatch(/65508 bytes.*at most 65507/);
  });

  it('ends after --idle-timeout', async () => {
    for (const [role, url] of [
      ['listen', 'udp://127.0.0.1:0'],
      ['connect', 'udp://127.0.0.1:9'],
    ] as const) {
      const { code, stderr } = await cli.run(role, url, '--idle-timeout', '0.2');
      expect({ role, code }).toEqual({ role, code: 0 });
      expect(stderr).toContain('as --idle-timeout says');
    }
  });

  it('names a port that is taken', async () => {
    const { url } = await cli.listen('udp://127.0.0.1:0');
    const { code, stderr } = await cli.run('listen', url);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^socketscope: .*\(EADDRINUSE\)/m);
  });
});

describe('Unix sockets', () => {
  it('that nobody listens on, or that are no sockets, are told apart', async () => {
    const nobody = await cli.run('connect', `unix://${cli.path('none.sock')}`);
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('(ENOENT)') });
    await writeFile(cli.path('plain'), '');
    const noSocket = await cli.run('connect', `unix://${cli.path('plain')}`);
    expect(noSocket.code).toBe(1);
    expect(noSocket.stderr).toMatch(/^socketscope: .*\((ECONNREFUSED|ENOTSOCK)\)/m);
  });
});
