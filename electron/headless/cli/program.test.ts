import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, symlink } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { testProgram } from '../../../build/bundle.mjs';
import { TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

describe('help', () => {
  it('of the program names its commands, exit codes and examples', async () => {
    const { code, stdout, stderr } = await cli.run('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/serve .*\n[^]*listen .*\n[^]*connect .*\n[^]*Examples:\n[^]*Exit codes:\n/);
    expect(await cli.run('help', 'listen')).toEqual(await cli.run('listen', '--help'));
  });

  it.each([
    [
      'listen',
      'reply greet then-close max-connections self-signed client-ca cert key passphrase-file sequence alpn tls-min tls-max join source format out capture keylog timeout connect-timeout idle-timeout count allow-file allow-env',
    ],
    [
      'connect',
      'send send-hex send-base64 send-file eol wrap pieces piece-every half-close every times jitter stop-on-failure joined verify ca servername bind proxy cert key passphrase-file sequence alpn tls-min tls-max join source format out capture keylog timeout connect-timeout idle-timeout count allow-file allow-env',
    ],
    ['serve', 'port host no-open data allow-file allow-env'],
    [
      'program',
      'as send send-hex send-base64 send-file send-saved data eol wrap pause verify ca servername alpn reply greet encoding allow-file allow-env',
    ],
  ])('of %s names every option', async (command, options) => {
    const { code, stdout } = await cli.run(command, '--help');
    expect(code).toBe(0);
    for (const option of options.split(' ')) expect(stdout).toMatch(new RegExp(`^ +--${option}\\b`, 'm'));
    expect(stdout).toMatch(/Examples:\n {2}socketscope [^]*\nExit codes:\n/);
  });

  it('of an option that counts once refuses a second value, with code 2', async () => {
    const { code, stderr } = await cli.run('connect', 'tcp://127.0.0.1:1', '--out', 'a', '--out', 'b');
    expect(stderr).toMatch(/'--out <file>' can be given once only/);
    expect(code).toBe(2);
  });

  it('of an empty folder is a mistake, and does not mean the one where the program runs', async () => {
    const { code, stderr } = await cli.run('connect', 'tcp://127.0.0.1:1', '--capture', '');
    expect(stderr).toMatch(/--capture <dir>.*It is empty/);
    expect(code).toBe(2);
  });

  it('that nobody reads to its end is no failure', async () => {
    const child = cli.start(['connect', '--help']);
    child.child.stdout!.destroy();
    expect(await child.ended).toEqual({ code: 0, signal: null });
    expect(child.stderr).toBe('');
  });

  it('is shown with code 2 where a command is missing', async () => {
    const { code, stdout, stderr } = await cli.run();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: socketscope');
  });

  it('tells the version', async () => {
    expect(await cli.run('--version')).toMatchObject({ code: 0, stdout: '1.2.3\n' });
  });
});

describe('the installed command', () => {
  const source = fileURLToPath(new URL('../../../build/socketscope.mjs', import.meta.url));

  it('runs the build through a link, as npm makes one', async () => {
    await mkdir(cli.path('build'), { recursive: true });
    await symlink(join(testProgram, 'out'), cli.path('out'));
    await copyFile(source, cli.path('build/socketscope.mjs'));
    const link = cli.path('socketscope');
    await symlink(cli.path('build/socketscope.mjs'), link);
    const { status, stdout } = spawnSync(link, ['--version'], { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 0, stdout: '1.2.3\n' });
  });

  it('says what to do where it is not built', async () => {
    const folder = join(cli.folder, 'unbuilt');
    await mkdir(join(folder, 'build'), { recursive: true });
    await copyFile(source, join(folder, 'build/socketscope.mjs'));
    const { status, stdout, stderr } = spawnSync(join(folder, 'build/socketscope.mjs'), { encoding: 'utf8' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/npm run build[^]*unbuilt/);
  });
});

it('names the folder for temporary files where that cannot be used', async () => {
  const env = { ...cli.environment, TMPDIR: '/nowhere' };
  const child = cli.start(['listen', 'tcp://127.0.0.1:0'], { env });
  expect((await child.ended).code).toBe(2);
  expect(child.stderr).toMatch(/^error: The temporary folder cannot be used: ENOENT.*TMPDIR/);
});

describe('--proxy', () => {
  it('that refuses is told with its code', async () => {
    const proxy = createServer((socket) => {
      socket.on('error', () => undefined).once('data', () => socket.end('HTTP/1.1 407 Login\r\n\r\n'));
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    const { code, stderr } = await cli.run(
      ...['connect', 'tcp://far.example:7', '--proxy', `http://127.0.0.1:${port}`],
    );
    proxy.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^socketscope: The proxy .* \(PROXY_AUTH_REQUIRED\)\.$/m);
  });

  it('goes through an HTTP proxy with its user, and sends only what was asked', async () => {
    let request = '';
    const proxy = createServer((socket) => {
      socket
        .on('error', () => undefined)
        .once('data', (bytes) => {
          request = String(bytes);
          socket.write('HTTP/1.1 200 OK\r\n\r\n');
          socket.pipe(socket);
        });
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    const { port } = proxy.address() as AddressInfo;
    const { code, stdout } = await cli.run(
      ...['connect', 'tcp://far.example:7', '--proxy', `http://me:p%40ss@127.0.0.1:${port}`],
      ...['--send', 'hi', '--half-close', '--format', 'raw'],
    );
    proxy.close();
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'hi' });
    expect(request).toMatch(/^CONNECT far\.example:7 HTTP\/1\.1\r\n/);
    expect(request).toContain(`Basic ${Buffer.from('me:p@ss').toString('base64')}`);
  });
});
