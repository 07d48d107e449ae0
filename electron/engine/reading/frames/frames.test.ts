import * as fc from 'fast-check';
import { truncate, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Framer, type Framing } from '../../../../shared/framing/framer.ts';
import { readFilter } from '../../../../shared/filter/filter.ts';
import { parseFraming } from '../../../../shared/framing/spec.ts';
import { cutAt } from '../../../../shared/testing/cut-at.ts';
import type { Capture } from '../../capture/capture.ts';
import { kindNumber } from '../../capture/format.ts';
import { noStream } from '../../capture/recorder.ts';
import {
  anyFilter,
  filesOf,
  openCapture,
  openView,
  recordOpened,
  rowsOf,
  save,
  text,
  until,
  viewsOf,
  withBench,
} from '../../testing/capture-kit.ts';
import { exporters } from '../exporters/exporters.ts';
import { wantedOf } from '../matches.ts';
import type { View } from '../view.ts';
import { FrameRows } from './frame-rows.ts';
import { Lens } from './lens.ts';
import { siftOf } from './sift.ts';
import { frameBytes, frameEdges } from './stretch.ts';

function framingOf(spec: string): Framing {
  const read = parseFraming(spec);
  if (!read.ok) throw new Error(spec);
  return read.framing;
}

const both = (spec: string) => ({ sent: framingOf(spec), received: framingOf(spec) });
const finished = (view: View): Promise<void> =>
  until(() => view.summary.scanned === view.summary.total || view.summary.failure !== null);
const filterOf = (filter: string) => ({ connection: null, text: filter });

async function* eachRow(view: View) {
  await finished(view);
  for (let from = 0; from < view.length; from += 512) yield* await rowsOf(view, from, 512);
}

/** Each frame: its connection, direction, bytes, and what is amiss. Of an event its kind. */
async function shown(capture: Capture, view: View): Promise<string[]> {
  const all: string[] = [];
  for await (const { connection, kind, sequence, length, frame } of eachRow(view)) {
    if (frame === null) {
      all.push(kind);
      continue;
    }
    const amiss = frame.mark ?? frame.why;
    const bytes = await frameBytes(capture, { sequence, length, ...frame });
    all.push(`${connection} ${kind} ${text(bytes)}${amiss === null ? '' : ` ${amiss}`}`);
  }
  return all;
}

function closed(capture: Capture, stream: number): void {
  const counters = { receivedBytes: 0, sentBytes: 0, unsentBytes: 0, durationMs: 0 };
  capture.recordDetail(stream, { kind: 'closed', by: 'peer', how: 'finish', ...counters });
}

/** Two connections whose lines lie across each other's records. */
function talked(capture: Capture): [number, number] {
  const [one, other] = [recordOpened(capture), recordOpened(capture)];
  const say = (stream: number, kind: 'sent' | 'received', bytes: string): void =>
    void capture.record(kind, stream, Buffer.from(bytes));
  say(one, 'received', 'ab');
  say(other, 'received', 'x\ny');
  say(one, 'sent', 'q\nr');
  say(one, 'received', 'c\n\nd');
  closed(capture, one);
  say(other, 'received', 'z\n');
  return [one, other];
}

describe('a capture by frames', () => {
  it('has those of each connection and direction where they ended, among the events', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      talked(capture);
      const view = openView(capture, anyFilter, both('lf'));
      expect(await shown(capture, view)).toEqual([
        ...['opened', 'opened', '1 received x\n', '0 sent q\n'],
        ...['0 received abc\n', '0 received \n', '0 sent r no-end', '0 received d no-end'],
        ...['closed', '1 received yz\n'],
      ]);
      const rows = await rowsOf(view);
      expect(rows[4]).toMatchObject({ row: 4, sequence: 2, length: 4, peer: '127.0.0.1:50000' });
      expect(rows[4]!.frame).toEqual({ within: 0, last: 5, offset: 0, mark: null, why: null, edges: [2] });
      expect(rows[9]).toMatchObject({ sequence: 3, length: 3, frame: { within: 2, last: 7, offset: 2 } });
      expect(rows[4]!.previousTime).toBe(rows[3]!.time);
      expect(await rowsOf(view, 9, 5)).toEqual([rows[9]]);
    }));

  it('leaves a direction that is not cut as it is', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      talked(capture);
      const view = openView(capture, anyFilter, { sent: null, received: framingOf('lf') });
      const rows = await shown(capture, view);
      expect(rows.filter((row) => row === 'sent')).toHaveLength(1);
      expect(rows).toContain('0 received abc\n');
    }));

  it('finds the row in which a byte of a record lies', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      talked(capture);
      const view = openView(capture, anyFilter, both('lf'));
      await finished(view);
      const places: [number, number, number][] = [
        [0, 0, 0],
        [2, 0, 4],
        [2, 1, 4],
        [3, 1, 2],
        [3, 2, 9],
        [5, 0, 4],
        [5, 2, 5],
        [5, 3, 7],
        [6, 0, 8],
        [7, 0, 9],
        [99, 0, 10],
      ];
      for (const [sequence, within, row] of places)
        expect([sequence, within, await view.rowOf(sequence, within)]).toEqual([sequence, within, row]);
    }));

  it.each([
    ['text:abc', ['0 received abc\n']],
    ['hex:0a', ['1 received x\n', '0 sent q\n', '0 received abc\n', '0 received \n', '1 received yz\n']],
    ['frame:rest', ['0 sent r no-end', '0 received d no-end']],
    ['frame:whole dir:sent', ['0 sent q\n']],
    ['/^y.\\n$/', ['1 received yz\n']],
    ['conn:1 -dir:event', ['1 received x\n', '1 received yz\n']],
    ['is:event', ['opened', 'opened', 'closed']],
    ['kind:closed', ['closed']],
    ['is:event /./', ['opened', 'opened', 'closed']],
    ['peer:50001', []],
    ['peer:50000 dir:sent', ['0 sent q\n', '0 sent r no-end']],
  ])('shows of %s what passes as a frame', (filter, expected) =>
    withBench(async ({ open }) => {
      const capture = await open();
      talked(capture);
      expect(await shown(capture, openView(capture, filterOf(filter), both('lf')))).toEqual(expected);
    }),
  );

  it('shows those of one connection, and cuts no other', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const [, other] = talked(capture);
      const view = openView(capture, { connection: other, text: 'dir:received' }, both('lf'));
      expect(await shown(capture, view)).toEqual(['1 received x\n', '1 received yz\n']);
    }));

  it('gives up an expression that does not end, so that sockets have their turn', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      capture.record('received', stream, Buffer.from(`${'a'.repeat(40)}\n`));
      const view = openView(capture, filterOf('/(a+)+b/'), both('lf'));
      await finished(view);
      expect(view.summary.failure?.code).toBe('FILTER_TOO_SLOW');
      const wrong = openView(capture, filterOf('nokey:1'), both('lf'));
      expect(wrong.summary.failure?.code).toBe('INVALID_FILTER');
    }));

  it('has an answer, or says that it took too long, where that is known only behind the last row', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      recordOpened(capture);
      const read = readFilter('/a/');
      if (!read.ok) throw new Error();
      const slow = new Int32Array(new SharedArrayBuffer(4));
      const test = () => Atomics.wait(slow, 0, 0, 250) === 'timed-out';
      const wanted = { ...wantedOf(anyFilter, null), filter: { ...read.filter, test } };
      const found = [{ row: 0, kind: kindNumber('opened'), stream: 0, length: 0, time: 0, bytes: null }];
      const sift = async () => siftOf(capture, wanted)!(found);
      const ended = await sift().catch(({ code }: { code: unknown }) => code);
      expect([[0], 'FILTER_TOO_SLOW']).toContainEqual(ended);
    }));

  it('passes by size, by time and by the pause before a row', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const one = recordOpened(capture);
      const opened = (await capture.entries(one, 1)).time(0);
      const say = (bytes: string, after: number) =>
        capture.record('received', one, Buffer.from(bytes), opened + after);
      say('a\nbb\ncc', 100);
      say('c\nd\n', 2100);
      const passing = async (text: string) => {
        const view = openView(capture, { ...anyFilter, text }, both('lf'));
        return (await shown(capture, view)).map((row) => row.split(' ').at(-1));
      };
      expect(await passing('size:>2')).toEqual(['bb\n', 'ccc\n']);
      expect(await passing('number:u16be:0x630a')).toEqual(['ccc\n']);
      expect(await passing('delta:>1s')).toEqual(['ccc\n']);
      expect(await passing('delta:0 size:>0')).toEqual(['bb\n', 'd\n']);
      expect(await passing('time:2001-01-01')).toEqual([]);
      expect(await passing('is:data time:>2001-01-01 b')).toEqual(['bb\n']);
    }));

  it('passes by what frames say, be it within what carries it', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const one = recordOpened(capture);
      const carried = (text: string): Buffer => Buffer.from([0, text.length, ...Buffer.from(text)]);
      capture.record('received', one, Buffer.concat([carried('{"unit": 3}'), carried('{"unit": 4}')]));
      const view = openView(capture, { ...anyFilter, text: 'decoded:unit=3' }, both('length:u16be'));
      expect(await shown(capture, view)).toEqual(['0 received \0\v{"unit": 3}']);
    }));

  it('has the same bytes however the stream was recorded', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const specs = ['lf:max=3', 'line', 'length:u8,max=4', 'between:start=6162,end=63,max=4', 'fixed:3'];
      const streams = fc.array(fc.constantFrom('a', 'ab', 'c', '\r', '\n', '\x01', '\x02'), {
        maxLength: 30,
      });
      const property = fc.asyncProperty(
        fc.constantFrom(...specs),
        streams,
        fc.array(fc.nat(60), { maxLength: 8 }),
        async (spec, parts, places) => {
          capture.clear();
          const bytes = Buffer.from(parts.join(''), 'latin1');
          const stream = recordOpened(capture);
          for (const chunk of cutAt(bytes, places)) {
            capture.record('received', stream, chunk);
            capture.record('received', stream + 1, Buffer.from('other'));
          }
          closed(capture, stream);
          const expected: string[] = [];
          const tell = (from: number, to: number): void =>
            void expected.push(bytes.subarray(from, to).toString('latin1'));
          const framer = new Framer(framingOf(spec), tell);
          framer.push(bytes, 0);
          const rest = framer.finish();
          if (rest !== null) tell(rest.start, rest.end);
          const view = openView(capture, anyFilter, { sent: null, received: framingOf(spec) });
          const found: string[] = [];
          for await (const { connection, sequence, length, frame } of eachRow(view)) {
            if (frame === null || connection !== stream) continue;
            const own = await frameBytes(capture, { sequence, length, ...frame });
            found.push(Buffer.from(own).toString('latin1'));
          }
          view.close();
          expect(found).toEqual(expected);
        },
      );
      await fc.assert(property, { numRuns: 60 });
    }));

  it('grows with it, with frames that end by a pause too, and begins anew when it is cleared', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const view = openView(capture, filterOf('dir:received'), both('gap:20ms'));
      capture.record('received', stream, Buffer.from('ab'));
      capture.record('received', stream, Buffer.from('c'));
      await until(() => view.length === 1);
      expect(await shown(capture, view)).toEqual(['0 received abc']);
      capture.clear();
      expect(view.summary).toMatchObject({ rows: 0, total: 0 });
      capture.record('received', stream, Buffer.from('d'));
      await capture.flush();
      await until(() => view.length === 1);
      expect(await shown(capture, view)).toEqual(['0 received d']);
      await capture.close();
      expect(view.length).toBe(1);
    }));

  it('tells what is left where a side finished, and of all that a killed process had open', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const streams = [recordOpened(capture), recordOpened(capture), recordOpened(capture)];
      for (const stream of streams) {
        capture.record('received', stream, Buffer.from('r'));
        capture.record('sent', stream, Buffer.from('s'));
      }
      const view = openView(capture, anyFilter, both('lf'));
      await finished(view);
      expect(view.summary).toMatchObject({ rows: 3, begun: 6 });
      for (const closeNotify of [null, true, false]) {
        capture.recordDetail(streams[0]!, { kind: 'half-closed', by: 'peer', closeNotify });
        capture.recordDetail(streams[1]!, { kind: 'half-closed', by: 'us', closeNotify });
      }
      expect((await shown(capture, view)).filter((row) => row.endsWith('no-end'))).toEqual([
        '0 received r no-end',
        '1 sent s no-end',
      ]);
      expect(view.summary.begun).toBe(4);
      capture.recordDetail(noStream, { kind: 'note', note: 'capture-ended-early' });
      expect((await shown(capture, view)).slice(-5)).toEqual([
        ...['0 sent s no-end', '1 received r no-end', '2 received r no-end', '2 sent s no-end'],
        'note',
      ]);
      expect(view.summary.begun).toBe(0);
    }));

  it('leaves others their turn however many frames there are in a read', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const records = 5;
      for (let i = 0; i < records; i++) capture.record('received', stream, new Uint8Array(60_000).fill(10));
      await capture.flush();
      const view = openView(capture, anyFilter, both('line'));
      const steps = [];
      for (let before = 0; view.summary.scanned < view.summary.total; before = view.length) {
        await new Promise((resolve) => setImmediate(resolve));
        steps.push(view.length - before);
      }
      expect(view.length).toBe(1 + records * 60_000);
      expect(Math.max(...steps)).toBeLessThan(20_000);
      const [row] = await rowsOf(view, 100_000, 1);
      expect(row).toMatchObject({ sequence: 2, length: 1, frame: { within: 39_999, offset: 99_999 } });
      expect(await view.rowOf(2, 39_999)).toBe(100_000);
    }));

  it('looks through long frames that end in one read a few at a time', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const streams = Array.from({ length: 40 }, () => recordOpened(capture));
      const long = new Uint8Array(1_000_000).fill(0x61);
      for (const stream of streams) capture.record('received', stream, long);
      for (const [at, stream] of streams.entries())
        capture.record('received', stream, Buffer.from(at % 2 === 0 ? 'x\n' : 'y\n'));
      await capture.flush();
      const view = openView(capture, filterOf('ax'), both('line'));
      await finished(view);
      expect((await rowsOf(view)).map(({ connection }) => connection)).toEqual(
        streams.filter((_, at) => at % 2 === 0),
      );
    }));

  it('cuts records that are longer than what is read at a time', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const long = new Uint8Array(900_000).fill(0x61);
      long[700_000] = 10;
      capture.record('received', stream, Buffer.from('x\n'));
      capture.record('received', stream, long);
      closed(capture, stream);
      const view = openView(capture, filterOf('dir:received'), both('lf'));
      await finished(view);
      const rows = await rowsOf(view);
      expect(rows.map(({ length }) => length)).toEqual([2, 700_001, 199_999]);
      const [, one, rest] = rows;
      const bytes = await frameBytes(capture, { ...one!, ...one!.frame! });
      expect([bytes.length, bytes[699_999], bytes[700_000]]).toEqual([700_001, 0x61, 10]);
      expect(rest).toMatchObject({ sequence: 2, frame: { why: 'no-end', within: 700_001 } });
      expect(await view.rowOf(2, 700_001)).toBe(2);
    }));

  it('is found by and by: others have their turn, it says how far it is, and it can be stopped', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const line = Buffer.from(`${'x'.repeat(127)}\n`);
      const records = 100_000;
      for (let i = 0; i < records; i++) capture.record('received', stream, line);
      await capture.flush();
      const view = openView(capture, anyFilter, both('lf'));
      const seen = new Set<number>();
      while (view.summary.scanned < view.summary.total) {
        seen.add(view.summary.scanned);
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(view.summary).toMatchObject({ rows: records + 1, failure: null });
      expect(seen.size).toBeGreaterThan(20);
      const stopped = openView(capture, anyFilter, both('lf'));
      await until(() => stopped.length > 0);
      stopped.close();
      const before = stopped.length;
      expect(before).toBeLessThan(records);
      await capture.close();
      expect(stopped.length).toBeLessThan(records);
    }));

  it('goes on behind damaged bytes, which have a row of their own, and ends where there is no room', () =>
    withBench(async ({ folder, open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      for (let i = 0; i < 10; i++) capture.record('received', stream, Buffer.from('abc\n'));
      const few = new FrameRows(capture, both('lf'), wantedOf(anyFilter, null), undefined, 3);
      await until(() => few.failure !== null);
      expect([few.failure?.code, few.length]).toEqual(['FRAMES_FULL', 3]);
      await capture.close();
      const [data] = await filesOf(folder, 'data-');
      const again = await openCapture(folder);
      await truncate(join(folder, data!), 60);
      const view = openView(again, filterOf('-is:event'), both('lf'));
      await finished(view);
      expect(view.summary.failure).toBeNull();
      expect((await rowsOf(view)).map(({ kind }) => kind)).toContain('note');
      await again.close();
    }));

  it('is saved as it is shown', () =>
    withBench(async ({ folder, open }) => {
      const capture = await open();
      talked(capture);
      const view = openView(capture, filterOf('-is:event'), both('lf'));
      const path = join(folder, 'saved.jsonl');
      await save(capture, view, path, exporters.jsonl);
      const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
      const saved = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(saved).toHaveLength(7);
      expect(saved[2]).toMatchObject({
        ...{ kind: 'frame', direction: 'received', sequence: 5, offset: 0, length: 4 },
        ...{ hex: '6162630a', payloadHex: '616263', mark: null },
      });
      expect(saved[4]).toMatchObject({ kind: 'rest', hex: '72', why: 'no-end' });
    }));

  it('tells where frames begin in a record, as it grows and when it is cut by another rule', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const [one, other] = talked(capture);
      const lens = new Lens(capture, viewsOf(capture));
      expect(await lens.startsIn([5], both('lf'))).toEqual([[2, 3]]);
      expect(await lens.startsIn([2], both('lf'))).toEqual([[0]]);
      expect(await lens.startsIn([7], both('lf'))).toEqual([[]]);
      expect(await lens.startsIn([0], both('lf'))).toEqual([[]]);
      expect(await lens.startsIn([5], { sent: framingOf('lf'), received: null })).toEqual([[]]);
      expect(await lens.startsIn([5], both('fixed:3'))).toEqual([[1]]);
      const later = capture.record('received', other, Buffer.from('a\nb\n'));
      await capture.flush();
      expect(await lens.startsIn([later], both('lf'))).toEqual([[0, 2]]);
      const asked = Array.from({ length: 20 }, (_, at) => lens.startsIn([5], both(`lf:max=${at + 4}`)));
      const answers = await Promise.all(asked);
      expect(answers.filter((starts) => starts[0]!.length === 2)).toHaveLength(8);
      expect(answers.filter((starts) => starts[0]!.length === 0)).toHaveLength(12);
      expect(await lens.startsIn([5], both('fixed:3'))).toEqual([[1]]);
      await expect(lens.startsIn([99], both('lf'))).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect(one).toBe(0);
    }));

  it('tells the same of records of several connections, and of a frame that has not ended yet', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const [one, other] = [recordOpened(capture), recordOpened(capture)];
      const say = (stream: number, bytes: string) => capture.record('received', stream, Buffer.from(bytes));
      const said = [
        say(one, 'a\nb\nc'),
        say(other, 'x\ny'),
        say(one, 'cc\nd'),
        say(other, 'y'),
        say(other, 'y\nz'),
      ];
      await capture.flush();
      const lens = new Lens(capture, viewsOf(capture));
      const starts = [[0, 2, 4], [0, 2], [3], [], [2]];
      expect(await lens.startsIn([...said, 0], both('lf'))).toEqual([...starts, []]);
      expect(await lens.startsIn(said.toReversed(), both('lf'))).toEqual(starts.toReversed());
      expect(await lens.startsIn([], both('lf'))).toEqual([]);
    }));

  it('gives the bytes of a stretch, and where its reads begin, to who names one that there is', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      talked(capture);
      const frame = { sequence: 2, within: 1, last: 5, length: 4 };
      expect(text(await frameBytes(capture, frame, 1, 2))).toBe('c\n');
      expect(await frameEdges(capture, frame)).toEqual([1]);
      expect(await frameBytes(capture, { ...frame, length: 999 })).toHaveLength(5);
      expect(await frameBytes(capture, { ...frame, within: 99 })).toHaveLength(0);
      for (const sequence of [0, 99])
        await expect(frameBytes(capture, { ...frame, sequence })).rejects.toMatchObject({
          code: 'INVALID_ARGUMENT',
        });
    }));
});
