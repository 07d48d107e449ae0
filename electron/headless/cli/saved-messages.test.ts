import { once } from 'node:events';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { noWrap } from '../../../shared/payload/wrap.ts';
import { unnamed } from '../../../shared/saved-messages.ts';
import { Workspace } from '../../engine/documents/workspace.ts';
import { TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

/** A data folder as the window leaves it. */
async function folderWithMessages(): Promise<string> {
  const folder = await mkdtemp(cli.path('data-'));
  const workspace = await Workspace.open(folder);
  const hex = {
    mode: 'hex' as const,
    text: '01 03',
    lineEnd: 'none' as const,
    wrap: { ...noWrap, tail: '\\x03' },
  };
  const text = {
    mode: 'text' as const,
    text: 'caf\u00e9',
    lineEnd: 'cr' as const,
    encoding: 'iso-8859-1' as const,
  };
  workspace.messages.add(
    [
      { ...unnamed(hex), name: 'Read', folder: 'Modbus', key: 1 },
      { ...unnamed(text), name: 'Read', note: '\u202e' },
      { ...unnamed({ ...text, encoding: 'utf-8', text: 'a\\q' }), name: 'Broken', folder: 'A' },
      { ...unnamed(text), name: 'Broken', folder: 'B' },
    ],
    null,
  );
  await workspace.close();
  return folder;
}

it('are listed in their order, as lines and as objects', async () => {
  const data = await folderWithMessages();
  const listed = await cli.run('messages', '--data', data);
  expect(listed).toMatchObject({ code: 0, stderr: '' });
  expect(listed.stdout).toBe(
    [
      '1  Modbus/Read  hex     01 03',
      '-  Read         text    caf\u00e9',
      '-  A/Broken     text    a\\q',
      '-  B/Broken     text    caf\u00e9',
      '',
    ].join('\n'),
  );
  const { stdout } = await cli.run('messages', '--data', data, '--format', 'jsonl');
  const [first, second] = stdout.split('\n');
  expect(JSON.parse(first!)).toMatchObject({
    name: 'Read',
    folder: 'Modbus',
    key: 1,
    wrap: { tail: '\\x03' },
  });
  expect(second).toContain('\\u202e');
  expect(JSON.parse(second!)).toMatchObject({
    note: '\u202e',
    encoding: 'iso-8859-1',
    lineEnd: 'cr',
    target: null,
  });
});

it('are none in a folder without any, and a folder that cannot be read is a mistake', async () => {
  expect(await cli.run('messages', '--data', cli.path('nothing'))).toMatchObject({ code: 0, stdout: '' });
  await writeFile(cli.path('a-file'), '');
  const { code, stderr } = await cli.run('messages', '--data', join(cli.path('a-file')));
  expect([code, stderr]).toEqual([2, expect.stringMatching(/^error: --data .*ENOTDIR/)]);
});

it('are sent by their names, between the other messages, as they were written', async () => {
  const data = await folderWithMessages();
  let heard = '';
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => (heard += bytes.toString('latin1'))).on('end', () => socket.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const connect = (...args: string[]) => cli.run('connect', url, '--data', data, '--half-close', ...args);
  const sent = await connect('--send', 'a', '--send-saved', 'Modbus/Read', '--eol', 'lf', '--send', 'b');
  expect([sent.code, heard]).toEqual([0, 'a\n\u0001\u0003\u0003b\n']);
  for (const [name, said] of [
    ['Broken', /several messages have that name: A\/Broken, B\/Broken/],
    ['Write', /no message of that name is saved in .*socketscope messages/s],
    ['A/Broken', /--send-saved A\/Broken: Unknown escape.*\n {2}a\\q\n {3}\^/s],
  ] as const)
    expect(await connect('--send-saved', name)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(said),
    });
  server.close();
  await once(server, 'close');
});

it('are sent by the steps of a sequence that name them, and refused before anything is sent where they are not there', async () => {
  const data = await folderWithMessages();
  const { url } = await cli.listen('tcp://127.0.0.1:0', '--reply', 'echo');
  const run = async (name: string) => {
    const steps = `version: 1\nsteps:\n  - name: Ask\n    message: '${name}'\n    expect: 'hex:010303'\n    within: 2s\n`;
    await writeFile(cli.path('saved.yaml'), steps);
    return cli.run('connect', url, '--data', data, '--sequence', cli.path('saved.yaml'), '--format', 'hex');
  };
  const sent = await run('Modbus/Read');
  expect(sent.stderr).toContain('The sequence is through: 1 step');
  expect(sent.code).toBe(0);
  for (const [name, said] of [
    ['Write', /saved\.yaml: Step 1 \(Ask\): The saved message .*Write.* is not there any more/],
    ['Broken', /several have its name/],
    ['A/Broken', /Step 1 \(Ask\): Unknown escape/],
  ] as const)
    expect(await run(name)).toMatchObject({ code: 2, stderr: expect.stringMatching(said) });
});
