import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readingIn } from '../../shared/encodings/reading.ts';
import { formatHex } from '../../shared/payload/format.ts';
import { asciiRuns, edgesAt, hexRuns, noEdges, textRuns, type Marks } from './byte-runs.ts';

const bytes = fc.uint8Array({ maxLength: 16 });
const marks: fc.Arbitrary<Marks> = fc
  .record({
    start: fc.integer({ min: 90, max: 120 }),
    length: fc.integer({ min: 1, max: 30 }),
    atEnd: fc.boolean(),
    edges: fc.array(fc.integer({ min: 100, max: 116 })),
  })
  .map(({ start, length, atEnd, edges }) => ({
    selection: { start, end: start + length },
    cursor: atEnd ? start + length - 1 : start,
    edges: edgesAt(edges),
  }));

describe('runs of bytes', () => {
  test('hex runs say the same as the bytes, whatever is selected', () => {
    fc.assert(
      fc.property(bytes, marks, (payload, marked) => {
        expect(
          hexRuns(payload, 100, marked)
            .map((run) => run.text)
            .join(''),
        ).toBe(formatHex(payload));
        expect(
          asciiRuns(payload, 100, marked)
            .map((run) => run.text)
            .join(''),
        ).toHaveLength(payload.length);
      }),
    );
  });

  test('a selection covers its bytes and the blanks between them, and nothing else', () => {
    const runs = hexRuns(Uint8Array.of(1, 2, 3, 4), 0, {
      selection: { start: 1, end: 3 },
      cursor: 2,
      edges: noEdges,
    });
    expect(runs.map(({ text, selected, cursor }) => [text, selected, cursor])).toEqual([
      ['01 ', false, false],
      ['02 ', true, false],
      ['03', true, true],
      [' 04', false, false],
    ]);
  });

  test('text runs cover every byte once, in order', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          bytes,
          fc.string({ unit: 'grapheme' }).map((text) => new TextEncoder().encode(text)),
        ),
        marks,
        (payload, marked) => {
          let at = 100;
          for (const run of textRuns(payload, 100, marked)) {
            expect(run.start).toBe(at);
            expect(run.length).toBeGreaterThan(0);
            at += run.length;
          }
          expect(at).toBe(100 + payload.length);
        },
      ),
    );
  });

  test('names controls and malformed bytes in place, and selects whole characters', () => {
    const payload = Uint8Array.of(0x61, 0x0d, 0x0a, 0xe6, 0xb8, 0xa9, 0xff);
    const runs = textRuns(payload, 0, {
      selection: { start: 4, end: 5 },
      cursor: 4,
      edges: noEdges,
    });
    expect(runs.map(({ type, text, selected, lineEnd }) => [type, text, selected, lineEnd])).toEqual([
      ['text', 'a', false, false],
      ['control', 'CR', false, false],
      ['control', 'LF', false, true],
      ['text', '温', true, false],
      ['malformed', 'FF', false, false],
    ]);
  });

  test('an edge begins a run, and its hairline takes no blank away', () => {
    const marked: Marks = { selection: { start: 0, end: 1 }, cursor: 0, edges: edgesAt([2]) };
    const payload = Uint8Array.of(0x61, 0x62, 0x63, 0x64);
    expect(hexRuns(payload, 0, marked).map(({ text, edge }) => [text, edge])).toEqual([
      ['61', null],
      [' 62 ', null],
      ['63 64', 'here'],
    ]);
    expect(textRuns(payload, 0, marked).map(({ text, edge }) => [text, edge])).toEqual([
      ['a', null],
      ['b', null],
      ['cd', 'here'],
    ]);
  });

  test('a character that two records share is whole, with the edge before it', () => {
    const marked: Marks = { selection: { start: 0, end: 1 }, cursor: 0, edges: edgesAt([2]) };
    const runs = textRuns(new TextEncoder().encode('a温'), 0, marked);
    expect(runs.map(({ text, edge }) => [text, edge])).toEqual([
      ['a', null],
      ['温', 'here'],
    ]);
  });
});

test('text runs are read in an encoding, with what stands before the payload and what goes on behind it', () => {
  const marked: Marks = { selection: { start: 2, end: 3 }, cursor: 2, edges: noEdges };
  const reading = readingIn('gbk', Uint8Array.of(0xce), true);
  const payload = Uint8Array.of(0xc2, 0xb6, 0xc8, 0x0a, 0xb6);
  const runs = textRuns(payload, 0, marked, reading, payload.length);
  expect(
    runs.map(({ type, text, start, length, selected }) => [type, text, start, length, selected]),
  ).toEqual([
    ['text', '温', 0, 1, false],
    ['text', '度', 1, 2, true],
    ['control', 'LF', 3, 1, false],
    ['torn', 'B6…', 4, 1, false],
  ]);
});
