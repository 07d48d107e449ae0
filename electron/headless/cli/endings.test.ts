import { expect, it } from 'vitest';
import { Endings } from './endings.ts';

it('--timeout still hurries what --count has ended', async () => {
  const endings = new Endings();
  endings.endAfter(0.001);
  endings.end({ kind: 'count' });
  expect(await endings.urgent).toBe('timeout');
  expect(endings.isUrgent).toBe(true);
  expect(await endings.ended).toEqual({ kind: 'count' });
});
