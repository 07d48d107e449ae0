import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import type { Entry } from './exporter.ts';
import { cell, csv } from './csv.ts';

const entry = (change: Partial<Entry>): Entry => ({
  ...{
    sequence: 12,
    time: Date.UTC(2026, 10, 20, 14, 2, 11, 4),
    kind: 'received',
    endpoint: '',
    connection: 3,
  },
  ends: { local: { host: '::1', port: 9000, family: 'IPv6' }, remote: null },
  ...{ peer: '[::1]:51000', length: 0, detail: null },
  ...change,
});

const written = (...records: { entry: Entry; pieces: string[] }[]): Promise<string> =>
  writtenAs(false, records);

async function writtenAs(isDecoded: boolean, records: { entry: Entry; pieces: string[] }[]): Promise<string> {
  const { head, record } = csv.write({ transport: 'tcp', isLive: false, showsPeer: true, isDecoded });
  let text = String(head);
  for (const { entry, pieces } of records) {
    async function* payload(): AsyncGenerator<Uint8Array> {
      for (const piece of pieces) yield Buffer.from(piece);
    }
    for await (const part of record(entry, payload())) text += part.toString();
  }
  return text;
}

const rowsOf = (text: string): string[][] => {
  const program = 'import csv,sys,json; print(json.dumps(list(csv.reader(sys.stdin, strict=True))))';
  const { stdout } = spawnSync('python3', ['-c', program], { input: text, encoding: 'utf8' });
  return JSON.parse(stdout) as string[][];
};

it('is read by python3 as it was meant, whatever a peer says', async () => {
  const says = 'a,"b"\r\n=1+1\n';
  const note = { kind: 'note', note: 'rule', rule: 1, words: 'w' } as const;
  const text = await written(
    {
      entry: entry({
        length: says.length,
        annotation: { bookmarked: true, tags: ['slow', 'odd'], note: 'why, "so"' },
      }),
      pieces: [says.slice(0, 4), says.slice(4)],
    },
    { entry: entry({ sequence: 13 }), pieces: [] },
    { entry: entry({ sequence: 14, kind: 'note', detail: note }), pieces: [] },
  );
  const [head, first, empty, event] = rowsOf(text);
  expect(head).toHaveLength(13);
  expect(first).toEqual([
    ...['12', '2026-11-20T14:02:11.004000Z', 'received', '3', '[::1]:9000', '', '[::1]:51000', '12'],
    ...['true', 'slow;odd', 'why, "so"'],
    ...['a,"b', Buffer.from(says).toString('hex')],
  ]);
  expect(empty?.slice(7)).toEqual(['0', '', '', '', '', '']);
  expect(event?.slice(7)).toEqual(['', '', '', '', expect.stringContaining('w'), '']);
  expect(text.split('\r\n')).toHaveLength(5);
});

it('has no cell that a spreadsheet would take for a formula', () => {
  for (const start of ['=', '+', '-', '@', '\t', '\r'])
    expect(cell(`${start}cmd`).replace('"', '')).toMatch(/^'/);
  expect(cell('plain')).toBe('plain');
});

it('shows the beginning of a long payload as text, and all of it as hex', async () => {
  const says = 'x'.repeat(50_000);
  const [, row] = rowsOf(await written({ entry: entry({ length: says.length }), pieces: [says] }));
  expect(row?.[11]).toMatch(/^x{8000} …$/);
  expect(row?.[12]).toHaveLength(100_000);
});

it('has what is decoded of each behind its bytes, and a cell for it in every row', async () => {
  const says = { as: 'http', summary: '=GET /', error: null, goesOn: false } as const;
  const note = { kind: 'note', note: 'rule', rule: 1, words: 'w' } as const;
  const [head, first, empty, event] = rowsOf(
    await writtenAs(true, [
      { entry: entry({ length: 2, decoded: () => says }), pieces: ['hi'] },
      { entry: entry({}), pieces: [] },
      { entry: entry({ kind: 'note', detail: note }), pieces: [] },
    ]),
  );
  expect(head?.slice(-2)).toEqual(['hex', 'decoded']);
  expect(first?.slice(-3)).toEqual(['hi', '6869', "'=GET /"]);
  expect([empty, event].map((row) => [row?.length, row?.at(-1)])).toEqual([
    [14, ''],
    [14, ''],
  ]);
});
