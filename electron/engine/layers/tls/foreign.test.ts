/** Peers with TLS of their own making: ncat, socat and Python, each in both roles. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePort, isInstalled, sendAll, until } from '../../testing/stream-kit.ts';
import {
  connecting,
  failed,
  importAuthority,
  importLeaf,
  newKit,
  serving,
  settled,
  testAuthority,
  testLeaf,
  type Kit,
  type Used,
} from '../../testing/tls-kit.ts';

type Program = { output(): string; write(text: string): void; endInput(): void; kill(): void };

function run(program: string, ...args: string[]): Program {
  const child = spawn(program, args);
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => (text += String(piece)));
  child.stdin.on('error', () => undefined);
  return {
    output: () => text,
    write: (more) => void child.stdin.write(more),
    endInput: () => child.stdin.end(),
    kill: () => child.kill('SIGKILL'),
  };
}

type Files = { ca: string; cert: string; key: string };

async function filesIn({ folder }: Kit): Promise<Files> {
  const { ec } = await testAuthority();
  const { cert, key } = await testLeaf('localhost', '127.0.0.1');
  const paths = { ca: `${folder}/ca.pem`, cert: `${folder}/cert.pem`, key: `${folder}/key.pem` };
  await Promise.all([writeFile(paths.ca, ec.cert), writeFile(paths.cert, cert), writeFile(paths.key, key)]);
  return paths;
}

/** Connects until the program listens. */
async function reaching(port: number, kit: Kit): Promise<Used> {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isThere = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (isThere) return settled(connecting(port, kit, { authority: await importAuthority(kit.store) }));
  }
}

const pythonClient = `
import socket, ssl, sys
port, ca, end = int(sys.argv[1]), sys.argv[2], sys.argv[3]
plain = socket.create_connection(('127.0.0.1', port))
tls = ssl.create_default_context(cafile=ca).wrap_socket(plain, server_hostname='localhost')
tls.sendall(b'from python')
print(tls.recv(100).decode(), flush=True)
if end == 'goodbye':
    tls.unwrap().close()
else:
    tls.shutdown(socket.SHUT_WR)
    sys.stdin.read()
`;

const pythonServer = `
import socket, ssl, sys
cert, key, end = sys.argv[1], sys.argv[2], sys.argv[3]
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(cert, key)
listener = socket.create_server(('127.0.0.1', 0))
print(listener.getsockname()[1], flush=True)
tls = context.wrap_socket(listener.accept()[0], server_side=True)
print(tls.recv(100).decode(), flush=True)
tls.sendall(b'from python')
if end == 'goodbye':
    tls.unwrap().close()
else:
    tls.shutdown(socket.SHUT_WR)
    sys.stdin.read()
`;

const ends = [
  { end: 'goodbye', closeNotify: true },
  { end: 'fin', closeNotify: false },
];

describe.skipIf(!isInstalled('python3'))('python3 (skipped where it is not installed)', () => {
  test.each(ends)('as a client verifies us, talks, and ends by $end', async ({ end, closeNotify }) => {
    const kit = await newKit();
    const { ca } = await filesIn(kit);
    const identities = [await importLeaf(kit.store, 'localhost')];
    const settings = { reply: 'echo', afterPeerFinishes: 'stay' } as const;
    const { recorder, port } = await serving({ identities }, settings, kit);
    const python = run('python3', '-c', pythonClient, String(port), ca, end);
    await until(() => python.output() === 'from python\n');
    await until(() => recorder.details('half-closed').length === 1);
    expect(recorder.details('half-closed')).toMatchObject([{ by: 'peer', closeNotify }]);
    expect(recorder.details('secured')).toMatchObject([{ servername: 'localhost' }]);
  });

  test.each(ends)('as a server is verified, talks, and ends by $end', async ({ end, closeNotify }) => {
    const kit = await newKit();
    const { cert, key } = await filesIn(kit);
    const python = run('python3', '-c', pythonServer, cert, key, end);
    await until(() => python.output().includes('\n'));
    const authority = await importAuthority(kit.store);
    const settings = { afterPeerFinishes: 'stay' } as const;
    const used = await settled(connecting(Number(python.output()), kit, { authority }, settings));
    sendAll(used.client, Buffer.from('to python'));
    await until(() => used.recorder.details('half-closed').length === 1);
    expect(used.recorder.details('half-closed')).toMatchObject([{ by: 'peer', closeNotify }]);
    expect(used.recorder.bytes('received').toString()).toBe('from python');
    expect(python.output()).toContain('to python');
  });
});

describe.skipIf(!isInstalled('ncat'))('ncat (skipped where it is not installed)', () => {
  test('as a client gets its echo', async () => {
    const { recorder, port } = await serving({}, { reply: 'echo' });
    const ncat = run('ncat', '--ssl', '127.0.0.1', String(port));
    ncat.write('from ncat\n');
    await until(() => ncat.output().includes('from ncat\n'));
    expect(recorder.details('secured')).toHaveLength(1);
  });

  test('as a client without --ssl is told apart', async () => {
    const { recorder, port } = await serving();
    run('ncat', '127.0.0.1', String(port)).write('hello?\n');
    expect(await failed(recorder)).toMatchObject({ code: 'TLS_PLAIN_TEXT', during: 'securing' });
  });

  test('as a server is verified, and both talk', async () => {
    const kit = await newKit();
    const { cert, key } = await filesIn(kit);
    const port = await freePort();
    const where = ['--listen', '--keep-open', '127.0.0.1', String(port)];
    const ncat = run('ncat', '--ssl', '--ssl-cert', cert, '--ssl-key', key, ...where);
    const used = await reaching(port, kit);
    expect(used.recorder.details('secured')).toMatchObject([{ isVerified: true }]);
    sendAll(used.client, Buffer.from('to ncat\n'));
    await until(() => ncat.output().includes('to ncat\n'));
    ncat.write('from ncat\n');
    await until(() => used.recorder.bytes('received').toString() === 'from ncat\n');
  });
});

describe.skipIf(!isInstalled('socat'))('socat (skipped where it is not installed)', () => {
  test('as a client verifies us and gets its echo', async () => {
    const kit = await newKit();
    const { ca } = await filesIn(kit);
    const identities = [await importLeaf(kit.store, 'localhost')];
    const { port } = await serving({ identities }, { reply: 'echo' }, kit);
    const socat = run('socat', '-', `OPENSSL:127.0.0.1:${port},cafile=${ca},commonname=localhost`);
    socat.write('from socat\n');
    await until(() => socat.output().includes('from socat\n'));
  });

  test('as a server that wants a certificate takes ours', async () => {
    const kit = await newKit();
    const { ca, cert, key } = await filesIn(kit);
    const port = await freePort();
    const options = `bind=127.0.0.1,reuseaddr,fork,cert=${cert},key=${key},cafile=${ca},verify=1`;
    run('socat', `OPENSSL-LISTEN:${port},${options}`, 'EXEC:cat');
    await reaching(port, kit);
    const authority = await importAuthority(kit.store);
    const identity = await importLeaf(kit.store, 'me');
    const used = await settled(connecting(port, kit, { authority, identity }));
    sendAll(used.client, Buffer.from('there and back'));
    await until(() => used.recorder.bytes('received').toString() === 'there and back');
  });
});
