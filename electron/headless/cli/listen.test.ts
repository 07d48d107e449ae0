import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Capture } from '../../engine/capture/capture.ts';
import { lockDataFolder } from '../../engine/disk/data-folder.ts';
import { TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

const any = 'tcp://127.0.0.1:0';

/** What the listener answers until it closes; this side finishes behind what it sends. */
async function talk(port: number, text: string, host = '127.0.0.1'): Promise<string> {
  const socket = connect({ port, host, allowHalfOpen: true });
  socket.end(text);
  let answer = '';
  for await (const bytes of socket) answer += String(bytes);
  return answer;
}

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

describe('replies', () => {
  it.each([
    ['none', 'hello', ''],
    ['echo', 'hello', 'hello'],
    ['upper', 'hello', 'HELLO'],
    ['prefix:OK...\\x21', 'hello', 'OK...!hello'],
    ['text:bye\\r\\n', 'hello', 'bye\r\n'],
  ])('%s', async (reply, text, expected) => {
    const { port } = await cli.listen(any, '--reply', reply);
    expect(await talk(port, text)).toBe(expected);
  });

  it('timestamp', async () => {
    const { port } = await cli.listen(any, '--reply', 'timestamp');
    expect(await talk(port, 'hello')).toMatch(/^\[\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}\] hello$/);
  });

  it('http:FILE, with the right length and the type of its name', async () => {
    await writeFile(cli.path('page.html'), '<p>größe\\n</p>');
    const { url } = await cli.listen(any, '--reply', `http:${cli.path('page.html')}`);
    const response = await fetch(url.replace('tcp:', 'http:'));
    expect(response.headers.get('content-length')).toBe('16');
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toBe('<p>größe\\n</p>');
  });

  it('greets and answers in the encoding of the conversation', async () => {
    const said = ['--encoding', 'gbk', '--greet', '温', '--reply', 'text:你好', '--count', '1'];
    const { port } = await cli.listen(any, ...said);
    const socket = connect(port, '127.0.0.1');
    const heard: Buffer[] = [];
    socket.write('x');
    for await (const bytes of socket) heard.push(bytes as Buffer);
    expect(Buffer.concat(heard).toString('hex')).toBe('cec2c4e3bac3');
  });

  it('greets, and closes behind the greeting', async () => {
    const { port } = await cli.listen(any, '--greet', 'Hello\\r\\n', '--then-close');
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    for await (const bytes of socket) heard += String(bytes);
    expect(heard).toBe('Hello\r\n');
  });
});

describe('output', () => {
  it('jsonl begins with the real address and holds every record', async () => {
    const { child, port } = await cli.listen(any, '--format', 'jsonl', '--reply', 'echo', '--count', '1');
    await talk(port, 'a\u0000');
    expect(await child.ended).toEqual({ code: 0, signal: null });
    expect(child.records[0]).toMatchObject({
      kind: 'listening',
      sequence: 0,
      endpoint: `tcp://127.0.0.1:${port}`,
      local: { host: '127.0.0.1', port },
      connection: null,
      hex: null,
    });
    expect(child.records.map(({ sequence }) => sequence)).toEqual(child.records.map((_, i) => i));
    expect(child.records.find(({ kind }) => kind === 'received')).toMatchObject({
      connection: 1,
      hex: '6100',
      length: 2,
    });
    expect(child.records.at(-1)).toMatchObject({ kind: 'stopped' });
    expect(child.stderr).toBe('');
  });

  it('is what passes a filter, in every format', async () => {
    const filter = 'dir:received -text:/^a/ -hex:62 OR kind:stopped';
    for (const [format, printed] of [
      ['text', /^[^\n]*↓ 127\.0\.0\.1:\d+ cow\n$/],
      ['hex', /^[^\n]*63 6F 77[^\n]*\n$/],
      ['raw', /^cow$/],
    ] as const) {
      const { child, port } = await cli.listen(any, '--format', format, '--filter', filter, '--count', '3');
      for (const text of ['axe', 'box', 'cow']) await talk(port, text);
      expect(await child.ended).toEqual({ code: 0, signal: null });
      expect(child.text).toMatch(printed);
    }
    const { child, port } = await cli.listen(any, '--format', 'jsonl', '--filter', filter, '--count', '1');
    await talk(port, 'cow');
    await child.ended;
    expect(child.records.map(({ kind }) => kind)).toEqual(['received', 'stopped']);
    const { code, stderr } = await cli.run('listen', any, '--filter', 'a pear:1');
    expect(code).toBe(2);
    expect(stderr).toContain('column 3: There is no such key: is peer: meant?');
  });

  async function inChunks(filter: string, ...texts: string[]) {
    const args = ['--format', 'raw', '--filter', filter, '--count', '2', '--reply', 'echo'];
    const { child, port } = await cli.listen(any, ...args);
    const socket = connect(port, '127.0.0.1');
    for (const text of texts) {
      socket.write(text);
      await once(socket, 'data');
    }
    socket.destroy();
    await child.ended;
    return child;
  }

  it('has the chunk in which that ends which began in the one before, and gives an expression no more time there', async () => {
    for (const filter of ['needle', '/ne+dle/i', 'hex:4e 45 ?? 64'])
      expect((await inChunks(filter, 'a NEE', 'dle b')).text).toBe('dle b');
    const slow = await inChunks('/b(a+)+c/', 'b', 'a'.repeat(40));
    expect(slow.text).toBe('a'.repeat(40));
    expect(slow.stderr.match(/FILTER_TOO_SLOW/g)).toHaveLength(1);
  });

  it('is everything once a filter takes too long, and says so', async () => {
    const args = ['--format', 'raw', '--filter', '-/^(a+)+$/', '--count', '2'];
    const { child, port } = await cli.listen(any, ...args);
    await talk(port, `${'a'.repeat(40)}!`);
    await talk(port, 'aaa');
    expect(await child.ended).toEqual({ code: 0, signal: null });
    expect(child.text).toBe(`${'a'.repeat(40)}!aaa`);
    expect(child.stderr.match(/FILTER_TOO_SLOW/g)).toHaveLength(1);
  });

  it('raw is what was received and nothing else', async () => {
    const { child, port } = await cli.listen(any, '--format', 'raw', '--reply', 'upper', '--count', '1');
    await talk(port, '\u001b[31mred');
    expect((await child.ended).code).toBe(0);
    expect(child.text).toBe('\u001b[31mred');
    expect(child.stderr).toContain(`listening on tcp://127.0.0.1:${port}\n`);
  });

  it('hex and text show both directions, with events on standard error', async () => {
    for (const [format, pattern] of [
      ['hex', /↓ 127\.0\.0\.1:\d+ 000000 {2}61 0A .* a·\n.*↑ 127\.0\.0\.1:\d+ 000000 {2}61 0A/],
      ['text', /↓ 127\.0\.0\.1:\d+ a\\n\n.*↑ 127\.0\.0\.1:\d+ a\\n\n/],
    ] as const) {
      const { child, port } = await cli.listen(any, '--format', format, '--reply', 'echo', '--count', '1');
      await talk(port, 'a\n');
      expect((await child.ended).code).toBe(0);
      expect(child.text).toMatch(pattern);
      expect(child.stderr).toMatch(/● 127\.0\.0\.1:\d+ connected/);
    }
  });

  it('is written at once, record by record', async () => {
    const { child, port } = await cli.listen(any, '--format', 'jsonl');
    const socket = await open(port);
    for (const text of ['one', 'two']) {
      socket.write(text);
      await child.prints(new RegExp(`"hex":"${Buffer.from(text).toString('hex')}"\\}\\n$`));
    }
    socket.destroy();
  });

  it('goes to a file with --out, which is replaced', async () => {
    const file = cli.path('out.bin');
    await writeFile(file, 'something older and longer');
    const { child, port } = await cli.listen(any, '--format', 'raw', '--out', file, '--count', '1');
    await talk(port, 'new');
    expect((await child.ended).code).toBe(0);
    expect(await readFile(file, 'utf8')).toBe('new');
    expect(child.text).toBe('');
  });
});

describe('--out', () => {
  it('keeps what a file held until there is something to put in its place', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const file = cli.path('kept.bin');
    await writeFile(file, 'an older run');
    const out = ['--format', 'raw', '--out', file];
    const missing = cli.path('missing.pem');
    expect(await cli.run('listen', `tcp://127.0.0.1:${port}`, ...out)).toMatchObject({ code: 1 });
    expect(
      await cli.run('listen', 'tls://127.0.0.1:0', '--cert', missing, '--key', missing, ...out),
    ).toMatchObject({ code: 2 });
    expect(await cli.run('connect', 'tls://127.0.0.1:1', '--ca', missing, ...out)).toMatchObject({ code: 2 });
    expect(await readFile(file, 'utf8')).toBe('an older run');
    expect(await cli.run('listen', any, '--timeout', '0.001', ...out)).toMatchObject({ code: 0 });
    expect(await readFile(file, 'utf8')).toBe('');
    taken.close();
  });
});

describe('ends', () => {
  it('after --timeout, with code 0', async () => {
    const { code, stderr } = await cli.run('listen', any, '--timeout', '0.2');
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('as --timeout says') });
    expect(await cli.leftBehind()).toEqual([]);
  });

  it('after --count received chunks, of all peers, and prints no more', async () => {
    const { child, port } = await cli.listen(any, '--format', 'raw', '--count', '3');
    for (const text of ['1', '2', '3', '4']) await talk(port, text).catch(() => undefined);
    expect((await child.ended).code).toBe(0);
    expect(child.text).toBe('123');
  });

  it('after --count only when a slow peer has its answer', async () => {
    await writeFile(cli.path('long.bin'), Buffer.alloc(10_000_000));
    const reply = `http:${cli.path('long.bin')}`;
    const { child, port } = await cli.listen(any, '--reply', reply, '--count', '1', '--format', 'raw');
    const socket = await open(port);
    socket.write('GET / HTTP/1.0\r\n\r\n');
    await child.prints(/^GET/);
    // It reads nothing for longer than connections get at other ends.
    expect(await cli.run('listen', any, '--timeout', '0.3')).toMatchObject({ code: 0 });
    let length = 0;
    for await (const bytes of socket) length += (bytes as Buffer).length;
    expect(length).toBeGreaterThan(10_000_000);
    expect(await child.ended).toEqual({ code: 0, signal: null });
  });

  it('after --count no later than a signal, though a peer takes nothing', async () => {
    await writeFile(cli.path('long.bin'), Buffer.alloc(10_000_000));
    const { child, port } = await cli.listen(
      ...[any, '--reply', `http:${cli.path('long.bin')}`, '--count', '1'],
    );
    const socket = await open(port);
    socket.write('GET / HTTP/1.0\r\n\r\n');
    await child.prints(/GET/);
    child.child.kill('SIGTERM');
    expect(await child.ended).toEqual({ code: 143, signal: null });
    socket.destroy();
  });

  it('closes a peer that is silent for --idle-timeout, and goes on listening', async () => {
    const { child, port } = await cli.listen(any, '--idle-timeout', '0.2');
    const socket = await open(port);
    socket.resume();
    await once(socket, 'close');
    await child.says(/without traffic|nothing|idle|silent/i);
    expect(await talk(port, 'still here')).toBe('');
    await child.prints(/still here/);
  });

  it('refuses peers above --max-connections', async () => {
    const { child, port } = await cli.listen(any, '--max-connections', '1', '--format', 'jsonl');
    const first = await open(port);
    const second = await open(port);
    second.resume();
    await once(second, 'close');
    await child.prints(/"note":"refused"/);
    first.destroy();
  });
});

describe('failures', () => {
  it('says that the port is in use, with its code, and ends with 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    for (const format of ['text', 'jsonl', 'raw']) {
      const { code, stdout, stderr } = await cli.run('listen', `tcp://127.0.0.1:${port}`, '--format', format);
      expect(code).toBe(1);
      expect(stderr).toMatch(new RegExp(`^socketscope: 127\\.0\\.0\\.1:${port} .*\\(EADDRINUSE\\)`, 'm'));
      expect(stderr).toMatch(/Likely cause: .*\n {2}Try: /);
      if (format === 'jsonl')
        expect(JSON.parse(stdout)).toMatchObject({ kind: 'failed', code: 'EADDRINUSE' });
      else expect(stdout).toBe('');
    }
    taken.close();
  });

  it('with --diagnose, finds out who has the port, and one that is free', async () => {
    const taken = await cli.listen('tcp://127.0.0.1:0');
    const { code, stderr } = await cli.run('listen', taken.url, '--diagnose');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^ {2}Found: 127\.0\.0\.1:\d+ belongs to .+\.\n {2}Found: Port \d+ is free\.$/m);
    expect((await cli.run('listen', taken.url)).stderr).not.toContain('Found');
  });

  it('outlives a peer that resets', async () => {
    const { child, port } = await cli.listen(any);
    const socket = await open(port);
    socket.write('x', () => socket.resetAndDestroy());
    await child.says(/✕ .*\(ECONNRESET\)/);
    expect(await talk(port, 'next')).toBe('');
    await child.prints(/next/);
  });

  it.each([
    [['listen'], /missing required argument 'url'/],
    [['listen', 'tcp://127.0.0.1'], /port is needed/],
    [['listen', any, 'more'], /too many arguments/],
    [['listen', any, '--format', 'xml'], /Allowed choices are text, hex, jsonl, raw/],
    [['listen', any, '--count', '0'], /'--count <n>' argument '0' is invalid/],
    [['listen', any, '--timeout', 'soon'], /'--timeout <s>' argument 'soon' is invalid/],
    [['listen', any, '--out', '/nowhere/at/all'], /--out \/nowhere\/at\/all cannot be written: ENOENT/],
    [['listen', any, '--capture', '/dev/null/x'], /--capture \/dev\/null\/x cannot be used: /],
    [['listen', any, '--half-close'], /unknown option '--half-close'/],
    [['lissen', any], /unknown command 'lissen'/],
  ])('%j is a mistake of usage, with code 2', async (args, message) => {
    const { code, stdout, stderr } = await cli.run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^error: /);
    expect(stderr).toMatch(message);
    expect(await cli.leftBehind()).toEqual([]);
  });
});

describe('--capture', () => {
  it('keeps a data folder that the app can open, one endpoint for each run', async () => {
    const folder = cli.path('kept');
    for (const text of ['first', 'second']) {
      const { child, port } = await cli.listen(any, '--capture', folder, '--count', '1');
      await talk(port, text);
      expect((await child.ended).code).toBe(0);
    }
    const workspace = JSON.parse(await readFile(`${folder}/workspace.json`, 'utf8')) as {
      endpoints: { id: string; settings: { name: string; role: string } }[];
    };
    expect(workspace.endpoints.map(({ settings }) => [settings.role, settings.name])).toEqual([
      ['listener', any],
      ['listener', any],
    ]);
    const capture = await Capture.open(`${folder}/captures/${workspace.endpoints[1]!.id}`);
    expect(Buffer.from(await capture.payload(2, 0, 100)).toString()).toBe('second');
    expect((await capture.info(capture.length - 1)).kind).toBe('stopped');
    await capture.close();
    expect(await cli.leftBehind()).toEqual([]);
    await (await lockDataFolder(folder)).release();
  });

  it('is not shared by two runs', async () => {
    const folder = cli.path('shared');
    await cli.listen(any, '--capture', folder);
    const { code, stderr } = await cli.run('listen', any, '--capture', folder);
    expect(code).toBe(2);
    expect(stderr).toContain(`--capture ${folder} cannot be used`);
  });
});
