import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { bundleHeadless, bundleWorkers } from '../../build/bundle.mjs';
import { decodeMessage, encodeMessage } from '../../shared/wire/codec.ts';
import type { Commands, Events, Summary } from '../../shared/contract.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { keyIn } from '../../shared/wire/page-key.ts';
import { serveRpc, type Remote } from '../../shared/wire/rpc.ts';
import { decodeRows } from '../../shared/wire/row-window.ts';
import { testFolder } from '../engine/testing/folder.ts';
import { explainStart } from './serve.ts';

type Folder = Awaited<ReturnType<typeof testFolder>>;
type Ended = { code: number | null; stdout: string[]; stderr: string };
type Started = { child: ChildProcess; firstLine: Promise<string>; ended: Promise<Ended> };
type Running = { child: ChildProcess; url: URL; key: string; ended: Promise<Ended> };

let program: Folder;
let data: Folder;
const children: ChildProcess[] = [];

beforeAll(async () => {
  program = await testFolder();
  const out = join(program.path, 'out');
  await Promise.all([bundleHeadless(out), bundleWorkers(out), mkdir(join(out, 'page'), { recursive: true })]);
  await writeFile(join(out, 'page', 'index.html'), '<title>the page</title>');
  await writeFile(join(program.path, 'package.json'), '{"version":"1.2.3","type":"module"}');
});
afterAll(() => program.remove());
beforeEach(async () => void (data = await testFolder()));
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await data.remove();
});

const start = (...args: string[]): Started =>
  watch(
    spawn(process.execPath, [join(program.path, 'out/headless/serve.js'), ...args], {
      env: { ...process.env, SOCKETSCOPE_DATA: '' },
    }),
  );

function watch(child: ChildProcess): Started {
  children.push(child);
  const stdout: string[] = [];
  let stderr = '';
  const lines = createInterface(child.stdout!);
  const firstLine = new Promise<string>((resolve) => lines.once('line', resolve));
  lines.on('line', (line) => stdout.push(line));
  child.stderr!.on('data', (text: Buffer) => (stderr += text.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { child, firstLine, ended };
}

async function serve(...args: string[]): Promise<Running> {
  const { child, firstLine, ended } = start('--no-open', '--data', data.path, ...args);
  const line = await Promise.race([firstLine, ended.then(({ stderr }) => Promise.reject(new Error(stderr)))]);
  expect(line).toMatch(/^Socketscope is ready at http:\/\/127\.0\.0\.1:\d+\/#key=[\w-]{43}$/);
  const url = new URL(line.split(' ').at(-1)!);
  return { child, url, key: keyIn(url.hash)!, ended };
}

/** A page without a browser, over the real channel. */
async function page(
  { url, key }: Running,
  onSummary: (summary: Summary) => void = () => undefined,
): Promise<Remote<Commands>> {
  const socket = new WebSocket(`ws://${url.host}/channel`, { headers: { authorization: `Bearer ${key}` } });
  socket.on('error', () => undefined);
  const engine = serveRpc<Events, Commands>(
    {
      send: (message) => socket.send(encodeMessage(message)),
      onMessage: (listener) => socket.on('message', (bytes: Buffer) => listener(decodeMessage(bytes))),
      onClose: (listener) => socket.on('close', listener),
      close: () => socket.close(),
    },
    { summary: onSummary, action: () => undefined, imported: () => undefined, anew: () => undefined },
  );
  await once(socket, 'open');
  return engine;
}

const listener = { ...defaultListener(), port: 0 };

describe('the headless host', () => {
  it('prints one line, serves page, health and channel, and ends on SIGINT', async () => {
    const running = await serve();
    const { url, key, child, ended } = running;
    expect(await (await fetch(url)).text()).toContain('the page');
    const health = await fetch(`${url.origin}/api/health`, { headers: { authorization: `Bearer ${key}` } });
    expect(await health.json()).toEqual({
      version: '1.2.3',
      uptimeSeconds: expect.any(Number),
      openSockets: 0,
      capturedBytes: 0,
    });
    const engine = await page(running);
    expect(await engine.hello()).toMatchObject({ version: '1.2.3', host: 'headless', dataFolder: data.path });
    child.kill('SIGINT');
    expect(await ended).toEqual({ code: 0, stdout: [expect.any(String)], stderr: '' });
  });

  it('ends on SIGTERM while traffic flows, with every byte that it counted in the capture', async () => {
    const running = await serve();
    let last: Summary | undefined;
    const engine = await page(running, (summary) => void (last = summary));
    const id = await engine.addEndpoint(listener);
    const { host, port } = await engine.startListening(id);
    const peer = connect(port, host);
    peer.on('error', () => undefined);
    const piece = Buffer.alloc(64 * 1024, 'flood ');
    const flood = (): void => {
      while (!peer.destroyed && peer.write(piece));
    };
    peer.on('drain', flood).on('connect', flood);
    await expect
      .poll(() => last?.endpoints[0]?.receivedBytes ?? 0, { timeout: 30_000 })
      .toBeGreaterThan(20_000_000);
    running.child.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 0, stderr: '' });
    peer.destroy();

    const again = await page(await serve());
    const { id: view, rows } = await again.openView(id, { connection: null, text: '' }, 'chunks');
    const log = decodeRows(await again.rows(view, Math.max(0, rows - 5), 5)).rows;
    const end = log.find(({ kind }) => kind === 'closed' || kind === 'failed')!;
    const detail = JSON.parse(new TextDecoder().decode(end.preview)) as { receivedBytes: number };
    let captured = 0;
    for (let from = 0; from < rows; from += 512)
      for (const row of decodeRows(await again.rows(view, from, 512)).rows)
        if (row.kind === 'received') captured += row.length;
    expect(captured).toBe(detail.receivedBytes);
    expect(captured).toBeGreaterThan(20_000_000);
  });

  it('is there for pages while what starts with it still connects', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const first = await serve();
    const client = {
      ...defaultClient(),
      transport: 'tls' as const,
      host: '127.0.0.1',
      port,
      startsWithApp: true,
    };
    await (await page(first)).addEndpoint(client);
    first.child.kill('SIGTERM');
    await first.ended;
    const [accepted] = await Promise.all([once(silent, 'connection'), serve()]);
    (accepted[0] as Socket).destroy();
    silent.close();
  });

  it('lets a page save a log, to be downloaded', async () => {
    const running = await serve();
    const engine = await page(running);
    const id = await engine.addEndpoint(listener);
    await engine.startListening(id);
    const { id: view } = await engine.openView(id, { connection: null, text: '' }, 'chunks');
    const saved = await engine.saveLog(view, 'text');
    const response = await fetch(new URL(saved!.url!, running.url));
    expect(response.headers.get('content-disposition')).toContain('.txt');
    expect((await response.arrayBuffer()).byteLength).toBe(saved!.bytes);
  });

  it('does not share its data folder, and says how to go on', async () => {
    const { url } = await serve();
    const { code, stdout, stderr } = await start('--no-open', '--data', data.path).ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: [] });
    expect(stderr).toContain(data.path);
    expect(stderr).toContain('--data');
    expect(stderr).toContain(`Its window is at ${url.origin}/,`);
    expect(stderr).not.toMatch(/[\w-]{43}/);
  });

  it('leaves what a folder held before, whatever it is called, and takes its own copies away again', async () => {
    const theirs = ['exports', 'captures', 'certificates', 'keylogs', 'lock.txt'];
    for (const name of theirs) {
      await mkdir(join(data.path, name, 'within'), { recursive: true });
      await writeFile(join(data.path, name, 'within', 'thesis.txt'), name);
    }
    const running = await serve();
    const engine = await page(running);
    const id = await engine.addEndpoint(listener);
    await engine.startListening(id);
    const { id: view } = await engine.openView(id, { connection: null, text: '' }, 'chunks');
    await engine.saveLog(view, 'text');
    expect((await readdir(data.path)).filter((name) => name.startsWith('socketscope-tmp-'))).toHaveLength(1);
    running.child.kill('SIGTERM');
    expect(await running.ended).toMatchObject({ code: 0, stderr: '' });
    for (const name of theirs)
      expect(await readFile(join(data.path, name, 'within', 'thesis.txt'), 'utf8')).toBe(name);
    expect(await readdir(data.path)).not.toContainEqual(expect.stringMatching(/^socketscope-tmp-/));
  });

  it('says when its port is taken, and leaves the data folder free', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const { code, stderr } = await start('--no-open', '--data', data.path, '--port', String(port)).ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        `^socketscope: 127.0.0.1:${port} is already in use \\(EADDRINUSE\\).\n  Likely cause: .*\n  Try: .*0 takes any`,
      ),
    );
    taken.close();
    await once(taken, 'close');
    const { url } = await serve('--port', String(port));
    expect(url.port).toBe(String(port));
  });

  it.each([
    [['--host', '192.0.2.1'], /^socketscope: 192\.0\.2\.1:0 .*\(EADDRNOTAVAIL\)/],
    [['--host', 'fe80::1'], /^socketscope: .*\[fe80::1\]:0.*\(EINVAL\)/],
    [
      ['--data', '/dev/null/x'],
      /^socketscope: \/dev\/null\/x cannot be used as the data folder \((EEXIST|ENOTDIR)\)/,
    ],
    [['--data', '/proc/x'], /^socketscope: \/proc\/x cannot be used as the data folder \((ENOENT|EACCES)\)/],
  ])('says why it cannot start with %j, and what to try', async (args, expected) => {
    const { code, stdout, stderr } = await start('--no-open', '--data', data.path, ...args).ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: [] });
    expect(stderr).toMatch(expected);
    expect(stderr).toMatch(/\n {2}Likely cause: .+\n {2}Try: .+\n$/);
  });

  it('explains what only other users or machines run into', () => {
    const options = { dataFolder: '/data', host: '::', port: 80 };
    const said = (code: string, message: string) => explainStart({ code, message, subject: '' }, options);
    expect(said('EACCES', 'listen EACCES: permission denied :::80')).toMatch(/\[::\]:80.*below 1024.*Try: /s);
    expect(said('ENOTFOUND', 'getaddrinfo ENOTFOUND nowhere.invalid')).toMatch(/ENOTFOUND.*Try: /s);
    expect(said('EROFS', "EROFS: read-only file system, mkdir '/data'")).toMatch(
      /\/data .*only be read.*--data/s,
    );
    expect(said('ENOSPC', 'ENOSPC: no space left on device, write')).toMatch(/disk is full.*Make room/s);
    expect(said('UNKNOWN', 'The page is not built.')).toContain('The page is not built.');
  });

  it('says at its end when not all is on the disk, with the folder and how much is, and exits with 1', async () => {
    const running = await serve();
    const engine = await page(running);
    const id = await engine.addEndpoint(listener);
    await mkdir(join(data.path, 'captures', id, 'data-00000000'), { recursive: true });
    await engine.startListening(id);
    running.child.kill('SIGTERM');
    const { code, stderr } = await running.ended;
    expect(stderr).toMatch(
      /^Socketscope could not end in order: EISDIR: .* are in the files; what came later/,
    );
    expect(stderr).toContain(`Of all captures in ${data.path}, 0 records are`);
    expect(code).toBe(1);
  });

  it('serves on when nobody reads what it says', async () => {
    const { child, firstLine } = start('--no-open', '--data', data.path, '--host', '0.0.0.0');
    child.stderr!.destroy();
    const { origin } = new URL((await firstLine).split(' ').at(-1)!);
    expect(await (await fetch(origin)).text()).toContain('the page');
  });

  it('warns when it is open to the network', async () => {
    const { child, ended } = await serve('--host', '0.0.0.0');
    child.kill('SIGTERM');
    expect((await ended).stderr).toMatch(/^Warning: 0\.0\.0\.0 is not loopback/);
  });

  it.each([[['--port', 'http']], [['--port', '65536']], [['--prot', '1']], [['extra']], [['--data', '']]])(
    'explains a wrong command line %j, with code 2',
    async (args) => {
      const { code, stdout, stderr } = await start(...args).ended;
      expect({ code, stdout }).toEqual({ code: 2, stdout: [] });
      expect(stderr).toMatch(/^error: /);
    },
  );

  it('opens the workspace file that it is given, and one that is wrong not even a data folder', async () => {
    const path = join(data.path, 'lab.socketscope.json');
    const endpoints = [{ ...listener, name: 'Lab' }];
    await writeFile(path, JSON.stringify({ format: 'socketscope', version: 1, endpoints }));
    const running = await serve(path);
    const engine = await page(running);
    expect((await engine.workspace()).endpoints).toMatchObject([{ settings: { name: 'Lab' } }]);
    running.child.kill('SIGTERM');
    await running.ended;
    const again = await serve();
    expect((await (await page(again)).workspace()).endpoints).toMatchObject([{ settings: { name: 'Lab' } }]);
    await writeFile(path, '{');
    const { code, stderr } = await start('--data', join(data.path, 'none'), path).ended;
    expect([code, stderr]).toEqual([
      2,
      `error: ${path}: line 1, column 2: the JSON ends before it is complete\n`,
    ]);
    expect(await readdir(data.path)).not.toContain('none');
  });

  it('brings in the captured traffic that it is given, and says what is none', async () => {
    const path = join(data.path, 'field.jsonl');
    const said = { time: '2026-11-28T10:00:00.000Z', endpoint: 'tcp://192.0.2.1:80', kind: 'received' };
    await writeFile(path, JSON.stringify({ sequence: 0, ...said, connection: null, hex: '6869' }));
    const engine = await page(await serve(path));
    const { endpoints, layout } = await engine.workspace();
    expect(endpoints).toMatchObject([{ settings: { importedFrom: 'field.jsonl' } }]);
    expect(layout.activeTab).toBe(endpoints[0]!.id);
    await writeFile(path, '{"sequence":0,"time":"');
    const { code, stderr } = await start('--data', join(data.path, 'none'), path).ended;
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('field.jsonl: what stands there cannot be read'),
    ]);
  });

  it('has help', async () => {
    const { code, stdout } = await start('--help').ended;
    expect(code).toBe(0);
    expect(stdout.join('\n')).toMatch(/--port[^]*--host[^]*--no-open[^]*--data/);
  });
});

describe('npm run', () => {
  /** A script of the project, around what this test has built; it leads a group of its own, as at a terminal. */
  const npm = async (script: string, built: string, ...args: string[]): Promise<Started> => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8')) as {
      scripts: Record<string, string>;
    };
    const folder = join(program.path, 'npm');
    await mkdir(join(folder, 'build'), { recursive: true });
    await writeFile(join(folder, 'package.json'), JSON.stringify({ scripts }));
    const host = JSON.stringify(join(program.path, `out/headless/${built}.js`));
    await writeFile(join(folder, `build/${script}.mjs`), `await import(${host});`);
    const all = ['run', '--silent', script, '--', ...args, '--no-open', '--data', data.path];
    return watch(spawn('npm', all, { cwd: folder, detached: true }));
  };
  /** What is left running would write on; the lock of a killed one would not have been given back. */
  const isFree = async (): Promise<boolean> => {
    const chain = join(data.path, 'socketscope-lock');
    const links = (await readdir(chain)).filter((name) => name.startsWith('holder-'));
    return (
      links.length === 2 &&
      new Set(await Promise.all(links.map((name) => readFile(join(chain, name), 'utf8')))).size === 1
    );
  };

  describe.each([
    ['serve', 'serve', []],
    ['start', 'serve', []],
    ['cli', 'cli', ['serve']],
  ] as const)('%s', (script, built, args) => {
    it('ends in order by a SIGTERM that npm alone gets', async () => {
      const { child, firstLine, ended } = await npm(script, built, ...args);
      expect(await firstLine).toMatch(/^Socketscope is ready at /);
      child.kill('SIGTERM');
      expect(await ended).toMatchObject({ code: 0, stderr: '' });
      expect(await isFree()).toBe(true);
    });

    it('ends in order by one Ctrl-C, which npm and the host both get', async () => {
      const { child, firstLine, ended } = await npm(script, built, ...args);
      expect(await firstLine).toMatch(/^Socketscope is ready at /);
      process.kill(-child.pid!, 'SIGINT');
      expect(await ended).toMatchObject({ code: 0, stderr: '' });
      expect(await isFree()).toBe(true);
    });
  });
});
