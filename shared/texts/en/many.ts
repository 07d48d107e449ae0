import type { ManyEnd, ManyFacts } from '../../many.ts';
import { formatBytes, formatCount } from '../../show/sizes.ts';
import { formatDuration } from '../../show/times.ts';
import { connectTimes } from './many-sum.ts';

const ends: Record<ManyEnd, string> = {
  held: 'Their time was over',
  gone: 'None is left',
  stopped: 'Stopped',
};

/** Many connections of one client. */
export const many = {
  title: 'Connect many',
  about:
    'Makes many connections with these settings. Each has its records in the log, and none is connected again.',
  clients: 'Connections',
  ramp: 'Begin within',
  rampHint: 'As in 10 s; 0: all at once.',
  hold: 'Then stay for',
  endless: 'until stopped',
  says: 'Each sends the message as soon as it is open',
  saysHint: 'Made for each: {{counter}} goes on, {{counter per=connection}} counts for each.',
  saysNothing: 'Write a message first to have each send it.',
  repeats: 'Again and again',
  every: 'Every',
  times: 'Times',
  start: 'Connect',
  connected: 'Disconnect first.',
  running: 'Many connections',
  ends,
  open: (open: number, of: number) => `${formatCount(open)} of ${formatCount(of)} open`,
  opened: (opened: number, of: number) => `${formatCount(opened)} of ${formatCount(of)} were open`,
  connecting: (count: number) => `${formatCount(count)} connecting`,
  failed: (count: number) => `${formatCount(count)} failed`,
  half: (ms: number) => `half in ${formatDuration(ms)}`,
  details: 'Details',
  connectTimes,
  rows: {
    counts: 'Connections',
    times: 'Connected in',
    messages: 'Messages',
    bytes: 'Bytes',
    causes: 'Failed',
  },
  counts: ({ begun, closed, failed, givenUp }: ManyFacts) =>
    [
      `${formatCount(begun)} begun`,
      `${formatCount(closed)} closed`,
      `${formatCount(failed)} failed`,
      ...(givenUp === 0 ? [] : [`${formatCount(givenUp)} given up`]),
    ].join(', '),
  messages: ({ sent, waiting, notSent, leftOut }: ManyFacts) =>
    [
      `${formatCount(sent)} sent`,
      ...(waiting === 0 ? [] : [`${formatCount(waiting)} queued`]),
      `${formatCount(notSent)} failed`,
      ...(leftOut === 0 ? [] : [`${formatCount(leftOut)} left out`]),
    ].join(', '),
  bytes: ({ sentBytes, receivedBytes }: ManyFacts) =>
    `${formatBytes(sentBytes)} sent, ${formatBytes(receivedBytes)} received`,
  cause: (count: number, what: string) => `${formatCount(count)} × ${what}`,
  stop: 'Stop',
  stopAll: 'Stop all connections',
  dismiss: 'Dismiss',
};
