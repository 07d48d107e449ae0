import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { jsonLines, TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

const hasTshark = spawnSync('tshark', ['--version']).status === 0;
const run = promisify(execFile);

async function captured(name: string): Promise<{ folder: string; received: string }> {
  const folder = cli.path(name);
  const { child, port } = await cli.listen('tcp://127.0.0.1:0', '--capture', folder, '--count', '1');
  const socket = connect(port, '127.0.0.1');
  socket.end('late');
  socket.resume();
  await once(socket, 'close');
  await child.ended;
  const records = jsonLines((await cli.run('show', folder, '--format', 'jsonl')).stdout);
  const found = records.find(({ kind }) => kind === 'received') as { sequence: number };
  return { folder, received: `#${found.sequence}` };
}

it('says what it is told of records, keeps the rest, and prints it; filters and files have it', async () => {
  const { folder, received } = await captured('said');
  const first = await cli.run('annotate', folder, received, '--note', 'slow ✓', '--tag', '#a', '--tag', 'b');
  expect(first).toMatchObject({ code: 0, stdout: `${received} #a #b "slow ✓"\n` });
  const next = await cli.run('annotate', folder, received, '#0', '--bookmark', '--untag', 'a', '--tag', 'c');
  expect(next.stdout).toBe(`${received} ★ #b #c "slow ✓"\n#0 ★ #c\n`);
  const shown = await cli.run('show', folder, '--filter', 'is:marked note:slow', '--format', 'jsonl');
  expect(JSON.parse(shown.stdout)).toMatchObject({ bookmarked: true, note: 'slow ✓', tags: ['b', 'c'] });
  if (hasTshark) {
    const file = cli.path('said.pcapng');
    await cli.run('show', folder, '--format', 'pcapng', '--out', file);
    const asked = ['-r', file, '-Y', 'tcp.len > 0', '-T', 'fields', '-e', 'frame.comment'];
    expect((await run('tshark', asked)).stdout.trim()).toBe('★ #b #c "slow ✓"');
  }
  const cleared = await cli.run(
    ...(['annotate', folder, received, '#0', '--no-bookmark', '--note', ''] as const),
    ...(['--untag', 'b', '--untag', 'c'] as const),
  );
  expect(cleared.stdout).toBe(`${received}\n#0\n`);
  expect((await cli.run('show', folder, '--filter', 'is:marked')).stdout).toBe('');
});

it('refuses what is no record, and no tag, and says nothing then', async () => {
  const { folder, received } = await captured('refused');
  for (const args of [[received, '#999'], ['x'], [received, '--tag', 'two words'], [received, '--tag', '']])
    expect(await cli.run('annotate', folder, ...args, '--bookmark')).toMatchObject({ code: 2, stdout: '' });
  expect((await cli.run('annotate', folder, received)).stdout).toBe(`${received}\n`);
  const file = cli.path('refused.socketscope-capture');
  await cli.run('export', folder, '--to', 'capture', '--out', file);
  expect(await cli.run('annotate', file, received, '--bookmark')).toMatchObject({ code: 2, stdout: '' });
});

it('goes into what is exported, and stays out where it is to be left out', async () => {
  const { folder, received } = await captured('left-out');
  await cli.run('annotate', folder, received, '--note', 'only mine');
  for (const format of ['text', 'jsonl', 'capture'])
    for (const isLeft of [false, true]) {
      const file = cli.path(`left-out.${format}`);
      const leave = isLeft ? ['--leave-out', 'annotations'] : [];
      const made = await cli.run('export', folder, '--to', format, '--out', file, ...leave);
      expect(made.code).toBe(0);
      expect((await readFile(file, 'utf8')).includes('only mine')).toBe(!isLeft);
    }
  const file = cli.path('no-events.txt');
  const args = ['--out', file, '--leave-out', 'events', '--leave-out', 'annotations'];
  expect((await cli.run('export', folder, '--to', 'text', ...args)).code).toBe(0);
  expect(await readFile(file, 'utf8')).not.toMatch(/^\S+ ●|only mine/m);
  const refused = await cli.run('export', folder, '--to', 'text', '--out', file, '--leave-out', 'all');
  expect([refused.code, refused.stderr]).toEqual([
    2,
    expect.stringContaining('payloads, events, annotations'),
  ]);
});
