import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { jsonLines, TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

const any = 'tcp://127.0.0.1:0';
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

async function say(port: number, ...messages: (string | Buffer)[]): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  for (const message of messages) socket.write(message);
  socket.end();
  socket.resume();
  await once(socket, 'close');
}

it('says below each message what it means, live and of what was kept', async () => {
  const folder = cli.path('kept');
  const args = ['--decode', 'modbus-tcp', '--frame', 'modbus-tcp'];
  const { child, port } = await cli.listen(any, ...args, '--capture', folder, '--count', '2');
  await say(port, hex('000100000006010300100002 000200000003018302'));
  await child.ended;
  const below =
    /\n {2}Modbus TCP: read holding registers @16 ×2\n.*\n {2}Modbus TCP: exception 2: illegal address\n/;
  expect(child.text).toMatch(below);
  const shown = await cli.run('show', folder, ...args);
  expect([shown.code, shown.stderr]).toEqual([0, '']);
  expect(shown.stdout).toMatch(below);
  expect(shown.stdout).not.toMatch(/Listening.*\n {2}/);
});

it('reads Modbus registers as it is told, and says so where there are none', async () => {
  const registers = ['--decode', 'modbus-tcp', '--registers', 'f32-swapped'];
  const { child, port } = await cli.listen(any, ...registers, '--count', '1');
  await say(port, hex('000100000007010304000041AC'));
  await child.ended;
  expect(child.text).toContain('= 21.5\n');
  const alone = await cli.run('listen', any, '--decode', 'json', '--registers', 'f32');
  expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining('--registers goes with --decode')]);
});

it('unpacks messages that were packed with those before it in mind, shown or not', async () => {
  const folder = cli.path('packed');
  const args = ['--frame', 'length:u8,offset=1', '--decode', 'websocket'];
  const { child, port } = await cli.listen(any, ...args, '--capture', folder, '--count', '3');
  const first =
    'c130aa564acacfcc492d52b2522a4a4d4cc9cc4b57c84f53c8c9cc4b5548cb2f2d52d2512a4bcc294d55b23232d433ad0500';
  await say(port, hex(`${first} c108aa265ab511503500 8900`));
  await child.ended;
  const line = /\n {2}WebSocket: text .*2[12]\.5.*\n/g;
  expect(child.text.match(line)).toHaveLength(2);
  const shown = await cli.run('show', folder, ...args, '--filter', 'size:<20');
  expect([shown.code, shown.stdout.match(line)?.length]).toEqual([0, 1]);
});

it('has a field of jsonl for it, with what is wrong and where', async () => {
  const { child, port } = await cli.listen(any, '--decode', 'json', '--format', 'jsonl', '--count', '1');
  await say(port, '{"a": tru}');
  await child.ended;
  const received = jsonLines(child.text).find(({ kind }) => kind === 'received');
  expect(received?.['decoded']).toEqual({
    as: 'json',
    summary: expect.any(String) as string,
    error: { code: 'unexpected', offset: 6 },
  });
  expect(received?.['hex']).toBe(Buffer.from('{"a": tru}').toString('hex'));
  expect(jsonLines(child.text).find(({ kind }) => kind === 'listening')).not.toHaveProperty('decoded');
});

it('decodes what a frame says where its head only carries that, and a chunk that ends early as far as it goes', async () => {
  const args = ['--decode', 'json', '--frame', 'length:u16be'];
  const { child, port } = await cli.listen(any, ...args, '--format', 'jsonl', '--count', '1');
  await say(port, Buffer.concat([hex('0007'), Buffer.from('{"a":1}')]));
  await child.ended;
  expect(jsonLines(child.text).find(({ kind }) => kind === 'frame')).toMatchObject({
    decoded: { as: 'json', summary: '{a}', error: null },
  });
  const chunks = await cli.listen(any, '--decode', 'modbus-tcp', '--count', '1');
  await say(chunks.port, hex('00010000000601'));
  await chunks.child.ended;
  expect(chunks.child.text).toMatch(/\n {2}Modbus TCP: …\n/);
});

it('has no place in formats of bytes, and decodes as what there is', async () => {
  const raw = await cli.run('listen', any, '--decode', 'json', '--format', 'raw');
  expect([raw.code, raw.stdout]).toEqual([2, '']);
  expect(raw.stderr).toContain('--decode');
  const unknown = await cli.run('show', cli.path('none'), '--decode', 'klingon');
  expect(unknown.code).toBe(2);
  expect(unknown.stderr).toContain('modbus-tcp');
});
