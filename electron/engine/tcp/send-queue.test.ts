import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TestRecorder } from '../test-recorder.ts';
import { SendQueue } from './send-queue.ts';

const source = new TestRecorder();
const ignore = { sent: () => undefined, stale: () => undefined };
const push = (queue: SendQueue, place: number, length: number, isReply = false): void =>
  queue.push(source, place, length, isReply);

describe('the send queue', () => {
  test('joins messages that lie side by side in the capture into one piece', () => {
    const queue = new SendQueue();
    push(queue, 0, 10);
    push(queue, 10, 20);
    push(queue, 100, 5);
    expect(queue.take(1000, 10).map(({ place, length }) => [place, length])).toEqual([
      [0, 30],
      [100, 5],
    ]);
  });

  test('hands out every byte once, in order, and reports each message when its last byte is handed over', () => {
    const lengths = fc.array(
      fc.record({ length: fc.integer({ min: 1, max: 50 }), gap: fc.integer({ min: 0, max: 2 }) }),
    );
    const limits = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 });
    fc.assert(
      fc.property(lengths, limits, fc.integer({ min: 1, max: 4 }), (messages, takes, mostPieces) => {
        const queue = new SendQueue();
        const expected: number[] = [];
        let place = 0;
        for (const { length, gap } of messages) {
          push(queue, (place += gap), length);
          for (let offset = 0; offset < length; offset++) expected.push(place + offset);
          place += length;
        }
        const taken: number[] = [];
        const sent: number[] = [];
        for (let turn = 0; ; turn++) {
          const pieces = queue.take(takes[turn % takes.length]!, mostPieces);
          if (pieces.length === 0) break;
          for (const piece of pieces) for (let at = 0; at < piece.length; at++) taken.push(piece.place + at);
          queue.handOver(
            pieces.reduce((sum, { length }) => sum + length, 0),
            { ...ignore, sent: ({ length }) => void sent.push(length) },
          );
          expect(queue.queuedBytes).toBe(expected.length - taken.length);
        }
        expect(taken).toEqual(expected);
        expect(sent).toEqual(messages.map(({ length }) => length));
        expect(queue.isEmpty).toBe(true);
      }),
    );
  });

  test('tells how far the message at its head got', () => {
    const queue = new SendQueue();
    push(queue, 40, 10);
    queue.take(10, 1);
    expect(queue.partial).toBeNull();
    queue.handOver(4, { ...ignore, sent: () => expect.unreachable() });
    expect(queue.partial).toMatchObject({ place: 40, length: 4 });
    expect(queue.queuedBytes).toBe(6);
  });

  test('counts the bytes of replies apart', () => {
    const queue = new SendQueue();
    push(queue, 0, 10);
    push(queue, 10, 7, true);
    expect(queue.replyBytes).toBe(7);
    queue.take(100, 10);
    queue.handOver(12, ignore);
    expect(queue.replyBytes).toBe(5);
  });
});
