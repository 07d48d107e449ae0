import { describe, expect, test } from 'vitest';
import { RuleBudget } from './rule-budget.ts';

describe('the time that rules have together', () => {
  test('is spent by long runs, and comes back little by little', () => {
    let now = 5000;
    const budget = new RuleBudget(() => now);
    budget.count(100);
    expect(budget.isSpent).toBe(false);
    budget.count(100);
    expect(budget.isSpent).toBe(true);
    budget.count(50);
    now += 499;
    expect(budget.isSpent).toBe(true);
    now += 2;
    expect(budget.isSpent).toBe(false);
    budget.count(100);
    expect(budget.isSpent).toBe(true);
  });

  test('is not spent by short runs, however many', () => {
    const budget = new RuleBudget(() => 0);
    for (let run = 0; run < 1000; run++) budget.count(19);
    expect(budget.isSpent).toBe(false);
  });

  test('saves up nothing while no rule runs', () => {
    let now = 0;
    const budget = new RuleBudget(() => now);
    now = 3_600_000;
    budget.count(200);
    expect(budget.isSpent).toBe(true);
  });

  test('is exhausted when short tries have led to nothing for long enough, too', () => {
    let now = 0;
    const budget = new RuleBudget(() => now);
    for (let tried = 0; tried < 100; tried++) budget.countTry(1);
    expect(budget.isExhausted).toBe(false);
    budget.count(200);
    expect(budget.isExhausted).toBe(true);
    now += 20;
    expect([budget.isSpent, budget.isExhausted]).toEqual([false, false]);
  });
});
