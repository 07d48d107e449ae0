import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Direction } from '../../../shared/domain.ts';
import type { Filter } from '../../../shared/filter/filter.ts';
import { directionOf } from '../../../shared/show/directions.ts';
import type { RecordKind } from '../../../shared/records.ts';
import { parseFraming } from '../../../shared/framing/spec.ts';
import { Annotations } from '../capture/annotations.ts';
import type { Capture } from '../capture/capture.ts';
import { blockEntries } from '../capture/format.ts';
import { newStream, noStream } from '../capture/recorder.ts';
import {
  anyFilter,
  recordOpened,
  rowsOf,
  scanned,
  sequencesOf,
  until,
  viewsOf,
  withBench,
  openView,
} from '../testing/capture-kit.ts';
import type { Framings } from './frames/frame-scan.ts';

const words = ['alpha', 'Beta', 'GAMMA beta', '', 'straße', 'ÄPFEL'];
const failed = {
  kind: 'failed',
  during: 'connecting',
  code: 'ECONNREFUSED',
  message: 'connect ECONNREFUSED',
  host: '127.0.0.1',
  port: 9,
  receivedBytes: 0,
  sentBytes: 0,
  unsentBytes: 0,
  durationMs: 1,
} as const;

/** One record as a test thinks of it. `text` is what a filter may find; null for events. */
type Model = { kind: RecordKind; stream: number; text: string | null };
type Step =
  | { kind: 'received' | 'sent' | 'opened' | 'failed'; word: number; stream: number }
  | 'flush'
  | 'clear'
  | 'undo';

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      kind: fc.constantFrom('received', 'sent', 'opened', 'failed'),
      word: fc.nat(words.length - 1),
      stream: fc.nat(3),
    }),
  },
  { weight: 2, arbitrary: fc.constant<Step>('flush') },
  { weight: 1, arbitrary: fc.constantFrom<Step>('clear', 'undo') },
);
const looksFor = fc.record({
  directions: fc.uniqueArray(fc.constantFrom<Direction>('sent', 'received', 'event', 'failure'), {
    maxLength: 3,
  }),
  kinds: fc.uniqueArray(fc.constantFrom<RecordKind>('sent', 'received', 'opened', 'failed', 'note'), {
    maxLength: 3,
  }),
  connection: fc.option(fc.nat(5)),
  word: fc.constantFrom('', '', '', 'BETA', 'äpfel'),
});
type LooksFor = typeof looksFor extends fc.Arbitrary<infer T> ? T : never;

const filterOf = ({ directions, kinds, connection, word }: LooksFor): Filter => ({
  connection,
  text: [
    directions.length > 0 ? `dir:${directions.join()}` : '',
    kinds.length > 0 ? `kind:${kinds.join()}` : '',
    word,
  ]
    .filter(Boolean)
    .join(' '),
});

function add(capture: Capture, model: Model[], { kind, word, stream }: Exclude<Step, string>): void {
  // No record names a stream that is opened later.
  const named = Math.min(stream, model.length);
  if (kind === 'opened') recordOpened(capture);
  else if (kind === 'failed') capture.recordDetail(named, failed);
  else capture.record(kind, named, new TextEncoder().encode(words[word]));
  const isEvent = kind === 'opened' || kind === 'failed';
  model.push({
    kind,
    stream: kind === 'opened' ? model.length : named,
    text: isEvent ? null : words[word]!,
  });
}

function passes(record: Model, { directions, kinds, connection, word }: LooksFor): boolean {
  if (directions.length > 0 && !directions.includes(directionOf(record.kind))) return false;
  if (kinds.length > 0 && !kinds.includes(record.kind)) return false;
  if (connection !== null && record.stream !== connection) return false;
  return word === '' || (record.text?.toLowerCase().includes(word.toLowerCase()) ?? false);
}

describe('a view', () => {
  it('has the rows that pass its filter, in order, whatever comes, is written or cleared while it is open', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), looksFor, fc.nat(60), (steps, wanted, openAt) =>
        withBench(async ({ open }) => {
          const capture = await open();
          const model: Model[] = [];
          let view = openAt === 0 ? openView(capture, filterOf(wanted)) : null;
          for (const [i, action] of steps.entries()) {
            if (action === 'flush') await capture.flush();
            else if (action === 'clear') capture.clear();
            else if (action === 'undo') {
              if (capture.canUndoClear) capture.undoClear();
            } else add(capture, model, action);
            if (i === openAt) view = openView(capture, filterOf(wanted));
          }
          view ??= openView(capture, filterOf(wanted));
          await capture.flush();
          await scanned(view);
          const expected = model.flatMap((record, i) =>
            i >= capture.cleared && passes(record, wanted) ? [i] : [],
          );
          expect(view.summary.failure).toBeNull();
          expect(await sequencesOf(view)).toEqual(expected);
          expect(view.length).toBe(expected.length);
          for (const sequence of [0, capture.cleared, 7, model.length]) {
            const row = expected.findIndex((other) => other >= sequence);
            expect(view.rowOf(sequence, 0)).toBe(row === -1 ? expected.length : row);
          }
        }),
      ),
      { numRuns: 40 },
    );
  });

  it('grows by itself soon after records come', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const column = openView(capture, { ...anyFilter, text: 'dir:received' });
      const found = openView(capture, { ...anyFilter, text: 'x' });
      for (let i = 1; i <= 3; i++) {
        capture.record('received', noStream, new TextEncoder().encode('x'));
        await until(() => column.length === i && found.length === i);
      }
    }));

  it('leaves rows out that do not exist', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const view = openView(capture, anyFilter);
      expect(await rowsOf(view, 5, 10)).toEqual([]);
      for (let i = 0; i < 8; i++) capture.record('received', noStream, Uint8Array.of(i), 100 * i);
      const rows = await rowsOf(view, 5, 10);
      expect(rows.map(({ row, time, previousTime }) => [row, time, previousTime])).toEqual([
        [5, 500, 400],
        [6, 600, 500],
        [7, 700, 600],
      ]);
    }));

  it('tells the time since the row above, not since a record that the filter hides', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const view = openView(capture, { ...anyFilter, text: 'dir:sent' });
      for (let i = 0; i < 9; i++)
        capture.record(i % 3 === 0 ? 'sent' : 'received', noStream, Uint8Array.of(i), 100 * i);
      await scanned(view);
      for (const from of [0, 1, 2]) {
        const rows = await rowsOf(view, from, 10);
        expect(rows.map(({ row, time, previousTime }) => [row, time, previousTime])).toEqual(
          [
            [0, 0, 0],
            [1, 300, 0],
            [2, 600, 300],
          ].slice(from),
        );
      }
    }));

  it('passes by size and by the pause before a record, by the index alone and beside what has to be read', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const total = 2 * blockEntries + 10;
      const bytes = new TextEncoder().encode('x'.repeat(9));
      for (let i = 0; i < total; i++)
        capture.record(
          'received',
          noStream,
          bytes.subarray(0, i % 10),
          i + 5000 * Math.floor(i / blockEntries),
        );
      await capture.flush();
      const found = async (text: string) => {
        const view = openView(capture, { ...anyFilter, text });
        await scanned(view);
        return sequencesOf(view);
      };
      expect((await found('number:u16le:0x7878')).length).toBe(
        await found('size:>=2').then((all) => all.length),
      );
      for (const also of ['', ' x']) {
        expect(await found(`delta:>1s${also}`)).toEqual([blockEntries, 2 * blockEntries]);
        expect((await found(`size:8..9${also}`)).length).toBe(
          Math.floor(total / 10) * 2 + Math.max(0, (total % 10) - 8),
        );
        expect(await found(`time:>2020-01-01${also}`)).toEqual([]);
      }
      capture.clear();
      capture.record('received', noStream, bytes, 99_000);
      await capture.flush();
      expect(await found('delta:>0')).toEqual([]);
    }));

  it('passes by what a person said, in the index, in the search threads and by frames; what is said later is of the next view', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const total = 40_000;
      for (let i = 0; i < total; i++)
        capture.record('received', noStream, new TextEncoder().encode(`one\ntwo ${i}\n`));
      const said = await Annotations.open(capture);
      await said.change([7, 39_000], { tags: ['late'] });
      await said.change([39_000], { note: 'slow' });
      const views = viewsOf(capture, {}, undefined, said);
      const read = parseFraming('line');
      const framing = read.ok ? read.framing : null;
      const found = async (text: string, framings: Framings | null = null) => {
        const view = views.open({ ...anyFilter, text }, null, framings);
        await scanned(view);
        return sequencesOf(view);
      };
      expect(await found('tag:late')).toEqual([7, 39_000]);
      expect(await found('tag:late two')).toEqual([7, 39_000]);
      expect(await found('note:slow')).toEqual([39_000]);
      expect((await found('-is:marked one')).length).toBe(total - 2);
      const byFrames = { sent: framing, received: framing };
      expect(await found('tag:late two', byFrames)).toEqual([7, 39_000]);
      expect(await found('tag:late', byFrames)).toEqual([7, 7, 39_000, 39_000]);
      await said.change([7], { tags: [] });
      expect(await found('tag:late')).toEqual([39_000]);
    }));

  it('filters many blocks, in the files and in memory', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = capture.append('opened', newStream, 0, 0);
      const total = 4 * blockEntries + 100;
      const payload = Uint8Array.of(1);
      for (let i = 1; i < total; i++)
        capture.record(i % 3 === 0 ? 'sent' : 'received', i % 5 === 0 ? stream : noStream, payload);
      await capture.flush();
      const view = openView(capture, { ...anyFilter, connection: stream, text: 'dir:sent' });
      await scanned(view);
      expect(view.length).toBe(Math.floor((total - 1) / 15));
      const far = await rowsOf(view, view.length - 3, 10);
      expect(far.map(({ sequence }) => sequence % 15)).toEqual([0, 0, 0]);
    }));
});
