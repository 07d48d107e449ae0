import { createServer, type Socket } from 'node:net';
import { readFile, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { framerKinds } from '../../../shared/framing/framers.ts';
import { jsonLines, TestCli } from './test-cli.ts';

let cli: TestCli;
beforeAll(async () => void (cli = await TestCli.build()));
afterEach(() => cli.afterEach());
afterAll(() => cli.remove());

async function file(bytes: string | Uint8Array): Promise<string> {
  const path = cli.path('stream.bin');
  await writeFile(path, bytes);
  return path;
}

describe('frames of a file', () => {
  it('are lines of offset, length and bytes; what is left over comes last and says why', async () => {
    const path = await file('one\r\nt\nxy');
    expect(await cli.run('frames', '--frame', 'line', path)).toMatchObject({
      code: 0,
      stdout:
        '00000000  5  6F 6E 65 0D 0A\n00000005  2  74 0A\n00000007  2  78 79  (left over: its end never came)\n',
      stderr: '',
    });
  });

  it('are objects with what they say, and with what is amiss', async () => {
    const path = await file(Uint8Array.of(0, 2, 0x41, 0x42, 9, 9, 0, 5, 0x43));
    const { stdout, code } = await cli.run(
      ...['frames', '--frame', 'length:u16be,extra=2', '--format', 'jsonl', path],
    );
    expect(jsonLines(stdout)).toEqual([
      { kind: 'frame', offset: 0, length: 6, mark: null, hex: '000241420909', payloadHex: '4142' },
      { kind: 'rest', offset: 6, length: 3, hex: '000543', why: 'incomplete' },
    ]);
    expect(code).toBe(0);
    const bad = await cli.run('frames', '--frame', 'modbus-rtu', await file(Uint8Array.of(1, 0x83, 2, 0, 0)));
    expect(bad.stdout).toBe('00000000  5  01 83 02 00 00  (wrong CRC)\n');
  });

  it('come from standard input too, as it comes', async () => {
    const child = cli.start(['frames', '--frame', 'lf', '-']);
    child.child.stdin!.write('first\nsec');
    await child.prints(/^00000000 {2}6 .*\n$/);
    child.child.stdin!.end('ond\n');
    expect(await child.ended).toMatchObject({ code: 0 });
    expect(child.text.split('\n')).toHaveLength(3);
  });

  it('need a framing and a file that can be read', async () => {
    const path = await file('');
    expect(await cli.run('frames', '--frame', 'line', path)).toMatchObject({ code: 0, stdout: '' });
    for (const [args, said] of [
      [['frames', path], /option '--frame <spec>' is needed/],
      [['frames', '--frame', 'lnie', path], /Line 1, column 1: There is no such framing. Is line meant\?/],
      [['frames', '--frame', 'fixed:0', path], /column 7: .*From 1 to 64M/],
      [['frames', '--frame', 'line', cli.path('none')], /cannot be read: ENOENT/],
      [['frames', '--frame', 'line', cli.folder], /cannot be read: EISDIR/],
      [
        ['connect', 'udp://127.0.0.1:9', '--frame', 'line'],
        /--frame is for tcp:\/\/, tls:\/\/, unix:\/\/ only/,
      ],
    ] as const) {
      const { code, stderr } = await cli.run(...args);
      expect(stderr).toMatch(said);
      expect(code).toBe(2);
    }
  });

  it('end quietly when their reader has seen enough', async () => {
    const path = await file('a\n'.repeat(500_000));
    const child = cli.startProgram('bash', [
      '-c',
      `"${process.execPath}" "${cli.script}" frames --frame lf "${path}" | head -n 1; exit \${PIPESTATUS[0]}`,
    ]);
    expect(await child.ended).toMatchObject({ code: 0 });
    expect([child.text, child.stderr]).toEqual(['00000000  2  61 0A\n', '']);
  });

  it('are told with every framing in the help and in the documents', async () => {
    const { stdout } = await cli.run('frames', '--help');
    const document = await readFile(new URL('../../../docs/command-line.md', import.meta.url), 'utf8');
    for (const { notation } of framerKinds) {
      expect(stdout).toContain(`\n  ${notation}\n`);
      expect(document).toContain(`| \`${notation.replaceAll('|', '\\|')}\``);
    }
  });
});

/** A peer that says this in pieces and finishes when it is told to. */
async function peerSaying(
  pieces: readonly string[],
): Promise<{ url: string; socket: Promise<Socket>; close(): void }> {
  const server = createServer({ noDelay: true }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = once(server, 'connection').then(([each]) => each as Socket);
  void socket.then(async (each) => {
    for (const piece of pieces) {
      each.write(piece);
      await new Promise((done) => setTimeout(done, 20));
    }
    each.end();
  });
  const { port } = server.address() as { port: number };
  return { url: `tcp://127.0.0.1:${port}`, socket, close: () => server.close() };
}

describe('a run with --frame', () => {
  it('shows messages however they were cut, each with its place in the stream', async () => {
    const peer = await peerSaying(['one\ntw', 'o\nthree']);
    const { stdout, code } = await cli.run(
      ...['connect', peer.url, '--frame', 'lf', '--format', 'jsonl', '--send', 'ask\\nrest'],
    );
    peer.close();
    const told = jsonLines(stdout);
    const shown = told.filter(({ kind }) => kind === 'frame' || kind === 'rest');
    const parts = (one: Record<string, unknown>) => [
      one.kind,
      one.direction,
      one.offset,
      one.hex,
      one.payloadHex ?? one.why,
    ];
    const hex = (text: string): string => Buffer.from(text).toString('hex');
    expect(shown.filter(({ direction }) => direction === 'received').map(parts)).toEqual([
      ['frame', 'received', 0, hex('one\n'), hex('one')],
      ['frame', 'received', 4, hex('two\n'), hex('two')],
      ['rest', 'received', 8, hex('three'), 'no-end'],
    ]);
    expect(shown.filter(({ direction }) => direction === 'sent').map(parts)).toEqual([
      ['frame', 'sent', 0, hex('ask\n'), hex('ask')],
      ['rest', 'sent', 4, hex('rest'), 'no-end'],
    ]);
    expect(told.some(({ kind }) => kind === 'received' || kind === 'sent')).toBe(false);
    expect(told.at(-1)).toMatchObject({ kind: 'closed' });
    const [frame] = shown;
    expect(frame).toMatchObject({ endpoint: peer.url, mark: null });
    expect(Object.keys(frame!)).toEqual(
      expect.arrayContaining(['sequence', 'time', 'connection', 'local', 'remote', 'length']),
    );
    expect(code).toBe(0);
  });

  it('counts and filters frames, and prints no more than were asked for', async () => {
    const listener = await cli.listen(
      ...['tcp://127.0.0.1:0', '--frame', 'line', '--count', '3', '--format', 'raw', '--filter', '-text:two'],
    );
    const peer = await cli.run(
      'connect',
      listener.url,
      '--send',
      'one\\ntwo\\nthree\\nfour\\n',
      '--half-close',
    );
    expect(await listener.child.ended).toMatchObject({ code: 0 });
    expect(listener.child.text).toBe('one\nthree\n');
    expect(peer.code).toBe(0);
  });

  it('answers frames, those that end by a pause too', async () => {
    const listener = await cli.listen('tcp://127.0.0.1:0', '--frame', 'length:u8', '--reply', 'prefix:>');
    const asked = await cli.run(
      ...['connect', listener.url, '--send-hex', '01 61 02 62 63', '--half-close', '--format', 'raw'],
    );
    expect(asked.stdout).toBe('>\x01a>\x02bc');
    const gaps = await cli.listen('tcp://127.0.0.1:0', '--frame', 'gap:20ms', '--reply', 'prefix:>');
    const paused = await cli.run('connect', gaps.url, '--send', 'ab', '--count', '1', '--format', 'raw');
    expect(paused.stdout).toBe('>ab');
    await gaps.child.says(/listening/);
  });

  it('shows a frame that ends by a pause while nothing comes', async () => {
    const listener = await cli.listen('tcp://127.0.0.1:0', '--frame', 'gap:20ms');
    const peer = cli.start(['connect', listener.url, '--send', 'ab']);
    await listener.child.prints(/↓ \S+ ab\n/);
    peer.child.stdin!.end();
  });

  it('says in text what is amiss with a frame', async () => {
    const listener = await cli.listen('tcp://127.0.0.1:0', '--frame', 'nmea', '--count', '1');
    await cli.run('connect', listener.url, '--send', '$GP,1*00\\r\\n', '--half-close');
    expect(await listener.child.ended).toMatchObject({ code: 0 });
    expect(listener.child.text).toMatch(/↓ \S+ \(wrong checksum\) \$GP,1\*00\\r\\n\n$/);
  });
});
