import { expect, it } from 'vitest';
import type { StreamRow } from '../../../../shared/stream-rows.ts';
import { writeStream, writeStreamLines } from './write-stream.ts';

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

it('writes who said what, a line for each row that begins in the stretch', async () => {
  const row = (at: number, kind: 'sent' | 'received', text: string, isDamaged = false): StreamRow => ({
    ...{
      at,
      kind,
      sequence: at,
      within: 0,
      bytes: Buffer.from(text),
      isTurn: true,
      records: [],
      event: null,
    },
    isDamaged,
  });
  const rows = [row(0, 'sent', 'PING\n'), row(5, 'received', 'caf\xe9'), row(9, 'received', 'x', true)];
  const talk = {
    ...conversation(10),
    rows: (_: string, from: number, to: number) =>
      Promise.resolve(rows.filter(({ at }) => at >= from && at < to)),
    encodingOf: () => 'utf-8' as const,
  };
  const written: string[] = [];
  const append = async (part: string) => void written.push(part);
  const bytes = await writeStreamLines(talk, 'text', 0, 100, append, work());
  expect(written.join('')).toBe('↑ PING\\n\n↓ café\n↓ (1 byte of record 9 that cannot be relied on)\n');
  expect(bytes).toBe(Buffer.byteLength(written.join('')));
});
