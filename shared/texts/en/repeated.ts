import type { RepeatFacts } from '../../repeat.ts';
import { formatCount } from '../../show/sizes.ts';
import { formatDuration, formatRate } from '../../show/times.ts';

export type Repeated = Pick<
  RepeatFacts,
  'sent' | 'waiting' | 'failed' | 'leftOut' | 'perSecond' | 'lateP99Ms'
> & {
  times: number | null;
};

export function repeated({ sent, waiting, failed, leftOut, perSecond, lateP99Ms, times }: Repeated): string {
  const count = times === null ? formatCount(sent) : `${formatCount(sent)} of ${formatCount(times)}`;
  const facts = [
    ...(perSecond === null ? [] : [formatRate(perSecond)]),
    ...(lateP99Ms === null ? [] : [`p99 late ${formatDuration(lateP99Ms)}`]),
    ...(waiting === 0 ? [] : [`${formatCount(waiting)} still queued`]),
    `${formatCount(failed)} failed`,
    ...(leftOut === 0 ? [] : [`${formatCount(leftOut)} left out, because their time was over`]),
  ];
  return `repeated: ${count} sent, ${facts.join(', ')}`;
}
