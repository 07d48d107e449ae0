import { writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

it.each([
  [['a\\r\\n温'], '61 0d 0a e6 b8 a9\n'],
  [['--as', 'hex', '41 {{u16be 5}}'], '41 00 05\n'],
  [['--as', 'as-is', 'a\\n{{x}}'], '61 5c 6e 7b 7b 78 7d 7d\n'],
  [['--encoding', 'gbk', '温\\x00'], 'ce c2 00\n'],
  [['--encoding', 'utf-16le', '--eol', 'crlf', 'a{{counter}}'], '61 00 31 00 0d 00 0a 00\n'],
  [['--as', 'base64', 'SGk='], '48 69\n'],
  [['--as', 'hercules', 'AT$0D'], '41 54 0d\n'],
  [['--as', 'sokit', 'a[0d 0a]'], '61 0d 0a\n'],
  [['--as', 'packetsender', '\\41\\r'], '41 0d\n'],
  [['--eol', 'crlf', 'a\nb'], '61 0d 0a 62 0d 0a\n'],
  [['--as', 'hex', '--wrap', 'checksum=crc16-modbus', '01 03 00 00 00 01'], '01 03 00 00 00 01 84 0a\n'],
  [['--as', 'hercules', '--wrap', 'head=\\x02,length=u8,tail=\\x03', 'a$0D'], '02 02 61 0d 03\n'],
  [['--format', 'text', '{{#b}}ab{{/b}}{{b | crc32}}'], 'ab\\x9E\\x83Hm\n'],
  [['--format', 'raw', 'a\\x00'], 'a\0'],
])('bytes %j prints what would be sent', async (args, stdout) => {
  expect(await cli.run('bytes', ...args)).toMatchObject({ code: 0, stdout, stderr: '' });
});

it('jsonl has each part at its place, and tells what changes from message to message', async () => {
  const { stdout } = await cli.run('bytes', '--format', 'jsonl', 'n={{u8 1}}{{counter}}\\n');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(lines).toEqual([
    { kind: 'part', offset: 0, length: 2, hex: '6e3d' },
    { kind: 'part', offset: 2, length: 1, hex: '01', source: '{{u8 1}}', changes: false },
    { kind: 'part', offset: 3, length: 1, hex: '31', source: '{{counter}}', changes: true },
    { kind: 'part', offset: 4, length: 1, hex: '0a' },
    { kind: 'message', length: 5, hex: '6e3d01310a' },
  ]);
});

it('what cannot be sent is told with its place, and ends with 2', async () => {
  const { code, stdout, stderr } = await cli.run('bytes', 'one\ntwo {{conter}}');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toBe(
    'error: There is no function or part of this name. Is counter meant?\n  two {{conter}}\n        ^^^^^^\n',
  );
  const lacking = await cli.run('bytes', '--encoding', 'shift_jis', 'aéb');
  expect(lacking.stderr).toMatch(/^error: The encoding has no such character\. .*\n {2}aéb\n {3}\^\n$/);
  expect((await cli.run('bytes', '{{remoteAddress}}')).code).toBe(2);
  expect((await cli.run('bytes')).code).toBe(2);
});

it('warns of what may not be meant, and sends it all the same', async () => {
  const { code, stdout, stderr } = await cli.run('bytes', '--eol', 'crlf', 'a\\nb\u00a0');
  expect([code, stdout]).toEqual([0, '61 0a 62 c2 a0 0d 0a\n']);
  expect(stderr).toBe(
    'warning: This blank is not the one of the space bar. Here stands U+00A0 NO-BREAK SPACE.\n' +
      '  a\\nb\u00a0\n      ^\n' +
      'warning: Here a line ends otherwise than the one before it.\n  a\\nb\u00a0\n       ^\n',
  );
});

it('puts in files and variables that are allowed, and names those that are not', async () => {
  const part = cli.path('part');
  await writeFile(part, 'in it');
  const text = `{{file ${JSON.stringify(part)}}}{{env SOCKETSCOPE_DATA}}`;
  const refused = await cli.run('bytes', '--allow-env', 'SOCKETSCOPE_DATA', text);
  expect([refused.code, refused.stdout]).toEqual([2, '']);
  expect(refused.stderr).toContain(`--allow-file ${part}`);
  const made = await cli.run('bytes', '--allow-file', part, `{{file ${JSON.stringify(part)}}}`);
  expect(made).toMatchObject({ code: 0, stdout: '69 6e 20 69 74\n' });
  const missing = await cli.run('bytes', '--allow-file', `${part}-none`, 'a');
  expect(missing).toMatchObject({ code: 2, stdout: '' });
  expect(missing.stderr).toContain('ENOENT');
});

it('lists the functions, each with what it does and an example', async () => {
  const { code, stdout } = await cli.run('bytes', '--help-functions');
  expect(code).toBe(0);
  expect(stdout).toContain('  counter [start] [step] [width] [base] [per]\n      Counts the messages');
  expect(stdout).toContain('  crc32-iscsi what\n');
  expect(stdout).not.toContain('undefined');
});

it('standard input is read where TEXT is -', async () => {
  const child = cli.start(['bytes', '-']);
  child.child.stdin!.end('x\\n{{u8 9}}');
  expect((await child.ended).code).toBe(0);
  expect(child.text).toBe('78 0a 09\n');
});
