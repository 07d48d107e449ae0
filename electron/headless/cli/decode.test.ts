import { writeFile } from 'node:fs/promises';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { jsonLines, TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

async function file(bytes: string | Uint8Array): Promise<string> {
  const path = cli.path('message.bin');
  await writeFile(path, bytes);
  return path;
}

const modbus = Buffer.from('04b30000000b01030841ac000041b60000', 'hex');

it('prints what a message says as a tree with its bytes, whatever it looks like', async () => {
  const { code, stdout, stderr } = await cli.run('decode', '--registers', 'f32', await file(modbus));
  expect(stdout).toBe(`Modbus TCP: read holding registers = 21.5 22.75
00000000                             message
00000000                               MBAP  transaction 1203 unit 1
00000000  04 B3                          transaction  1203
00000002  00 00                          protocol  0
00000004  00 0B                          length  11
00000006  01                             unit  1
00000007                               PDU  read holding registers reply
00000007  03                             function  3
00000008  08                             byte count  8
00000009                                 registers
00000009  41 AC 00 00                      0  21.5
0000000d  41 B6 00 00                      2  22.75
`);
  expect([code, stderr]).toEqual([0, '']);
});

it('writes an object for each part, with its path', async () => {
  const child = cli.start(['decode', '--format', 'jsonl', '-']);
  child.child.stdin!.end('{"a": [1, "x"]}');
  const { code } = await child.ended;
  expect(code).toBe(0);
  expect(jsonLines(child.text)).toEqual([
    { as: 'json', summary: '{a}', error: null },
    { path: [0], offset: 0, length: 15, value: '{1}' },
    { path: [0, 'a'], offset: 1, length: 13, value: '[2]' },
    { path: [0, 'a', 0], offset: 7, length: 1, value: 1 },
    { path: [0, 'a', 1], offset: 10, length: 3, value: 'x' },
  ]);
});

it('shows what came before a mistake, and says where that is', async () => {
  const { code, stdout, stderr } = await cli.run('decode', await file(modbus.subarray(0, 15)));
  expect(code).toBe(1);
  expect(stdout).toMatch(/\n0000000d {2}41 B6 +2 {2}16822\n/);
  expect(stderr).toMatch(/at byte 0000000f: the bytes end inside of it\n$/);
  const unknown = await cli.run('decode', await file('hello\r\n'));
  expect([unknown.code, unknown.stdout]).toEqual([2, '']);
  expect(unknown.stderr).toContain('--as');
  expect((await cli.run('decode', '--as', 'json', await file('hello'))).code).toBe(1);
});

it('unpacks bodies, those of brotli too, and stops at a bomb', async () => {
  const body = (coding: string, packed: Buffer): Buffer =>
    Buffer.concat([
      Buffer.from(
        `HTTP/1.1 200 OK\r\nContent-Encoding: ${coding}\r\nContent-Length: ${packed.length}\r\n\r\n`,
      ),
      packed,
    ]);
  for (const [coding, pack] of [
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
  ] as const) {
    const { code, stdout } = await cli.run('decode', await file(body(coding, pack('{"unit": "C"}'))));
    expect(code).toBe(0);
    expect(stdout).toMatch(/\n\+0000001 {2}22 75 6E 69 74 22 3A 20 … +unit {2}C\n/);
    const bomb = await cli.run('decode', await file(body(coding, pack(Buffer.alloc(70 * 1024 * 1024)))));
    expect(bomb.stderr).toMatch(/unpacks to more than is shown\n$/);
    expect(bomb.stdout.length).toBeLessThan(5000);
    const values = Array.from({ length: 500 }, (_, n) => ({ unit: 'C', n: n * n * 7919 }));
    const whole = pack(JSON.stringify(values));
    const cut = await cli.run('decode', await file(body(coding, whole.subarray(0, whole.length - 40))));
    expect(cut.code).toBe(1);
    expect(cut.stdout).toContain('unit  C');
  }
});

it('lets no control character of a message reach the terminal', async () => {
  const { stdout } = await cli.run('decode', await file('{"\\u001b[2Ja": "\\u202e\\u0007"}'));
  for (const character of '\x1b\x07\u202e') expect(stdout).not.toContain(character);
});

it('says what bytes are as numbers, times and addresses, with rows of one’s own', async () => {
  const path = await file(modbus);
  const { code, stdout, stderr } = await cli.run(
    ...['decode', '--as', 'values', '--at', '9', '--value', 'temp=f32be * 1.8 + 32 "°F"', path],
  );
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^ +LE +BE\nu8 +65\n/);
  expect(stdout).toMatch(/\nf32 +\S+ +21\.5\n/);
  expect(stdout).toMatch(/\nIPv4 +65\.172\.0\.0\n/);
  expect(stdout).toMatch(/\ntemp +70\.7 °F\n$/);
  expect(stdout).not.toContain('GUID');
  const objects = await cli.run('decode', '--as', 'values', '--format', 'jsonl', path);
  expect(jsonLines(objects.stdout)).toContainEqual({ name: 'u16', little: '45828', big: '1203' });
  const wrong = await cli.run('decode', '--as', 'values', '--value', 'x=u16', path);
  expect([wrong.code, wrong.stdout]).toEqual([2, '']);
  expect(wrong.stderr).toContain('At 3: in which order');
  expect((await cli.run('decode', '--at', '1', path)).stderr).toContain('--as values');
});

it('counts how often each byte is there', async () => {
  const path = await file(Uint8Array.of(0, 0, 0, 65));
  expect((await cli.run('decode', '--as', 'histogram', path)).stdout).toContain('Zero bytes: 3 (75.0 %)');
  const { stdout } = await cli.run('decode', '--as', 'histogram', '--format', 'jsonl', path);
  expect(jsonLines(stdout).slice(1)).toEqual([
    { byte: 0, count: 3 },
    { byte: 65, count: 1 },
  ]);
});
