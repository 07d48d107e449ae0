import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { defaultClient, defaultListener } from '../../../shared/settings/endpoint.ts';
import { TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

const workspace = (more: object) => JSON.stringify({ format: 'socketscope', version: 1, ...more }, null, 2);
async function fileOf(name: string, content: string): Promise<string> {
  await writeFile(cli.path(name), content);
  return cli.path(name);
}
const client = { ...defaultClient(), name: 'Probe', host: 'example.org' };
client.proxy = { ...client.proxy, kind: 'http', password: 'hunter2' };
const onFailure = { then: 'stop', again: 0 };
const whole = {
  endpoints: [{ ...defaultListener(), name: 'Lab' }, client],
  messages: [{ name: 'Ping\u001b[31m', written: { mode: 'hex', text: '00' }, colour: 'red' }],
  sequences: [{ name: 'Log in', steps: [{ kind: 'wait', name: '', onFailure, ms: 5 }] }],
};

it('lists what a workspace file holds, and what of it is not known', async () => {
  const path = await fileOf('lab.socketscope.json', workspace(whole));
  const { code, stdout, stderr } = await cli.run('workspace', 'check', path);
  expect([code, stdout.split('\n')]).toEqual([
    0,
    [
      'server    Lab           127.0.0.1:9000',
      'client    Probe         example.org:9000',
      'message   Ping\\x1B[31m  hex',
      'sequence  Log in',
      '',
    ],
  ]);
  expect(stderr).toMatch(/^warning: .*lab\.socketscope\.json: line \d+, column \d+: colour: /);
  // As messages and endpoints of any other file.
  const brought = await cli.run('import', path, '--to', cli.path('brought.json'));
  expect(JSON.parse(await readFile(cli.path('brought.json'), 'utf8'))).toMatchObject({
    ...{ endpoints: [{ name: 'Lab' }, { name: 'Probe' }], messages: [{ name: 'Ping [31m' }] },
  });
  expect(brought.stderr).toContain('sequences and the layout come where the file is opened as a workspace');
});

it('ends with 2 for one that is wrong, each with its line and column', async () => {
  const path = await fileOf(
    'wrong.socketscope.json',
    workspace({
      endpoints: [{ role: 'client', port: 0 }],
      messages: [{ name: 5, written: whole.messages[0]!.written }],
    }),
  );
  expect(await cli.run('workspace', 'check', path)).toMatchObject({
    code: 2,
    stdout: '',
    stderr: `error: ${path}: line 7, column 15: port: this setting cannot be used. This number is out of its bounds.
${path}: line 12, column 15: name: this value cannot be used here
`,
  });
  for (const args of [
    ['check', cli.path('none')],
    ['check', cli.folder],
    ['export', cli.path('no/such/folder')],
    ['mend', path],
    ['check'],
  ])
    expect((await cli.run('workspace', ...args)).code).toBe(2);
});

it('exports nothing that could not be opened again', async () => {
  const data = cli.path('many');
  await mkdir(data);
  const endpoints = Array.from({ length: 1001 }, (_, at) => ({
    id: `e${String(at).padStart(12, '0')}`,
    settings: client,
  }));
  await writeFile(`${data}/workspace.json`, JSON.stringify({ format: 1, endpoints }));
  const exported = await cli.run('workspace', 'export', '-', '--data', data);
  expect(exported).toMatchObject({ code: 2, stdout: '' });
  expect(exported.stderr).toContain('The workspace is too long for a file');
});

it('says what it leaves out of a data folder that is damaged', async () => {
  const data = cli.path('damaged');
  await mkdir(data);
  const kept = { id: 'e000000000001', settings: client };
  await writeFile(`${data}/workspace.json`, JSON.stringify({ format: 1, endpoints: [kept, { id: 5 }] }));
  const { code, stdout, stderr } = await cli.run('workspace', 'export', '-', '--data', data);
  expect([code, JSON.parse(stdout)]).toMatchObject([0, { endpoints: [{ name: 'Probe' }] }]);
  expect(stderr).toBe(
    `warning: ${data}/workspace.json: not all of it can be read; what cannot is left out\n`,
  );
  await writeFile(`${data}/workspace.json`, '{');
  expect((await cli.run('show', data)).stderr).toMatch(/^warning: .*workspace\.json: not all of it/);
});

it('exports what is open in a data folder, and reads of it what is open', async () => {
  const data = cli.path('data');
  const folder = `${data}/workspaces/w0123456789ab`;
  await mkdir(folder, { recursive: true });
  const known = [{ id: 'w0123456789ab', path: null, openedAt: 1 }];
  await writeFile(`${data}/workspaces.json`, JSON.stringify({ format: 1, open: known[0]!.id, known }));
  const endpoints = [{ id: 'e0123456789ab', settings: client }];
  await writeFile(`${folder}/workspace.json`, JSON.stringify({ format: 1, endpoints, keepFreeBytes: 0 }));
  const exported = cli.path('exported.socketscope.json');
  expect(await cli.run('workspace', 'export', exported, '--data', data)).toMatchObject({
    code: 0,
    stderr: '',
  });
  const text = await readFile(exported, 'utf8');
  expect(JSON.parse(text)).toMatchObject({ endpoints: [{ id: 'e0123456789ab', name: 'Probe' }] });
  expect(text).not.toContain('hunter2');
  const printed = await cli.run('workspace', 'export', '-', '--data', data, '--secrets');
  expect(printed.stdout).toContain('hunter2');
});
