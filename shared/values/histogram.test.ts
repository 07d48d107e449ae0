import { expect, test } from 'vitest';
import { histogramOf, mostFrequent } from './histogram.ts';

test('bytes are counted, with what they say of the message', () => {
  const counted = histogramOf(Uint8Array.of(0, 0, 65, 10));
  expect(counted).toMatchObject({ total: 4, zeros: 2, printable: 2, different: 3, largest: 2, entropy: 1.5 });
  expect(mostFrequent(counted, 2)).toEqual([
    { byte: 0, count: 2 },
    { byte: 10, count: 1 },
  ]);
});

test('the entropy goes from nothing to eight bits', () => {
  expect(histogramOf(new Uint8Array(1000)).entropy).toBe(0);
  expect(histogramOf(Uint8Array.from({ length: 512 }, (_, at) => at)).entropy).toBe(8);
  expect(histogramOf(new Uint8Array(0))).toMatchObject({ total: 0, entropy: 0, largest: 0 });
});
