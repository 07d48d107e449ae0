import type { RepeatEnd, RepeatPlan } from '../../repeat.ts';
import { formatPeriod } from '../../show/periods.ts';
import { formatCount } from '../../show/sizes.ts';
import { formatDuration, formatRate } from '../../show/times.ts';

const ends: Record<RepeatEnd, string> = {
  times: 'Repeated',
  stopped: 'Repeat stopped',
  gone: 'Repeat ended, because nobody is left who takes it',
  failure: 'Repeat ended at a failure',
};

/** A message that is sent again and again. */
export const repeat = {
  title: 'Send again and again',
  about:
    'Repeats this message as it stands, with its functions made anew. What you write later is another message.',
  every: 'Every',
  everyHint:
    'As in 100 ms, 2.5 s, 1 h; every 0: as fast as it is taken. Jitter moves each one later, by chance.',
  jitter: 'Jitter, up to',
  times: 'Times',
  endless: 'until stopped',
  stopsOnFailure: 'Stop at the first failure',
  joins: 'Join many into one write and one record',
  joinsHint: 'Only bytes without functions. Faster: a stream has no messages.',
  onWindowThread:
    'Below 10 ms the desktop’s window has its share of the time first: the line shows the rate that is reached.',
  start: 'Start',
  stop: 'Stop',
  stopAll: 'Stop repeating',
  dismiss: 'Dismiss',
  running: 'Repeat',
  ends,
  plan: ({ everyMs, jitterMs }: RepeatPlan) =>
    everyMs === 0
      ? 'as fast as it is taken'
      : jitterMs === 0
        ? `every ${formatPeriod(everyMs)}`
        : `every ${formatPeriod(everyMs)} + up to ${formatPeriod(jitterMs)}`,
  toAll: 'to all',
  toAddress: (address: string) => `to ${address}`,
  toMany: (count: number) => `to ${formatCount(count)} peers`,
  sent: (count: number, times: number | null) =>
    times === null ? `${formatCount(count)} sent` : `${formatCount(count)} of ${formatCount(times)} sent`,
  rate: (perSecond: number) => formatRate(perSecond),
  late: (ms: number) => `p99 late ${formatDuration(ms)}`,
  lateHelp: 'So late, at most, were 99 of 100',
  waiting: (count: number) => `${formatCount(count)} queued`,
  waitingHelp: 'Taken to be sent, and not yet with the system: the peer, or the network, is slower',
  failed: (count: number) => `${formatCount(count)} failed`,
  leftOut: (count: number) => `${formatCount(count)} left out`,
  leftOutHelp: 'Their time was over by more than a second: the peer took nothing, or the machine slept',
  behind: 'cannot keep up',
};
