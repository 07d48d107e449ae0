/** Programs that know nothing of the app at the other end of UDP sockets. In CI they must be there. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort, listening, opened, received, sendAll, until } from '../testing/datagram-kit.ts';

const isInstalled = (program: string): boolean => {
  const { error } = spawnSync(program, ['-h'], { stdio: 'ignore', timeout: 10_000 });
  return error === undefined;
};
const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
});

function run(program: string, ...args: string[]) {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  children.push(child);
  const said = { output: '', complaints: '', write: (text: string) => void child.stdin.write(text) };
  // It may end before it has read everything.
  child.stdin.on('error', () => undefined);
  child.stdout.on('data', (bytes: Buffer) => (said.output += String(bytes)));
  child.stderr.on('data', (bytes: Buffer) => (said.complaints += String(bytes)));
  return said;
}

const foreign = (program: string) => {
  const isThere = isInstalled(program);
  const name = isThere ? program : `${program} (skipped: ${program} is not installed)`;
  // Where everything is to be tested, a missing program is a failure and no reason to skip.
  return { name, test: isThere || process.env.CI ? it : it.skip };
};

describe('UDP with programs of others', () => {
  const python = foreign('python3');
  python.test(`serves ${python.name}, empty datagram and all`, async () => {
    const { recorder, port } = await listening({ reply: 'echo' });
    const script = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(20)
for payload in (b'one', b'', bytes(65507)):
    s.sendto(payload, ('127.0.0.1', ${port}))
    print(s.recv(70000) == payload, flush=True)`;
    const program = run('python3', '-c', script);
    await until(() => program.output === 'True\nTrue\nTrue\n');
    expect(received(recorder).map(({ length }) => length)).toEqual([3, 0, 65_507]);
  });

  python.test(`is a client of ${python.name}`, async () => {
    const script = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(('127.0.0.1', 0))
print(s.getsockname()[1], flush=True)
for _ in range(2):
    payload, peer = s.recvfrom(70000)
    s.sendto(b'OK...' + payload, peer)`;
    const program = run('python3', '-c', script);
    await until(() => program.output.endsWith('\n'));
    const { client, recorder } = await opened(Number(program.output), { udp: { connected: true } });
    sendAll(client, 'hello');
    await until(() => received(recorder).length === 1);
    sendAll(client, '');
    await until(() => received(recorder).length === 2);
    expect(recorder.bytes('received').toString()).toBe('OK...helloOK...');
  });

  const ncat = foreign('ncat');
  ncat.test(`talks to a listening ${ncat.name}`, async () => {
    const port = await freePort();
    const program = run('ncat', '-u', '-l', '-v', '127.0.0.1', String(port));
    await until(() => program.complaints.includes('Listening on'));
    const { client, recorder } = await opened(port);
    sendAll(client, 'to ncat\n');
    await until(() => program.output === 'to ncat\n');
    program.write('from ncat\n');
    await until(() => received(recorder).length === 1);
    expect(recorder.bytes('received').toString()).toBe('from ncat\n');
  });

  const socat = foreign('socat');
  socat.test(`serves ${socat.name}`, async () => {
    const { recorder, port } = await listening({ reply: 'echo' });
    const program = run('socat', '-t', '10', 'STDIO', `UDP4:127.0.0.1:${port}`);
    program.write('from socat\n');
    await until(() => program.output === 'from socat\n');
    expect(received(recorder)).toHaveLength(1);
  });
});
