import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TestRecorder } from '../testing/recorder.ts';
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

  test('keeps replies that repeat or continue the one before in little room once many wait, byte for byte', () => {
    const replies = fc.array(
      fc.record({
        length: fc.integer({ min: 1, max: 4 }),
        how: fc.constantFrom('again', 'behind', 'elsewhere'),
        isReply: fc.boolean(),
      }),
      { minLength: 1, maxLength: 60 },
    );
    const limits = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
    fc.assert(
      fc.property(replies, limits, (messages, takes) => {
        const queue = new SendQueue();
        const many = 1024;
        for (let place = 0; place < many; place++) push(queue, 2 * place, 1);
        const expected = Array.from({ length: many }, (_, index) => 2 * index);
        let last = { place: 10_000, length: 1 };
        for (const { length, how, isReply } of messages) {
          if (how === 'behind') last = { place: last.place + last.length, length };
          if (how === 'elsewhere') last = { place: last.place + 100, length };
          push(queue, last.place, last.length, isReply);
          for (let at = 0; at < last.length; at++) expected.push(last.place + at);
        }
        const [taken, sent]: [number[], number[]] = [[], []];
        const add = (places: number[], { place, length }: { place: number; length: number }): void => {
          for (let at = 0; at < length; at++) places.push(place + at);
        };
        for (let turn = 0; !queue.isEmpty; turn++) {
          const pieces = queue.take(takes[turn % takes.length]!, 4);
          for (const piece of pieces) add(taken, piece);
          const bytes = pieces.reduce((sum, { length }) => sum + length, 0);
          queue.handOver(bytes, { ...ignore, sent: (message) => add(sent, message) });
        }
        expect(taken).toEqual(expected);
        expect(sent).toEqual(expected);
        expect([queue.queuedBytes, queue.replyBytes, queue.replies]).toEqual([0, 0, 0]);
      }),
      { numRuns: 30 },
    );
  });

  test('takes no more room for the thousandth equal answer than for the first, and tells each when it is sent', () => {
    const queue = new SendQueue();
    for (let reply = 0; reply < 100_000; reply++) push(queue, 70, 3, true);
    expect(queue.length).toBeLessThan(2000);
    expect(queue.queuedBytes).toBe(300_000);
    for (let place = 0; place < 100_000; place++) push(queue, 100 + place, 1, true);
    expect(queue.length).toBeLessThan(2000);
    const sent: number[] = [];
    while (queue.take(1000, 1000).length > 0)
      queue.handOver(1000, { ...ignore, sent: ({ length }) => void sent.push(length) });
    expect(sent.filter((length) => length === 3)).toHaveLength(100_000);
    expect(sent.at(-1)).toBe(100_000);
  });

  test('never joins what a user sends, nor a reply to what is on its way already', () => {
    const queue = new SendQueue();
    for (let message = 0; message < 2000; message++) push(queue, 0, 1);
    expect(queue.length).toBe(2000);
    push(queue, 0, 1, true);
    queue.take(2001, 2001);
    push(queue, 0, 1, true);
    expect(queue.length).toBe(2002);
    expect(queue.take(10, 10).map(({ place, length }) => [place, length])).toEqual([[0, 1]]);
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
