import { describe, expect, it } from 'vitest';
import type { Entry, WriteRecord } from './exporter.ts';
import { exporters } from './exporters.ts';
import { eventLine } from './text.ts';

const live = { transport: 'tcp', isLive: true, showsPeer: false } as const;
const kept = { transport: 'tcp', isLive: false, showsPeer: true } as const;

const entry = (length: number, change: Partial<Entry> = {}): Entry => ({
  sequence: 1,
  time: new Date(2026, 10, 20, 14, 2, 11, 4).getTime(),
  kind: 'received',
  endpoint: 'tcp://127.0.0.1:9000',
  connection: 0,
  ends: { local: null, remote: null },
  peer: '127.0.0.1:51000',
  length,
  detail: null,
  ...change,
});

async function print(
  formatter: WriteRecord,
  pieces: (string | Buffer)[],
  change: Partial<Entry> = {},
): Promise<string> {
  const bytes = pieces.map((piece) => Buffer.from(piece as string));
  async function* payload(): AsyncGenerator<Uint8Array> {
    yield* bytes;
  }
  const length = bytes.reduce((sum, piece) => sum + piece.length, 0);
  const out: Buffer[] = [];
  for await (const part of formatter(entry(length, change), payload())) out.push(Buffer.from(part as string));
  return Buffer.concat(out).toString();
}

describe('text', () => {
  const text = exporters.text.write(live).record;

  it('shows each line of a payload in a line of its own, with its end', async () => {
    expect(await print(text, ['a\r\nb\nc'])).toBe(
      '14:02:11.004 ↓ a\\r\\n\n14:02:11.004 ↓ b\\n\n14:02:11.004 ↓ c\n',
    );
  });

  it('marks what was sent, and names the peer where there can be several', async () => {
    expect(
      await print(exporters.text.write({ ...live, showsPeer: true }).record, ['x\n'], { kind: 'sent' }),
    ).toBe('14:02:11.004 ↑ 127.0.0.1:51000 x\\n\n');
  });

  it('shows controls, escapes of terminals and malformed bytes as escapes', async () => {
    const hostile = Buffer.from([0x1b, 0x5b, 0x33, 0x31, 0x6d, 0x07, 0xff, 0xc2, 0x9b, 0x5c]);
    expect(await print(text, [hostile])).toBe('14:02:11.004 ↓ \\x1B[31m\\x07\\xFF\\u{9B}\\\\\n');
  });

  it('keeps a character whole that two pieces share, and shows one that is cut off', async () => {
    const euro = Buffer.from('€');
    expect(await print(text, [euro.subarray(0, 1), euro.subarray(1)])).toBe('14:02:11.004 ↓ €\n');
    expect(await print(text, ['a', euro.subarray(0, 2)])).toBe('14:02:11.004 ↓ a\\xE2\\x82\n');
  });

  it('has a line for an empty datagram', async () => {
    expect(await print(text, [])).toBe('14:02:11.004 ↓\n');
  });
});

describe('hex', () => {
  it('shows offsets, bytes and characters', async () => {
    expect(await print(exporters.hex.write(live).record, ['0123456789abcdef', 'x\u0000'])).toBe(
      [
        '14:02:11.004 ↓ 000000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  0123456789abcdef',
        `14:02:11.004 ↓ 000010  78 00 ${' '.repeat(42)} x·`,
        '',
      ].join('\n'),
    );
  });

  it('has a line for an empty datagram', async () => {
    expect(await print(exporters.hex.write(live).record, [])).toBe('14:02:11.004 ↓ 000000\n');
  });
});

it('raw is the bytes', async () => {
  expect(await print(exporters.raw.write(live).record, ['a', '\u001b'])).toBe('a\u001b');
});

it('an event is a sentence without controls', () => {
  const detail = { kind: 'note', note: 'rule', rule: 1, words: 'a\u001b[31m' } as const;
  expect(eventLine(entry(0, { kind: 'note', detail }), live)).toMatch(/^14:02:11\.004 ● .*a\\x1B\[31m.*\n$/);
});

describe('what is kept', () => {
  const stamp = new Date(2026, 10, 20, 14, 2, 11, 4).toISOString().replace('Z', '000Z');

  it('has the day and the peer in each line', async () => {
    expect(await print(exporters.text.write(kept).record, ['a\r\nb'])).toBe(
      `${stamp} ↓ 127.0.0.1:51000 4 a\\r\\nb\n`,
    );
    expect(await print(exporters.hex.write(kept).record, ['a\n'])).toBe(
      `${stamp} ↓ 127.0.0.1:51000 000000  61 0A${' '.repeat(43)} a·\n`,
    );
  });

  it.each(['text', 'hex'] as const)('has events in it as %s', async (format) => {
    const detail = { kind: 'half-closed', by: 'peer', closeNotify: null } as const;
    expect(await print(exporters[format].write(kept).record, [], { kind: 'half-closed', detail })).toMatch(
      /^\S+ ● 127\.0\.0\.1:51000 - .* finished sending .*\n$/,
    );
  });

  it('says that a line of text is cut after a mebibyte', async () => {
    const line = await print(exporters.text.write(kept).record, ['x'.repeat(2 ** 20), 'y']);
    expect(line).toMatch(/ 1048577 x+ …\n$/);
  });
});

describe('html', () => {
  const report = (pieces: (string | Buffer)[], change: Partial<Entry> = {}): Promise<string> =>
    print(exporters.html.write(kept).record, pieces, change);

  it('shows what was said with signs for controls, and none of it as part of the page', async () => {
    const page = await report(['<script>alert("1")</script>&amp;\r\n', "\u001b[31m'\u202e"]);
    expect(page).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&amp;amp;<i>CR</i><i>LF</i>\n');
    expect(page).toContain('<i>ESC</i>[31m&#39;<i>U+202E</i>');
    for (const raw of ['<script', '\u001b', '\u202e']) expect(page).not.toContain(raw);
  });

  it('keeps a character whole that two pieces share, and tells malformed bytes apart', async () => {
    const euro = Buffer.from('a€b');
    expect(await report([euro.subarray(0, 2), euro.subarray(2)])).toContain('<pre>a€b</pre>');
    expect(await report([Buffer.from('abcdefgh\xffi', 'latin1')])).toContain('abcdefgh<u>FF</u>i');
  });

  it('shows what is no text as offsets, bytes and characters', async () => {
    const bytes = Buffer.from([...Array(15).fill(0), 0x3c, 1]);
    expect(await report([bytes])).toContain(
      '<i>000000</i>  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 3C  ...............&lt;\n<i>000010</i>  01',
    );
  });

  it('has the peer, notes and sentences of events as text', async () => {
    const annotation = { bookmarked: true, note: '<b>', tags: ['a&b'] };
    expect(await report(['x'], { annotation, peer: '<i>' })).toMatch(/&lt;i&gt;.*★ #a&amp;b &lt;b&gt;/);
    const detail = { kind: 'note', note: 'rule', rule: 1, words: '<img src=x>' } as const;
    expect(await report([], { kind: 'note', detail })).toContain('&lt;img src=x&gt;');
  });
});
