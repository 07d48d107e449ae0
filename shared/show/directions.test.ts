import { expect, test } from 'vitest';
import { directionOf, directionSigns } from './directions.ts';
import { recordKinds } from '../records.ts';

test('every record stands on one side', () => {
  const sides = recordKinds.map((kind) => [kind, directionOf(kind)]);
  expect(sides.filter(([, side]) => side !== 'event')).toEqual([
    ['sent', 'sent'],
    ['received', 'received'],
    ['failed', 'failure'],
  ]);
});

test('every direction has a sign of its own', () => {
  expect(new Set(Object.values(directionSigns)).size).toBe(4);
});
