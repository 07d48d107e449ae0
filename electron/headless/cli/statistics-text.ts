/** Statistics as lines that people read. */
import { formatBytes, formatCount } from '../../../shared/show/sizes.ts';
import { formatDateTime, formatDuration } from '../../../shared/show/times.ts';
import { escapeLine } from '../../../shared/payload/format.ts';
import type { Spread } from '../../../shared/statistics/histogram.ts';
import { gapPeriods } from '../../../shared/statistics/periods.ts';
import type {
  Direction,
  PeerStatistics,
  Statistics,
  StatisticsPlan,
} from '../../../shared/statistics/statistics.ts';
import { texts } from '../../../shared/texts/index.ts';
import type { Capture } from '../../engine/capture/capture.ts';
import { inColumns } from './columns.ts';

const directions = ['received', 'sent'] as const;
const arrows: Readonly<Record<Direction, string>> = { received: '↓', sent: '↑' };

/** `gone`: what the size limit took; of a run, it is counted. */
export function statisticsText(
  told: Statistics,
  plan: StatisticsPlan,
  name: string,
  nameOf: (peer: string) => string,
  { gone, isRun = false }: { gone: Capture['gone']; isRun?: boolean },
): string {
  const { first, last, numbers, trips } = told;
  const words = texts.statistics;
  const lines = [
    ...(plan.filter === '' ? [] : [words.onlyWhat(escapeLine(plan.filter))]),
    ...(gone === null ? [] : [words.gone(texts.verifying.gone(gone.records, gone.bytes), isRun)]),
  ];
  const said = lines.map((line) => `${line}\n`).join('');
  if (first === null || last === null) return `${escapeLine(name)}\n${said}${words.nothing}\n`;
  const parts = [
    `${escapeLine(name)}  ${formatDateTime(first)} + ${formatDuration(last - first)}\n${said}\n`,
    inColumns(trafficRows(told, Math.max(last - first, 1))),
    ...(trips === null ? [] : [titled(`${words.trips}: ${ruleWords(plan)}`), inColumns(tripRows(trips))]),
    titled(`${words.between}. ${words.gapsMeaning(gapPeriods)}`),
    inColumns(periodRows(told)),
    ...(numbers === null ? [] : [titled(words.numbers), inColumns(numberRows(numbers))]),
    titled(words.connections),
    inColumns(peerRows(told, nameOf)),
  ];
  return parts.join('');
}

const titled = (title: string): string => `\n${title}\n`;

export function ruleWords({ match, requests }: StatisticsPlan): string {
  const { matched, asks } = texts.statistics;
  const rule =
    match.by === 'decoded'
      ? matched.decoded(escapeLine(match.path))
      : match.by === 'pattern'
        ? matched.pattern(escapeLine(match.pattern))
        : matched[match.by];
  return `${rule}; ${asks[requests]}`;
}

const { columns } = texts.statistics;

function trafficRows(told: Statistics, ms: number): string[][] {
  const { records, bytes, perSecond, sizes } = texts.statistics;
  const head = [
    '',
    records,
    bytes,
    perSecond,
    `${sizes}: ${columns.min}`,
    columns.mean,
    'p50',
    'p95',
    'p99',
    columns.max,
  ];
  return [
    head,
    ...directions.map((direction) => {
      const { records: count, bytes: sum, sizes: of } = told[direction];
      const rate = `${formatBytes((sum / ms) * 1000)}/s`;
      return [
        directionWords(direction),
        formatCount(count),
        formatBytes(sum),
        rate,
        ...spread(of, formatBytes),
      ];
    }),
  ];
}

const directionWords = (direction: Direction): string =>
  `${arrows[direction]} ${texts.statistics[direction]}`;

function tripRows(trips: NonNullable<Statistics['trips']>): string[][] {
  const { count, min, mean, max, unanswered, waiting, unasked } = columns;
  const counts = [trips.unanswered, trips.waiting, trips.unasked].map(formatCount);
  return [
    [count, min, mean, 'p50', 'p95', 'p99', max, unanswered, waiting, unasked],
    [formatCount(trips.count), ...spread(trips, formatDuration), ...counts],
  ];
}

function periodRows(told: Statistics): string[][] {
  const { median, deviation, deviationMost, gaps, longest } = columns;
  return [
    ['', median, deviation, deviationMost, gaps, longest],
    ...directions.map((direction) => {
      const { intervals, deviations, gaps: count } = told[direction].periods;
      if (intervals.count === 0) return [directionWords(direction)];
      const times = [intervals.p50, deviations.p50, deviations.p95].map(formatDuration);
      return [directionWords(direction), ...times, formatCount(count), formatDuration(intervals.max)];
    }),
  ];
}

function numberRows(numbers: NonNullable<Statistics['numbers']>): string[][] {
  const names = ['received', 'lost', 'duplicates', 'late', 'restarts'] as const;
  const { numberColumns } = texts.statistics;
  return [names.map((name) => numberColumns[name]), names.map((name) => formatCount(numbers[name]))];
}

function peerRows({ peers, others, trips }: Statistics, nameOf: (peer: string) => string): string[][] {
  const { received, sent } = texts.statistics;
  const timed = trips === null ? [] : [texts.statistics.trips, 'p50', 'p95', 'p99', columns.max];
  const row = (first: string, peer: string, of: PeerStatistics): string[] => [
    first,
    escapeLine(peer),
    ...[of.received, of.sent].map(({ records, bytes }) => `${formatCount(records)} (${formatBytes(bytes)})`),
    ...(trips === null ? [] : [formatCount(of.trips.count), ...spread(of.trips, formatDuration).slice(2)]),
  ];
  return [
    [columns.connection, columns.peer, received, sent, ...timed],
    ...peers.map((peer) => row(`#${peer.connection}`, nameOf(peer.peer) || peer.peer, peer)),
    ...(others === null ? [] : [row('', texts.statistics.others(others.connections), others.sum)]),
  ];
}

/** '' where there is none. */
const spread = (of: Spread, format: (value: number) => string): string[] =>
  [of.min, of.mean, of.p50, of.p95, of.p99, of.max].map((value) => (of.count === 0 ? '' : format(value)));
