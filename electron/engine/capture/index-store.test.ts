import fc from 'fast-check';
import { expect, it } from 'vitest';
import { blockEntries, Entries, entryBytes } from './format.ts';
import { IndexStore } from './index-store.ts';

/** Appends `count` entries that carry their sequence in every field. */
function fill(store: IndexStore, count: number): void {
  for (let i = 0; i < count; i++) {
    const sequence = store.length;
    store.append(sequence, sequence * 3, sequence % 1000, sequence, sequence % 12);
  }
}

function expectEntries(bytes: Uint8Array, from: number): void {
  const entries = new Entries(from, bytes);
  for (let i = 0; i < entries.count; i += 1 + Math.floor(entries.count / 50)) {
    expect([entries.time(i), entries.place(i), entries.stream(i)]).toEqual([
      from + i,
      (from + i) * 3,
      from + i,
    ]);
  }
}

it('hands out every entry once, of one block at a time, however it grows', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 90_000 }), { maxLength: 4 });
  const starts = fc.constantFrom(0, 1, 1023, 1024, blockEntries - 1, blockEntries, 3 * blockEntries + 40_000);
  fc.assert(
    fc.property(counts, starts, fc.boolean(), (steps, start, rests) => {
      const store = new IndexStore(start);
      for (const step of steps) {
        fill(store, step);
        for (let next = store.unwritten(store.length); next !== null; next = store.unwritten(store.length)) {
          expect(next.block * blockEntries + next.position / entryBytes).toBe(store.written);
          expectEntries(next.bytes.slice(), store.written);
          store.confirm(next.bytes.length / entryBytes);
        }
        if (rests) store.rest();
      }
      expect(store.written).toBe(store.length);
      expect(store.length).toBe(start + steps.reduce((sum, step) => sum + step, 0));
    }),
    { numRuns: 30 },
  );
});

it('knows what is in memory: not what a process before it wrote, not what has left', () => {
  const store = new IndexStore(1000);
  fill(store, 5 * blockEntries);
  expect(store.inMemory(999)).toBe(0);
  expect(store.inMemory(1000)).toBe(blockEntries - 1000);
  expect(store.inMemory(store.length - 1)).toBe(1);
  expect(store.inMemory(store.length)).toBe(0);
  for (let next = store.unwritten(store.length); next !== null; next = store.unwritten(store.length))
    store.confirm(next.bytes.length / entryBytes);
  expect(store.inMemory(1000)).toBe(0);
  const bytes = new Uint8Array(10 * entryBytes);
  store.copy(5 * blockEntries, 10, bytes, 0);
  expectEntries(bytes, 5 * blockEntries);
});

it('tells how many entries name only bytes that are in the files, and stops at the first that does not', () => {
  const store = new IndexStore(blockEntries - 2);
  const append = (place: number, length: number) => store.append(1, place, length, 0, 1);
  expect(store.lengthWithin(0)).toBe(blockEntries - 2);
  append(0, 10);
  append(10, 10);
  append(20, 10);
  append(0, 10);
  expect(store.lengthWithin(9)).toBe(blockEntries - 2);
  expect(store.lengthWithin(20)).toBe(blockEntries);
  expect(store.lengthWithin(29)).toBe(blockEntries);
  expect(store.lengthWithin(30)).toBe(blockEntries + 2);
});
