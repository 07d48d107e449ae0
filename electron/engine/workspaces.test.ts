import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { emptyLayout } from '../../shared/layout.ts';
import { unnamed } from '../../shared/saved-messages.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { Engine, type Host } from './engine.ts';
import { testFolder } from './testing/folder.ts';
import { TestPage } from './testing/page.ts';

const workers = new URL('../../out/workers/', import.meta.url);
const server = { ...defaultListener(), port: 0, name: 'Lab server' };
const message = { ...unnamed({ mode: 'text', text: 'ping', lineEnd: 'lf' }), name: 'Ping' } as const;

let folder: Awaited<ReturnType<typeof testFolder>>;
let engine: Engine;
let chosen: string | null;
const file = (name: string): string => join(folder.path, 'files', `${name}.socketscope.json`);
const host: Host = {
  ...{ kind: 'desktop', version: '1', runtime: '' },
  chooseSaveFile: async () => (chosen === null ? null : { path: chosen, url: null }),
  chooseWorkspace: async () => chosen,
};
const open = async (): Promise<void> => {
  engine = await Engine.open({ dataFolder: join(folder.path, 'data'), workers, host });
};
const restart = async (): Promise<void> => {
  await engine.close();
  await open();
};
const json = async (name: string): Promise<Record<string, unknown[]>> =>
  JSON.parse(await readFile(file(name), 'utf8')) as Record<string, unknown[]>;
const written = (name: string, change: (workspace: Record<string, unknown[]>) => unknown): Promise<void> =>
  json(name).then((workspace) => writeFile(file(name), JSON.stringify(change(workspace))));
const names = (): string[] => engine.workspace.endpoints.map(({ settings }) => settings.name);
const state = () => engine.workspaces.file?.state ?? null;
const untilState = (wanted: string): Promise<void> => expect.poll(state, { timeout: 20_000 }).toBe(wanted);
async function saveAs(name: string, withSecrets = false): Promise<void> {
  chosen = file(name);
  expect(await engine.workspaces.saveAs(name, withSecrets)).toBe(chosen);
}

beforeEach(async () => {
  folder = await testFolder();
  await mkdir(join(folder.path, 'files'));
  await open();
});
afterEach(async () => {
  await engine.close();
  await folder.remove();
});

describe('a workspace that is saved as a file', () => {
  it('is there with all it holds, goes on running, and has each change soon', async () => {
    const id = await engine.addEndpoint(server);
    await engine.endpoint(id).startListening();
    engine.workspace.messages.add([message], null);
    await saveAs('lab');
    expect(engine.summaries()[0]!.status.state).toBe('listening');
    expect(await json('lab')).toMatchObject({
      ...{ format: 'socketscope', version: 1, sequences: [] },
      endpoints: [{ id, role: 'listener', name: 'Lab server' }],
      messages: [{ name: 'Ping', written: { text: 'ping' } }],
    });
    engine.workspace.messages.add([{ ...message, name: 'Pong' }], null);
    await expect.poll(async () => (await json('lab'))['messages']?.length, { timeout: 20_000 }).toBe(2);
    expect(state()).toBe('saved');
    expect(await readdir(join(folder.path, 'files'))).toEqual(['lab.socketscope.json']);
  });

  it('says nothing of passwords and of this machine unless it is asked, and loses neither', async () => {
    const proxied = { ...defaultClient(), startsWithApp: true };
    Object.assign(proxied.proxy, { kind: 'socks5', password: 'hunter2' });
    await engine.addEndpoint(proxied);
    await saveAs('lab');
    const text = await readFile(file('lab'), 'utf8');
    expect(text).not.toMatch(/hunter2|password|startsWithApp/);
    await written('lab', ({ endpoints, ...rest }) => ({
      ...rest,
      endpoints: [{ ...(endpoints![0] as object), name: 'Renamed' }],
    }));
    await untilState('changed');
    await engine.workspaces.settle('file');
    expect(engine.workspace.endpoints[0]!.settings).toMatchObject({
      ...{ name: 'Renamed', startsWithApp: true, proxy: { password: 'hunter2' } },
    });
    // To another proxy nobody's password goes.
    await written('lab', ({ endpoints, ...rest }) => {
      const endpoint = endpoints![0] as { proxy: object };
      return { ...rest, endpoints: [{ ...endpoint, proxy: { ...endpoint.proxy, host: '192.0.2.1' } }] };
    });
    await untilState('changed');
    await engine.workspaces.settle('file');
    expect(engine.workspace.endpoints[0]!.settings).toMatchObject({ proxy: { password: '' } });
  });

  it('has passwords where it was asked for them', async () => {
    const proxied = defaultClient();
    Object.assign(proxied.proxy, { kind: 'socks5', password: 'hunter2' });
    await engine.addEndpoint(proxied);
    await saveAs('lab', true);
    expect(await readFile(file('lab'), 'utf8')).toContain('hunter2');
    expect((await stat(file('lab'))).mode & 0o777).toBe(0o600);
    expect(engine.workspaces.file).toMatchObject({ hasSecrets: true });
  });

  it('keeps the rights of its file, and fields that a later version has put into it', async () => {
    const id = await engine.addEndpoint(server);
    engine.workspace.messages.add([message], null);
    await saveAs('lab');
    await chmod(file('lab'), 0o644);
    await written('lab', ({ endpoints, messages, ...rest }) => ({
      ...rest,
      ...{ version: 2, theme: { accent: 'blue' }, scenarios: [1] },
      endpoints: [{ ...(endpoints![0] as object), colour: 'red', tls: { ticket: [1, 2] } }],
      messages: [{ ...(messages![0] as object), flag: true }],
    }));
    // Nothing that is known here is another: nobody is asked.
    await engine.workspaces.look();
    expect(state()).toBe('saved');
    engine.changeEndpoint(id, { ...server, name: 'Changed here' });
    await expect
      .poll(async () => (await json('lab'))['endpoints'], { timeout: 20_000 })
      .toMatchObject([
        { id, name: 'Changed here', colour: 'red', tls: { ticket: [1, 2], minVersion: 'TLSv1.2' } },
      ]);
    expect(await json('lab')).toMatchObject({
      ...{ version: 2, theme: { accent: 'blue' }, scenarios: [1] },
      messages: [{ name: 'Ping', flag: true }],
    });
    expect((await stat(file('lab'))).mode & 0o777).toBe(0o644);
    await restart();
    engine.workspace.messages.add([{ ...message, name: 'Pong' }], null);
    await expect
      .poll(async () => (await json('lab'))['messages'], { timeout: 20_000 })
      .toMatchObject([{ name: 'Ping', flag: true }, { name: 'Pong' }]);
    expect(await json('lab')).toMatchObject({ version: 2, theme: { accent: 'blue' } });
  });

  it('is written where it could not be, as soon as it can', async () => {
    await saveAs('lab');
    await rename(join(folder.path, 'files'), join(folder.path, 'away'));
    engine.workspace.messages.add([message], null);
    await untilState('gone');
    await rename(join(folder.path, 'away'), join(folder.path, 'files'));
    await untilState('saved');
    expect(await json('lab')).toMatchObject({ messages: [{ name: 'Ping' }] });
    await rm(file('lab'));
    await untilState('gone');
    await engine.workspaces.settle('window');
    expect(await json('lab')).toMatchObject({ messages: [{ name: 'Ping' }] });
  });
});

describe('a file that another program changes', () => {
  it('is noticed with what would change, and taken or not; what goes on running goes on', async () => {
    const kept = await engine.addEndpoint(server);
    await engine.addEndpoint({ ...server, name: 'Other' });
    await engine.endpoint(kept).startListening();
    await saveAs('lab');
    const added = { ...defaultClient(), name: 'Probe' };
    await written('lab', ({ endpoints, ...rest }) => ({ ...rest, endpoints: [endpoints![0], added] }));
    await untilState('changed');
    expect(engine.workspaces.file!.changes).toEqual([
      { what: 'endpoint', how: 'added', name: 'Probe', fields: [], isRunning: false },
      { what: 'endpoint', how: 'removed', name: 'Other', fields: [], isRunning: false },
    ]);
    expect(names()).toEqual(['Lab server', 'Other']);
    await engine.workspaces.settle('file');
    expect(names()).toEqual(['Lab server', 'Probe']);
    expect(engine.summaries().map(({ status }) => status.state)).toEqual(['listening', 'idle']);
    expect(state()).toBe('saved');
    expect(await readdir(join(folder.path, 'files'))).toEqual(['lab.socketscope.json']);
    // What a page adds while that goes on stays, too.
    await written('lab', ({ endpoints, ...rest }) => ({ ...rest, endpoints: [endpoints![0]] }));
    await engine.workspaces.look();
    await Promise.all([engine.workspaces.settle('file'), engine.addEndpoint({ ...server, name: 'New' })]);
    expect(names().sort()).toEqual(['Lab server', 'New']);
    expect(engine.summaries()).toHaveLength(2);
    // The captures of what went are still there.
    expect(await readdir(join(folder.path, 'data/captures'))).toHaveLength(4);
  });

  it('to one of another role says that what runs is stopped, and then it is', async () => {
    const id = await engine.addEndpoint(server);
    await engine.endpoint(id).startListening();
    await saveAs('lab');
    const client = { ...defaultClient(), id, name: 'Now a client' };
    await written('lab', (workspace) => ({ ...workspace, endpoints: [client] }));
    await untilState('changed');
    expect(engine.workspaces.file!.changes).toEqual([
      { what: 'endpoint', how: 'added', name: 'Now a client', fields: [], isRunning: false },
      { what: 'endpoint', how: 'removed', name: 'Lab server', fields: [], isRunning: true },
    ]);
    await engine.workspaces.settle('file');
    expect(engine.summaries().map(({ status }) => [status.role, status.state])).toEqual([['client', 'idle']]);
  });

  it('names the fields of what was changed, however the file orders them', async () => {
    await engine.addEndpoint(server);
    engine.workspace.messages.add([message], null);
    await saveAs('lab');
    await written('lab', ({ endpoints, ...rest }) => {
      const { reply, ...others } = endpoints![0] as typeof server;
      const changed = { reply: { ...reply, kind: 'echo' }, ...others, port: 9123 };
      return { ...rest, endpoints: [changed] };
    });
    await untilState('changed');
    expect(engine.workspaces.file!.changes).toEqual([
      {
        what: 'endpoint',
        how: 'changed',
        name: server.name,
        fields: ['port', 'reply.kind'],
        isRunning: false,
      },
    ]);
  });

  it('into one that is to be read only is not written over, and says why', async () => {
    await saveAs('lab');
    const before = await readFile(file('lab'), 'utf8');
    await chmod(file('lab'), 0o444);
    engine.workspace.messages.add([message], null);
    await untilState('unsaved');
    expect(engine.workspaces.file!.failure).toMatchObject({ code: 'EACCES', subject: file('lab') });
    expect(await readFile(file('lab'), 'utf8')).toBe(before);
    await chmod(file('lab'), 0o644);
    await untilState('saved');
    expect(await json('lab')).toMatchObject({ messages: [{ name: 'Ping' }] });
  });

  it.each(['window', 'file'] as const)(
    'and the window, too: %s wins, and the other one is kept',
    async (keep) => {
      engine.workspace.messages.add([message], null);
      await saveAs('lab');
      await written('lab', (workspace) => ({
        ...workspace,
        messages: [{ ...(workspace['messages']![0] as object), name: 'Theirs' }],
      }));
      engine.workspace.messages.change(engine.workspace.messages.list[0]!.id, { name: 'Mine' });
      await untilState('both-changed');
      await engine.workspaces.settle(keep);
      const [winner, loser] = keep === 'window' ? ['Mine', 'Theirs'] : ['Theirs', 'Mine'];
      expect(engine.workspace.messages.list).toMatchObject([{ name: winner }]);
      expect(await json('lab')).toMatchObject({ messages: [{ name: winner }] });
      const beside = (await readdir(join(folder.path, 'files'))).find((name) => name.includes('replaced'))!;
      expect(await readFile(join(folder.path, 'files', beside), 'utf8')).toContain(loser);
    },
  );

  it('is kept beside, too, where the window is saved over it', async () => {
    engine.workspace.messages.add([message], null);
    await saveAs('lab');
    await written('lab', (workspace) => ({ ...workspace, messages: [{ ...message, name: 'Theirs' }] }));
    await saveAs('lab', true);
    expect(await json('lab')).toMatchObject({ messages: [{ name: 'Ping' }] });
    const beside = (await readdir(join(folder.path, 'files'))).find((name) => name.includes('replaced'))!;
    expect(await readFile(join(folder.path, 'files', beside), 'utf8')).toContain('Theirs');
  });

  it('into what cannot be read costs nothing, and its place is told', async () => {
    engine.workspace.messages.add([message], null);
    await saveAs('lab');
    await writeFile(file('lab'), '{"format": "socketscope",\n "version": 1,\n "messages": [{"written": 5}]}');
    await untilState('damaged');
    expect(engine.workspaces.file!.problems).toMatchObject([
      { code: 'field-value', line: 3, column: 27, what: 'written' },
    ]);
    await engine.workspaces.settle('file');
    expect(engine.workspace.messages.list).toMatchObject([{ name: 'Ping' }]);
    await engine.workspaces.settle('window');
    expect(await json('lab')).toMatchObject({ messages: [{ name: 'Ping' }] });
    expect(await readdir(join(folder.path, 'files'))).toHaveLength(2);
  });

  it('while nothing ran is seen at the next start', async () => {
    engine.workspace.messages.add([message], null);
    await saveAs('lab');
    await engine.close();
    await written('lab', (workspace) => ({ ...workspace, messages: [] }));
    await open();
    await untilState('changed');
    expect(engine.workspace.messages.list).toHaveLength(1);
  });
});

describe('several workspaces', () => {
  it('are opened one for another, with their captures, and nothing of them is mixed', async () => {
    const first = await engine.addEndpoint(server);
    await engine.endpoint(first).startListening();
    await engine.endpoint(first).stopListening();
    const records = engine.summaries()[0]!.records;
    await saveAs('one');
    expect(await engine.workspaces.open({ kind: 'new' }, false)).toMatchObject({ isOpen: true });
    expect([names(), state()]).toEqual([[], null]);
    await engine.addEndpoint({ ...defaultClient(), name: 'Second' });
    await saveAs('two');
    chosen = file('one');
    await engine.workspaces.open({ kind: 'ask' }, false);
    expect([names(), engine.summaries()[0]!.records]).toEqual([['Lab server'], records]);
    await restart();
    expect([names(), engine.workspaces.file?.path]).toEqual([['Lab server'], file('one')]);
    const { known } = await engine.workspaces.list();
    expect(known.map(({ path, isOpen }) => [path, isOpen])).toEqual([
      [file('one'), true],
      [file('two'), false],
    ]);
    await engine.workspaces.open({ kind: 'known', id: known[1]!.id }, false);
    expect(names()).toEqual(['Second']);
    const problems = (await json('one'))['endpoints'];
    expect(problems).toHaveLength(1);
  });

  it('are not opened over what runs, but where that is to be stopped', async () => {
    await saveAs('one');
    const id = await engine.addEndpoint(server);
    await engine.endpoint(id).startListening();
    await expect(engine.workspaces.open({ kind: 'new' }, false)).rejects.toMatchObject({
      code: 'WORKSPACE_RUNS',
    });
    expect(engine.summaries()[0]!.status.state).toBe('listening');
    await engine.workspaces.open({ kind: 'new' }, true);
    expect(engine.totals.openSockets).toBe(0);
    chosen = file('one');
    await engine.workspaces.open({ kind: 'ask' }, false);
    expect(engine.wasRunning.offered).toEqual([id]);
  });

  it('open no socket and read no other file, whatever the file says', async () => {
    await writeFile(join(folder.path, 'secret'), 'top secret');
    const hostile = {
      ...{ format: 'socketscope', version: 1 },
      endpoints: [
        { ...server, startsWithApp: true },
        { ...defaultClient(), startsWithApp: true, transport: 'unix', path: '/dev/log' },
      ],
      messages: [
        { name: 'Leak', written: { mode: 'text', text: `{{file ${join(folder.path, 'secret')}}}` } },
      ],
      layout: { ...emptyLayout, openTabs: ['messages'] },
    };
    await writeFile(file('theirs'), JSON.stringify(hostile));
    expect(await engine.workspaces.openPath(file('theirs'), false)).toMatchObject({ isOpen: true });
    await engine.start();
    await restart();
    await engine.start();
    expect(engine.totals.openSockets).toBe(0);
    expect(engine.summaries().map(({ status }) => status.state)).toEqual(['stopped', 'idle']);
    const { id } = engine.workspace.endpoints[0]!;
    const { written: leak } = engine.workspace.messages.list[0]!;
    await expect(engine.endpoint(id).preview('all', leak)).rejects.toMatchObject({
      code: 'FILE_NOT_ALLOWED',
    });
    expect(await json('theirs')).toEqual(hostile);
  });

  it('tell a page that another one was opened: it comes again, and changes nothing of the new one', async () => {
    const page = new TestPage(engine);
    const before = await page.engine.workspace();
    const left = new Promise<void>((resolve) => page.onClosed(resolve));
    expect(await page.engine.openWorkspace({ kind: 'new' }, false)).toMatchObject({ isOpen: true });
    await expect(page.engine.saveLayout({ ...emptyLayout, openTabs: ['network'] })).rejects.toMatchObject({
      code: 'CHANNEL_CLOSED',
    });
    await left;
    const again = new TestPage(engine);
    expect(await again.engine.workspace()).toMatchObject({ layout: emptyLayout });
    expect((await again.engine.workspace()).id).not.toBe(before.id);
    again.close();
  });

  it('refuse what is none, with the place, and stay as they were', async () => {
    await engine.addEndpoint(server);
    await writeFile(
      file('broken'),
      '{\n  "format": "socketscope", "version": 1, "endpoints": [{"role": "client", "port": 0}]\n}',
    );
    expect(await engine.workspaces.openPath(file('broken'), false)).toMatchObject({
      isOpen: false,
      problems: [{ code: 'settings', what: 'port', line: 2, column: 83 }],
    });
    await expect(engine.workspaces.openPath(file('none'), false)).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(engine.workspaces.openPath(folder.path, false)).rejects.toMatchObject({ code: 'EISDIR' });
    expect(names()).toEqual(['Lab server']);
  });
});

describe('pages without a dialog of the system', () => {
  const inFolder = join('data', 'files');
  beforeEach(async () => {
    await engine.close();
    const dataFolder = join(folder.path, 'data');
    const headless: Host = {
      ...{ kind: 'headless', version: '1', runtime: '', chooseSaveFile: async () => null },
      workspaceFolder: join(folder.path, inFolder),
    };
    engine = await Engine.open({ dataFolder, workers, host: headless });
  });

  it('save and open by name in one folder, and hand files over to it', async () => {
    expect(await engine.workspaces.saveAs('lab', false)).toBe(
      join(folder.path, inFolder, 'lab.socketscope.json'),
    );
    await expect(engine.workspaces.saveAs('../lab', false)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    const text = await readFile(join(folder.path, inFolder, 'lab.socketscope.json'), 'utf8');
    const handed = await engine.workspaces.open(
      { kind: 'handed', name: 'lab.socketscope.json', text },
      false,
    );
    expect(handed).toMatchObject({ isOpen: true, problems: [] });
    expect(await engine.workspaces.list()).toMatchObject({ files: ['lab', 'lab 2'] });
    await expect(engine.workspaces.saveAs('lab', false)).rejects.toMatchObject({ code: 'WORKSPACE_EXISTS' });
    await engine.workspaces.open({ kind: 'named', name: 'lab' }, false);
    expect(engine.workspaces.file?.path).toMatch(/lab\.socketscope\.json$/);
    const broken = await engine.workspaces.open({ kind: 'handed', name: 'x', text: '{' }, false);
    expect(broken).toMatchObject({
      isOpen: false,
      problems: [{ code: 'json-unfinished', line: 1, column: 2 }],
    });
  });
});
