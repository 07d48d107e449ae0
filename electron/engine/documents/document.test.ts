import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { testFolder } from '../testing/folder.ts';
import { Document, type DocumentKind } from './document.ts';

type Notes = { notes: string[] };

/** A kind that is made here, and nothing else is changed for it. */
const notesKind: DocumentKind<Notes> = {
  name: 'notes',
  usual: { notes: [] },
  read({ notes }) {
    const listed: unknown[] = Array.isArray(notes) ? notes : [];
    const sound = listed.filter((note) => typeof note === 'string');
    return { value: { notes: sound }, isWhole: Array.isArray(notes) && sound.length === listed.length };
  },
};

let folder: Awaited<ReturnType<typeof testFolder>>;
const open = (first?: Notes) => Document.open(folder.path, notesKind, first);
const file = () => join(folder.path, 'notes.json');
beforeEach(async () => {
  folder = await testFolder();
});
afterEach(() => folder.remove());

it('a document is there again, and has no file before it was changed', async () => {
  const first = await open();
  expect(first.value).toEqual({ notes: [] });
  await first.close();
  expect(await readdir(folder.path)).toEqual([]);
  const changed = await open();
  changed.change({ notes: ['a'] });
  await changed.close();
  const again = await open({ notes: ['older'] });
  expect([again.value, again.notices]).toEqual([{ notes: ['a'] }, []]);
  await again.close();
});

it('what it is at first is written where it has no file', async () => {
  const first = await open({ notes: ['older'] });
  await first.close();
  expect((await open()).value).toEqual({ notes: ['older'] });
});

it('a burst of changes is one write, of what came last', async () => {
  const document = await open();
  for (let i = 0; i < 100; i++) document.change({ notes: [String(i)] });
  expect(await readdir(folder.path)).toEqual([]);
  await document.saved();
  expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({ format: 1, notes: ['99'] });
  await document.close();
});

it('what is sound of a damaged one is used, and the file is kept beside it', async () => {
  const text = JSON.stringify({ format: 1, notes: ['sound', 5] });
  await writeFile(file(), text);
  const document = await open();
  expect(document.value).toEqual({ notes: ['sound'] });
  await document.close();
  expect(document.notices).toMatchObject([{ code: 'WORKSPACE_DAMAGED' }]);
  expect(await readFile(document.notices[0]!.subject, 'utf8')).toBe(text);
  expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual({ format: 1, notes: ['sound'] });
});

it('a write that failed is told, and made up for when the disk takes it', async () => {
  const document = await open();
  await mkdir(file());
  document.change({ notes: ['kept'] });
  await expect(document.saved()).rejects.toMatchObject({ code: 'EISDIR', subject: file() });
  expect(document.notices).toMatchObject([{ code: 'WORKSPACE_UNWRITTEN', subject: file() }]);
  await rmdir(file());
  await expect.poll(() => document.notices, { timeout: 20_000 }).toEqual([]);
  expect(await readFile(file(), 'utf8')).toContain('kept');
  await document.close();
});
