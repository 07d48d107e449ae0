import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import type { RecordDetail } from '../../../../shared/records.ts';
import type { Entry, ExportOptions } from './exporter.ts';
import { mostRecords, svg } from './svg.ts';

const options = { transport: 'tcp', isLive: false, showsPeer: true } as const;
const counters = { receivedBytes: 0, sentBytes: 0, unsentBytes: 0, durationMs: 1 };

type Said = {
  payload?: string | Uint8Array;
  detail?: RecordDetail;
  kind?: 'sent' | 'received';
} & Partial<Entry>;

/** What becomes of records, one after the other; `read`: how many were offered before there was no room. */
async function pictureOf(
  said: Iterable<Said>,
  more: Partial<ExportOptions> = {},
): Promise<{ text: string; read: number }> {
  const writer = svg.write({ ...options, ...more });
  let read = 0;
  for (const { payload = '', detail = null, kind = 'received', ...change } of said) {
    if (writer.isFull) break;
    const bytes = Buffer.from(payload as string);
    const entry: Entry = {
      ...{
        sequence: ++read,
        time: 1_000_000 + read,
        kind: detail?.kind ?? kind,
        endpoint: 'tcp://127.0.0.1:9000',
      },
      ...{
        connection: 1,
        ends: { local: null, remote: null },
        peer: '127.0.0.1:51000',
        length: bytes.length,
        detail,
      },
      ...change,
    };
    const pieces = (async function* () {
      yield bytes;
    })();
    for await (const part of writer.record(entry, pieces)) expect(part).toBe('');
  }
  return { text: String(writer.foot), read };
}

/** By a reader of XML that takes nothing that is not well-formed: names of elements and attributes, and texts. */
function parsed(text: string): { names: Set<string>; attributes: Set<string>; texts: string[] } {
  const code = `import sys, json, xml.etree.ElementTree as tree
root = tree.fromstring(sys.stdin.buffer.read())
print(json.dumps([[each.tag, list(each.attrib.items()), each.text or ''] for each in root.iter()]))`;
  const printed = execFileSync('python3', ['-c', code], { input: text, maxBuffer: 2 ** 28 }).toString();
  const all = JSON.parse(printed) as [string, [string, string][], string][];
  return {
    names: new Set(all.map(([name]) => name.replace('{http://www.w3.org/2000/svg}', ''))),
    attributes: new Set(all.flatMap(([, attributes]) => attributes.map(([name]) => name))),
    texts: all.map(([, , said]) => said),
  };
}

const opened = {
  kind: 'opened',
  socket: 'stream',
  origin: 'accepted',
  local: null,
  remote: null,
  carried: false,
} as const;

describe('a sequence diagram as a picture', () => {
  it('has a lane for this side and for each peer, arrows both ways, and marks', async () => {
    const { text } = await pictureOf([
      { detail: opened },
      { payload: 'ping\r\n' },
      { payload: 'pong', kind: 'sent' },
      { payload: 'hello', connection: 4, peer: '127.0.0.1:51001' },
      { detail: { kind: 'closed', by: 'peer', how: 'reset', ...counters } },
    ]);
    const { texts } = parsed(text);
    for (const shown of [
      'This side',
      '127.0.0.1:51000',
      '127.0.0.1:51001',
      '6 B  ping\\r\\n',
      '4 B  pong',
      'resets (RST)',
    ])
      expect(texts).toContain(shown);
    expect(text.match(/<g class="(\w+)"/g)?.join()).toBe(
      ['event', 'received', 'sent', 'received', 'failure'].map((look) => `<g class="${look}"`).join(),
    );
  });

  it('is well-formed and holds nothing that runs or is loaded, whatever was said', async () => {
    const hostile = [
      ']]></text><script>alert(1)</script>',
      '<image href="http://evil/x"/>&xxe;<!ENTITY',
      '"\'><style>*{}</style>',
      '\u0000\u0008\u001b[31m\u202e\ufffe\uffff',
    ];
    const said = hostile.flatMap((payload): Said[] => [
      { payload, peer: payload },
      { payload: Buffer.from(payload, 'utf16le'), connection: 2, peer: payload },
      { detail: { kind: 'note', note: 'rule', rule: 1, words: payload } },
      { payload: 'x', decoded: () => ({ as: 'json', summary: payload, error: null, goesOn: false }) },
    ]);
    const { text } = await pictureOf([...said, { payload: Buffer.from([0xed, 0xa0, 0x80, 0x61]) }], {
      head: hostile.slice(0, 3),
    });
    const { names, attributes, texts } = parsed(text);
    expect([...names].toSorted()).toEqual(['g', 'path', 'rect', 'style', 'svg', 'text', 'title']);
    const known = [
      'class',
      'd',
      'height',
      'viewBox',
      'width',
      'x',
      'y',
      '{http://www.w3.org/XML/1998/namespace}space',
    ];
    expect([...attributes].toSorted()).toEqual(known);
    expect(texts.some((each) => each.includes('<script>'))).toBe(true);
    expect(text).not.toMatch(/<script|<image|url\(|@import|\u202e|<!/);
  });

  it('has what the bytes say in place of them, once all of them were read', async () => {
    let isRead = false;
    const decoded = () => {
      isRead = true;
      return { as: 'json', summary: 'fw 2.14', error: null, goesOn: false } as const;
    };
    const { text } = await pictureOf([{ payload: '{"fw":"2.14"}', decoded }]);
    expect([isRead, parsed(text).texts.includes('13 B  fw 2.14')]).toEqual([true, true]);
  });

  it('says what it has no room for, and reads no further', async () => {
    const many = Array.from({ length: mostRecords + 100 }, (): Said => ({ payload: 'x' }));
    const { text, read } = await pictureOf(many);
    expect(read).toBe(mostRecords + 1);
    expect(text).toContain('Only the first 2,000 records are drawn here.');
    const crowd = Array.from({ length: 30 }, (_, at): Said => ({ connection: at, peer: `peer ${at}` }));
    expect((await pictureOf(crowd)).text).toContain(
      '6 records are left out: a picture has room for 24 peers.',
    );
  });

  it('is a picture without any record, too', async () => {
    expect(parsed((await pictureOf([], { head: ['Exported by Socketscope'] })).text).texts).toContain(
      'Exported by Socketscope',
    );
  });
});
