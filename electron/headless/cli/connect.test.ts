import { once } from 'node:events';
import { openSync, closeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

/** Keeps what each peer sends; `whenOpen` can be changed by a test before it connects. */
let server: Server;
let url: string;
let peers: { socket: Socket; heard: string; hasFinished: boolean }[];
let whenOpen: (socket: Socket) => void;

beforeEach(async () => {
  peers = [];
  whenOpen = (socket) => void socket.on('end', () => socket.end());
  server = createServer({ allowHalfOpen: true }, (socket) => {
    const peer = { socket, heard: '', hasFinished: false };
    peers.push(peer);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => (peer.heard += bytes.toString('latin1')));
    socket.on('end', () => (peer.hasFinished = true));
    whenOpen(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const { socket } of peers) socket.destroy();
  server.close();
  await once(server, 'close');
});

const echo = (socket: Socket): void => {
  socket.on('data', (bytes) => socket.write(bytes)).on('end', () => socket.end());
};
const patience = { timeout: 30_000 };
const hears = (text: string): Promise<void> => expect.poll(() => peers[0]?.heard, patience).toBe(text);

describe('what is sent', () => {
  it('keeps the order of all that is told to be sent, then takes standard input', async () => {
    await writeFile(cli.path('part'), 'file;');
    const child = cli.start([
      ...[
        'connect',
        url,
        '--send',
        'a\\x00;',
        '--send-file',
        cli.path('part'),
        '--send-hex',
        '62 3b',
        '--send-base64',
        'ZDs',
      ],
      ...['--send', 'c;', '--half-close'],
    ]);
    child.child.stdin!.end('input');
    expect(await child.ended).toEqual({ code: 0, signal: null });
    expect(peers[0]!.heard).toBe('a\u0000;file;b;d;c;input');
  });

  it('sends a file in pieces of a size, or line by line, over UDP as datagrams', async () => {
    await writeFile(cli.path('lines'), 'one\ntwo\nthree');
    const talk = (...args: string[]) =>
      cli.run(
        'connect',
        url,
        '--send-file',
        cli.path('lines'),
        ...args,
        '--half-close',
        '--filter',
        'dir:sent',
      );
    const pieces = await talk('--pieces', '4', '--piece-every', '5', '--format', 'jsonl');
    const lengths = pieces.stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { length?: number }).length);
    expect(lengths).toEqual([4, 4, 4, 1]);
    expect(peers[0]!.heard).toBe('one\ntwo\nthree');
    expect(await talk('--pieces', 'line', '--format', 'raw')).toMatchObject({ code: 0 });
    expect((await talk('--piece-every', '5')).code).toBe(2);
    expect((await talk('--pieces', '2000000')).stderr).toContain('Write from 1 to 1,048,576 bytes.');
    const long = ['udp://127.0.0.1:9', '--send-file', cli.path('lines'), '--pieces', '70000'] as const;
    expect((await cli.run('connect', ...long)).code).toBe(2);
  });

  it.each([
    ['none', 'ab'],
    ['lf', 'a\nb\n'],
    ['cr', 'a\rb\r'],
    ['crlf', 'a\r\nb\r\n'],
  ])('ends each --send by --eol %s, wherever that stands', async (eol, expected) => {
    const { code } = await cli.run(
      'connect',
      url,
      '--send',
      'a',
      '--eol',
      eol,
      '--send',
      'b',
      '--half-close',
    );
    expect(code).toBe(0);
    expect(peers[0]!.heard).toBe(expected);
  });

  it('is standard input as it comes, which --eol leaves alone', async () => {
    const child = cli.start(['connect', url, '--eol', 'crlf']);
    child.child.stdin!.write('one\n');
    await hears('one\n');
    child.child.stdin!.write('two');
    await hears('one\ntwo');
    expect(peers[0]!.hasFinished).toBe(false);
  });

  it('is finished by --half-close alone, and what the peer then says is received', async () => {
    whenOpen = (socket) => void socket.on('end', () => socket.end('late'));
    const child = cli.start(['connect', url, '--half-close', '--format', 'raw']);
    child.child.stdin!.end('request');
    expect((await child.ended).code).toBe(0);
    expect(child.text).toBe('late');
    expect(peers[0]!.heard).toBe('request');
  });

  it('ends behind --send and --half-close although nobody closes standard input', async () => {
    whenOpen = echo;
    const child = cli.start(['connect', url, '--send', 'hello', '--half-close', '--format', 'raw']);
    expect((await child.ended).code).toBe(0);
    expect(child.text).toBe('hello');
    expect(child.stderr).toMatch(/^standard input said nothing for a second: it counts as ended$/m);
  });

  it('is not cut off behind --send and --half-close where standard input has begun to speak', async () => {
    const args = ['connect', url, '--send', 'hello;', '--half-close'];
    const child = cli.start(args);
    child.child.stdin!.write('one;');
    await hears('hello;one;');
    // A run that began later has given up its own silent input: as much time has passed here.
    expect((await cli.start(args).ended).code).toBe(0);
    child.child.stdin!.end('two');
    expect((await child.ended).code).toBe(0);
    expect(peers[0]!.heard).toBe('hello;one;two');
    expect(child.stderr).not.toMatch(/said nothing/);
  });

  it('goes on receiving after the end of standard input', async () => {
    const child = cli.start(['connect', url, '--format', 'raw']);
    child.child.stdin!.end('x');
    await hears('x');
    peers[0]!.socket.write('answer');
    await child.prints(/answer/);
    expect(peers[0]!.hasFinished).toBe(false);
    peers[0]!.socket.end();
    expect((await child.ended).code).toBe(0);
  });

  it.each(['/dev/null', 'closed'])('is nothing where standard input is %s', async (input) => {
    whenOpen = (socket) => void socket.end('banner');
    const isClosed = input === 'closed';
    const descriptor = isClosed ? null : openSync(input, 'r');
    const args = ['connect', url, '--format', 'raw'];
    const child = isClosed
      ? cli.startProgram('sh', ['-c', '"$0" "$@" <&-', process.execPath, cli.script, ...args])
      : cli.start(args, { stdio: [descriptor!, 'pipe', 'pipe'] });
    expect((await child.ended).code).toBe(0);
    expect(child.text).toBe('banner');
    if (descriptor !== null) closeSync(descriptor);
  });

  it('is still sent when the peer has finished first', async () => {
    whenOpen = (socket) => void socket.end('bye');
    const child = cli.start(['connect', url, '--format', 'raw']);
    await child.prints(/bye/);
    child.child.stdin!.write('one;');
    await hears('one;');
    child.child.stdin!.end('two');
    expect((await child.ended).code).toBe(0);
    expect(peers[0]!.heard).toBe('one;two');
  });

  it('ends when the peer has finished and standard input says nothing', async () => {
    whenOpen = (socket) => void socket.end('bye');
    const child = cli.start(['connect', url]);
    expect((await child.ended).code).toBe(0);
    expect(child.text).toMatch(/↓ bye\n$/);
  });
});

describe('ends', () => {
  it('after --count received chunks, with code 0', async () => {
    whenOpen = echo;
    const { code, stdout } = await cli.run(
      'connect',
      url,
      '--send',
      'one',
      '--count',
      '1',
      '--format',
      'raw',
    );
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'one' });
  });

  it('not after --count before all that the options say is sent, though the peer greets first', async () => {
    whenOpen = (socket) => void socket.on('end', () => socket.end()).write('220 ready');
    await writeFile(cli.path('long'), Buffer.alloc(5_000_000, 'x'));
    const args = ['--send-file', cli.path('long'), '--send', 'end', '--count', '1', '--format', 'raw'];
    const { code, stdout } = await cli.run('connect', url, ...args);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '220 ready' });
    await expect.poll(() => peers[0]!.heard.length, patience).toBe(5_000_003);
    expect(peers[0]!.heard.endsWith('xend')).toBe(true);
  });

  it('after --timeout with code 0 when it was connected', async () => {
    const { code, stderr } = await cli.run('connect', url, '--timeout', '0.5');
    expect(code).toBe(0);
    expect(stderr).toContain('as --timeout says');
  });

  it('after --idle-timeout, which traffic puts off', async () => {
    const { code, stdout } = await cli.run('connect', url, '--idle-timeout', '0.3', '--format', 'jsonl');
    expect(code).toBe(0);
    expect(stdout).toMatch(/"note":"idle".*\n[^]*"kind":"closed".*"by":"us"/);
  });

  it('says what was not sent to a peer that does not read', async () => {
    whenOpen = (socket) => void socket.pause();
    await writeFile(cli.path('large'), Buffer.alloc(50_000_000));
    const { code, stderr } = await cli.run(
      'connect',
      url,
      '--send-file',
      cli.path('large'),
      '--timeout',
      '3',
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/^socketscope: it ended before all that the --send options say was sent$/m);
  });
});

describe('failures', () => {
  it('is told that nobody listens, with its code', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    free.close();
    for (const format of ['text', 'hex', 'jsonl', 'raw']) {
      const { code, stdout, stderr } = await cli.run(
        'connect',
        `tcp://127.0.0.1:${port}`,
        '--format',
        format,
      );
      expect(code).toBe(1);
      expect(stderr).toMatch(new RegExp(`^socketscope: 127\\.0\\.0\\.1:${port} .*\\(ECONNREFUSED\\)`, 'm'));
      expect(stdout === '').toBe(format !== 'jsonl');
    }
  });

  it('names a host that cannot be found', async () => {
    const { code, stderr } = await cli.run('connect', 'tcp://no.such.name.invalid:80');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^socketscope: .*no\.such\.name\.invalid.*\((ENOTFOUND|EAI_AGAIN)\)/m);
  });

  it('gives up after --connect-timeout, or --timeout, where nothing answers', async () => {
    // A listener whose queue is full answers nobody, as a firewall that drops does.
    const full = cli.startProgram('python3', ['-u', '-c', fullListener]);
    await full.prints(/^\d+\n/);
    const target = `tcp://127.0.0.1:${full.text.trim()}`;
    const first = await cli.run('connect', target, '--connect-timeout', '0.5');
    expect(first).toMatchObject({ code: 1, stderr: expect.stringContaining('(ETIMEDOUT)') });
    const second = await cli.run('connect', target, '--timeout', '0.5');
    expect(second).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/not connected within .*ETIMEDOUT/),
    });
  });

  it('says that the peer reset the connection, after printing what it sent', async () => {
    whenOpen = (socket) =>
      void socket.write('last words', () => socket.once('data', () => socket.resetAndDestroy()));
    const child = cli.start(['connect', url, '--format', 'raw']);
    await child.prints(/last words/);
    child.child.stdin!.write('x');
    expect((await child.ended).code).toBe(1);
    expect(child.stderr).toMatch(/^socketscope: .*\(ECONNRESET\)/m);
    expect(child.text).toBe('last words');
  });

  it('says that the local port is taken', async () => {
    const { port } = server.address() as AddressInfo;
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const local = (other.address() as AddressInfo).port;
    const { code, stderr } = await cli.run(
      'connect',
      `tcp://127.0.0.1:${port}`,
      '--bind',
      `127.0.0.1:${local}`,
    );
    expect(code).toBe(1);
    expect(stderr).toMatch(/local.*\(EADDRINUSE\)/);
    other.close();
  });

  it.each([
    [['--send', 'a\\q'], /--send: Unknown escape[^]*\n {3}\^\^\n/],
    [['--send-base64', 'YQ='], /--send-base64: /],
    [['--send-hex', '4 414'], /--send-hex: An odd number[^]*\n {4}\^\^\^\n/],
    [['--send-file', '/nowhere'], /--send-file \/nowhere cannot be read: ENOENT/],
    [['--send-file', '/tmp'], /--send-file \/tmp is a folder/],
    [['--eol', 'nl'], /Allowed choices are none, lf, cr, crlf/],
    [['--reply', 'echo'], /unknown option '--reply'/],
  ])('%j is a mistake of usage before anything is connected', async (args, message) => {
    const { code, stderr } = await cli.run('connect', url, ...args);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(peers).toEqual([]);
  });
});

it('connects from the address and port of --bind', async () => {
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  free.close();
  await once(free, 'close');
  const child = cli.start(['connect', url, '--bind', `127.0.0.1:${port}`, '--send', 'x']);
  await hears('x');
  expect(peers[0]!.socket.remotePort).toBe(port);
  await child.kill();
});

const fullListener = `
import socket, time
s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(0)
kept = []
for _ in range(4):
    c = socket.socket(); c.setblocking(False)
    try: c.connect(s.getsockname())
    except BlockingIOError: pass
    kept.append(c)
print(s.getsockname()[1]); time.sleep(60)
`;

describe('--encoding', () => {
  const gbk = Buffer.from('cec2b6c83d32330a', 'hex');

  it('is what the text of both directions is in: sent, shown, and looked for', async () => {
    whenOpen = echo;
    const args = ['connect', url, '--encoding', 'gbk', '--eol', 'lf', '--send', '温度=23', '--half-close'];
    const shown = await cli.run(...args, '--filter', 'is:data 温度');
    expect(peers[0]!.heard).toBe(gbk.toString('latin1'));
    expect(shown.stdout.match(/[↑↓] .*/gu)).toEqual(['↑ 温度=23\\n', '↓ 温度=23\\n']);
    const other = await cli.run(...args, '--filter', 'is:data 湿度');
    expect(other.stdout).toBe('');
  });

  it('shows a character that comes in parts where it is whole', async () => {
    let more: (() => void) | null = null;
    whenOpen = (socket) => {
      socket.write(gbk.subarray(0, 3));
      more = () => socket.end(gbk.subarray(3));
    };
    const child = cli.start(['connect', url, '--encoding', 'gbk', '--filter', 'dir:received']);
    await expect.poll(() => child.stdout.toString(), patience).toMatch(/↓ 温\\xB6…\n/u);
    more!();
    expect((await child.ended).code).toBe(0);
    expect(child.stdout.toString()).toMatch(/↓ 度=23\\n\n$/u);
  });

  it('leaves what is no text in it as bytes', async () => {
    whenOpen = (socket) => void socket.end(Buffer.from('ff410a', 'hex'));
    const { stdout } = await cli.run('connect', url, '--encoding', 'big5', '--filter', 'dir:received');
    expect(stdout).toMatch(/↓ \\xFFA\\n\n$/u);
  });
});
