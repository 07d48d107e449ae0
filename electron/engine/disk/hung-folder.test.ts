import type * as Promises from 'node:fs/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { testFolder } from '../testing/folder.ts';
import { lockDataFolder } from './data-folder.ts';

/** As on a network folder whose server has gone: what is asked of it is never answered. */
const hung = vi.hoisted(() => ({ is: false, calls: 0 }));
vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof Promises>();
  const unlessHung =
    <A extends unknown[], T>(call: (...args: A) => Promise<T>) =>
    (...args: A): Promise<T> => {
      if (!hung.is) return call(...args);
      hung.calls++;
      return new Promise(() => undefined);
    };
  return { ...real, access: unlessHung(real.access), utimes: unlessHung(real.utimes) };
});
afterEach(() => void vi.useRealTimers());

it('the holder of a folder that does not answer waits for one answer, and asks for no second', async () => {
  const folder = await testFolder();
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const lock = await lockDataFolder(folder.path);
  hung.is = true;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(hung.calls).toBe(1);
  hung.is = false;
  await lock.release();
  await folder.remove();
});
