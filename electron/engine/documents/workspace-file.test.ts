import '../../../shared/encodings/all-codecs.ts';
import { describe, expect, it } from 'vitest';
import { emptyLayout } from '../../../shared/layout.ts';
import { unnamed } from '../../../shared/saved-messages.ts';
import type { Sequence, Step } from '../../../shared/sequences/sequence.ts';
import { checkSettings, defaultClient, defaultListener } from '../../../shared/settings/endpoint.ts';
import { newRule } from '../../../shared/settings/reply.ts';
import { fastest } from '../../../shared/testing/fastest.ts';
import { mutated } from '../../../shared/testing/mutated.ts';
import { Chance } from '../../../shared/testing/random.ts';
import { describeRefusal } from '../../../shared/texts/describe-refusal.ts';
import { mostWorkspaceBytes } from '../../../shared/workspaces.ts';
import { readWorkspace, workspaceText, type FileContent, type WorkspaceRead } from './workspace-file.ts';

const onFailure = { then: 'go-on', again: 2 } as const;
const talk: Step = {
  ...{ kind: 'talk', name: 'Ask', onFailure, expect: 'text:ok', withinMs: 2000 },
  send: { mode: 'text', text: 'hi', lineEnd: 'crlf' },
  set: [{ name: 'id', pattern: '(\\d+)' }],
};
const sequence: Sequence = {
  ...{ name: 'Log in', values: [{ name: 'user', text: 'ada' }] },
  steps: [talk, { kind: 'loop', name: '', onFailure, times: null, steps: [{ ...talk, send: null }] }],
};
const rules = ['PING', 'QUIT'].map((pattern) => ({ ...newRule(), pattern, enabled: true }));
const listener = { ...defaultListener(), name: 'Prüfstand' };
listener.reply = { ...listener.reply, kind: 'rules', rules };
const client = defaultClient();
client.proxy = { ...client.proxy, kind: 'socks5', username: 'ada', password: 'hunter2' };

const content = (): FileContent => ({
  endpoints: [
    { id: 'e0123456789ab', settings: listener },
    { id: 'e0123456789ac', settings: client },
  ],
  messages: [
    {
      ...unnamed({ mode: 'hex', text: '01 03', lineEnd: 'none' }),
      ...{ id: 'm0123456789ab', name: 'Read temps', key: 1, folder: 'Modbus' },
      target: { host: '::1', port: 5 },
    },
    { ...unnamed({ mode: 'text', text: 'grüß', lineEnd: 'crlf', encoding: 'gbk' }), id: 'm0123456789ac' },
  ],
  sequences: [{ id: 's0123456789ab', sequence }],
  layout: { ...emptyLayout, openTabs: ['e0123456789ab', 'messages'], panes: { sidebar: [216] } },
});
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const usual = { extra: null, version: 1, withSecrets: true };
const text = workspaceText(content(), usual);
const read = (written: string): WorkspaceRead => readWorkspace(bytes(written));
function sound(written: string): WorkspaceRead & { isReadable: true } {
  const found = read(written);
  if (!found.isReadable) throw new Error(found.problems.map((each) => describeRefusal(each)).join('\n'));
  return found;
}
const problems = (written: string): string[] => {
  const found = read(written);
  return found.isReadable ? [] : found.problems.map((each) => describeRefusal(each));
};

describe('a workspace file', () => {
  it('brings back what was written, and is written the same', () => {
    expect(sound(text)).toEqual({
      ...{ isReadable: true, version: 1, extra: null, notes: [], content: content() },
    });
    const again = workspaceText(sound(text).content, usual);
    expect(JSON.parse(again)).toEqual(JSON.parse(text));
    expect(workspaceText(sound(again).content, usual)).toBe(again);
  });

  it('has no secret unless it is asked, and nothing of this machine', () => {
    const plain = workspaceText(content(), { ...usual, withSecrets: false });
    expect(plain).not.toMatch(/hunter2|password|startsWithApp/);
    expect(sound(plain).content.endpoints[1]!.settings).toMatchObject({
      proxy: { password: '', username: 'ada' },
    });
  });

  it('is also one that a person wrote by hand, or that only messages were exported to', () => {
    const { content: found, notes } = sound(`{ "format": "socketscope", "version": 1,
      "endpoints": [{"role": "client", "host": "example.org", "port": 80, "startsWithApp": true}],
      "messages": [{"name": "Hi", "written": {"mode": "text", "text": "hi"}, "repeatMs": 500}] }`);
    expect(found.endpoints).toMatchObject([{ settings: { host: 'example.org', startsWithApp: false } }]);
    expect(found.messages).toMatchObject([{ name: 'Hi', written: { lineEnd: 'none' } }]);
    expect([found.sequences, found.layout]).toEqual([[], null]);
    expect(notes).toMatchObject([{ code: 'field-unknown', what: 'repeatMs', line: 3 }]);
    // The same at each reading, so that it can be told what has changed.
    expect(
      sound(`{"format": "socketscope", "version": 1, "endpoints": [{"role": "client"}]}`).content,
    ).toMatchObject({
      endpoints: [{ id: found.endpoints[0]!.id }],
    });
  });

  it('says what is wrong with it, line and column first', () => {
    expect(problems(text.replace('"port": 9000', '"port": 90000'))).toEqual([
      'line 21, column 15: port: this setting cannot be used. This number is out of its bounds.',
    ]);
    expect(problems(text.replace('"kind": "talk"', '"kind": "tlak"'))).toEqual([
      expect.stringMatching(/^line \d+, column \d+: steps\.0\.kind: this value cannot be used here$/),
    ]);
    expect(problems(text.replace('m0123456789ac', 'm0123456789ab'))).toEqual([
      expect.stringMatching(/^line \d+, column \d+: id: another one has it already$/),
    ]);
    expect(problems(text.slice(0, -3))).toEqual([
      expect.stringMatching(/the JSON ends before it is complete$/),
    ]);
    expect(problems('{"messages": []}')).toEqual(['line 1, column 1: this is no workspace of Socketscope']);
    expect(problems('')).toEqual(['the file is empty']);
    expect(problems('{"format": "socketscope", "version": "1"}')).toEqual([
      'line 1, column 38: version: this value cannot be used here',
    ]);
    expect(readWorkspace(Uint8Array.of(0xff, 0xfe, 0xfd))).toMatchObject({
      problems: [{ code: 'file-not-utf8' }],
    });
    expect(readWorkspace(new Uint8Array(mostWorkspaceBytes + 1))).toMatchObject({
      problems: [{ code: 'workspace-too-long' }],
    });
  });
});

describe('what a later version has put into a file', () => {
  const later = text
    .replace('"version": 1', '"version": 7,\n  "theme": {"accent": "blue"}')
    .replace('"name": "Prüfstand"', '"name": "Prüfstand", "colour": "red"')
    .replace('"minVersion"', '"tickets": [1, {"a": null}], "minVersion"')
    .replace('"pattern": "QUIT"', '"pattern": "QUIT", "tags": ["end"]')
    .replace('"name": "Read temps"', '"name": "Read temps", "flag": true, "__proto__": 5')
    .replace('"expect": "text:ok"', '"expect": "text:ok", "retry": "slow"');

  it('is opened, told, and put back when that is written', () => {
    const { content: found, extra, version, notes } = sound(later);
    expect(found).toEqual(content());
    expect(version).toBe(7);
    expect(notes.map(({ code, what }) => [code, what])).toEqual([
      ['own-version', '7'],
      ...['theme', 'colour', 'tags', 'tickets', 'flag', '__proto__', 'retry'].map((name) => [
        'field-unknown',
        name,
      ]),
    ]);
    const again = workspaceText(found, { extra, version, withSecrets: true });
    expect(JSON.parse(again)).toEqual(JSON.parse(later));
    expect(again).toContain('"__proto__": 5');
  });

  it('stays with its item when others come, go, move or change', () => {
    const { content: found, extra, version } = sound(later);
    const [first, second] = found.endpoints;
    listener.reply.rules[0]!.note = 'changed';
    const changed: FileContent = {
      ...found,
      endpoints: [second!, { id: 'e0000000000ff', settings: defaultClient() }, first!],
      messages: [found.messages[1]!, { ...found.messages[0]!, name: 'Renamed' }],
    };
    const server = changed.endpoints[2]!.settings as typeof listener;
    server.reply.rules = [server.reply.rules[1]!];
    const again = JSON.parse(workspaceText(changed, { extra, version, withSecrets: true })) as Record<
      string,
      Record<string, unknown>[]
    >;
    expect(again['endpoints']!.map(({ colour }) => colour)).toEqual([undefined, undefined, 'red']);
    expect(again['endpoints']![2]).toMatchObject({ reply: { rules: [{ pattern: 'QUIT', tags: ['end'] }] } });
    expect(again['messages']).toMatchObject([{ name: '' }, { name: 'Renamed', flag: true }]);
    expect(again['messages']![0]).not.toHaveProperty('flag');
  });

  it('and cannot be left out is refused with its version and its place', () => {
    const refused = later.replace('"kind": "rules"', '"kind": "oracle"');
    expect(problems(refused)).toEqual([
      'line 3, column 14: 7: a later version wrote it, and this one cannot open all of it',
      expect.stringMatching(/^line \d+, column \d+: reply\.kind: /),
    ]);
  });
});

/** Longest time that one file may take, in milliseconds. */
const mostMs = 1000;

it(
  'is a clear error or a right workspace in 5,000 mutations, each within a second',
  { timeout: 240_000 },
  () => {
    const chance = new Chance(12);
    const original = bytes(text);
    let readable = 0;
    for (let count = 0; count < 5000; count++) {
      const file = mutated(chance, original);
      const start = Date.now();
      const found = readWorkspace(file);
      // Or the machine stood still.
      if (Date.now() - start >= mostMs)
        expect(fastest(mostMs, () => void readWorkspace(file))).toBeLessThan(mostMs);
      if (!found.isReadable) {
        expect(found.problems.length).toBeGreaterThan(0);
        for (const problem of found.problems) expect(describeRefusal(problem)).toMatch(/^[^\n]{5,500}$/);
        continue;
      }
      readable++;
      for (const { settings } of found.content.endpoints) expect(checkSettings(settings)).toEqual([]);
      const again = sound(workspaceText(found.content, { ...found, withSecrets: true }));
      expect(again.content).toEqual(found.content);
      expect(again.extra).toEqual(found.extra);
    }
    expect(readable).toBeGreaterThan(250);
  },
);

it('is read within a second where it is as long as it may be', { timeout: 60_000 }, () => {
  const long = content();
  const written = { mode: 'text', text: 'x'.repeat(8_000), lineEnd: 'lf' } as const;
  long.messages = Array.from({ length: 1000 }, (_, at) => ({
    ...unnamed(written),
    id: `m${String(at).padStart(12, '0')}`,
  }));
  long.sequences = Array.from({ length: 200 }, (_, at) => ({
    id: `s${String(at).padStart(12, '0')}`,
    sequence: { ...sequence, steps: Array.from({ length: 100 }, () => talk) },
  }));
  const file = bytes(workspaceText(long, usual));
  expect(readWorkspace(file)).toMatchObject({ isReadable: true });
  expect(fastest(mostMs, () => void readWorkspace(file))).toBeLessThan(mostMs);
});
