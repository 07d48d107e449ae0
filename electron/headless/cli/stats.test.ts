import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect } from 'node:net';
import { once } from 'node:events';
import { TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

/** A peer that asks an echo three times, each when it has the answer to the one before. */
async function captured(name: string): Promise<string> {
  const folder = cli.path(name);
  const { child, port } = await cli.listen(
    ...['tcp://127.0.0.1:0', '--reply', 'echo', '--capture', folder, '--count', '3', '--format', 'raw'],
  );
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  for (const text of ['id=1\n', 'id=22\n', 'id=333\n']) {
    socket.write(text);
    await once(socket, 'data');
  }
  socket.end();
  await once(socket, 'close');
  await child.ended;
  return folder;
}

const parsed = (stdout: string): Record<string, unknown>[] =>
  stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('stats', () => {
  it('prints what a kept log comes to, as text, JSON Lines and CSV', async () => {
    const folder = await captured('kept');
    const text = await cli.run('stats', folder);
    expect([text.code, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toMatch(/↓ received +3 +18 B /);
    expect(text.stdout).toContain('Round trips: next record of the other direction; what is received asks');
    expect(text.stdout).toMatch(/#\d+ +127\.0\.0\.1:\d+ +3 \(18 B\) +3 \(18 B\) +3 /);
    const jsonl = parsed((await cli.run('stats', folder, '--format', 'jsonl')).stdout);
    expect(jsonl).toMatchObject([
      { kind: 'total', received: { records: 3, bytes: 18, sizes: { min: 5, max: 7 } }, trips: { count: 3 } },
      { kind: 'connection', received: { records: 3 }, trips: { count: 3 } },
    ]);
    const csv = (await cli.run('stats', folder, '--format', 'csv')).stdout;
    expect(csv).toMatch(
      /^of,direction,measure,value\r\ntotal,,first,20.*Z\r\ntotal,,last,20.*Z\r\ntotal,received,records,3\r\n/,
    );
    const some = await cli.run('stats', folder, '--format', 'csv', '--filter', 'size:>5');
    expect(some.stdout).toContain('measure,value\r\ntotal,,filter,size:>5\r\n');
    expect(some.stdout).toContain('total,received,records,2\r\n');
    expect((await cli.run('stats', folder, '--filter', 'size:>5')).stdout).toContain(
      'Only what passes size:>5\n',
    );
    expect(csv).toContain('total,,round_trips_count,3\r\n');
  });

  it('is said at the end of a run, of what its filter passes', async () => {
    const { child, port } = await cli.listen(
      ...['tcp://127.0.0.1:0', '--reply', 'echo', '--count', '2', '--stats', '--filter', '-text:ping'],
    );
    const socket = connect(port, '127.0.0.1');
    for (const text of ['ping', 'data']) {
      socket.write(text);
      await once(socket, 'data');
    }
    socket.end();
    await once(socket, 'close');
    const { code } = await child.ended;
    const { stderr } = child;
    expect([code, child.stdout.toString().includes('Throughput')]).toEqual([0, false]);
    expect(stderr).toContain('Only what passes -text:ping\n');
    expect(stderr).toMatch(/↓ received +1 +4 B /);
    expect(stderr).toMatch(/↑ sent +1 +4 B /);
    const without = await cli.run('connect', 'tcp://127.0.0.1:1', '--stats');
    expect(without.stderr).toContain('No messages yet.');
  });

  it('matches by frames and by what a pattern finds, of what passes a filter', async () => {
    const folder = await captured('matched');
    const totals = async (...args: string[]): Promise<unknown> =>
      parsed((await cli.run('stats', folder, '--format', 'jsonl', ...args)).stdout)[0];
    expect(await totals('--match', 'pattern:id=(\\d+)')).toMatchObject({ trips: { count: 3, unasked: 0 } });
    expect(await totals('--match', 'pattern:id=(\\d+)', '--filter', '-text:22')).toMatchObject({
      ...{ received: { records: 2 }, trips: { count: 2 } },
    });
    expect(await totals('--frame', 'line')).toMatchObject({ trips: { count: 3, waiting: 0 } });
    expect(await totals('--requests', 'sent')).toMatchObject({ trips: { count: 2 } });
    expect(await totals('--match', 'none', '--numbers', 'pattern:(\\d+)')).toMatchObject({
      ...{ trips: null, numbers: { received: 3, lost: 330 } },
    });
  });

  it('refuses rules that are none', async () => {
    for (const [option, value] of [
      ['--match', 'decoded:'],
      ['--numbers', 'u16@0'],
    ] as const) {
      const { code, stderr } = await cli.run('stats', cli.path('nothing'), option, value);
      expect([code, stderr]).toEqual([2, expect.stringContaining(`${option} <`)]);
    }
  });
});
