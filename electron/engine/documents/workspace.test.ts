import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultClient, defaultListener } from '../../../shared/settings/endpoint.ts';
import { emptyLayout, type Layout } from '../../../shared/layout.ts';
import { testFolder } from '../testing/folder.ts';
import { Workspace } from './workspace.ts';

describe('the workspace', () => {
  let folder: Awaited<ReturnType<typeof testFolder>>;
  const id = 'e0000000000a1';
  const open = (): Promise<Workspace> => Workspace.open(folder.path);
  const file = (): string => join(folder.path, 'workspace.json');
  beforeEach(async () => {
    folder = await testFolder();
  });
  afterEach(() => folder.remove());

  it('is there again with endpoints and layout', async () => {
    const first = await open();
    first.add(id, defaultListener());
    first.add('e0000000000b2', { ...defaultClient(), name: 'zweiter ✓' });
    first.saveLayout({ ...emptyLayout, theme: 'dark', openTabs: [id], panes: { main: [30, 70] } });
    await first.close();
    const second = await open();
    expect(second.data).toEqual({ ...first.data, version: second.version });
    expect([...first.notices, ...second.notices]).toEqual([]);
  });

  it('keeps how much of the disk is to stay free, and has the usual before that was ever said', async () => {
    const first = await open();
    expect(first.keepFreeBytes).toBe(256 * 2 ** 20);
    first.setKeepFree(0);
    await first.close();
    const second = await open();
    expect(second.keepFreeBytes).toBe(0);
    const older = { format: 1, endpoints: [], layout: emptyLayout };
    await writeFile(file(), JSON.stringify(older));
    const usual = await open();
    expect([usual.keepFreeBytes, usual.notices]).toEqual([256 * 2 ** 20, []]);
    await writeFile(
      file(),
      JSON.stringify({ ...older, layout: { ...emptyLayout, theme: 'dark' }, keepFreeBytes: -1 }),
    );
    const damaged = await open();
    expect([damaged.keepFreeBytes, damaged.data.layout.theme]).toEqual([256 * 2 ** 20, 'dark']);
    expect(damaged.notices).toMatchObject([{ code: 'WORKSPACE_DAMAGED' }]);
    await damaged.close();
  });

  it('forgets the tabs, the composer and the hint of a removed endpoint', async () => {
    const workspace = await open();
    workspace.add(id, defaultListener());
    const composer = { mode: 'text', lineEnd: 'lf', draft: 'x', history: [] } as const;
    workspace.saveLayout({
      ...emptyLayout,
      openTabs: [id],
      activeTab: id,
      composers: { [id]: { ...composer, history: [] } },
      hints: { [id]: 'echo-server' },
    });
    workspace.remove(id);
    expect(workspace.data).toMatchObject({
      endpoints: [],
      layout: { openTabs: [], activeTab: null, composers: {}, hints: {} },
    });
    await workspace.close();
  });

  it('takes a layout of before there were hints', async () => {
    const older: Partial<Layout> = { ...emptyLayout, theme: 'dark' };
    delete older.hints;
    await writeFile(file(), JSON.stringify({ format: 1, endpoints: [], layout: older }));
    const workspace = await open();
    expect(workspace.data.layout).toEqual({ ...older, hints: {} });
    expect(workspace.notices).toEqual([]);
    await workspace.close();
  });

  it.each(['', '{"format":1,"endpoints":[', '[]', '{"format":99}', '\0\0\0\0'])(
    'is set aside, said, and never overwritten when it is damaged: %j',
    async (text) => {
      await writeFile(file(), text);
      const workspace = await open();
      expect(workspace.endpoints).toEqual([]);
      await workspace.close();
      expect(workspace.notices).toMatchObject([{ code: 'WORKSPACE_DAMAGED' }]);
      expect(await readFile(workspace.notices[0]!.subject, 'utf8')).toBe(text);
      expect(await readdir(folder.path)).toHaveLength(2);
    },
  );

  it('keeps the endpoints that are sound when another is not', async () => {
    const sound = { id: 'e0123456789ab', settings: defaultListener() };
    const bad = { id: '../../etc', settings: defaultListener() };
    await writeFile(
      file(),
      JSON.stringify({ format: 1, endpoints: [sound, bad, sound], layout: emptyLayout }),
    );
    const workspace = await open();
    expect(workspace.endpoints).toEqual([sound]);
    expect(workspace.notices).toMatchObject([{ code: 'WORKSPACE_DAMAGED' }]);
    await workspace.close();
  });

  it('is written as soon as the disk takes it, and not closed without a word while it does not', async () => {
    const workspace = await open();
    await mkdir(file());
    workspace.add(id, defaultListener());
    await expect
      .poll(() => workspace.notices, { timeout: 20_000 })
      .toMatchObject([{ code: 'WORKSPACE_UNWRITTEN', subject: file() }]);
    await rmdir(file());
    await expect.poll(() => workspace.notices, { timeout: 20_000 }).toEqual([]);
    expect(await readFile(file(), 'utf8')).toContain(id);
    await rm(file());
    await mkdir(file());
    workspace.setKeepFree(5);
    await expect.poll(() => workspace.notices.length, { timeout: 20_000 }).toBe(1);
    await expect(workspace.close()).rejects.toMatchObject({ code: 'EISDIR', subject: file() });
  });

  it('refuses to start over a file that it may not read', async () => {
    await mkdir(file());
    await expect(open()).rejects.toMatchObject({ code: 'EISDIR' });
  });
});
