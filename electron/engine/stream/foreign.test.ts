import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ClientSettings, ProxySettings } from '../../../shared/settings/settings.ts';
import { defaultProxy } from '../../../shared/settings/proxy.ts';
import { socksProxy } from '../testing/proxies.ts';
import { testFolder } from '../testing/folder.ts';
import { TestRecorder } from '../testing/recorder.ts';
import type { Client } from './client.ts';
import {
  clientSettings,
  closeLater,
  freePort,
  isInstalled,
  listenerSettings,
  listening,
  newClient,
  newListener,
  pattern,
  sendAll,
  until,
} from '../testing/stream-kit.ts';

/** Skipped, with its reason in the name, where the program is not installed; required in CI. */
const needs = (...programs: string[]): typeof test.skip => (programs.every(isInstalled) ? test : test.skip);

let folder: Awaited<ReturnType<typeof testFolder>>;
const at = (name: string): string => join(folder.path, name);
beforeEach(async () => void (folder = await testFolder()));
afterEach(() => folder.remove());

type Program = ChildProcessByStdio<Writable, Readable, null>;

function run(program: string, ...args: string[]): Program {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => undefined);
  closeLater(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  });
  return child;
}

async function outputOf(child: Program): Promise<string> {
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  await once(child, 'close');
  return output;
}

function connecting(changes: Partial<ClientSettings>, port = 1): { client: Client; recorder: TestRecorder } {
  const recorder = new TestRecorder();
  const client = newClient(recorder);
  client.connect(clientSettings(port, changes));
  return { client, recorder };
}

/** An echo of `bytes` through whatever the client is connected to. */
async function echoes(
  { client, recorder }: { client: Client; recorder: TestRecorder },
  bytes: Buffer,
): Promise<void> {
  await until(() => client.status.state === 'open');
  sendAll(client, bytes);
  // ncat lets everything go at a FIN, so it comes last.
  await until(() => client.connections.receivedBytes === bytes.length);
  expect(recorder.bytes('received').equals(bytes)).toBe(true);
  client.disconnect('close');
  await until(() => recorder.details('closed').length === 1);
}

describe('our server on a socket file', () => {
  test.for([
    ['socat', (path: string) => ['-t60', '-', `UNIX-CONNECT:${path}`]],
    ['ncat', (path: string) => ['-U', path]],
    [
      'python3',
      (path: string) => [
        '-c',
        `import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(${JSON.stringify(path)})
s.sendall(sys.stdin.buffer.read())
s.shutdown(socket.SHUT_WR)
while data := s.recv(65536): sys.stdout.buffer.write(data)`,
      ],
    ],
  ] as const)('answers %s (skipped where it is not installed)', async ([program, args], { skip }) => {
    skip(!isInstalled(program), `${program} is not installed`);
    const recorder = new TestRecorder();
    const listener = newListener(recorder);
    await listener.start(listenerSettings({ transport: 'unix', path: at('s'), reply: 'echo' }));
    const child = run(program, ...args(at('s')));
    const output = outputOf(child);
    child.stdin.end('hello over a file\n');
    expect(await output).toBe('hello over a file\n');
    await until(() => recorder.ends().length === 1);
    expect(recorder.details('closed')).toMatchObject([{ receivedBytes: 18, sentBytes: 18 }]);
  });
});

describe('our client of a socket file', () => {
  // The file is there a moment before anybody listens on it.
  const reconnect = { enabled: true, delayMs: 100, growth: 1, maxDelayMs: 100 };

  needs('socat')('talks to socat (needs socat)', async () => {
    run('socat', `UNIX-LISTEN:${at('s')}`, 'EXEC:cat');
    await echoes(connecting({ transport: 'unix', path: at('s'), reconnect }), pattern(500_000));
  });

  needs('ncat')('talks to ncat (needs ncat)', async () => {
    run('ncat', '-lU', at('s'), '--exec', '/bin/cat');
    // ncat fills the pipe of its program without emptying the other one, so a long message would stop it.
    await echoes(connecting({ transport: 'unix', path: at('s'), reconnect }), pattern(10_000));
  });
});

describe('our client through an HTTP proxy of ncat', () => {
  const through = (port: number, login: Partial<ProxySettings> = {}): Partial<ClientSettings> => ({
    proxy: { ...defaultProxy(), kind: 'http', port, ...login },
  });

  async function ncatProxy(...options: string[]): Promise<number> {
    const port = await freePort();
    run('ncat', '-lk', '127.0.0.1', String(port), '--proxy-type', 'http', ...options);
    await answers(port);
    return port;
  }

  needs('ncat')('holds a conversation (needs ncat)', async () => {
    const { port } = await listening({ reply: 'echo' });
    await echoes(connecting(through(await ncatProxy()), port), pattern(500_000));
  });

  needs('ncat')('logs in, and is told when it may not (needs ncat)', async () => {
    const { port } = await listening({ reply: 'echo' });
    const proxy = await ncatProxy('--proxy-auth', 'ann:secret');
    const right = { username: 'ann', password: 'secret' };
    await echoes(connecting(through(proxy, right), port), pattern(1000));
    for (const login of [{}, { ...right, password: 'wrong' }]) {
      const { client } = connecting(through(proxy, login), port);
      await until(() => client.status.state === 'failed');
      expect(client.status.failure).toMatchObject({ code: 'PROXY_AUTH_REQUIRED' });
    }
  });

  needs('ncat')('is told when the target refuses (needs ncat)', async () => {
    const { client } = connecting(through(await ncatProxy()), await freePort());
    await until(() => client.status.state === 'failed');
    expect(client.status.failure).toMatchObject({ code: 'PROXY_REFUSED' });
  });
});

needs('ncat')('the SOCKS proxy of these tests is one to ncat too (needs ncat)', async () => {
  const { port } = await listening({ reply: 'echo' });
  const proxy = await socksProxy();
  const at5 = ['--proxy', `127.0.0.1:${proxy.port}`, '--proxy-type', 'socks5'];
  const child = run('ncat', ...at5, '127.0.0.1', String(port));
  const output = outputOf(child);
  child.stdin.end('by ncat\n');
  expect(await output).toBe('by ncat\n');
});

/** Waits until something listens there. */
async function answers(port: number): Promise<void> {
  for (let isOpen = false; !isOpen;) {
    const socket = connect(port, '127.0.0.1');
    isOpen = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
  }
}
