import { expect, it } from 'vitest';
import { checkRepeat, usualRepeat } from '../../../shared/repeat.ts';
import { Spread } from '../net/spread.ts';
import { Rate } from './rate.ts';
import { Schedule } from './schedule.ts';

const plan = (everyMs: number, jitterMs = 0) => ({ everyMs, jitterMs });
/** How late each of `count` is that is sent when it is `clock()`. */
const sent = (schedule: Schedule, count: number, clock: () => number): number[] =>
  Array.from({ length: count }, () => {
    const late = schedule.lateMs(clock());
    schedule.take();
    return late;
  });

it('each has its time from the start: what one is late, the next is not', () => {
  const schedule = new Schedule(plan(10), 1000, 1);
  const times = [1000, 1017, 1020.5, 1030];
  expect(sent(schedule, 4, () => times.shift()!)).toEqual([0, 7, 0.5, 0]);
  expect(schedule.lateMs(1035)).toBe(-5);
});

it('after a million of them nothing has added up', () => {
  const schedule = new Schedule(plan(0.1), 5, 1);
  for (let i = 0; i < 1_000_000; i++) schedule.take();
  expect(schedule.lateMs(100_005)).toBeCloseTo(0, 6);
});

it('jitter comes on top of each time, is the same for the same seed, and moves no other one', () => {
  const deadlines = (seed: number): number[] => {
    const schedule = new Schedule(plan(100, 40), 0, seed);
    return sent(schedule, 1000, () => 0).map((late) => -late);
  };
  const times = deadlines(7);
  const jitters = times.map((time, at) => time - at * 100);
  expect(Math.min(...jitters)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...jitters)).toBeLessThanOrEqual(40);
  expect(jitters.reduce((sum, jitter) => sum + jitter) / 1000).toBeGreaterThan(15);
  expect(jitters.reduce((sum, jitter) => sum + jitter) / 1000).toBeLessThan(25);
  expect(deadlines(7)).toEqual(times);
  expect(deadlines(8)).not.toEqual(times);
});

it('what is late by less than a second is made up for, all of it', () => {
  const schedule = new Schedule(plan(100), 0, 1);
  schedule.leaveOut(999);
  expect(schedule.leftOut).toBe(0);
  expect(sent(schedule, 10, () => 999).filter((late) => late >= 0)).toHaveLength(10);
  expect(schedule.lateMs(999)).toBe(-1);
});

it('after an hour of sleep a second of it is made up for, and the rest is left out and counted', () => {
  const schedule = new Schedule(plan(100), 0, 1);
  schedule.take();
  const now = 3_600_000;
  schedule.leaveOut(now);
  expect(schedule.leftOut).toBe(35_989);
  expect(schedule.lateMs(now)).toBe(1000);
  for (let i = 0; i < 10; i++) schedule.take();
  expect(schedule.lateMs(now)).toBe(0);
});

it('of a long period the newest that is due is sent, however late it is', () => {
  const schedule = new Schedule(plan(60_000), 0, 1);
  schedule.leaveOut(200_000);
  expect(schedule.leftOut).toBe(3);
  expect(schedule.lateMs(200_000)).toBe(20_000);
});

it('without a period one is always due, and none is late or left out', () => {
  const schedule = new Schedule(plan(0), 0, 1);
  schedule.leaveOut(1e9);
  expect(sent(schedule, 3, () => 1e9)).toEqual([0, 0, 0]);
  expect(schedule.leftOut).toBe(0);
});

it('lateness is told to a tenth, from a microsecond to hours, in the same memory for any number', () => {
  const lateness = new Spread();
  expect(lateness.quantile(0.99)).toBeNull();
  for (let i = 0; i < 98; i++) lateness.add(0.4);
  for (const ms of [50, 7_200_000]) lateness.add(ms);
  expect(lateness.quantile(0.5)! / 0.4).toBeCloseTo(1, 0);
  expect(lateness.quantile(0.99)! / 50).toBeGreaterThanOrEqual(1);
  expect(lateness.quantile(0.99)! / 50).toBeLessThan(1.1);
  expect(lateness.quantile(1)! / 7_200_000).toBeLessThan(1.1);
  lateness.add(-1);
  expect(lateness.quantile(0)).toBeLessThan(0.01);
});

it('the rate is that of the last seconds, from message to message', () => {
  const rate = new Rate();
  expect(rate.look(0, 1, 0, 150)).toBeNull();
  let reached: number | null = null;
  for (let look = 1; look <= 100; look++)
    reached = rate.look(look * 250, 1 + Math.floor(look * 2.5), Math.floor(look * 2.5) * 100, 150);
  expect(reached).toBeCloseTo(10, 6);
  // Then they stand still.
  expect(rate.look(30_000, 251, 25_000, 150)!).toBeLessThan(6);
});

it('a slow one has the rate of its own period', () => {
  const rate = new Rate();
  rate.look(0, 1, 0, 15_000);
  let reached: number | null = null;
  for (let ms = 250; ms < 100_000; ms += 250)
    reached = rate.look(ms, 1 + Math.floor(ms / 10_000), Math.floor(ms / 10_000) * 10_000, 15_000);
  expect(reached).toBeCloseTo(0.1, 9);
});

it('a plan says which of its fields cannot be', () => {
  const fields = (change: object): string[] =>
    checkRepeat({ ...usualRepeat, ...change }).map(({ field }) => field);
  expect(fields({})).toEqual([]);
  expect(fields({ everyMs: 0, times: 1_000_000_000 })).toEqual([]);
  expect(fields({ everyMs: 86_400_000, jitterMs: 86_400_000, times: 1 })).toEqual([]);
  expect(fields({ everyMs: 0.05 })).toEqual(['everyMs']);
  expect(fields({ everyMs: NaN, jitterMs: NaN, times: NaN })).toEqual(['everyMs', 'jitterMs', 'times']);
  expect(fields({ everyMs: 0, jitterMs: 1 })).toEqual(['jitterMs']);
  expect(fields({ everyMs: 10, jitterMs: 10.5, times: 1.5 })).toEqual(['jitterMs', 'times']);
});
