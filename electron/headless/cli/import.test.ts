import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { commandLines, packetsIni, packetsJson } from '../../../shared/testing/foreign-files.ts';
import { TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  await writeFile(cli.path(name), content);
  return cli.path(name);
}

it('lists what a file brings, and ends with 0 where that is all of it', async () => {
  const listed = await cli.run('import', await fileOf('packets.ini', packetsIni));
  expect(listed).toMatchObject({ code: 0, stderr: '' });
  expect(listed.stdout.split('\n').slice(0, 3)).toEqual([
    'message  WHOIS example  tcp://192.0.2.30:43         text  whois\\r\\n',
    'message  Macros         udp://[::1]:5000            every 0.5 s, text  {{TIME}} {{RANDOM}}',
    'message  Query          udp://192.0.2.53:53         every 1.5 s, hex  91 8B 01 00 5C',
  ]);
  const commands = await cli.run('import', await fileOf('commands', commandLines));
  expect(commands.code).toBe(0);
  expect(commands.stdout).toMatch(/^client {2,}tls:\/\/example\.com:8443 {2,}certificate not checked$/m);
  expect(commands.stdout).toMatch(/^server {2,}tcp:\/\/0\.0\.0\.0:9001 {2,}echo$/m);
});

it('names what is left out, with its place, and ends with 1', async () => {
  const child = cli.start(['import', '-']);
  child.child.stdin!.end('nc a 1\n\u001b[31mcurl http://a/$X\n');
  expect((await child.ended).code).toBe(1);
  expect(child.text).toBe('client    tcp://a:1\n');
  expect(child.stderr).toBe(
    'not brought: line 2, column 20: $X: nothing is run or put in: write the value in its place\n',
  );
});

it('writes its own JSON or that of Packet Sender, which comes in again', async () => {
  const [own, packets] = [cli.path('own.json'), cli.path('packets-2.json')];
  const from = await fileOf('packets.json', packetsJson);
  expect(await cli.run('import', from, '--to', own)).toMatchObject({ code: 0, stdout: '', stderr: '' });
  expect(JSON.parse(await readFile(own, 'utf8'))).toMatchObject({ format: 'socketscope', version: 1 });
  expect((await cli.run('import', own, '--to', packets, '--format', 'packetsender')).code).toBe(0);
  expect(await readFile(packets, 'utf8')).toBe(packetsJson);
  const printed = await cli.run('import', from, '--format', 'json');
  expect(printed.stdout).toBe(await readFile(own, 'utf8'));
});

it('ends with 2 for what cannot be read or written, and leaves files as they were', async () => {
  const broken = await fileOf('broken.json', '[{"hexstring":\n}]');
  const unread = await cli.run('import', broken, '--to', cli.path('never'));
  expect([unread.code, unread.stderr]).toEqual([
    2,
    `error: ${broken}: line 2, column 1: this is no JSON here\n`,
  ]);
  await expect(readFile(cli.path('never'))).rejects.toThrow('ENOENT');
  expect((await cli.run('import', cli.path('no-such'))).stderr).toMatch(/^error: .*no-such: /);
  const same = await cli.run('import', await fileOf('same', 'a'), '--to', cli.path('same'));
  expect([same.code, await readFile(cli.path('same'), 'utf8')]).toEqual([2, 'a']);
  const forced = await cli.run('import', broken, '--as', 'raw', '--format', 'packetsender');
  expect(forced.code).toBe(0);
});
