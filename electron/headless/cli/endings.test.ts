import { expect, it } from 'vitest';
import { Endings } from './endings.ts';

it('--timeout still hurries what --count has ended', async () => {
  const endings = new Endings();
  const hurried = new Promise<void>((resolve) => (endings.onUrgent = resolve));
  endings.endAfter(0.001);
  endings.end({ kind: 'count' });
  await hurried;
  expect(endings.isUrgent).toBe(true);
  expect(await endings.ended).toEqual({ kind: 'count' });
});
