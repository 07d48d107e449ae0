import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Failure } from '../../../shared/failure.ts';
import type {
  ClientSettings,
  EndpointSettings,
  ListenerSettings,
} from '../../../shared/settings/settings.ts';
import { defaultClient, defaultListener } from '../../../shared/settings/endpoint.ts';
import type { Finding, OpenSocket } from '../../../shared/network-facts.ts';
import {
  clientSettings,
  freePort,
  listenerSettings,
  newClient,
  newListener,
  plainServer,
  until,
} from '../testing/stream-kit.ts';
import { testFolder } from '../testing/folder.ts';
import { TestRecorder } from '../testing/recorder.ts';
import { diagnose, type Patient } from './diagnose.ts';

const isLinux = process.platform === 'linux';
const closables: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closables.splice(0).reverse()) await close();
});

/** An endpoint that failed with `code`. */
const patient = (settings: EndpointSettings, code: string): Patient =>
  sick(settings, { code, message: '', subject: '' });
const sick = (settings: EndpointSettings, failure: Failure): Patient => ({
  id: 'patient',
  settings,
  failure,
  refusedChain: null,
});
const listener = (changes: Partial<ListenerSettings>, code = 'EADDRINUSE'): Patient =>
  patient({ ...defaultListener(), host: '127.0.0.1', ...changes }, code);
const client = (changes: Partial<ClientSettings>, code = 'ECONNREFUSED'): Patient =>
  patient({ ...defaultClient(), host: '127.0.0.1', ...changes }, code);
const findings = async (who: Patient, own: OpenSocket[] = []): Promise<Finding[]> =>
  (await diagnose(who, own)).findings;

/** A process of its own that listens; resolves with its id and port. */
async function otherProcess(host: string, port = 0): Promise<{ pid: number; port: number }> {
  const script = `const s = require('net').createServer().listen(${port}, '${host}', () => process.stdout.write(String(s.address().port)))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  closables.push(async () => {
    child.kill('SIGKILL');
    await once(child, 'close');
  });
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { pid: child.pid!, port: Number(line.toString()) };
}

async function listenOn(path: string): Promise<Server> {
  const server = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(path, resolve));
  closables.push(() => new Promise((resolve) => server.close(resolve)));
  return server;
}

/** A socket file whose process was killed. */
async function staleSocket(path: string): Promise<void> {
  const script = `require('net').createServer().listen('${path}', () => console.log('up'))`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  child.kill('SIGKILL');
  await once(child, 'close');
}

async function folder(): Promise<string> {
  const { path, remove } = await testFolder();
  closables.push(remove);
  return path;
}

describe('a port that is in use', () => {
  it.runIf(isLinux)('has the process named that holds it, and the next free port', async () => {
    const { pid, port } = await otherProcess('127.0.0.1');
    const found = await findings(listener({ port }));
    expect(found[0]).toEqual({
      kind: 'port-owner',
      address: { host: '127.0.0.1', port, family: 'IPv4' },
      process: {
        pid,
        name: expect.any(String) as string,
        command: expect.stringContaining('createServer') as string,
      },
      isThisApp: false,
      endpoint: null,
    });
    const free = found.find((finding) => finding.kind === 'next-free-port');
    expect(free?.port).toBeGreaterThan(port);
    await plainServer(() => undefined, '127.0.0.1', free!.port);
  });

  it.runIf(isLinux)('is held by a server on any address, too', async () => {
    const { pid, port } = await otherProcess('0.0.0.0');
    expect((await findings(listener({ port })))[0]).toMatchObject({ kind: 'port-owner', process: { pid } });
    expect((await findings(listener({ port, host: '' })))[0]).toMatchObject({ process: { pid } });
  });

  it.runIf(isLinux)('is said to be ours when another endpoint of this app has it', async () => {
    const { status } = await ourListener();
    const local = status.local!;
    const own = [
      { endpoint: 'other', transport: 'tcp', kind: 'listener', local, remote: null, state: 'listening' },
    ] as const;
    expect((await findings(listener({ port: local.port }), [...own]))[0]).toMatchObject({
      kind: 'port-owner',
      isThisApp: true,
      endpoint: 'other',
      process: { pid: process.pid },
    });
  });

  it.runIf(isLinux)('may be one of UDP', async () => {
    const socket = createSocket('udp4');
    closables.push(() => socket.close());
    await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
    const { port } = socket.address();
    const found = await findings(listener({ port, transport: 'udp' }));
    expect(found).toMatchObject([{ kind: 'port-owner', isThisApp: true }, { kind: 'next-free-port' }]);
  });

  it.runIf(isLinux)('may be the local port of a client', async () => {
    const { pid, port } = await otherProcess('127.0.0.1');
    const found = await findings(client({ localHost: '127.0.0.1', localPort: port, port: 9 }, 'EADDRINUSE'));
    expect(found).toMatchObject([{ kind: 'port-owner', process: { pid } }, { kind: 'next-free-port' }]);
  });

  it('is left alone when it became free meanwhile', async () => {
    const found = await findings(listener({ port: await freePort() }));
    expect(found).toMatchObject([{ kind: 'unknown', about: 'port-owner' }, { kind: 'next-free-port' }]);
  });
});

describe('a port that is reserved', () => {
  it.runIf(isLinux)('gets the lowest one that is not, and one that is free', async () => {
    const found = await findings(listener({ port: 1 }, 'EACCES'));
    const [privileged, free] = found;
    // Where the system reserves no port at all, the reason is another one.
    if (found.length === 0) return;
    expect(privileged).toMatchObject({ kind: 'privileged-port' });
    expect(free).toMatchObject({ kind: 'next-free-port' });
  });
});

describe('a connection that is refused', () => {
  it.runIf(isLinux)(
    'is told where on this machine somebody listens, without a connection there',
    async () => {
      const recorder = new TestRecorder();
      const here = await ourListener(recorder);
      const { port } = here.status.local!;
      const found = await findings(client({ host: '::1', port }));
      expect(found).toEqual([
        {
          kind: 'listening-here',
          addresses: [{ host: '127.0.0.1', port, family: 'IPv4' }],
          process: expect.objectContaining({ pid: process.pid }) as unknown,
        },
      ]);
      expect(recorder.records.map(({ kind }) => kind)).toEqual(['listening']);
    },
  );

  it.runIf(isLinux)('is told that nobody listens', async () => {
    const port = await freePort();
    expect(await findings(client({ port }))).toEqual([{ kind: 'nothing-listens-here', port }]);
    expect(await findings(client({ port, transport: 'udp' }))).toEqual([
      { kind: 'nothing-listens-here', port },
    ]);
  });

  it.runIf(isLinux)('is about the proxy where there is one', async () => {
    const port = await freePort();
    const proxy = { ...defaultClient().proxy, kind: 'socks5', host: '127.0.0.1', port } as const;
    const found = await findings(client({ host: 'somewhere.invalid', port: 9, proxy }));
    expect(found).toEqual([{ kind: 'nothing-listens-here', port }]);
  });
});

describe('a name that is not found', () => {
  it('is asked of DNS', async () => {
    const found = await findings(client({ host: 'name.invalid' }, 'ENOTFOUND'));
    expect(found).toMatchObject([{ kind: 'resolves-to', host: 'name.invalid', addresses: [] }]);
  });
});

describe("a Unix socket's path", () => {
  it.runIf(isLinux)('is live, and its owner is named without a connection to it', async () => {
    const path = join(await folder(), 'live sock');
    const server = await listenOn(path);
    const seen: unknown[] = [];
    server.on('connection', (socket) => seen.push(socket));
    expect(await findings(listener({ transport: 'unix', path }))).toMatchObject([
      { kind: 'path', path, state: 'live' },
      { kind: 'port-owner', address: { host: path }, isThisApp: true, process: { pid: process.pid } },
    ]);
    expect(seen).toEqual([]);
  });

  it.runIf(isLinux)('is stale, no socket, missing, or closed to us', async () => {
    const place = await folder();
    await staleSocket(join(place, 'stale'));
    await writeFile(join(place, 'file'), '');
    await mkdir(join(place, 'closed'));
    await chmod(join(place, 'closed'), 0);
    const stateOf = async (name: string, code: string): Promise<Finding[]> =>
      findings(client({ transport: 'unix', path: join(place, name) }, code));
    expect(await stateOf('stale', 'ECONNREFUSED')).toMatchObject([{ kind: 'path', state: 'stale' }]);
    expect(await stateOf('file', 'ECONNREFUSED')).toMatchObject([{ kind: 'path', state: 'not-a-socket' }]);
    expect(await stateOf('none', 'ENOENT')).toMatchObject([{ kind: 'path', state: 'missing' }]);
    // The administrator may look everywhere.
    const closed = process.getuid?.() === 0 ? 'missing' : 'no-access';
    expect(await stateOf('closed/sock', 'EACCES')).toMatchObject([{ kind: 'path', state: closed }]);
  });
});

describe('the doctor', () => {
  it('has nothing to say about a failure that it does not know', async () => {
    expect(await findings(client({}, 'ECONNRESET'))).toEqual([]);
    expect(await findings(listener({}, 'EADDRNOTAVAIL'))).toEqual([]);
  });

  it.runIf(isLinux)('leaves nothing open', async () => {
    const before = process
      .getActiveResourcesInfo()
      .filter((name) => /TCP|UDP|Pipe|Process|Timeout/.test(name));
    const port = await freePort();
    await Promise.all([
      findings(listener({ port })),
      findings(client({ port, host: 'localhost' })),
      findings(client({ host: 'name.invalid' }, 'ENOTFOUND')),
    ]);
    const after = process
      .getActiveResourcesInfo()
      .filter((name) => /TCP|UDP|Pipe|Process|Timeout/.test(name));
    expect(after.filter((name) => name !== 'Timeout').length).toBeLessThanOrEqual(before.length);
  });

  it.runIf(isLinux)('works from the failure that a real endpoint has', async () => {
    const { pid, port } = await otherProcess('127.0.0.1');
    const taken = newListener();
    const settings = listenerSettings({ host: '127.0.0.1', port });
    await expect(taken.start(settings)).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect((await findings(sick(settings, taken.status.failure!)))[0]).toMatchObject({
      kind: 'port-owner',
      process: { pid },
    });
    const refused = newClient();
    const to = clientSettings(port, { host: '::1' });
    refused.connect(to);
    await until(() => refused.status.state === 'failed');
    expect((await findings(sick(to, refused.status.failure!)))[0]).toMatchObject({
      kind: 'listening-here',
      process: { pid },
    });
  });
});

async function ourListener(recorder = new TestRecorder()) {
  const one = newListener(recorder);
  await one.start(listenerSettings({ host: '127.0.0.1' }));
  return one;
}
