import type { ManyFacts } from '../../many.ts';
import { formatBytes, formatCount } from '../../show/sizes.ts';
import { formatDuration } from '../../show/times.ts';

/** What has become of many connections, in lines; why some failed is said by `explain`. */
export function manySum(facts: ManyFacts): string[] {
  const { plan, begun, opened, closed, failed, givenUp, connectMs, sent, waiting, notSent, leftOut } = facts;
  const counts = [
    ...(begun < plan.clients ? [`${formatCount(begun)} begun`] : []),
    `${formatCount(opened)} of ${formatCount(plan.clients)} opened`,
    `${formatCount(closed)} closed`,
    `${formatCount(failed)} failed`,
    ...(givenUp === 0 ? [] : [`${formatCount(givenUp)} given up`]),
  ];
  const messages = [
    `${formatCount(sent)} sent`,
    ...(waiting === 0 ? [] : [`${formatCount(waiting)} still queued`]),
    `${formatCount(notSent)} failed`,
    ...(leftOut === 0 ? [] : [`${formatCount(leftOut)} left out, because their time was over`]),
  ];
  const traffic = `${formatBytes(facts.sentBytes)} sent, ${formatBytes(facts.receivedBytes)} received`;
  return [
    `clients: ${counts.join(', ')}`,
    ...(connectMs === null ? [] : [`connected in: ${connectTimes(connectMs)}`]),
    `messages: ${messages.join(', ')}; ${traffic}`,
  ];
}

export function connectTimes({ least, p50, p95, p99, most }: NonNullable<ManyFacts['connectMs']>): string {
  const times = { min: least, p50, p95, p99, max: most };
  return Object.entries(times)
    .map(([name, ms]) => `${name} ${formatDuration(ms)}`)
    .join(', ');
}
