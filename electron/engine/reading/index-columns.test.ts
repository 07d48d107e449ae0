import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readFilter } from '../../../shared/filter/filter.ts';
import { recordKinds } from '../../../shared/records.ts';
import { Entries, entryBytes, entryMemory, kindNumber, kindOf, putEntry } from '../capture/format.ts';
import { noStream } from '../capture/recorder.ts';
import { unread } from './filter-subject.ts';
import { columnsOf } from './index-columns.ts';

const term = fc.constantFrom(
  ...[
    'dir:sent',
    'dir:received,failure',
    'kind:data',
    'kind:opened,sent',
    'is:event',
    'is:failed',
    'dir:event',
  ],
  ...[
    'size:5',
    'size:0..3',
    'size:7..2',
    'size:>4',
    'size:>=4',
    'size:<4',
    'size:<=4',
    'size:1,3..4',
    'size:<0',
  ],
  ...['conn:0', 'conn:1..2', 'conn:>1', 'conn:>=0', 'conn:<2', 'conn:2,0'],
);
const { filter } = fc.letrec<{ filter: string }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4 },
    term,
    tie('filter').map((part) => `-(${part})`),
    fc.tuple(tie('filter'), tie('filter')).map((parts) => `(${parts.join(' ')})`),
    fc.tuple(tie('filter'), tie('filter')).map((parts) => `(${parts.join(' OR ')})`),
  ),
}));
/** 77: of a later version. */
const kind = fc.constantFrom(...recordKinds.map(kindNumber), 77);
const entry = fc.tuple(kind, fc.nat(8), fc.constantFrom(0, 1, 2, 3, noStream));

it('passes by columns what passes row by row', () => {
  fc.assert(
    fc.property(filter, fc.array(entry, { maxLength: 60 }), (text, all) => {
      const bytes = new Uint8Array(all.length * entryBytes);
      const memory = entryMemory(bytes);
      for (const [slot, [number, length, stream]] of all.entries())
        putEntry(memory, slot, 0, 0, length, stream, number);
      const rows = Uint32Array.from(all.keys());
      const count = columnsOf(text)!(new Entries(0, bytes), rows, rows.length);
      const read = readFilter(text);
      const expected = all.flatMap(([number, length, stream], row) => {
        const own = { kind: kindOf(number), length, connection: stream === noStream ? null : stream };
        const facts = { ...unread, ...own, time: 0, previous: null, frame: null };
        return read.ok && read.filter.test(facts) === true ? [row] : [];
      });
      expect([...rows.subarray(0, count)]).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});

it.each(['tag:late', 'is:marked', 'delta:>1s', 'dir:sent word', 'time:12:00'])(
  'leaves %s to those who look at each record',
  (text) => expect(columnsOf(text)).toBeNull(),
);

it('passes everything where nothing is asked', () => {
  expect(columnsOf('')!(new Entries(0, new Uint8Array(0)), new Uint32Array(3), 3)).toBe(3);
});
