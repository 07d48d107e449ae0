import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordKinds } from '../../../shared/records.ts';
import {
  dataFile,
  Entries,
  entryBytes,
  entryMemory,
  fileNumber,
  indexFile,
  kindOf,
  putEntry,
} from './format.ts';

const entry = fc.record({
  time: fc.double({ min: 0, max: 8.64e15, noNaN: true }),
  place: fc.integer({ min: 0, max: 2 ** 48 - 1 }),
  length: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  stream: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  kind: fc.integer({ min: 0, max: recordKinds.length - 1 }),
});

function written(
  ...entries: { time: number; place: number; length: number; stream: number; kind: number }[]
) {
  const bytes = new Uint8Array(entries.length * entryBytes);
  const memory = entryMemory(bytes);
  entries.forEach((e, slot) => putEntry(memory, slot, e.time, e.place, e.length, e.stream, e.kind));
  return bytes;
}

describe('an index entry', () => {
  it('reads back as it was written, whatever its neighbours are', () => {
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 8 }), (all) => {
        const entries = new Entries(5, written(...all));
        expect(entries.count).toBe(all.length);
        all.forEach((e, i) => {
          expect({
            time: entries.time(i),
            place: entries.place(i),
            length: entries.length(i),
            stream: entries.stream(i),
            kind: entries.kind(i),
          }).toEqual(e);
          expect(entries.isSound(i, e.place + e.length)).toBe(true);
          if (e.place + e.length > 0) expect(entries.isSound(i, e.place + e.length - 1)).toBe(false);
        });
      }),
    );
  });

  it('is not sound when it is all zeros, as a file is that grew before its bytes came', () => {
    expect(new Entries(0, new Uint8Array(entryBytes)).isSound(0, Infinity)).toBe(false);
  });

  it('is not sound when one of its bytes after the time was lost', () => {
    const whole = written({ time: 1.7e12, place: 123_456, length: 77, stream: 3, kind: 2 });
    for (let at = 8; at < entryBytes; at++) {
      if (whole[at] === 0) continue;
      const torn = whole.slice();
      torn.fill(0, at);
      expect(new Entries(0, torn).isSound(0, Infinity), `cut at ${at}`).toBe(false);
    }
  });

  it('is not sound with a time that is no instant', () => {
    for (const time of [NaN, -1, Infinity, 9e15])
      expect(new Entries(0, written({ time, place: 0, length: 0, stream: 0, kind: 0 })).isSound(0, 0)).toBe(
        false,
      );
  });

  it('reads a kind of a newer version as a note', () => {
    expect(kindOf(200)).toBe('note');
  });
});

it('tells its own file names from others', () => {
  expect(fileNumber(dataFile(7), 'data')).toBe(7);
  expect(fileNumber(indexFile(65_535), 'index')).toBe(65_535);
  expect(fileNumber(dataFile(2 ** 24 - 1), 'data')).toBe(2 ** 24 - 1);
  expect(fileNumber(dataFile(7), 'index')).toBe(-1);
  // Copied there by somebody: whoever took it for its own would never come to its end.
  for (const name of [
    'data-99999999999999999999',
    'data-99999999',
    'data-1',
    'data-00000001.bak',
    'xdata-00000001',
    'capture.json',
  ])
    expect(fileNumber(name, 'data')).toBe(-1);
});
