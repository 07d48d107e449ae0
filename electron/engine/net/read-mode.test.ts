import { expect, test } from 'vitest';
import { acceptedReadMode } from './read-mode.ts';

test('an accepted socket can be read into one buffer on every Node we run on', async () => {
  expect(await acceptedReadMode()).toBe('buffer');
});
