import { expect, test } from 'vitest';
import { allUtf8 } from '../../shared/encodings/shown.ts';
import type { StreamPiece } from '../../shared/stream-rows.ts';
import { mostCopiedBytes } from '../state/copying.ts';
import { copyStretch, joinStretch } from './stream-bytes.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A conversation of payloads from record 5 on, told in pieces of at most `most` bytes. */
function talking(said: readonly (readonly ['sent' | 'received', Uint8Array])[], most = 256 * 1024) {
  let at = 0;
  const records = said.map(([kind, bytes], i) => {
    const record = { at, kind, sequence: 5 + i, bytes };
    at += bytes.length;
    return record;
  });
  const places = at;
  const engine = {
    streamPieces: (_: number, from: number, to: number) => {
      const end = Math.min(to, places, from + most);
      const pieces = records.flatMap(({ at, kind, sequence, bytes }): StreamPiece[] => {
        const [first, behind] = [Math.max(0, from - at), Math.min(bytes.length, end - at)];
        if (behind <= first) return [];
        return [{ at: at + first, kind, sequence, within: first, bytes: bytes.subarray(first, behind) }];
      });
      return Promise.resolve({ pieces, to: end });
    },
    streamPlace: (_: number, sequence: number) =>
      Promise.resolve(records.find((record) => record.sequence >= sequence)?.at ?? places),
  };
  return { engine, stream: 1, from: 0, to: places };
}
const always = () => true;
const none = () => [];

test('joins a stretch by direction, with an edge where a record begins, however it is told', async () => {
  const said = [
    ['sent', bytesOf('GET')],
    ['received', bytesOf('20')],
    ['received', bytesOf('0 OK')],
    ['sent', bytesOf('BYE')],
  ] as const;
  for (const most of [1, 2, 5, 100]) {
    const joined = (await joinStretch({ ...talking(said, most), from: 1 }, none, always))!;
    expect(textOf(joined.sent.bytes)).toBe('ETBYE');
    expect([...joined.sent.edges.keys()]).toEqual([2]);
    expect(textOf(joined.received.bytes)).toBe('200 OK');
    expect([...joined.received.edges.keys()]).toEqual([2]);
    expect(joined.received).toMatchObject({ records: 2, first: 6, last: 7 });
    expect(joined.isPart).toBe(false);
  }
});

test('says which bytes of a record are meant where there is one alone, and does not read it', async () => {
  const stretch = talking([
    ['sent', bytesOf('before')],
    ['received', new Uint8Array(mostCopiedBytes * 2)],
  ]);
  const part = (await joinStretch({ ...stretch, from: 10, to: 12 }, none, always))!;
  expect(part.range).toEqual({ start: 4, end: 6 });
  const whole = (await joinStretch({ ...stretch, from: 6 }, none, always))!;
  expect(whole.range).toBeUndefined();
  expect(whole.received).toMatchObject({ records: 1, bytes: new Uint8Array(0) });
});

test('copies both directions in their order, as much as a clipboard takes, and each as its own text', async () => {
  const copied = await copyStretch(
    talking(
      [
        ['sent', bytesOf('ä').subarray(0, 1)],
        ['sent', bytesOf('ä').subarray(1)],
        ['received', bytesOf('ok')],
      ],
      2,
    ),
    allUtf8,
    1,
  );
  expect(copied.text()).toBe('äok');
  expect(copied).toMatchObject({ records: 3, isPart: false });
  const long = talking([
    ['sent', new Uint8Array(mostCopiedBytes)],
    ['received', bytesOf('more')],
  ]);
  const { bytes, records, isPart } = await copyStretch(long, allUtf8, 1);
  expect([bytes.length, records, isPart]).toEqual([mostCopiedBytes, 1, true]);
});

test('stops reading when something else is wanted', async () => {
  let asked = 0;
  const stretch = talking([
    ['sent', bytesOf('a')],
    ['received', bytesOf('b')],
  ]);
  expect(await joinStretch(stretch, none, () => asked++ < 2)).toBeNull();
});

test('marks what was found in the bytes that are shown, as far as they have it', async () => {
  const found = [
    { start: 2, end: 5 },
    { start: 8, end: 10 },
  ];
  const within = ({ from, to }: { from: number; to: number }) =>
    found.filter(({ start, end }) => start < to && from < end);
  const stretch = talking([
    ['sent', bytesOf('GET')],
    ['received', bytesOf('20')],
    ['sent', bytesOf('BY')],
    ['sent', bytesOf('E!?')],
  ]);
  const joined = (await joinStretch({ ...stretch, from: 1 }, within, always))!;
  expect(joined.found!('sent', { start: 0, end: 100 })).toEqual([
    { start: 1, end: 2 },
    { start: 5, end: 7 },
  ]);
  expect(joined.found!('sent', { start: 2, end: 5 })).toEqual([]);
  expect(joined.found!('received', { start: 0, end: 2 })).toEqual([{ start: 0, end: 2 }]);
  const one = (await joinStretch({ ...stretch, from: 8, to: 9 }, within, always))!;
  expect(one.found!('sent', { start: 0, end: 3 })).toEqual([{ start: 1, end: 3 }]);
});
