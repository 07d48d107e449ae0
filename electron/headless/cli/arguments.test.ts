import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { controlName } from '../../../shared/show/characters.ts';
import { argumentProblem } from '../utf8-arguments.ts';
import { TestCli, type CliProcess, type Ended } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

/** Arguments as printf(1) writes them, which can be any bytes. */
const run = (...args: string[]): CliProcess =>
  cli.startProgram(
    'bash',
    ['-c', `exec "$0" "$1" ${args.map((arg) => `$'${arg}'`).join(' ')}`, process.execPath, cli.script],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );

async function ended(child: CliProcess): Promise<Ended & { stdout: string; stderr: string }> {
  return { ...(await child.ended), stdout: child.text, stderr: child.stderr };
}

describe.skipIf(!existsSync('/proc/self/cmdline'))('bytes that are no UTF-8 (skipped without /proc)', () => {
  it.each([
    [['connect', 'tcp://127.0.0.1:1', '--send', 'a\\xff\\xfeb']],
    [['connect', 'tcp://127.0.0.1:1', '--send-file', 'caf\\xe9']],
    [['connect', 'tcp://127.0.0.1:1', '--out', 'caf\\xe9']],
    [['listen', 'tcp://127.0.0.1:0', '--reply', 'text:\\xe9']],
    [['listen', 'unix:///tmp/\\xe9']],
    [['serve', '--data', '\\xe9']],
  ])('are refused with their place: %j', async (args) => {
    const { code, stderr } = await ended(run(...args));
    expect(stderr).toMatch(/^error: An argument holds bytes that are no UTF-8: .*\\x(FF|E9)/);
    expect(stderr).toContain('--send-hex');
    expect(code).toBe(2);
  });

  it('are told from a replacement character that was typed, which is sent', async () => {
    const listener = await cli.listen('tcp://127.0.0.1:0', '--format', 'raw', '--count', '1');
    const client = run('connect', listener.url, '--send', '\\xef\\xbf\\xbd', '--half-close');
    await client.ended;
    await listener.child.ended;
    expect(listener.child.stdout.toString('hex')).toBe('efbfbd');
  });
});

it('where the system does not tell, a replacement character is refused, and it is said how to write it', () => {
  expect(argumentProblem(['a', 'b'], null)).toBeNull();
  expect(argumentProblem(['a', '\ufffd'], null)).toContain('\\u{FFFD}');
  const given = ['node', 'script', 'x', '\ufffd'].map((arg) => Buffer.from(arg));
  expect(argumentProblem(['x', '\ufffd'], given)).toBeNull();
  expect(argumentProblem(['x', '\ufffd'], [...given.slice(0, 3), Buffer.of(0xe9)])).toContain('\\xE9');
});

describe('what was typed acts on no terminal', () => {
  const acts = (text: string): boolean =>
    [...text].some((character) => character !== '\n' && controlName(character.codePointAt(0)!) !== null);
  it.each([
    [['--\u001b[31m\u202e']],
    [['connect', 'tcp://a\u009b\u202e:1']],
    [['connect', 'tcp://127.0.0.1:1', '--format', '\u202e\u001b']],
    [['connect', 'tcp://127.0.0.1:1', '--send-file', '/\u202e\u009b/none']],
    [['connect', 'tcp://127.0.0.1:1', '--out', '/\u202e\u009b/none']],
    [['connect', 'tcp://127.0.0.1:1', '--count', '\u200b\u001b']],
    [['connect', 'unix:///\u009b\u202e']],
    [['serve', '--port', '\u202e\u001b']],
    [['serve', '--data', '/dev/null/\u202e\u009b']],
    [['\u202e\u001b']],
  ])('in the error of %j', async (args) => {
    const { code, stdout, stderr } = await cli.run(...args);
    expect(code).toBeGreaterThan(0);
    expect(acts(stderr)).toBe(false);
    expect(acts(stdout)).toBe(false);
  });

  it('in jsonl, which decodes to the same', async () => {
    const { stdout } = await cli.run('connect', 'unix:///nowhere/a\u202eb\u0085c', '--format', 'jsonl');
    expect(acts(stdout)).toBe(false);
    for (const line of stdout.trim().split('\n'))
      expect(JSON.parse(line)).toMatchObject({ endpoint: 'unix:///nowhere/a\u202eb\u0085c' });
  });
});
