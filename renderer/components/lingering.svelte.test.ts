import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { lingering } from './lingering.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what is made anew for another tab ends when it would have ended', () => {
  const end = vi.fn();
  const since = performance.now();
  const leave = lingering(end, false, since)(document.createElement('div'));
  vi.advanceTimersByTime(4000);
  leave?.();
  lingering(end, false, since)(document.createElement('div'));
  vi.advanceTimersByTime(1999);
  expect(end).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(end).toHaveBeenCalledOnce();
});

test('the pointer holds it back, and leaves it its whole time', () => {
  const end = vi.fn();
  const element = document.createElement('div');
  lingering(end, false, performance.now())(element);
  element.dispatchEvent(new PointerEvent('pointerenter'));
  vi.advanceTimersByTime(60_000);
  element.dispatchEvent(new PointerEvent('pointerleave'));
  vi.advanceTimersByTime(5999);
  expect(end).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(end).toHaveBeenCalledOnce();
});
