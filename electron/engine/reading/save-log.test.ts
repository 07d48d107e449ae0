import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { noStream } from '../capture/recorder.ts';
import {
  anyFilter,
  openView,
  recordOpened,
  save,
  until,
  viewsOf,
  withBench,
} from '../testing/capture-kit.ts';
import { exporters } from './exporters/exporters.ts';
import type { RowSource } from './row-source.ts';
import { saveLog } from './save-log.ts';

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);
const linesOf = async (path: string): Promise<string[]> =>
  (await readFile(path, 'utf8')).trimEnd().split('\n');

describe('saving', () => {
  it('writes a line per row, long payloads and all', () =>
    withBench(async ({ folder, open }) => {
      const capture = await open();
      recordOpened(capture);
      for (let i = 0; i < 600; i++) capture.record('received', 0, bytes(`line ${i}`));
      const long = 'long '.repeat(200_000);
      capture.record('sent', 0, bytes(long));
      const path = join(folder, 'saved.txt');
      const saved = await save(capture, openView(capture, anyFilter), path);
      const content = await readFile(path, 'utf8');
      expect(saved).toBe(Buffer.byteLength(content));
      const lines = content.trimEnd().split('\n');
      expect(lines.length).toBe(602);
      expect(lines[600]).toContain('line 599');
      expect(lines[601]).toContain(long.trimEnd());
    }));

  it('writes the log as it was when the log is cleared meanwhile and the view closed, and fails when it is cancelled', () =>
    withBench(async ({ folder, open }) => {
      const capture = await open();
      for (let i = 0; i < 2000; i++) capture.record('received', noStream, bytes(`line ${i}`));
      const path = join(folder, 'saved.txt');
      const view = openView(capture, anyFilter);
      const saving = save(capture, view, path);
      capture.clear();
      view.close();
      for (let i = 0; i < 3000; i++) capture.record('received', noStream, bytes('new'));
      await saving;
      const lines = await linesOf(path);
      expect(lines.length).toBe(2000);
      expect(lines[1999]).toContain('line 1999');

      const cancel = new AbortController();
      const again = openView(capture, anyFilter);
      const cut = save(capture, again, path, exporters.text, {
        signal: cancel.signal,
        told: () => cancel.abort(),
      });
      await expect(cut).rejects.toMatchObject({ code: 'CANCELLED' });
      expect((await linesOf(path)).length).toBe(2000);
      expect((await readdir(folder)).filter((name) => name.startsWith('saved'))).toEqual(['saved.txt']);
      await expect(save(capture, again, join(folder, 'no', 'such'))).rejects.toMatchObject({
        code: 'ENOENT',
      });
    }));

  it('ends before the first row that came later, whatever stands behind that', () =>
    withBench(async ({ folder, open }) => {
      const capture = await open();
      for (const text of ['one', 'two', 'three']) capture.record('received', noStream, bytes(text));
      const view = openView(capture, anyFilter);
      const kept = view.keepRows();
      const [first, second, later] = await kept.rows(0, 3);
      const rows: RowSource = {
        ...{ base: 0, length: 3, scannedTo: 3, begun: 0, failure: null, reachable: 2 },
        ...{ words: kept.words, encodings: kept.encodings },
        rows: (from) => Promise.resolve([first!, later!, second!].slice(from)),
        rowOf: () => 0,
        payload: (row, at, most) => kept.payload(row, at, most),
        framingOf: () => null,
        grow: () => undefined,
        changed: () => Promise.resolve(),
        keep: () => rows,
        close: () => kept.close(),
      };
      const path = join(folder, 'saved.txt');
      const saved = { capture, rows, exporter: exporters.text, path, transport: 'tcp', url: '' } as const;
      await saveLog(saved, { signal: new AbortController().signal, told: () => undefined });
      rows.close();
      expect((await linesOf(path)).map((line) => line.split(' ').at(-1))).toEqual(['one']);
    }));

  it('waits for a search that still looks, also when the log is cleared and the view closed meanwhile', () =>
    withBench(async ({ folder, open }) => {
      const capture = await open();
      const records = 100_000;
      for (let i = 0; i < records; i++)
        capture.record('received', noStream, bytes(i % 2 === 0 ? `needle ${i}` : 'hay'));
      const view = openView(capture, { ...anyFilter, text: 'needle' });
      const path = join(folder, 'found.txt');
      const told: number[] = [];
      const saving = save(capture, view, path, exporters.text, {
        signal: new AbortController().signal,
        told: (done, total) => void told.push(done / total),
      });
      expect(view.summary.scanned).toBeLessThan(records);
      await until(() => told.length > 0);
      capture.clear();
      view.close();
      await saving;
      const lines = await linesOf(path);
      expect(lines.length).toBe(records / 2);
      expect(lines.at(-1)).toContain(`needle ${records - 2}`);
      expect(told).toEqual(told.toSorted((a, b) => a - b));
      expect(told.at(-1)).toBe(1);
    }));

  it('fails with what a search fails with', () =>
    withBench(async ({ folder, open }) => {
      const capture = await open();
      capture.record('received', noStream, bytes(`${'a'.repeat(60)}!`));
      const view = viewsOf(capture, { silenceMs: 300 }).open({ ...anyFilter, text: '/^(a+)+$/' });
      await expect(save(capture, view, join(folder, 'none.txt'))).rejects.toMatchObject({
        code: 'FILTER_TOO_SLOW',
      });
      expect(await readdir(folder)).not.toContain('none.txt');
    }));

  it('writes objects with the ends of connections, or what was received alone', () =>
    withBench(async ({ folder, open }) => {
      const capture = await open();
      const local = { host: '127.0.0.1', port: 9001, family: 'IPv4' } as const;
      capture.recordDetail(noStream, { kind: 'listening', local, backlog: 1 });
      const stream = recordOpened(capture, 51_000);
      capture.record('received', stream, bytes('a'));
      capture.record('sent', stream, bytes('b'));
      capture.record('received', stream, new Uint8Array(300_000));
      const path = join(folder, 'saved');
      const view = openView(capture, { ...anyFilter, text: 'dir:received' });
      await save(capture, openView(capture, anyFilter), path, exporters.jsonl);
      const objects = (await linesOf(path)).map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(objects.map(({ kind }) => kind)).toEqual([
        'listening',
        'opened',
        'received',
        'sent',
        'received',
      ]);
      expect(objects[2]).toMatchObject({
        endpoint: 'tcp://127.0.0.1:9001',
        connection: stream,
        remote: { port: 51_000 },
        length: 1,
        hex: '61',
      });
      expect(objects[4]!.hex).toHaveLength(600_000);
      for (const shown of [view, openView(capture, anyFilter)]) {
        await save(capture, shown, path, exporters.raw);
        expect(await readFile(path)).toEqual(Buffer.concat([bytes('a'), new Uint8Array(300_000)]));
      }
    }));
});
