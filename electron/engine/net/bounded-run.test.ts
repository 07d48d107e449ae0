import { describe, expect, test } from 'vitest';
import { runBounded } from './bounded-run.ts';

const catastrophe = `${'a'.repeat(40)}!`;

describe('a bounded run', () => {
  test('lets work come to its end', () => {
    let done = 0;
    expect(runBounded(() => void done++, 1000)).toBe(true);
    expect(done).toBe(1);
  });

  test.each([
    ['a regular expression on single-byte text', () => void /^(a+)+$/u.test(catastrophe)],
    ['a regular expression on two-byte text', () => void /^(a+)+$/u.test(`${catastrophe}😀`)],
    [
      'a loop',
      () => {
        for (let on = true; on;);
      },
    ],
  ])('stops %s', (_, work) => {
    expect(runBounded(work, 20)).toBe(false);
    // And the thread works on as before.
    expect(runBounded(() => undefined, 1000)).toBe(true);
  });

  test('throws on what the work throws', () => {
    const error = new Error('mine');
    expect(() =>
      runBounded(() => {
        throw error;
      }, 1000),
    ).toThrow(error);
  });
});
