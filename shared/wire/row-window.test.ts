import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameMarks, restWhys } from '../framing/framer.ts';
import { recordKinds } from '../records.ts';
import { decodeRows, encodeRows, type Row } from './row-window.ts';

const time = fc.double({ min: 0, max: 4e12, noNaN: true, noDefaultInfinity: true });
const whole = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const unsigned = fc.integer({ min: 0, max: 0xffff_ffff });
const row: fc.Arbitrary<Row> = fc.record({
  row: whole,
  sequence: whole,
  time,
  previousTime: time,
  kind: fc.constantFrom(...recordKinds),
  connection: unsigned,
  peer: fc.constantFrom('', '127.0.0.1:51122', '[fe80::1%eth0]:9'),
  length: unsigned,
  preview: fc.uint8Array({ maxLength: 300 }),
  frame: fc.option(
    fc.record({
      within: unsigned,
      last: whole,
      offset: whole,
      mark: fc.constantFrom(null, ...frameMarks),
      why: fc.constantFrom(null, ...restWhys),
      edges: fc.array(fc.nat(255), { maxLength: 64 }),
    }),
  ),
});

test('rows come back as they were packed', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 20 }), (rows) => {
      const decoded = decodeRows(encodeRows(rows)).rows;
      expect(decoded.map((each) => ({ ...each, preview: [...each.preview] }))).toEqual(
        rows.map((each) => ({ ...each, preview: [...each.preview] })),
      );
    }),
  );
});

test('the detail of an event is whole, however long it is', () => {
  const [example] = fc.sample(row, 1);
  const preview = new Uint8Array(100_000).fill(0x41);
  expect(decodeRows(encodeRows([{ ...example!, preview }])).rows[0]!.preview).toEqual(preview);
});

test('a buffer that is cut anywhere is refused with a RangeError', () => {
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 3 }), fc.nat(), (rows, pick) => {
      const bytes = encodeRows(rows);
      expect(() => decodeRows(bytes.subarray(0, pick % bytes.length))).toThrow(RangeError);
    }),
  );
});

test('a window inside a larger buffer is read at its own place', () => {
  const packed = encodeRows(fc.sample(row, 3));
  const larger = new Uint8Array(packed.length + 13);
  larger.set(packed, 13);
  expect(decodeRows(larger.subarray(13))).toEqual(decodeRows(packed));
});
