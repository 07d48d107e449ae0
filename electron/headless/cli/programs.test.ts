import { writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../engine/testing/stream-kit.ts';
import { TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

/** As Node.js runs it, which is there in any case. */
async function started(...args: string[]) {
  const { code, stdout, stderr } = await cli.run('program', ...args, '--as', 'node');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const path = cli.path('program.mjs');
  writeFileSync(path, stdout);
  return cli.startProgram(process.execPath, [path]);
}

describe('program', () => {
  it('of connect sends what connect would send, from texts, hex and files', async () => {
    writeFileSync(cli.path('part.bin'), Uint8Array.of(0, 255, 39));
    const { child, url } = await cli.listen(
      'tcp://127.0.0.1:0',
      '--reply',
      'echo',
      '--format',
      'raw',
      '--count',
      '9',
    );
    const program = await started(
      ...['connect', url, '--send', 'h\\xe9 你 {{u16be 513}}', '--eol', 'crlf'],
      ...['--send-hex', '27 22', '--send-file', cli.path('part.bin')],
    );
    expect((await program.ended).code).toBe(0);
    const sent = `68e920e4bda0200201${'0d0a'}2722${'00ff27'}`;
    expect(program.stdout.toString('hex')).toBe(sent);
    await expect.poll(() => child.stdout.toString('hex')).toBe(sent);
  });

  it('of listen answers as listen would, and connect hears it', async () => {
    const port = await freePort();
    const url = `tcp://127.0.0.1:${port}`;
    const program = await started('listen', url, '--greet', 'hi\\n', '--reply', 'text:ok');
    const args = ['connect', url, '--send', 'x', '--half-close', '--format', 'raw'];
    await expect.poll(async () => (await cli.run(...args)).stdout, { timeout: 30_000 }).toBe('hi\nok');
    expect(program.text).toContain('x');
  });

  it('says on standard error and at its top what it does not do', async () => {
    const args = [
      'listen',
      'tls://127.0.0.1:9',
      '--as',
      'openssl',
      '--reply',
      'upper',
      '--greet',
      '{{counter}}',
    ];
    const { code, stdout, stderr } = await cli.run('program', ...args);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: It answers nothing.*\nwarning: .*counter.*\nwarning: The greeting/);
    expect(stdout).toMatch(/^#!\/bin\/sh\n# Listens for TLS[^]*# It answers nothing[^]*\n\nopenssl s_server/);
  });

  it.each([
    [['connect', 'tcp://a:1'], /'--as <language>'/],
    [['connect', 'tcp://a:1', '--as', 'cobol'], /Allowed choices are python/],
    [['talk', 'tcp://a:1', '--as', 'c'], /connect or listen/],
    [['listen', 'tcp://127.0.0.1:1', '--as', 'c', '--send', 'x'], /--send is for “program connect”/],
    [['connect', 'tcp://a:1', '--as', 'c', '--greet', 'x'], /--greet is for “program listen”/],
    [['connect', 'tls://a:1', '--as', 'c'], /C \(POSIX\) cannot do this over TLS/],
    [['listen', 'tcp://127.0.0.1:1', '--as', 'bash'], /cannot be a server/],
    [['listen', 'tcp://127.0.0.1:0', '--as', 'c'], /port from 1 to 65535/],
    [['connect', 'tcp://a:1', '--as', 'c', '--send', '{{oops}}'], /no function/],
    [['connect', 'tcp://a:1', '--as', 'c', '--send', 'x'.repeat(70_000)], /70,000 bytes are too many/],
    [['connect', 'tcp://a b:1', '--as', 'c'], /\^/],
  ])('%j is refused', async (args, message) => {
    const { code, stdout, stderr } = await cli.run('program', ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});
