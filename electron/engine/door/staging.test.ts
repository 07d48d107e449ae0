import { describe, expect, it } from 'vitest';
import { Staging, type Store } from './staging.ts';

/** Keeps what is stored one behind the other, with whatever a test puts between. */
function memory(): Store & { bytes: number[]; holds: number; full: Promise<void> } {
  return {
    bytes: [],
    holds: 0,
    full: Promise.resolve(),
    store(piece) {
      return this.bytes.push(...piece) - piece.length;
    },
    room() {
      return this.full;
    },
    hold() {
      this.holds++;
      return () => void this.holds--;
    },
  };
}

const invalidStage = expect.objectContaining({ code: 'INVALID_ARGUMENT', subject: 'stage' }) as unknown;

describe('staging', () => {
  it('names where the pieces of a message lie, those that follow each other as one', async () => {
    const staging = new Staging();
    const store = memory();
    const stage = await staging.add(store, null, Uint8Array.of(1, 2));
    await staging.add(store, stage, Uint8Array.of(3));
    store.store(Uint8Array.of(99));
    await staging.add(store, stage, Uint8Array.of(4));
    const extents = staging.extents(store, stage);
    expect(extents).toHaveLength(2);
    expect(extents.flatMap(({ place, length }) => store.bytes.slice(place, place + length))).toEqual([
      1, 2, 3, 4,
    ]);
  });

  it('takes pieces that come before the one in front of them was answered', async () => {
    const staging = new Staging();
    const store = memory();
    const stage = await staging.add(store, null, Uint8Array.of(0));
    await Promise.all([1, 2, 3].map((byte) => staging.add(store, stage, Uint8Array.of(byte))));
    expect(staging.extents(store, stage)).toEqual([{ place: 0, length: 4 }]);
  });

  it('answers when the store has room for more', async () => {
    const staging = new Staging();
    const store = memory();
    let relieve = (): void => undefined;
    store.full = new Promise((resolve) => (relieve = resolve));
    let isAnswered = false;
    const answer = staging.add(store, null, Uint8Array.of(1)).then(() => (isAnswered = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isAnswered).toBe(false);
    relieve();
    await answer;
  });

  it('keeps messages and endpoints apart, and forgets a dropped one', async () => {
    const staging = new Staging();
    const [store, other] = [memory(), memory()];
    const one = await staging.add(store, null, Uint8Array.of(1));
    const two = await staging.add(store, null, Uint8Array.of(2));
    expect(store.holds).toBe(2);
    staging.drop(one);
    staging.drop(one);
    expect(store.holds).toBe(1);
    expect(staging.extents(store, two)).toEqual([{ place: 1, length: 1 }]);
    expect(() => staging.extents(store, one)).toThrow(invalidStage);
    expect(() => staging.extents(other, two)).toThrow(invalidStage);
    await expect(staging.add(store, one, Uint8Array.of(1))).rejects.toEqual(invalidStage);
    await expect(staging.add(other, two, Uint8Array.of(1))).rejects.toEqual(invalidStage);
    staging.clear();
    expect(store.holds).toBe(0);
  });

  it('has numbers that no other page has, so that one that comes again drops nothing of what it has now', async () => {
    const [before, now] = [new Staging(), new Staging()];
    const one = await before.add(memory(), null, Uint8Array.of(1));
    const store = memory();
    const other = await now.add(store, null, Uint8Array.of(2));
    now.drop(one);
    expect(now.extents(store, other)).toHaveLength(1);
  });

  it('holds a bounded number of messages and bytes', async () => {
    const staging = new Staging();
    const store = { ...memory(), store: () => 0 };
    const stage = await staging.add(store, null, new Uint8Array(1));
    for (let i = 1; i < 64; i++) await staging.add(store, null, Uint8Array.of(i));
    await expect(staging.add(store, null, Uint8Array.of(0))).rejects.toEqual(invalidStage);
    const piece = new Uint8Array(64 * 1024 * 1024);
    for (let i = 0; i < 7; i++) await staging.add(store, stage, piece);
    await expect(staging.add(store, stage, piece)).rejects.toMatchObject({ subject: 'bytes' });
  });
});
