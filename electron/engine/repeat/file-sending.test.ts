import { expect, it, vi } from 'vitest';
import { wholeFile } from '../../../shared/file-plan.ts';
import type { Fate } from '../net/fate.ts';
import { FileSending, type FileOptions } from './file-sending.ts';

/** All that is pushed is queued, and waits until its fate is settled. */
function sending() {
  const fates: Fate[] = [];
  const peer = { isGone: false };
  const told: Parameters<FileOptions['told']>[0][] = [];
  const file = new FileSending({
    port: {
      send: (_, fate) => {
        fate.take();
        fates.push(fate);
        return 1;
      },
      hasRoom: () => true,
      isOver: () => peer.isGone,
      onRecords: () => () => undefined,
    },
    plan: wholeFile,
    mostPiece: 60,
    told: (facts) => told.push(facts),
  });
  /** Others may have a turn between two pieces. */
  const untilQueued = (count: number) => vi.waitFor(() => expect(fates).toHaveLength(count));
  return { file, fates, peer, untilQueued, told: () => told.at(-1)! };
}

it('a file is done when the kernel has all of it, and not before', async () => {
  const { file, fates, untilQueued, told } = sending();
  await file.push(new Uint8Array(100), true);
  await untilQueued(2);
  expect(file.end).toBeNull();
  for (const fate of fates) fate.settle('all');
  expect(await file.ended).toBe('done');
  expect(told()).toMatchObject({ done: 100, pieces: 2, ended: 'done' });
});

it('what a reset kept from the kernel was not sent, however much of it was queued', async () => {
  const { file, fates, peer, untilQueued, told } = sending();
  await file.push(new Uint8Array(100), true);
  await untilQueued(2);
  peer.isGone = true;
  fates[0]!.settle(25);
  fates[1]!.settle(0);
  expect(await file.ended).toBe('gone');
  expect(told()).toMatchObject({ done: 25, ended: 'gone' });
});

it('what was queued before somebody stopped it still counts, once it is out', async () => {
  const { file, fates, untilQueued, told } = sending();
  await file.push(new Uint8Array(100), false);
  await untilQueued(2);
  file.stop();
  expect(told()).toMatchObject({ done: 0, ended: 'stopped' });
  for (const fate of fates) fate.settle('all');
  expect(told()).toMatchObject({ done: 100, ended: 'stopped' });
});
