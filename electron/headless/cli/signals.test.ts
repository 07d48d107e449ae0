import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Capture } from '../../engine/capture/capture.ts';
import { readMeta } from '../../engine/capture/meta.ts';
import { TestCli, type CliProcess } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

const any = 'tcp://127.0.0.1:0';
const patience = { timeout: 30_000 };

describe('a signal', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s ends a listener with code %i, after telling its end', async (signal, code) => {
    const { child, port } = await cli.listen(any, '--format', 'jsonl');
    const peer = connect(port, '127.0.0.1').on('error', () => undefined);
    peer.resume();
    await child.prints(/"opened"/);
    child.child.kill(signal);
    expect(await child.ended).toEqual({ code, signal: null });
    expect(child.records.slice(-2)).toMatchObject([
      { kind: 'closed', by: 'us' },
      { kind: 'stopped', connections: 1 },
    ]);
    expect(await cli.leftBehind()).toEqual([]);
    peer.destroy();
  });

  it('ends an attempt to connect and a client that waits', async () => {
    const server = createServer((socket) => void socket.on('error', () => undefined)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const child = cli.start(['connect', `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`]);
    await child.says(/● Connected/);
    child.child.kill('SIGINT');
    expect((await child.ended).code).toBe(130);
    expect(await cli.leftBehind()).toEqual([]);
    server.close();
  });

  it('leaves a complete capture, with every byte that the end counts', async () => {
    const folder = cli.path('flooded');
    const { child, port } = await cli.listen(
      any,
      '--format',
      'raw',
      '--capture',
      folder,
      '--out',
      '/dev/null',
    );
    const peer = connect(port, '127.0.0.1').on('error', () => undefined);
    const piece = Buffer.alloc(64 * 1024, 'flood ');
    let taken = 0;
    const flood = (): void => {
      while (!peer.destroyed && peer.write(piece)) taken += piece.length;
    };
    peer.on('connect', flood).on('drain', flood);
    await expect.poll(() => taken, patience).toBeGreaterThan(20_000_000);
    child.child.kill('SIGTERM');
    expect((await child.ended).code).toBe(143);
    peer.destroy();
    const workspace = JSON.parse(await readFile(`${folder}/workspace.json`, 'utf8')) as {
      endpoints: { id: string }[];
    };
    const path = `${folder}/captures/${workspace.endpoints[0]!.id}`;
    expect(await readMeta(path)).toMatchObject({ closed: true });
    const capture = await Capture.open(path);
    let received = 0;
    let counted = 0;
    for (let sequence = 0; sequence < capture.length; sequence++) {
      const { kind, length, detail } = await capture.info(sequence);
      if (kind === 'received') received += length;
      if (detail?.kind === 'closed' || detail?.kind === 'failed') counted += detail.receivedBytes;
    }
    await capture.close();
    expect(received).toBe(counted);
    expect(received).toBeGreaterThan(10_000_000);
  });

  it('waits for a slow reader of the output, and a second one does not', async () => {
    const { child, port } = await cli.listen(any, '--format', 'raw', '--reply', 'echo');
    child.child.stdout!.pause();
    const peer = connect(port, '127.0.0.1').on('error', () => undefined);
    peer.write(Buffer.alloc(4_000_000));
    let echoed = 0;
    peer.on('data', (bytes) => (echoed += bytes.length));
    // All of it is received, so that the output has more to do than a pipe holds.
    await expect.poll(() => echoed, patience).toBe(4_000_000);
    child.child.kill('SIGINT');
    await once(peer, 'close');
    expect(child.child.exitCode).toBe(null);
    child.child.kill('SIGINT');
    const [code, signal] = (await once(child.child, 'exit')) as [number | null, string | null];
    expect({ code, signal }).toEqual({ code: null, signal: 'SIGINT' });
    expect(await cli.leftBehind()).toEqual([]);
    child.child.stdout!.resume();
  });
});

describe('a run that was killed', () => {
  it('leaves a folder with its keys, which the next run removes', async () => {
    const { child } = await cli.listen('tls://127.0.0.1:0', '--self-signed');
    await child.kill();
    expect(await cli.leftBehind()).toHaveLength(1);
    const next = await cli.listen(any);
    next.child.child.kill('SIGTERM');
    await next.child.ended;
    expect(await cli.leftBehind()).toEqual([]);
  });
});

describe('npm run cli', () => {
  const npm = async (): Promise<CliProcess> => {
    // The script of the project, around the program that this test has built.
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as { scripts: { cli: string } };
    await mkdir(cli.path('npm/build'), { recursive: true });
    await writeFile(cli.path('npm/package.json'), JSON.stringify({ scripts: { cli: scripts.cli } }));
    await writeFile(cli.path('npm/build/cli.mjs'), `await import(${JSON.stringify(cli.script)});`);
    const args = ['run', '--silent', 'cli', '--', 'listen', any, '--format', 'jsonl'];
    return cli.startProgram('npm', args, { cwd: cli.path('npm'), detached: true });
  };

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('hands %s on to the program, which ends in order', async (signal, code) => {
    const child = await npm();
    await child.listeningUrl();
    child.child.kill(signal);
    expect(await child.ended).toEqual({ code, signal: null });
    expect(child.records.at(-1)).toMatchObject({ kind: 'stopped' });
  });

  it('ends in order by one Ctrl-C, which npm and the program both get', async () => {
    const child = await npm();
    await child.listeningUrl();
    process.kill(-child.child.pid!, 'SIGINT');
    expect(await child.ended).toEqual({ code: 130, signal: null });
    expect(child.records.at(-1)).toMatchObject({ kind: 'stopped' });
  });
});

describe('standard output', () => {
  it('that nobody reads any more ends the run quietly', async () => {
    const { child, port } = await cli.listen(any, '--format', 'raw');
    const peer = connect(port, '127.0.0.1').on('error', () => undefined);
    peer.write('first');
    await child.prints(/first/);
    child.child.stdout!.destroy();
    const timer = setInterval(() => peer.write('more'), 10);
    expect((await child.ended).code).toBe(0);
    clearInterval(timer);
    peer.destroy();
    expect(child.stderr).not.toMatch(/EPIPE|socketscope:/);
    expect(await cli.leftBehind()).toEqual([]);
  });

  it('that cannot be written is told, with code 1', async () => {
    const { child, port } = await cli.listen(any, '--format', 'raw', '--out', '/dev/full');
    const peer = connect(port, '127.0.0.1').on('error', () => undefined);
    peer.write('first');
    expect((await child.ended).code).toBe(1);
    expect(child.stderr).toMatch(/^socketscope: \/dev\/full cannot be written from byte 0 on: ENOSPC/m);
    peer.destroy();
  });
});
