import { expect, it } from 'vitest';
import { writeStream } from './write-stream.ts';

/** So many places of ones, told two at a time. */
function conversation(places: number) {
  const now = { places, epoch: 0 };
  return {
    now,
    get summary() {
      return {
        ...now,
        connection: 0,
        direction: 'both',
        records: 1,
        bytes: places,
        scanned: 1,
        total: 1,
      } as const;
    },
    pieces: (from: number, to: number) => {
      const end = Math.min(to, now.places, from + 2);
      const bytes = new Uint8Array(Math.max(0, end - from)).fill(1);
      const piece = { at: from, kind: 'sent', sequence: 0, within: from, bytes } as const;
      return Promise.resolve({ pieces: [piece], to: end });
    },
  };
}
const work = () => ({ signal: new AbortController().signal, told: () => undefined });

it('writes what there is of a stretch, and no more', async () => {
  const written: number[] = [];
  const append = async (part: Uint8Array) => void written.push(part.length);
  expect(await writeStream(conversation(7), 2, 100, append, work())).toBe(5);
  expect(written).toEqual([2, 2, 1]);
});

it('ends when the log is cleared meanwhile: what comes then is something else', async () => {
  const cleared = conversation(100);
  const written: number[] = [];
  const append = async (part: Uint8Array) => {
    if (written.push(part.length) === 2) Object.assign(cleared.now, { places: 0, epoch: 1 });
  };
  await expect(writeStream(cleared, 0, 100, append, work())).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(written).toEqual([2, 2]);
});
