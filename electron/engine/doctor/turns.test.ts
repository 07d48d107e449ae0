import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('work goes on a bounded number at a time, in order, and what is too much is refused', async () => {
  const turns = new Turns(2, 3);
  const begun: number[] = [];
  const ends: ((value: number) => void)[] = [];
  const work = (number: number) => () => {
    begun.push(number);
    return new Promise<number>((resolve) => ends.push(resolve));
  };
  const all = [1, 2, 3, 4, 5].map((number) => turns.run(work(number)));
  await expect(turns.run(work(6))).rejects.toMatchObject({ code: 'TOO_MANY_QUESTIONS' });
  expect(begun).toEqual([1, 2]);
  for (const at of [0, 1, 2, 3, 4]) {
    ends[at]!(at);
    expect(await all[at]).toBe(at);
  }
  expect(begun).toEqual([1, 2, 3, 4, 5]);
});

it('work that fails leaves its place to others', async () => {
  const turns = new Turns(1, 1);
  const failing = turns.run(() => Promise.reject(new Error('no')));
  const next = turns.run(async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
  expect(await turns.run(async () => 'again')).toBe('again');
});
