import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { jsonLines, TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

/** A run that was sent two messages of 40 kB, and kept them in a folder. */
async function captured(name: string): Promise<{ folder: string; data: string }> {
  const folder = cli.path(name);
  const { child, port } = await cli.listen(
    ...['tcp://127.0.0.1:0', '--capture', folder, '--count', '2', '--format', 'raw'],
  );
  for (const letter of ['a', 'b']) {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    socket.end(letter.repeat(40_000)).resume();
    await once(socket, 'close');
  }
  await child.ended;
  const [id] = await readdir(join(folder, 'captures'));
  return { folder, data: join(folder, 'captures', id!, 'data-00000000') };
}

async function change(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at]! ^= 1;
  await writeFile(path, bytes);
}

describe('verify', () => {
  it('says that a capture is whole, and where one is damaged; what is whole is written into a new one', async () => {
    const { folder, data } = await captured('captured');
    const clean = await cli.run('verify', folder);
    expect([clean.code, clean.stderr]).toEqual([0, '']);
    expect(clean.stdout).toMatch(/^\d+ records, [\d.]+ KB: every byte is what was written\n$/);

    await change(data, 70_000);
    const { code, stdout, stderr } = await cli.run('verify', folder);
    expect([code, stderr]).toEqual([1, '']);
    expect(stdout).toMatch(/^data-00000000, bytes 65,536 to 98,303: .*\(BYTES_DAMAGED\); \d records: #/);

    const told = await cli.run('verify', folder, '--format', 'jsonl', '--repair', cli.path('repaired'));
    expect([told.code, told.stderr]).toEqual([1, expect.stringContaining('has what is whole')]);
    const [place, sum] = jsonLines(told.stdout);
    expect(place).toMatchObject({ kind: 'damaged', file: 'data-00000000', code: 'BYTES_DAMAGED' });
    expect(sum).toMatchObject({ kind: 'capture', damagedRecords: place!['records'], wasClosed: true });
    expect((await cli.run('verify', cli.path('repaired'))).code).toBe(0);
    // So does what is saved as one file, which is not all of it.
    const saved = await cli.run(
      ...['export', folder, '--to', 'capture', '--out', cli.path('whole.socketscope-capture')],
    );
    expect([saved.code, saved.stderr]).toEqual([
      1,
      expect.stringMatching(/#\d+ is damaged: .*data-00000000/),
    ]);
    const shown = await cli.run('show', cli.path('repaired'), '--format', 'raw');
    expect(shown.stdout).toMatch(/^a{30000}/);
  });

  it('leaves show to print what is damaged as that, without bytes, and to end with 1', async () => {
    const { folder, data } = await captured('shown');
    await change(data, 70_000);
    const { code, stdout, stderr } = await cli.run('show', folder, '--format', 'jsonl');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^socketscope: record #\d+ is damaged: bytes 65,536 to 98,303 of data-00000000/);
    const damaged = jsonLines(stdout).filter((line) => line['damaged'] === true);
    expect(damaged.length).toBeGreaterThan(0);
    for (const line of damaged) expect(line).toMatchObject({ note: 'damaged', hex: null });
    expect(new Set(jsonLines(stdout).map((line) => line['sequence'])).size).toBe(jsonLines(stdout).length);
  });

  it('takes a capture as one file, which is made of one, shown, and brought into another folder', async () => {
    const { folder } = await captured('packed');
    const file = cli.path('handed.socketscope-capture');
    const made = await cli.run('export', folder, '--to', 'capture', '--out', file);
    expect([made.code, made.stderr]).toEqual([0, expect.stringContaining('handed.socketscope-capture')]);
    // What is not to be written, and what it has no place for, is refused, and the file stays.
    for (const other of [
      ['--dry-run'],
      ['--redact', 'addresses'],
      ['--filter', 'dir:in'],
      ['--leave-out', 'events'],
    ])
      expect((await cli.run('export', folder, '--to', 'capture', '--out', file, ...other)).code).toBe(2);
    expect((await cli.run('verify', file)).code).toBe(0);
    const before = await cli.run('show', folder, '--format', 'jsonl');
    const shown = await cli.run('show', file, '--format', 'jsonl');
    const plain = (text: string): unknown[] => jsonLines(text).map((line) => ({ ...line, endpoint: '' }));
    expect(plain(shown.stdout)).toEqual(plain(before.stdout));
    expect((await cli.run('import', file, '--to', cli.path('brought'))).code).toBe(0);
    const brought = await cli.run('show', cli.path('brought'), '--format', 'raw');
    expect(brought.stdout).toHaveLength(80_000);
    await change(file, 60_000);
    const damaged = await cli.run('verify', file);
    expect([damaged.code, damaged.stdout]).toEqual([1, expect.stringContaining('BYTES_DAMAGED')]);
    const changed = await cli.run('import', file, '--to', cli.path('changed'));
    expect([changed.code, changed.stderr]).toEqual([
      1,
      expect.stringContaining(damaged.stdout.split('\n')[0]!),
    ]);
    await change(file, 30);
    const head = await cli.run('verify', file);
    expect([head.code, head.stdout]).toEqual([1, expect.stringContaining('the first or the last line')]);
    const half = await cli.run('import', file, '--to', cli.path('half'));
    expect([half.code, half.stderr]).toEqual([1, expect.stringContaining('the first or the last line')]);
    // Its first word is one of the bytes that a disk can change, too.
    await change(file, 5);
    const named = await cli.run('import', file, '--to', cli.path('named'));
    expect([named.code, named.stderr]).toEqual([1, expect.stringContaining('the first or the last line')]);
    await writeFile(file, 'socketscope');
    const none = await cli.run('import', file, '--to', cli.path('none'));
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('is no capture file')]);
    expect(none.stderr.split('handed.socketscope-capture')).toHaveLength(2);
  });

  it('refuses a folder that has no capture, and one for the repaired that is the same', async () => {
    expect((await cli.run('verify', cli.path('nothing'))).code).toBe(2);
    const { folder } = await captured('same');
    const { code, stderr } = await cli.run('verify', folder, '--repair', folder);
    expect([code, stderr]).toEqual([1, expect.stringContaining('cannot be written')]);
  });
});

it('keeps the newest records of a run alone, as --capture-limit says, and tells that first', async () => {
  const folder = cli.path('limited');
  const { child, port } = await cli.listen(
    ...['tcp://127.0.0.1:0', '--capture', folder, '--capture-limit', '64M', '--count', '1000000'],
    ...['--format', 'raw', '--out', cli.path('all'), '--idle-timeout', '600', '--stats'],
  );
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const piece = Buffer.alloc(2 ** 20, 'x');
  for (let i = 0; i < 120; i++) if (!socket.write(piece)) await once(socket, 'drain');
  socket.end('the last of them').resume();
  await once(socket, 'close');
  child.child.kill('SIGTERM');
  await child.ended;
  // All of it was printed, whatever went.
  expect((await stat(cli.path('all'))).size).toBe(120 * 2 ** 20 + 16);
  // So was it counted; later, what is there is.
  expect(child.stderr).toMatch(
    /took the oldest [\d,]+ records .* They are counted, too\.\n[^]*received +[\d,]+ +126 MB/,
  );
  const counted = await cli.run('stats', folder);
  expect(counted.stdout).toMatch(
    /took the oldest .* They are not counted\.\n[^]*received +[\d,]+ +[3-6]\d\.\d MB/,
  );
  const [id] = await readdir(join(folder, 'captures'));
  const files = await readdir(join(folder, 'captures', id!));
  expect(files).not.toContain('data-00000000');
  expect(files.filter((name) => name.startsWith('data-')).length).toBeLessThanOrEqual(5);
  const shown = await cli.run('show', folder, '--format', 'jsonl', '--filter', 'kind:note OR text:"last of"');
  const [first, ...others] = jsonLines(shown.stdout);
  expect(first).toMatchObject({ kind: 'note', note: 'oldest-gone', records: Number(first!['sequence']) + 1 });
  const last = others.find(({ kind }) => kind === 'received');
  expect(last).toMatchObject({ connection: 1, remote: { host: '127.0.0.1' } });
  const verified = await cli.run('verify', folder, '--repair', cli.path('copied'));
  expect([verified.code, verified.stdout]).toEqual([
    0,
    expect.stringMatching(/^The size limit took the oldest [\d,]+ records with [\d.]+ MB/),
  ]);
  const copied = await cli.run('show', cli.path('copied'), '--format', 'jsonl', '--filter', 'kind:note');
  expect(jsonLines(copied.stdout)[0]).toMatchObject({
    sequence: 0,
    note: 'oldest-gone',
    records: first!['records'],
  });
  const small = await cli.run('listen', 'tcp://127.0.0.1:0', '--capture', folder, '--capture-limit', '1M');
  expect([small.code, small.stderr]).toEqual([2, expect.stringContaining('--capture-limit')]);
  const alone = await cli.run('listen', 'tcp://127.0.0.1:0', '--capture-limit', '64M');
  expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining('--capture DIR')]);
});
