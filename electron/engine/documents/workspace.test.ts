import { mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultClient, defaultListener } from '../../../shared/settings/endpoint.ts';
import { emptyDraft, mostDraftBytes } from '../../../shared/drafts.ts';
import { emptyLayout, usualPreferences } from '../../../shared/layout.ts';
import { testFolder } from '../testing/folder.ts';
import { Workspace } from './workspace.ts';

describe('the workspace', () => {
  let folder: Awaited<ReturnType<typeof testFolder>>;
  const id = 'e0000000000a1';
  const open = (): Promise<Workspace> => Workspace.open(folder.path);
  const file = (): string => join(folder.path, 'workspace.json');
  const draft = (text: string) => ({ ...emptyDraft, lineEnd: 'lf' as const, draft: text });
  const olderDraft = (text: string) => ({ mode: 'text', lineEnd: 'lf', draft: text, history: ['earlier'] });
  const takenOver = (text: string) => ({ ...draft(text), history: [{ mode: 'text', text: 'earlier' }] });
  /** In which an earlier version kept everything of a page. */
  const olderLayout = {
    timeFormat: 'absolute' as const,
    ...emptyLayout,
    theme: 'dark',
    composers: { [id]: olderDraft('older') },
  };
  beforeEach(async () => {
    folder = await testFolder();
  });
  afterEach(() => folder.remove());

  it('is there again with endpoints, preferences, layout and drafts', async () => {
    const first = await open();
    first.add(id, defaultListener());
    first.add('e0000000000b2', { ...defaultClient(), name: 'zweiter ✓' });
    first.savePreferences({ ...usualPreferences, theme: 'dark' });
    first.saveLayout({ ...emptyLayout, openTabs: [id], panes: { main: [30, 70] } });
    first.saveDraft(id, draft('half a thought'));
    await first.close();
    const second = await open();
    expect(second.data).toEqual({ ...first.data, version: second.version });
    expect(second.data.preferences.theme).toBe('dark');
    expect(second.drafts).toEqual({ [id]: draft('half a thought') });
    expect([...first.notices, ...second.notices]).toEqual([]);
  });

  it('keeps how much of the disk is to stay free, and has the usual before that was ever said', async () => {
    const first = await open();
    expect(first.keepFreeBytes).toBe(256 * 2 ** 20);
    first.setKeepFree(0);
    await first.close();
    const second = await open();
    expect(second.keepFreeBytes).toBe(0);
    const older = { format: 1, endpoints: [], layout: { ...olderLayout, theme: 'light' } };
    await writeFile(file(), JSON.stringify(older));
    const usual = await open();
    await usual.close();
    expect([usual.keepFreeBytes, usual.notices]).toEqual([256 * 2 ** 20, []]);
    await writeFile(file(), JSON.stringify({ ...older, keepFreeBytes: -1 }));
    const damaged = await open();
    expect([damaged.keepFreeBytes, damaged.data.preferences.theme]).toEqual([256 * 2 ** 20, 'light']);
    expect(damaged.notices).toMatchObject([{ code: 'WORKSPACE_DAMAGED' }]);
    await damaged.close();
  });

  it('forgets the tabs, the composer and the hint of a removed endpoint', async () => {
    const workspace = await open();
    workspace.add(id, defaultListener());
    workspace.saveLayout({
      ...emptyLayout,
      openTabs: [id],
      activeTab: id,
      hints: { [id]: 'echo-server' },
    });
    workspace.saveDraft(id, draft('x'));
    workspace.remove(id);
    workspace.saveDraft(id, draft('too late'));
    expect(workspace.drafts).toEqual({});
    expect(workspace.data).toMatchObject({
      endpoints: [],
      layout: { openTabs: [], activeTab: null, hints: {} },
    });
    await workspace.close();
  });

  it('takes over what an earlier version kept in one file, which stays whole until it is in files of its own', async () => {
    const older: Partial<typeof olderLayout> = { ...olderLayout };
    delete older.hints;
    const endpoints = [{ id, settings: defaultListener() }];
    const text = JSON.stringify({ format: 1, endpoints, layout: older });
    await writeFile(file(), text);
    const first = await open();
    const { preferences, layout } = first.data;
    expect([preferences.theme, layout, first.drafts]).toEqual([
      'dark',
      emptyLayout,
      { [id]: takenOver('older') },
    ]);
    expect(first.notices).toEqual([]);
    first.savePreferences({ ...preferences, theme: 'light' });
    await first.close();
    expect(JSON.parse(await readFile(file(), 'utf8'))).not.toHaveProperty('layout');
    const second = await open();
    expect([second.data.preferences.theme, second.drafts]).toEqual(['light', { [id]: takenOver('older') }]);
    // As a process leaves it that was killed before all were written.
    await second.close();
    await rm(join(folder.path, 'drafts.json'));
    await writeFile(file(), text);
    const third = await open();
    expect([third.data.preferences.theme, third.drafts]).toEqual(['light', { [id]: takenOver('older') }]);
    await third.close();
  });

  it('keeps what is sound of an earlier version, and says so', async () => {
    const layout = {
      ...olderLayout,
      composers: { [id]: olderDraft('older'), '../x': olderDraft('x') },
      panes: 5,
    };
    await writeFile(file(), JSON.stringify({ format: 1, endpoints: [], layout }));
    const workspace = await open();
    expect(workspace.data).toMatchObject({ preferences: { theme: 'dark' }, layout: emptyLayout });
    expect(workspace.drafts).toEqual({ [id]: takenOver('older') });
    expect(workspace.notices).toMatchObject([{ code: 'WORKSPACE_DAMAGED' }]);
    await workspace.close();
  });

  it('keeps drafts of a megabyte, and refuses one that would be too much with the others', async () => {
    const workspace = await open();
    const ids = [1, 2, 3, 4, 5].map((i) => `e00000000000${i}`);
    const long = 'x'.repeat(mostDraftBytes);
    for (const each of ids) workspace.add(each, defaultListener());
    for (const each of ids.slice(0, 4)) workspace.saveDraft(each, draft(long));
    expect(() => workspace.saveDraft(ids[4]!, draft('x'))).toThrow(
      expect.objectContaining({ code: 'DRAFT_NOT_KEPT' }) as Error,
    );
    workspace.saveDraft(ids[0]!, draft(''));
    workspace.saveDraft(ids[4]!, draft('x'));
    await workspace.close();
    expect(Object.keys((await open()).drafts)).toEqual(ids);
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
      JSON.stringify({ format: 1, endpoints: [sound, bad, sound], layout: olderLayout }),
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
