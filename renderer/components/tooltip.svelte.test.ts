import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { tooltip } from './tooltip.ts';

const made: (() => void)[] = [];
const shown = () => document.querySelector('.tooltip')?.textContent ?? null;

function button(text: string): HTMLButtonElement {
  const element = document.createElement('button');
  document.body.replaceChildren(element);
  const undo = tooltip(text)(element);
  if (undo) made.push(undo);
  return element;
}

const pointer = (element: Element, type: string, clientX: number) =>
  element.dispatchEvent(new PointerEvent(type, { clientX, clientY: 5, bubbles: true }));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  for (const undo of made.splice(0)) undo();
  vi.useRealTimers();
});

test('a tooltip comes to a pointer that rests, and goes when it presses', () => {
  const start = button('Start');
  pointer(start, 'pointerenter', 10);
  vi.runAllTimers();
  expect(shown()).toBe('Start');
  pointer(start, 'pointerdown', 10);
  expect(shown()).toBe(null);
});

test('what a press put under the pointer is not explained until the pointer comes back to it', () => {
  pointer(button('Start'), 'pointerdown', 10);
  const stop = button('Stop');
  pointer(stop, 'pointerenter', 10);
  vi.runAllTimers();
  expect(shown()).toBe(null);
  pointer(stop, 'pointerenter', 12);
  vi.runAllTimers();
  expect(shown()).toBe('Stop');
});
