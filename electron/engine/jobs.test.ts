import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { RepeatJob } from '../../shared/contract.ts';
import { FailureError } from '../../shared/failure.ts';
import { usualRepeat } from '../../shared/repeat.ts';
import { Jobs, type JobWork, type ToldWork } from './jobs.ts';

const job = { kind: 'save-log', endpoint: 'e0', isPreparing: false, place: '/tmp/log.txt' } as const;
/** Goes on until it is cancelled. */
const endless: JobWork<string> = ({ signal }) =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('cancelled'))));

it('a job is told of while it runs, with how far it is, and no more when it is done', async () => {
  const jobs = new Jobs();
  let go = (): void => undefined;
  const done = jobs.run(job, async ({ told }) => {
    told(1, 3);
    await new Promise<void>((resolve) => (go = resolve));
    return 7;
  });
  expect(jobs.list).toEqual([
    { id: 1, kind: 'save-log', endpoint: 'e0', isPreparing: false, done: 1, total: 3, failure: null },
  ]);
  go();
  expect(await done).toBe(7);
  expect(jobs.list).toEqual([]);
});

it('one that is cancelled ends, and is not told of as failed', async () => {
  const jobs = new Jobs();
  const ended = jobs.run(job, endless);
  jobs.cancel(jobs.list[0]!.id);
  expect(await ended).toBeNull();
  expect(jobs.list).toEqual([]);
  jobs.cancel(1);
});

it('one that fails says with which code and where, until somebody has seen it', async () => {
  const jobs = new Jobs();
  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC' });
  expect(await jobs.run(job, () => Promise.reject(full))).toBeNull();
  expect(jobs.list).toMatchObject([{ id: 1, failure: { code: 'ENOSPC', subject: '/tmp/log.txt' } }]);
  const damaged = new FailureError({ code: 'BYTES_DAMAGED', message: '', subject: 'data-00000000' });
  await jobs.run(job, () => Promise.reject(damaged));
  expect(jobs.list[1]!.failure!.subject).toBe('data-00000000');
  jobs.cancel(1);
  expect(jobs.list.map(({ id }) => id)).toEqual([2]);
});

it('they are bounded in number, those that run and those that failed', async () => {
  const jobs = new Jobs();
  const running = Array.from({ length: 8 }, () => jobs.run(job, endless));
  await expect(jobs.run(job, endless)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT', subject: 'job' });
  await jobs.end();
  expect(await Promise.all(running)).toEqual(Array(8).fill(null));
  for (let i = 0; i < 20; i++) await jobs.run(job, () => Promise.reject(new Error('no')));
  expect(jobs.list).toHaveLength(8);
});

it('those of one endpoint end with it', async () => {
  const jobs = new Jobs();
  const mine = jobs.run(job, endless);
  const other = jobs.run({ ...job, endpoint: 'e1' }, endless);
  await jobs.run(job, () => Promise.reject(new Error('no')));
  await jobs.end('e0');
  expect(await mine).toBeNull();
  expect(jobs.list.map(({ endpoint }) => endpoint)).toEqual(['e1']);
  await nextTurn();
  await jobs.end();
  expect(await other).toBeNull();
});

describe('a repeat', () => {
  const facts = {
    plan: usualRepeat,
    target: 'all',
    remote: null,
    length: 1,
    sent: 1,
    waiting: 0,
    failed: 0,
    leftOut: 0,
    said: '.',
  } as const;
  const running = { ...facts, perSecond: null, lateP99Ms: null, isBehind: false, ended: null };
  const repeat = { kind: 'repeat', endpoint: 'e0', done: 0, total: 0, repeat: running } as const;
  /** Goes on until it is stopped, and tells of it. */
  const stopped: ToldWork<Pick<RepeatJob, 'done' | 'repeat'>> = ({ signal, told }) =>
    new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => {
        told({ done: 3, repeat: { ...running, ended: 'stopped' } });
        resolve();
      }),
    );
  const told = (jobs: Jobs) => jobs.list.map(({ id, done }) => [id, done]);

  it('is told of when it has ended, too, until it is dismissed or the next one of its endpoint begins', async () => {
    const jobs = new Jobs();
    const [one, other] = [jobs.begin(repeat, stopped), jobs.begin({ ...repeat, endpoint: 'e1' }, stopped)];
    for (const id of [one, other]) jobs.cancel(id);
    await nextTurn();
    expect(told(jobs)).toEqual([
      [one, 3],
      [other, 3],
    ]);
    const next = jobs.begin(repeat, stopped);
    expect(told(jobs)).toEqual([
      [other, 3],
      [next, 0],
    ]);
    jobs.cancel(other);
    expect(told(jobs)).toEqual([[next, 0]]);
    await jobs.end('e0');
    expect(jobs.list).toEqual([]);
  });

  it('is one of a few of its endpoint, and takes the place of no file that is written', async () => {
    const jobs = new Jobs();
    for (let i = 0; i < 4; i++) jobs.begin(repeat, stopped);
    expect(() => jobs.begin(repeat, stopped)).toThrow(expect.objectContaining({ subject: 'job' }));
    jobs.begin({ ...repeat, endpoint: 'e1' }, stopped);
    const saving = Array.from({ length: 8 }, () => jobs.run(job, endless));
    expect(jobs.list).toHaveLength(13);
    await jobs.end();
    expect(await Promise.all(saving)).toEqual(Array(8).fill(null));
  });

  it('that cannot begin is not told of', () => {
    const jobs = new Jobs();
    const refused = (): never => {
      throw new FailureError({ code: 'QUEUE_FULL' });
    };
    expect(() => jobs.begin(repeat, refused)).toThrow('QUEUE_FULL');
    expect(jobs.list).toEqual([]);
  });
});
