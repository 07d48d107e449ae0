import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, statSync } from 'node:fs';
import { chmod, link, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TestCli, type CliProcess } from './test-cli.ts';

let cli: TestCli;
let server: Server;
let url: string;
const sockets = new Set<Socket>();

beforeAll(async () => void (cli = await TestCli.build()));
beforeEach(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).pipe(socket);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server.close();
  await cli.afterEach();
});
afterAll(() => cli.remove());

const isUnix = process.platform !== 'win32';
const canMount = spawnSync('unshare', ['-rm', 'true']).status === 0;

/** Through a shell, where redirections are; `"$@"` is the command line. */
const shell = (script: string, ...args: string[]): CliProcess =>
  cli.startProgram('sh', ['-c', script, 'sh', process.execPath, cli.script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const fifo = async (name: string): Promise<string> => {
  await rm(cli.path(name), { force: true });
  expect(spawnSync('mkfifo', [cli.path(name)]).status).toBe(0);
  return cli.path(name);
};

describe('a data folder of --capture', () => {
  const listen = (folder: string) =>
    cli.run('listen', 'tcp://127.0.0.1:0', '--timeout', '0.1', '--capture', folder);

  it('whose workspace is damaged is used, and where the damaged one lies is said', async () => {
    const folder = cli.path('damaged');
    mkdirSync(folder);
    await writeFile(`${folder}/workspace.json`, '{');
    const { stderr } = await listen(folder);
    const [aside] = /\S*workspace\.damaged-[\w-]+\.json/.exec(stderr)!;
    expect(await readFile(aside, 'utf8')).toBe('{');
    expect(JSON.parse(await readFile(`${folder}/workspace.json`, 'utf8'))).toMatchObject({ endpoints: [{}] });
  });

  it.skipIf(!canMount)('that takes no workspace is refused before anything runs', async () => {
    const folder = cli.path('full');
    mkdirSync(`${folder}/socketscope-lock`, { recursive: true });
    // The lock finds room of its own, the workspace finds none.
    const script = `mount -t tmpfs -o nr_inodes=3 none "$0" && mkdir "$0/socketscope-lock" && mount -t tmpfs none "$0/socketscope-lock" && touch "$0/a" "$0/b"; "$@"`;
    const words = [folder, process.execPath, cli.script];
    const run = ['listen', 'tcp://127.0.0.1:0', '--timeout', '0.1', '--capture', folder];
    const started = cli.startProgram('unshare', ['-rm', 'sh', '-c', script, ...words, ...run], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const { code } = await started.ended;
    expect(started.stderr).toMatch(/--capture .*full cannot be used: ENOSPC: /);
    expect(code).toBe(2);
  });
});

describe.skipIf(!existsSync('/dev/full'))('an output that is full (skipped without /dev/full)', () => {
  it('is told with its code and place, however short the run is', async () => {
    for (let round = 0; round < 3; round++) {
      const { code, stderr } = await cli.run(
        'connect',
        url,
        '--send',
        'hi',
        '--count',
        '1',
        '--out',
        '/dev/full',
      );
      expect(stderr).toMatch(/^socketscope: \/dev\/full cannot be written from byte 0 on: ENOSPC/m);
      expect(code).toBe(1);
    }
  });

  it('is told of standard output, too', async () => {
    const child = shell('exec "$@" >/dev/full', 'connect', url, '--send', 'hi', '--count', '1');
    expect(await child.ended).toMatchObject({ code: 1 });
    expect(child.stderr).toMatch(/^socketscope: standard output cannot be written from byte 0 on: ENOSPC/m);
  });

  it.each([['--help'], ['--version'], ['listen', '--help']])('is told of %s', async (...args) => {
    const child = shell('exec "$@" >/dev/full', ...args);
    expect(await child.ended).toMatchObject({ code: 1 });
    expect(child.stderr).toMatch(/standard output cannot be written.*ENOSPC/);
  });
});

describe.skipIf(!canMount)('a small disk (skipped where no file system can be mounted)', () => {
  const onSmallDisk = (script: string, ...args: string[]): CliProcess => {
    mkdirSync(cli.path('disk'), { recursive: true });
    const mounted = `mount -t tmpfs -o size=64k none ${cli.path('disk')} && ${script}`;
    return cli.startProgram(
      'unshare',
      ['-rm', 'sh', '-c', mounted, 'sh', process.execPath, cli.script, ...args],
      {
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
  };
  const much = ['--send-file', 'much'];
  beforeAll(() => writeFile(cli.path('much'), Buffer.alloc(1_000_000, 'x')));

  it.each([
    ['--out', 'exec "$@" --out disk/file'],
    ['standard output', 'exec "$@" >disk/file'],
  ])('is told of %s, with the byte to which it was written', async (_name, script) => {
    const child = onSmallDisk(script, 'connect', url, ...much, '--format', 'raw', '--half-close');
    expect(await child.ended).toMatchObject({ code: 1 });
    expect(child.stderr).toMatch(/cannot be written from byte 65536 on: ENOSPC/);
  });

  it('is told of the temporary folder, and ends the run', async () => {
    const child = onSmallDisk(
      'TMPDIR=$PWD/disk exec "$@"',
      ...['connect', url, ...much, '--format', 'raw', '--half-close'],
    );
    expect(await child.ended).toMatchObject({ code: 1 });
    expect(child.stderr).toMatch(
      /^socketscope: the capture in \S+ is not complete.*(ENOSPC|DISK_NEARLY_FULL)/m,
    );
  });
});

describe.skipIf(!isUnix)('one file in two roles', () => {
  beforeEach(async () => {
    await writeFile(cli.path('a'), 'what the user has');
    for (const name of ['soft', 'hard', 'none', 'dangling']) await rm(cli.path(name), { force: true });
    await symlink('a', cli.path('soft'));
    await symlink('none', cli.path('dangling'));
    await link(cli.path('a'), cli.path('hard'));
  });

  it.each([
    ['', ['--send-file', 'a', '--out', 'a']],
    ['', ['--send-file', 'a', '--out', 'soft']],
    ['', ['--send-file', 'hard', '--out', './a']],
    ['>>a', ['--send-file', 'a']],
    ['2>>a', ['--send-file', 'a']],
    ['<a', ['--out', 'soft']],
    ['<a >>a', []],
  ])('is refused: %s %j', async (redirection, args) => {
    const child = shell(`exec "$@" ${redirection}`, 'connect', url, ...args);
    expect(await child.ended).toMatchObject({ code: 2 });
    expect((await readFile(cli.path('a'), 'utf8')).slice(0, 17)).toBe('what the user has');
  });

  it.each([
    [['--out', 'none', '--keylog', './none']],
    [['--out', 'dangling', '--keylog', 'none']],
    [['--cert', 'a', '--out', 'a']],
    [['--cert', 'a', '--key', 'a', '--keylog', 'hard']],
    [['--ca', 'soft', '--out', 'a']],
  ])('is refused over tls: %j', async (args) => {
    const { code, stderr } = await cli.run('connect', url.replace('tcp', 'tls'), ...args);
    expect(stderr).toMatch(/^error: .* and .* are the same file\.$/m);
    expect(code).toBe(2);
    expect(await readFile(cli.path('a'), 'utf8')).toBe('what the user has');
  });

  it('may be a log of both outputs, or hold nothing', async () => {
    const log = shell('exec "$@" >log 2>&1', 'connect', url, '--send', 'hi', '--count', '1');
    expect(await log.ended).toMatchObject({ code: 0 });
    expect(await readFile(cli.path('log'), 'utf8')).toMatch(/Connected[^]*↓ hi/);
    const none = shell(
      'exec "$@" </dev/null >/dev/null',
      'connect',
      url,
      '--send',
      'hi',
      '--count',
      '1',
      '--out',
      '/dev/null',
    );
    expect(await none.ended).toMatchObject({ code: 0 });
  });
});

describe.skipIf(!isUnix)('a FIFO without another end', () => {
  it('as --send-file ends with --timeout, and with one signal', async () => {
    const path = await fifo('unwritten');
    const { code, stderr } = await cli.run('connect', url, '--send-file', path, '--timeout', '0.5');
    expect(stderr).toMatch(/ended before all that/);
    expect(code).toBe(1);
    const child = cli.start(['connect', url, '--send-file', path]);
    await child.says(/Connected/);
    child.child.kill('SIGTERM');
    expect(await child.ended).toEqual({ code: 143, signal: null });
  });

  it('as --out waits for a reader until --timeout or a signal, and then says that there was none', async () => {
    const path = await fifo('unread');
    const args = ['connect', url, '--send', 'hi', '--out', path];
    const timedOut = await cli.run(...args, '--timeout', '0.5');
    expect(timedOut.stderr).toMatch(/unread cannot be written from byte 0 on: nobody reads it \(ETIMEDOUT\)/);
    expect(timedOut.code).toBe(1);
    const child = cli.start(args);
    await child.says(/Connected/);
    child.child.kill('SIGTERM');
    expect(await child.ended).toEqual({ code: 143, signal: null });
  });

  it('is read and written when the other end comes', async () => {
    const [input, output] = [await fifo('input'), await fifo('output')];
    const child = cli.start([
      'connect',
      url,
      '--send-file',
      input,
      '--out',
      output,
      '--count',
      '1',
      '--format',
      'raw',
    ]);
    await child.says(/Connected/);
    const writer = cli.startProgram('sh', ['-c', 'printf "through both" >"$1"', 'sh', input]);
    const reader = cli.startProgram('cat', [output]);
    expect(await reader.ended).toMatchObject({ code: 0 });
    expect(reader.text).toBe('through both');
    await writer.ended;
    expect(await child.ended).toMatchObject({ code: 0 });
  });

  it.each([
    ['--cert', ['--cert']],
    ['--reply http:', ['--self-signed', '--reply']],
  ])('as %s ends with --timeout, and with one signal', async (name, args) => {
    const path = await fifo('unwritten');
    const named = name === '--cert' ? path : `http:${path}`;
    const { code, stderr } = await cli.run('listen', 'tls://localhost:0', ...args, named, '--timeout', '0.5');
    expect(stderr).toMatch(/cannot be read: it has not come to its end within --timeout/);
    expect(code).toBe(2);
  });

  it('as --keylog is refused', async () => {
    const path = await fifo('unread');
    const { code, stderr } = await cli.run('connect', url.replace('tcp', 'tls'), '--keylog', path);
    expect(stderr).toMatch(/--keylog \S+ cannot be written: /);
    expect(code).toBe(2);
  });
});

describe.skipIf(!isUnix)('files that are none', () => {
  it.each([
    [['--send-file', '.'], /--send-file \. is a folder/],
    [['--out', '.'], /--out \. cannot be written: EISDIR/],
    [['--send-file', ''], /--send-file/],
    [['--out', ''], /--out/],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await cli.run('connect', url, ...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });

  it('a folder as standard input is told', async () => {
    const child = shell('exec "$@" <.', 'connect', url);
    expect(await child.ended).toMatchObject({ code: 2 });
    expect(child.stderr).toMatch(/standard input cannot be read: /);
  });

  it('a device without an end is no datagram, and is not read for ever', async () => {
    const { child, port } = await cli.listen('udp://127.0.0.1:0');
    const { code, stderr } = await cli.run('connect', `udp://127.0.0.1:${port}`, '--send-file', '/dev/zero');
    expect(stderr).toMatch(/\/dev\/zero cannot be read: a UDP datagram holds at most 65507 bytes/);
    expect(code).toBe(1);
    await child.kill();
  });
});

describe.skipIf(!isUnix)('--keylog', () => {
  const modeOf = (name: string): number => statSync(cli.path(name)).mode & 0o777;
  const run = (name: string) =>
    cli.run('connect', url.replace('tcp', 'tls'), '--keylog', cli.path(name), '--timeout', '5');

  it('can be read by its owner alone, whatever mode the file had', async () => {
    await writeFile(cli.path('old-keys'), 'kept\n');
    await chmod(cli.path('old-keys'), 0o644);
    await run('old-keys');
    expect(modeOf('old-keys')).toBe(0o600);
    expect(await readFile(cli.path('old-keys'), 'utf8')).toMatch(/^kept\n/);
    await run('new-keys');
    expect(modeOf('new-keys')).toBe(0o600);
  });

  it('follows no link, which somebody else may have made', async () => {
    await writeFile(cli.path('elsewhere'), '');
    await chmod(cli.path('elsewhere'), 0o644);
    await symlink('elsewhere', cli.path('planted'));
    const { code, stderr } = await run('planted');
    expect(stderr).toMatch(/--keylog \S+ cannot be written: ELOOP/);
    expect(code).toBe(2);
    expect(modeOf('elsewhere')).toBe(0o644);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'is refused in a file of another user (skipped unless root)',
    async () => {
      await writeFile(cli.path('theirs'), '');
      spawnSync('chown', ['65534', cli.path('theirs')]);
      const { code, stderr } = await run('theirs');
      expect(stderr).toMatch(/belongs to another user/);
      expect(code).toBe(2);
    },
  );
});
