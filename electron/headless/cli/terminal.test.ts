import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestCli, type CliProcess } from './test-cli.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython && process.env.CI) throw new Error('python3 is needed for these tests.');

/** A pseudo-terminal between the test's pipes and the program (pty(7)); a line `^D` or `^C` is that key. */
const terminal = `
import os, pty, sys, threading
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
def type_keys():
    for line in sys.stdin.buffer:
        key = {b'^D\\n': b'\\x04', b'^C\\n': b'\\x03'}.get(line, line)
        os.write(fd, key)
threading.Thread(target=type_keys, daemon=True).start()
while True:
    try: shown = os.read(fd, 65536)
    except OSError: break
    if not shown: break
    sys.stdout.buffer.write(shown); sys.stdout.buffer.flush()
_, status = os.waitpid(pid, 0)
os._exit(os.waitstatus_to_exitcode(status))
`;

let cli: TestCli;
let server: Server;
let peer: { socket: Socket; heard: string; hasFinished: boolean } | null;
let url: string;
beforeAll(async () => void (cli = await TestCli.build()));
afterAll(() => cli.remove());
beforeEach(async () => {
  peer = null;
  server = createServer({ allowHalfOpen: true }, (socket) => {
    const mine = { socket, heard: '', hasFinished: false };
    peer = mine;
    socket.on('error', () => undefined).on('data', (bytes) => (mine.heard += String(bytes)));
    socket.on('end', () => (mine.hasFinished = true));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await cli.afterEach();
  peer?.socket.destroy();
  server.close();
});

const patience = { timeout: 30_000 };
const atTerminal = (...args: string[]): CliProcess =>
  cli.startProgram('python3', ['-u', '-c', terminal, process.execPath, cli.script, 'connect', url, ...args]);
const hears = (text: string): Promise<void> => expect.poll(() => peer?.heard, patience).toBe(text);

describe.skipIf(!hasPython)('connect at a terminal (python3 not installed where skipped)', () => {
  it('sends each line as it is typed, and shows what comes back', async () => {
    const chat = atTerminal();
    await chat.prints(/Connected/);
    chat.child.stdin!.write('hello\n');
    await hears('hello\n');
    peer!.socket.write('good day\r\n');
    await chat.prints(/↓ good day\\r\\n/);
    chat.child.stdin!.write('grüße\n');
    await hears('hello\ngrüße\n');
    // What was typed stands there once, as the terminal echoed it.
    expect(chat.text.match(/hello/g)).toHaveLength(1);
    expect(chat.text).not.toContain('↑');
  });

  it('finishes sending with Ctrl-D, goes on receiving, and ends when the peer does', async () => {
    const chat = atTerminal();
    await chat.prints(/Connected/);
    chat.child.stdin!.write('last\n^D\n');
    await expect.poll(() => peer?.hasFinished, patience).toBe(true);
    expect(peer!.heard).toBe('last\n');
    peer!.socket.end('bye');
    await chat.prints(/↓ bye/);
    expect((await chat.ended).code).toBe(0);
  });

  it.each([
    ['crlf', 'a\r\nb\r\n'],
    ['cr', 'a\rb\r'],
    ['none', 'ab'],
  ])('ends typed lines by --eol %s', async (eol, expected) => {
    const chat = atTerminal('--eol', eol);
    await chat.prints(/Connected/);
    chat.child.stdin!.write('a\nb\n');
    await hears(expected);
  });

  it('ends at once when the peer closes', async () => {
    const chat = atTerminal();
    await chat.prints(/Connected/);
    peer!.socket.end();
    expect((await chat.ended).code).toBe(0);
  });

  it('ends with 130 on Ctrl-C', async () => {
    const chat = atTerminal();
    await chat.prints(/Connected/);
    chat.child.stdin!.write('^C\n');
    expect((await chat.ended).code).toBe(130);
    expect(await cli.leftBehind()).toEqual([]);
  });

  it('lets no escape sequence of a peer through to the terminal, in text, hex or jsonl', async () => {
    for (const format of ['text', 'hex', 'jsonl']) {
      const chat = atTerminal('--format', format);
      await chat.prints(/onnected|"opened"/);
      peer!.socket.end('\u001b]0;title\u0007\u009b31m');
      expect((await chat.ended).code).toBe(0);
      // eslint-disable-next-line no-control-regex -- control characters are what must not be there
      expect(chat.text).not.toMatch(/[\u001b\u0007\u009b]/);
    }
  });
});
