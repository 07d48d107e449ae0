import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { jsonLines, TestCli } from './test-cli.ts';

let cli: TestCli;
let folder: string;
const messages = [
  '{"fw":"2.14","sent":"2026-11-28T14:01:02Z"}',
  '{"fw":"2.15","door":1,"sent":"2026-11-28T14:02:02Z"}',
];
let records: { sequence: number; kind: string; connection: number | null }[] = [];

/** An echo server's two connections, of which the second said something else. */
async function prepare(): Promise<void> {
  if (records.length > 0) return;
  folder = cli.path('capture');
  const { child, port } = await cli.listen(
    ...(['tcp://127.0.0.1:0', '--reply', 'echo', '--capture', folder, '--count', '2'] as const),
  );
  for (const message of messages) {
    const socket = connect(port, '127.0.0.1');
    socket.end(message);
    socket.resume();
    await once(socket, 'close');
  }
  await child.ended;
  records = jsonLines((await cli.run('show', folder, '--format', 'jsonl')).stdout) as typeof records;
}
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

const nth = (kind: string, at: number): string =>
  `#${records.filter((record) => record.kind === kind)[at]!.sequence}`;

it('tells what differs between two records, as bytes and as fields, and ends with 1', async () => {
  await prepare();
  const { code, stdout } = await cli.run('compare', folder, nth('sent', 0), nth('sent', 1));
  expect(code).toBe(1);
  expect(stdout).toMatch(/\n@ 0000000a 0000000a\n- 34 22 +4"\n\+ 35 22 2C /);
  expect(stdout).toContain('\nfw: 2.14 → 2.15\n');
  expect(stdout).toContain('\ndoor: absent → 1\n');
});

it('passes over what it is told to, and ends with 0 where nothing is left', async () => {
  await prepare();
  const [a, b] = [nth('sent', 0), nth('sent', 1)];
  const rules = ['fw', 'door', 'sent'].flatMap((name) => ['--ignore', `field:${name}`]);
  const { code, stdout } = await cli.run('compare', folder, a, b, ...rules, '--ignore', 'bytes:12..23');
  expect([code, stdout.split('\n').slice(2)]).toEqual([
    0,
    ['no difference', 'The other 0 are equal; 3 are ignored.', ''],
  ]);
  expect((await cli.run('compare', folder, a, nth('received', 0))).code).toBe(0);
});

it('compares both streams of two connections', async () => {
  await prepare();
  const [a, b] = [0, 1].map((at) => `conn:${nth('opened', at).slice(1)}`);
  const { code, stdout } = await cli.run('compare', folder, a!, b!, '--format', 'jsonl');
  expect(code).toBe(1);
  const lines = jsonLines(stdout);
  expect(lines.filter(({ kind }) => kind === 'summary')).toEqual([
    expect.objectContaining({ direction: 'sent', a, b, as: 'json', isWhole: true }),
    expect.objectContaining({ direction: 'received', a, b }),
  ]);
  expect(lines).toContainEqual({ kind: 'field', direction: 'sent', path: 'fw', a: '2.14', b: '2.15' });
});

it('compares bytes of records, and several records joined', async () => {
  await prepare();
  const [a, b] = [nth('received', 0), nth('received', 1)];
  // {"fw":"2.1 of both.
  expect((await cli.run('compare', folder, `${a}@0..9`, `${b}@0..9`)).code).toBe(0);
  const cut = await cli.run('compare', folder, `${a}@7..10`, `${b}@0x7..10`);
  expect([cut.code, cut.stdout]).toEqual([1, expect.stringMatching(/@ 00000003 00000003\n- 34 +4\n\+ 35 /)]);
  expect((await cli.run('compare', folder, `${a}@10..`, `${a}@10..`)).code).toBe(0);
  const both = `${a},${b}`;
  const joined = await cli.run('compare', folder, both, `#0..${b}`, '--format', 'jsonl');
  const summaries = jsonLines(joined.stdout).filter(({ kind }) => kind === 'summary');
  expect(summaries.map(({ direction }) => direction)).toEqual(['sent', 'received']);
  expect(summaries[1]).toMatchObject({ a: both, differences: 0 });
  const past = await cli.run('compare', folder, `${a}@9999`, b);
  expect([past.code, past.stderr]).toEqual([2, expect.stringContaining('no such bytes')]);
});

it('says what is no record, and what is no rule', async () => {
  await prepare();
  for (const wrong of ['#99999', 'x', nth('opened', 0)]) {
    const { code, stderr } = await cli.run('compare', folder, wrong, nth('sent', 0));
    expect([code, stderr]).toEqual([2, expect.stringContaining(wrong)]);
  }
  expect((await cli.run('compare', folder, '#1', '#2', '--ignore', 'time')).stderr).toContain('bytes:0..1');
});
