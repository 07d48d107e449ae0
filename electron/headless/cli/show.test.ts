import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

const any = 'tcp://127.0.0.1:0';

async function say(port: number, text: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(text);
  socket.resume();
  await once(socket, 'close');
}

/** A run that heard two connections and kept them in a folder. */
async function captured(name: string): Promise<string> {
  const folder = cli.path(name);
  const { child, port } = await cli.listen(any, '--capture', folder, '--count', '2', '--format', 'raw');
  await say(port, 'one\ntwo\n');
  await say(port, 'three');
  await child.ended;
  return folder;
}

describe('show', () => {
  it('prints what a run has kept, as a log that is saved, again and again', async () => {
    const folder = await captured('kept');
    const { code, stdout, stderr } = await cli.run('show', folder);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/Listening on 127\.0\.0\.1:\d+/);
    expect(stdout).toMatch(/↓ .*one/);
    expect((await cli.run('show', folder)).stdout).toBe(stdout);
  });

  it('prints bookmarks, notes and tags of records, and says what of them cannot be read', async () => {
    const folder = await captured('annotated');
    const [id] = await readdir(join(folder, 'captures'));
    const path = join(folder, 'captures', id!);
    const lines = (await cli.run('show', folder, '--format', 'jsonl')).stdout.trimEnd().split('\n');
    const at = lines.findIndex((line) => line.includes('"kind":"received"'));
    const said = { bookmarked: true, note: 'odd\u001b[2J', tags: ['late'] };
    const json = JSON.stringify({ sequence: at, ...said });
    const sum = crc32(json).toString(16).padStart(8, '0');
    await writeFile(join(path, 'annotations.jsonl'), `${sum} ${json}\n${sum} {"sequ`);
    const { stdout, stderr } = await cli.run('show', folder);
    expect(stdout.split('\n')[at]).toMatch(/ ★ #late "odd.*"$/);
    expect(stdout).not.toContain('\u001b');
    expect(stderr).toContain('annotations.jsonl');
    const shown = (await cli.run('show', folder, '--format', 'jsonl')).stdout.trimEnd().split('\n');
    expect(JSON.parse(shown[at]!)).toEqual({ ...JSON.parse(lines[at]!), ...said });
    expect(shown.filter((line) => line.includes('bookmarked'))).toHaveLength(1);
    const filtered = await cli.run('show', folder, '--filter', 'tag:late note:odd', '--format', 'jsonl');
    expect(JSON.parse(filtered.stdout)).toMatchObject({ sequence: at, ...said });
  });

  it('prints what passes a filter, in every format, and frames in place of chunks', async () => {
    const folder = await captured('filtered');
    const raw = await cli.run('show', folder, '--filter', 'dir:received size:<6', '--format', 'raw');
    expect(raw.stdout).toBe('three');
    const hex = await cli.run('show', folder, '--filter', 'hex:74 77', '--format', 'hex');
    expect(hex.stdout).toContain('6F 6E 65 0A');
    const jsonl = await cli.run(
      'show',
      folder,
      '--frame',
      'line',
      '--filter',
      'frame:whole',
      '--format',
      'jsonl',
    );
    const frames = jsonl.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(frames).toMatchObject([
      { kind: 'frame', direction: 'received', payloadHex: '6f6e65' },
      { kind: 'frame', direction: 'received', payloadHex: '74776f' },
    ]);
  });

  it('prints what a decoder finds, and says it beside it', async () => {
    const folder = cli.path('decoded');
    const { child, port } = await cli.listen(
      any,
      '--capture',
      folder,
      '--count',
      '2',
      '--filter',
      'decoded:unit>3',
    );
    await say(port, '{"unit": 3}');
    await say(port, '{"unit": 4}');
    await child.ended;
    expect(child.text).not.toContain('"unit": 3');
    expect(child.text).toContain('"unit": 4');
    const args = ['--filter', 'decoded:unit=3', '--decode', 'json'];
    expect((await cli.run('show', folder, ...args)).stdout).toMatch(/unit.*\n {2}JSON: \{unit\}\n$/);
  });

  it('prints one connection as a conversation, in one direction or both', async () => {
    const folder = await captured('stream');
    const { stdout } = await cli.run('show', folder, '--format', 'jsonl');
    const [first] = stdout
      .split('\n')
      .filter((line) => line.includes('"received"'))
      .map((line) => String((JSON.parse(line) as { connection: number }).connection));
    const text = await cli.run('show', folder, '--stream', first!);
    expect([text.code, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toContain('↓ one\\n\n↓ two\\n\n');
    expect(text.stdout).not.toContain('three');
    const raw = await cli.run('show', folder, '--stream', first!, '--format', 'raw');
    expect(raw.stdout).toBe('one\ntwo\n');
    const hex = await cli.run('show', folder, '--stream', first!, '--format', 'hex');
    expect(hex.stdout).toMatch(/^↓ 6F 6E 65 0A 74 77 6F 0A {2} +one\.two\.$/m);
    const sent = await cli.run('show', folder, '--stream', first!, '--direction', 'sent');
    expect(sent.stdout).not.toContain('one');
    const none = await cli.run('show', folder, '--stream', '0');
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('There is no connection 0')]);
    const mixed = await cli.run('show', folder, '--stream', first!, '--frame', 'line');
    expect([mixed.code, mixed.stderr]).toEqual([2, expect.stringContaining('--stream goes with')]);
  });

  it('asks which endpoint is meant where there are several, and takes its name', async () => {
    const folder = await captured('several');
    await captured('several');
    const { code, stderr } = await cli.run('show', folder);
    expect(code).toBe(2);
    const [, id] = /There are 2: say which by --endpoint: .*\((\w+)\)/.exec(stderr)!;
    expect((await cli.run('show', folder, '--endpoint', id!, '--format', 'raw')).stdout).toContain('three');
    const none = await cli.run('show', folder, '--endpoint', 'Nobody');
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('There is no endpoint Nobody: ')]);
  });

  it('finds what was captured where nothing of the workspace can be read', async () => {
    const folder = await captured('broken');
    await writeFile(join(folder, 'workspace.json'), '{{{');
    const only = await cli.run('show', folder, '--format', 'raw');
    expect([only.code, only.stdout]).toEqual([0, 'one\ntwo\nthree']);
    expect(only.stderr).toContain('what cannot is left out');
    const [id] = await readdir(join(folder, 'captures'));
    await mkdir(join(folder, 'captures', 'e000000000000'));
    await mkdir(join(folder, 'captures', 'no-capture'));
    const several = await cli.run('show', folder);
    expect([several.code, several.stderr]).toEqual([2, expect.stringContaining('There are 2: say which')]);
    expect((await cli.run('show', folder, '--endpoint', id!)).stdout).toContain('three');
  });

  it('refuses what is no data folder, without making it one, and a filter that cannot be read', async () => {
    const nothing = await cli.run('show', cli.path('nothing'));
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('ENOENT')]);
    expect((await cli.run('show', cli.path('nothing'))).stderr).toContain('ENOENT');
    const { code, stderr } = await cli.run('show', cli.path('nothing'), '--filter', 'size:big');
    expect([code, stderr]).toEqual([
      2,
      expect.stringContaining('column 6: A number of bytes is needed here'),
    ]);
  });
});
