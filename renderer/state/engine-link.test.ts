import { expect, it } from 'vitest';
import { FailureError } from '../../shared/failure.ts';
import type { Channel } from '../../shared/wire/channel.ts';
import { linkEngine } from './engine-link.ts';

const quiet: Channel = {
  send: () => undefined,
  onMessage: () => undefined,
  onClose: () => undefined,
  close: () => undefined,
};
const refused = new FailureError({ code: 'KEY_REFUSED', message: 'Another key.', subject: '' });

it('a key that comes while the one before is being refused is tried next', async () => {
  const attempts: { open(): void; refuse(): void }[] = [];
  const told: boolean[] = [];
  const link = linkEngine(
    () =>
      new Promise((resolve, reject) =>
        attempts.push({ open: () => resolve(quiet), refuse: () => reject(refused) }),
      ),
    { summary: () => undefined, action: () => undefined, imported: () => undefined, anew: () => undefined },
    () => Promise.resolve(),
    (connected) => told.push(connected),
  );
  link.retry();
  attempts[0]!.refuse();
  await expect.poll(() => attempts.length).toBe(2);
  attempts[1]!.refuse();
  await expect.poll(() => told).toEqual([false, false]);
  // Refused for good, until somebody asks.
  expect(attempts.length).toBe(2);
  link.retry();
  attempts[2]!.open();
  await expect.poll(() => told).toEqual([false, false, true]);
  link.close();
});
