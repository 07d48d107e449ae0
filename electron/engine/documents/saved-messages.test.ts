import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WrittenMessage } from '../../../shared/payload/payload.ts';
import {
  mostMessages,
  mostMessagesBytes,
  mostSavedBytes,
  unnamed,
  type MessageFields,
} from '../../../shared/saved-messages.ts';
import { testFolder } from '../testing/folder.ts';
import { Workspace } from './workspace.ts';

const text = (written: string): WrittenMessage => ({ mode: 'text', text: written, lineEnd: 'lf' });
const named = (name: string, more: Partial<MessageFields> = {}): MessageFields => ({
  ...unnamed(text(name)),
  name,
  ...more,
});

describe('saved messages', () => {
  let folder: Awaited<ReturnType<typeof testFolder>>;
  let workspace: Workspace;
  const file = (): string => join(folder.path, 'messages.json');
  const messages = () => workspace.messages;
  const names = () =>
    messages()
      .list.map(({ name }) => name)
      .join('');
  const add = (...fields: MessageFields[]): string[] => messages().add(fields, null);
  const reopen = async (): Promise<void> => {
    await workspace.close();
    workspace = await Workspace.open(folder.path);
  };
  beforeEach(async () => {
    folder = await testFolder();
    workspace = await Workspace.open(folder.path);
  });
  afterEach(async () => {
    await workspace.close();
    await folder.remove();
  });

  it('are there again with all that belongs to them, in their order', async () => {
    const [a] = add(
      named('a', { key: 1, note: 'first', folder: 'Modbus', target: { host: '::1', port: 9 } }),
      named('b'),
    );
    messages().add([named('c', { target: 'all' })], a!);
    messages().change(a!, { written: { mode: 'hex', text: '01', lineEnd: 'none', encoding: 'gbk' } });
    const before = messages().list;
    await reopen();
    expect(messages().list).toEqual(before);
    expect(names()).toBe('cab');
    expect(messages().earlierOf(a!)).toEqual([text('a')]);
    expect(before[1]).toMatchObject({ earlier: 1, target: { host: '::1', port: 9 } });
  });

  it('two pages change two things of one, and both stay', () => {
    const [a] = add(named('a'));
    messages().change(a!, { name: 'A' });
    messages().change(a!, { note: 'B' });
    expect(messages().list[0]).toMatchObject({ name: 'A', note: 'B', written: text('a') });
  });

  it('have each key once: who gets it last has it', () => {
    const [a, b] = add(named('a', { key: 1 }), named('b', { key: 2 }));
    add(named('c', { key: 2 }), named('d', { key: 2 }));
    messages().remove([messages().list[2]!.id]);
    messages().change(a!, { key: null });
    messages().change(b!, { key: 1 });
    expect(messages().list.map(({ key }) => key)).toEqual([null, 1, 2]);
    messages().change(b!, { name: 'b2' });
    expect(messages().list[1]).toMatchObject({ name: 'b2', key: 1 });
  });

  it('that were removed come back to their places, with what was written before, and without a key that another has', () => {
    const ids = add(...[...'abcd'].map((name) => named(name)));
    messages().change(ids[1]!, { key: 4, written: text('B') });
    const removal = messages().remove([ids[1]!, ids[3]!]);
    expect(names()).toBe('ac');
    add(named('e', { key: 4 }));
    messages().restore(removal);
    expect(names()).toBe('abcde');
    expect(messages().list[1]).toMatchObject({ key: null, earlier: 1 });
    expect(() => messages().restore(removal)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error,
    );
  });

  it('remember the last 20 removals', () => {
    const ids = add(...Array.from({ length: 21 }, (_, at) => named(String(at))));
    const removals = ids.map((id) => messages().remove([id]));
    expect(() => messages().restore(removals[0]!)).toThrow();
    for (const removal of removals.slice(1)) messages().restore(removal);
    expect(messages().list).toHaveLength(20);
  });

  it('move, and into another folder', () => {
    const [a, , c] = add(named('a'), named('b'), named('c'));
    messages().move([c!], a!, 'Modbus');
    expect(names()).toBe('cab');
    messages().move([c!], null, null);
    expect(messages().list.at(-1)).toMatchObject({ name: 'c', folder: 'Modbus' });
  });

  it('tell by their version that something changed, and of one that is gone nothing', () => {
    const { version } = messages();
    const [a] = add(named('a'));
    expect(messages().version).toBe(version + 1);
    messages().remove([a!]);
    const after = messages().version;
    messages().change(a!, { name: 'late' });
    expect([messages().version, messages().list, messages().earlierOf(a!)]).toEqual([after, [], []]);
  });

  it('are at most a thousand, and no more bytes than are kept: what there is can still be made shorter', () => {
    add(...Array.from({ length: mostMessages }, () => named('x')));
    expect(() => add(named('y'))).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }) as Error);
    const ids = messages().list.map(({ id }) => id);
    messages().remove(ids.slice(10));
    const long = text('x'.repeat(mostSavedBytes));
    const count = Math.floor(mostMessagesBytes / mostSavedBytes);
    for (const id of ids.slice(0, count)) messages().change(id, { written: long });
    expect(() => messages().change(ids[count]!, { written: long })).toThrow(
      expect.objectContaining({ code: 'MESSAGES_NOT_KEPT' }) as Error,
    );
    messages().remove([ids[0]!]);
    messages().change(ids[count]!, { written: long });
  });

  it.each(['', '{"format":1,"messages":7}', '\0'])(
    'a damaged file is set aside and said: %j',
    async (damaged) => {
      add(named('a'));
      await workspace.close();
      await writeFile(file(), damaged);
      workspace = await Workspace.open(folder.path);
      expect(messages().list).toEqual([]);
      expect(workspace.notices).toMatchObject([{ code: 'WORKSPACE_DAMAGED' }]);
      expect(await readFile(workspace.notices[0]!.subject, 'utf8')).toBe(damaged);
    },
  );

  it('keeps those that are sound beside one that is not, and a key for the first that has it', async () => {
    add(named('a', { key: 1 }), named('b'));
    await workspace.close();
    const data = JSON.parse(await readFile(file(), 'utf8')) as { messages: Record<string, unknown>[] };
    data.messages.push({ ...data.messages[0] }, { ...data.messages[1], id: 'm00000000000f', key: 12 });
    data.messages[1]!.key = 1;
    await writeFile(file(), JSON.stringify(data));
    workspace = await Workspace.open(folder.path);
    expect(messages().list.map(({ name, key }) => [name, key])).toEqual([
      ['a', 1],
      ['b', null],
    ]);
    expect(workspace.notices).toMatchObject([{ code: 'WORKSPACE_DAMAGED' }]);
  });
});
