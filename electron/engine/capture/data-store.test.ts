import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DataStore } from './data-store.ts';
import { segmentBytes } from './format.ts';
import { patterned } from '../testing/capture-kit.ts';

/** Takes everything that waits, as the disk would, into `file`. */
function drain(store: DataStore, file: Uint8Array, start: number, limit = 4_000_000): void {
  for (let next = store.unwritten(limit); next !== null; next = store.unwritten(limit)) {
    expect(next.bytes.length).toBeLessThanOrEqual(limit);
    expect(next.position + next.bytes.length).toBeLessThanOrEqual(segmentBytes);
    file.set(next.bytes, next.segment * segmentBytes + next.position - start);
    store.confirm(next.bytes.length);
  }
}

describe('the store of payload bytes', () => {
  it('gives back what it was given, wherever buffers double and segments end', () => {
    const sizes = fc.array(fc.oneof(fc.integer({ min: 0, max: 200_000 }), fc.constant(9_000_000)), {
      maxLength: 6,
    });
    const starts = fc.constantFrom(0, 1, 5000, segmentBytes - 1, segmentBytes, segmentBytes - 70_000);
    fc.assert(
      fc.property(sizes, starts, fc.integer({ min: 1000, max: 9_000_000 }), (lengths, start, limit) => {
        const store = new DataStore(start);
        const total = lengths.reduce((sum, length) => sum + length, 0);
        const expected = patterned(total, start);
        const file = new Uint8Array(total);
        let at = 0;
        lengths.forEach((length, i) => {
          expect(store.store(expected.subarray(at, at + length))).toBe(start + at);
          const near = store.copy(start + at, length);
          if (near !== null) expect(Buffer.compare(near, expected.subarray(at, at + length))).toBe(0);
          at += length;
          if (i % 3 === 2) drain(store, file, start, limit);
        });
        drain(store, file, start, limit);
        expect(store.end).toBe(start + total);
        expect(store.written).toBe(store.end);
        expect(Buffer.compare(file, expected)).toBe(0);
      }),
      { numRuns: 12 },
    );
  });

  it('keeps what is not written, and lets go of what is', () => {
    const store = new DataStore(0);
    const first = patterned(1000, 1);
    store.store(first);
    store.store(new Uint8Array(4 * segmentBytes));
    expect(store.copy(0, 1000)).toEqual(first);
    const across = patterned(2 * segmentBytes, 9);
    const place = store.store(across);
    expect(Buffer.compare(store.copy(place, across.length)!, across)).toBe(0);
    store.confirm(4 * segmentBytes);
    expect(store.copy(0, 1000)).toBeNull();
    expect(store.copy(4 * segmentBytes, 1000)).toEqual(new Uint8Array(1000));
  });

  it('leaves alone what it has lent, however much follows, and lends copies once too much would be held for that', () => {
    const store = new DataStore(0);
    store.store(new Uint8Array(segmentBytes));
    const lent = Array.from({ length: 12 }, (_, i) => {
      const bytes = patterned(1000, i);
      const place = store.store(bytes);
      const view = store.lend(place, bytes.length)!;
      store.store(new Uint8Array(segmentBytes - bytes.length));
      if (i > 1) store.confirm(segmentBytes);
      return { bytes, view };
    });
    store.store(patterned(8 * segmentBytes, 3));
    store.confirm(store.end - store.written);
    store.store(patterned(8 * segmentBytes, 4));
    for (const { bytes, view } of lent) expect(view).toEqual(bytes);
    const isHeld = lent.map(({ view }) => view.buffer.byteLength >= segmentBytes);
    expect(isHeld.slice(0, 4)).toEqual([true, true, true, true]);
    expect(isHeld.at(-1)).toBe(false);

    for (const { view } of lent) store.giveBack(view);
    const place = store.store(patterned(1000, 1));
    expect(store.lend(place, 1000)!.buffer.byteLength).toBeGreaterThanOrEqual(segmentBytes);
    expect(store.lend(place + 1000, 1)).toBeNull();
    expect(store.lend(0, 1)).toBeNull();
  });

  it('finds nothing where a reopened store has not begun, and no bytes without looking', () => {
    const store = new DataStore(1000);
    expect(store.copy(0, 10)).toBeNull();
    expect(store.copy(1000, 0)).toEqual(new Uint8Array(0));
    store.store(Uint8Array.of(1, 2, 3));
    expect(store.copy(999, 2)).toBeNull();
    expect(store.copy(1000, 3)).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('gives memory back in quiet times and goes on where it was', () => {
    const store = new DataStore(0);
    const bytes = patterned(500_000, 3);
    store.store(bytes);
    store.rest();
    expect(Buffer.compare(store.copy(0, bytes.length)!, bytes)).toBe(0);
    const file = new Uint8Array(bytes.length + 3);
    drain(store, file, 0);
    store.rest();
    expect(store.copy(0, 1)).toBeNull();
    expect(store.store(Uint8Array.of(7, 8, 9))).toBe(bytes.length);
    drain(store, file, 0);
    expect(file.subarray(bytes.length)).toEqual(Uint8Array.of(7, 8, 9));
  });
});
