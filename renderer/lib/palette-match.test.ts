import { expect, test } from 'vitest';
import { matchScore } from './palette-match.ts';

test('everything matches an empty query', () => {
  expect(matchScore('New server', '')).toBe(0);
});

test('words may stand in any order and be cut short', () => {
  expect(matchScore('Start listening', 'list sta')).not.toBeNull();
  expect(matchScore('Start listening', 'stop')).toBeNull();
});

test('initials match', () => {
  expect(matchScore('New server', 'ns')).not.toBeNull();
});

test('the start of the name beats the start of a word, and that beats its middle', () => {
  const [start, word, middle] = ['Clear log', 'Undo clear', 'Nuclear'].map((name) =>
    matchScore(name, 'clear')!,
  );
  expect(start).toBeGreaterThan(word!);
  expect(word).toBeGreaterThan(middle!);
});
