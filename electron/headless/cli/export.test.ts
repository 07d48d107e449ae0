import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { TestCli } from './test-cli.ts';

let cli: TestCli;
let folder: string;
let url: string;
/** What was said, and came back. */
const said = Buffer.from(Array.from({ length: 1000 }, (_, at) => (at * 31 + (at >> 8)) % 256));
const short = Buffer.from('\'; system(`x`) "*/ ??/ \\ \u2028 ]');

beforeAll(async () => {
  cli = await TestCli.build();
  folder = cli.path('captured');
  const echo = createServer((socket) => void socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  url = `tcp://127.0.0.1:${(echo.address() as AddressInfo).port}`;
  await Promise.all([writeFile(cli.path('said'), said), writeFile(cli.path('short'), short)]);
  const sends = ['said', 'short'].flatMap((name) => ['--send-file', cli.path(name)]);
  expect(await cli.run('connect', url, '--capture', folder, ...sends, '--half-close')).toMatchObject({
    code: 0,
  });
  echo.close();
}, 60_000);
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

const run = promisify(execFile);

/** Tests with it are skipped where it is not installed, but not in CI. */
function has(program: string, ...args: string[]): boolean {
  const isThere = spawnSync(program, args).error === undefined;
  if (process.env.CI && !isThere) throw new Error(`${program} is needed for these tests.`);
  return isThere;
}

async function exported(format: string, name: string, ...args: string[]): Promise<string> {
  const out = cli.path(name);
  const ended = await cli.run('export', folder, '--to', format, '--out', out, ...args);
  expect(ended).toMatchObject({ code: 0, stdout: '' });
  expect(ended.stderr).toMatch(/^\d+ records?, [\d,]+ bytes: \S+\n$/);
  return out;
}

const received = ['--filter', 'dir:received'];

describe('export', () => {
  it('writes one direction and nothing else', async () => {
    const whole = Buffer.concat([said, short]);
    expect(await readFile(await exported('raw-received', 'in.bin'))).toEqual(whole);
    expect(await readFile(await exported('raw-sent', 'out.bin'))).toEqual(whole);
  });

  it.each(['text', 'hex', 'hexdump', 'pcapng', 'html', 'svg', 'c', 'python', 'javascript'])(
    'begins with whose records they are, the zone of its times and who is who: %s',
    async (format) => {
      const head = (await readFile(await exported(format, `head.${format}`))).subarray(0, 6000).toString();
      expect(head).toContain(`Exported by Socketscope: client “${url}”, ${url}, written `);
      expect(head).toMatch(/of the machine that wrote this: \S+, UTC[+-]\d\d:\d\d/);
      expect(head).toContain('↑ sent by this client');
    },
  );

  it.skipIf(!has('xxd', '-v'))('has a hex dump that xxd makes the same bytes of', async () => {
    const dump = await exported('hexdump', 'dump.hex', ...received);
    const back = cli.path('back.bin');
    await run('xxd', ['-r', dump, back]);
    expect(await readFile(back)).toEqual(Buffer.concat([said, short]));
  });

  it.skipIf(!has('text2pcap', '-v'))('has a hex dump that text2pcap makes the same bytes of', async () => {
    const [dump, back] = [await exported('hexdump', 'packets.hex', ...received), cli.path('back.pcap')];
    await run('text2pcap', ['-q', '-l', '147', '-F', 'pcap', dump, back]);
    // Behind the head of the file and of its one packet.
    expect((await readFile(back)).subarray(24 + 16)).toEqual(Buffer.concat([said, short]));
  });

  const joined = (names: readonly string[]): string[] => names.map((name) => name.trim());
  const namesIn = (text: string, form: RegExp): string[] =>
    joined(Array.from(text.matchAll(form), ([, name]) => name!));

  it.skipIf(!has('python3', '--version'))('has constants of Python with the same bytes', async () => {
    const file = await exported('python', 'records.py', ...received);
    const names = namesIn(await readFile(file, 'utf8'), /^(received_\d+) = /gm);
    const code = `import records, sys; sys.stdout.buffer.write(${names.map((name) => `records.${name}`).join(' + ')})`;
    const { stdout } = await run('python3', ['-B', '-c', code], { cwd: dirname(file), encoding: 'buffer' });
    expect(stdout).toEqual(Buffer.concat([said, short]));
  });

  it('has constants of JavaScript with the same bytes', async () => {
    await exported('javascript', 'records.mjs', ...received);
    const code = `import * as records from './records.mjs';
      const byNumber = Object.entries(records).sort(([a], [b]) => a.split('_')[1] - b.split('_')[1]);
      process.stdout.write(Buffer.concat(byNumber.map(([, bytes]) => bytes)));`;
    await writeFile(cli.path('print.mjs'), code);
    const { stdout } = await run(process.execPath, [cli.path('print.mjs')], { encoding: 'buffer' });
    expect(stdout).toEqual(Buffer.concat([said, short]));
  });

  it.skipIf(!has('gcc', '--version'))('has constants of C with the same bytes', async () => {
    const file = await exported('c', 'records.h', ...received);
    const names = namesIn(await readFile(file, 'utf8'), /^const uint8_t (received_\d+)\[\]/gm);
    const writes = names.map((name) => `fwrite(${name}, 1, sizeof ${name}, stdout);`).join('\n');
    await writeFile(
      cli.path('print.c'),
      `#include <stdio.h>\n#include "records.h"\nint main(void) { ${writes} return 0; }\n`,
    );
    await run('gcc', [
      '-std=c99',
      '-Wall',
      '-Wextra',
      '-Werror',
      '-o',
      cli.path('print'),
      cli.path('print.c'),
    ]);
    const { stdout } = await run(cli.path('print'), [], { encoding: 'buffer' });
    expect(stdout).toEqual(Buffer.concat([said, short]));
  });

  it('writes bytes and times as they are wanted, where the format has a choice', async () => {
    const lines = async (format: string, ...args: string[]): Promise<string> =>
      (await readFile(await exported(format, 'form.txt', ...received, ...args), 'utf8')).split('\n').at(-2)!;
    expect(await lines('text', '--bytes', 'text')).toMatch(/^\S+T[\d:.]+Z ↓ \S+ \d+ '; system/);
    expect(await lines('text', '--bytes', 'hex', '--times', 'local')).toMatch(
      /^\d{4}-\d\d-\d\d [\d:]+\.\d{6} ↓ \S+ \d+ hex:27 3B /,
    );
    expect(await lines('hex', '--times', 'local')).toMatch(/^\d{4}-\d\d-\d\d [\d:]+\.\d{6} ↓ /);
    const out = ['--out', cli.path('form.csv')];
    for (const args of [
      ['--bytes', 'hex'],
      ['--times', 'utc'],
      ['--times', 'mars'],
    ])
      expect((await cli.run('export', folder, '--to', 'csv', ...out, ...args)).code).toBe(2);
  });

  it('leaves a file as it was, and nothing beside it, where it cannot be written', async () => {
    const missing = cli.path('no/such.txt');
    const { code, stderr } = await cli.run('export', folder, '--to', 'text', '--out', missing);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/such\.txt was not written: .*ENOENT/)]);
    await writeFile(cli.path('kept.txt'), 'before');
    const refused = await cli.run(
      'export',
      folder,
      '--to',
      'text',
      '--out',
      cli.path('kept.txt'),
      '--filter',
      'size:x',
    );
    expect(refused.code).toBe(2);
    expect(await readFile(cli.path('kept.txt'), 'utf8')).toBe('before');
    expect((await readdir(cli.folder)).filter((name) => name.startsWith('kept.txt'))).toEqual(['kept.txt']);
  });
});

describe.skipIf(!has('tshark', '--version'))('--pcapng', () => {
  it('has what was said so far as packets, while the run goes on, whatever is printed', async () => {
    const file = cli.path('live.pcapng');
    const { child, port } = await cli.listen('tcp://127.0.0.1:0', '--pcapng', file, '--format', 'raw');
    const socket = connect(port, '127.0.0.1');
    const sees = (bytes: Buffer): Promise<void> =>
      expect
        .poll(async () => {
          const { stdout } = await run('tshark', [
            '-r',
            file,
            '-Y',
            'tcp.len > 0',
            '-T',
            'fields',
            '-e',
            'tcp.payload',
          ]);
          return stdout.replaceAll('\n', '');
        })
        .toBe(bytes.toString('hex'));
    socket.write(short);
    await sees(short);
    socket.end(said);
    await sees(Buffer.concat([short, said]));
    child.child.kill('SIGINT');
    expect(await child.ended).toMatchObject({ code: 130 });
    expect(child.stdout).toEqual(Buffer.concat([short, said]));
    const { stdout } = await run('tshark', [
      '-r',
      file,
      '-Y',
      'tcp.flags.fin == 1',
      '-T',
      'fields',
      '-e',
      'tcp.srcport',
    ]);
    expect(stdout.split('\n').filter(Boolean)).toHaveLength(2);
  });

  it('is refused beside the same file as --out, and where it cannot be written', async () => {
    const both = ['--out', cli.path('same'), '--pcapng', cli.path('same')];
    expect(await cli.run('listen', 'tcp://127.0.0.1:0', ...both)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('are the same file') as string,
    });
    expect(await cli.run('listen', 'tcp://127.0.0.1:0', '--pcapng', cli.path('no/such'))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--pcapng') as string,
    });
  });
});
