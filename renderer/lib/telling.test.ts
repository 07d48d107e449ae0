import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tellingOf } from './telling.ts';

const long = 1_000_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('a short text is told with each key', () => {
  const tell = vi.fn();
  const telling = tellingOf(tell);
  telling.changed(10, 1);
  telling.changed(11, 1);
  expect(tell).toHaveBeenCalledTimes(2);
  expect(telling.isBehind).toBe(false);
});

test('a long one is told once nobody types, and now and then of who never stops', () => {
  const tell = vi.fn();
  const telling = tellingOf(tell);
  const type = () => {
    telling.changed(long, 1);
    vi.advanceTimersByTime(100);
  };
  for (let key = 0; key < 40; key++) type();
  expect(tell).not.toHaveBeenCalled();
  vi.advanceTimersByTime(200);
  expect(tell).toHaveBeenCalledTimes(1);
  for (let key = 0; key < 60; key++) type();
  expect(tell).toHaveBeenCalledTimes(2);
});

test('a paste is told at once, and what waits with a command; what was replaced is not', () => {
  const tell = vi.fn();
  const telling = tellingOf(tell);
  telling.changed(long, 5_000);
  expect(tell).toHaveBeenCalledTimes(1);
  telling.settle();
  expect(tell).toHaveBeenCalledTimes(1);
  telling.changed(long, 1);
  expect(telling.isBehind).toBe(true);
  telling.settle();
  expect(tell).toHaveBeenCalledTimes(2);
  telling.changed(long, 1);
  telling.drop();
  vi.runAllTimers();
  expect(tell).toHaveBeenCalledTimes(2);
});
