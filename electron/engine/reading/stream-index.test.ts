import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Entries, entryBytes, entryMemory, kindNumber, putDamaged, putEntry } from '../capture/format.ts';
import { newStream, noStream } from '../capture/recorder.ts';
import { scan, type Scanned } from '../capture/scan.ts';
import { text, withBench } from '../testing/capture-kit.ts';
import { StreamIndex, type Piece } from './stream-index.ts';

/** `length`: null for a record that cannot be relied on. */
type Model = { kind: 'sent' | 'received' | 'note'; stream: number; length: number | null };
const records = fc.array(
  fc.record<Model>({
    kind: fc.constantFrom('sent', 'received', 'received', 'note'),
    stream: fc.constantFrom(0, 0, 0, 1, noStream),
    length: fc.oneof({ weight: 9, arbitrary: fc.nat(5) }, { weight: 1, arbitrary: fc.constant(null) }),
  }),
  { maxLength: 120 },
);

/** A capture of these records, without files. */
function scannedOf(models: readonly Model[]): Scanned {
  const bytes = new Uint8Array(models.length * entryBytes);
  const memory = entryMemory(bytes);
  models.forEach(({ kind, stream, length }, i) => {
    if (length === null) putDamaged(memory, i);
    else putEntry(memory, i, 1, 0, length, stream, kindNumber(kind));
  });
  return {
    length: models.length,
    entries: (from, count) =>
      Promise.resolve(new Entries(from, bytes.slice(from * entryBytes, (from + count) * entryBytes))),
  };
}

/** Which record, and which byte of it, each byte of the stream is. */
const bytesOf = (models: readonly Model[]): { sequence: number; within: number }[] =>
  models.flatMap(({ kind, stream, length }, sequence) =>
    kind === 'received' && stream === 0 && length !== null
      ? Array.from({ length }, (_, within) => ({ sequence, within }))
      : [],
  );

async function piecesOf(index: StreamIndex, from: number, to: number): Promise<Piece[]> {
  const pieces: Piece[] = [];
  for await (const piece of index.pieces(from, to)) pieces.push(piece);
  return pieces;
}

describe('the index of a stream', () => {
  it('finds each byte and each range as one who looks at every record does, however few marks it may keep', () =>
    fc.assert(
      fc.asyncProperty(
        records,
        fc.constantFrom(2, 4, 16, 1024),
        fc.integer({ min: 1, max: 50 }),
        fc.nat(200),
        fc.nat(200),
        async (models, most, slice, a, b) => {
          const capture = scannedOf(models);
          const index = new StreamIndex(capture, 0, 'received', most);
          // As a capture grows: what was there is looked at again in part.
          await scan(capture, { from: 0, to: Math.floor(models.length / 2) }, (each) => index.add(each));
          await scan(capture, { from: 0, most: slice }, (each) => index.add(each));
          const all = bytesOf(models);
          expect(index.bytes).toBe(all.length);
          const found = async (from: number, to: number) =>
            (await piecesOf(index, from, to)).flatMap(({ sequence, within, length }) =>
              Array.from({ length }, (_, i) => ({ sequence, within: within + i })),
            );
          for (const offset of [0, a, all.length - 1, all.length])
            if (offset >= 0) expect(await found(offset, offset + 1)).toEqual(all.slice(offset, offset + 1));
          const [from, to] = [Math.min(a, b), Math.max(a, b)];
          expect(await found(from, to)).toEqual(all.slice(from, to));
          const first = models.findIndex(
            ({ kind, stream, length }) => kind === 'received' && stream === 0 && length !== null,
          );
          expect(index.first).toBe(first === -1 ? null : first);
        },
      ),
      { numRuns: 300 },
    ));

  it('reads what lies across many records of a capture, among those of others', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = capture.append('opened', newStream, 0, 0);
      const written = Array.from({ length: 500 }, (_, i) => `${i};`);
      for (const each of written) {
        capture.record('received', stream, new TextEncoder().encode(each));
        capture.record('sent', stream, Uint8Array.of(1));
        capture.record('received', noStream, Uint8Array.of(2));
      }
      await capture.flush();
      const index = new StreamIndex(capture, stream, 'received', 64);
      await scan(capture, { from: stream }, (entries) => index.add(entries));
      let read = '';
      for await (const { sequence, within, length } of index.pieces(100, 1500))
        read += text(await capture.payload(sequence, within, length));
      expect(read).toBe(written.join('').slice(100, 1500));
    }));
});
