/** Statistics as a table of one value a line, which spreadsheets and scripts can pivot: `of,direction,measure,value`. */
import { formatIso } from '../show/times.ts';
import type { Spread } from './histogram.ts';
import type { PeerStatistics, Statistics } from './statistics.ts';

type Line = readonly [of: string, direction: string, measure: string, value: number | string];

/** RFC 4180. Field names are the same in every language. `filter`: what alone counts; '' for everything. */
export function statisticsCsv(
  statistics: Statistics,
  filter: string,
  nameOf: (peer: string) => string = () => '',
): string {
  const head = filter === '' ? [] : [['total', '', 'filter', filter]];
  const lines = [['of', 'direction', 'measure', 'value'], ...head, ...linesOf(statistics, nameOf)];
  return lines.map((line) => `${line.map((cell) => quoted(String(cell))).join(',')}\r\n`).join('');
}

function* linesOf(statistics: Statistics, nameOf: (peer: string) => string): Generator<Line> {
  const { trips, numbers, peers, others, first, last } = statistics;
  if (first !== null) yield ['total', '', 'first', formatIso(first)];
  if (last !== null) yield ['total', '', 'last', formatIso(last)];
  for (const direction of ['received', 'sent'] as const) {
    const { records, bytes, sizes, periods } = statistics[direction];
    const line = (measure: string, value: number): Line => ['total', direction, measure, value];
    yield line('records', records);
    yield line('bytes', bytes);
    for (const [name, value] of quantiles(sizes)) yield line(`size_${name}`, value);
    for (const [name, value] of quantiles(periods.intervals)) yield line(`interval_ms_${name}`, value);
    yield line('deviation_ms_p50', periods.deviations.p50);
    yield line('deviation_ms_p95', periods.deviations.p95);
    yield line('deviation_ms_max', periods.deviations.max);
    yield line('gaps', periods.gaps);
    for (const { from, count } of sizes.bars) yield ['sizes_from_bytes', direction, String(from), count];
    for (const { time, ms } of periods.longest) yield ['gap', direction, formatIso(time), ms];
  }
  if (trips !== null) {
    for (const [name, value] of quantiles(trips)) yield ['total', '', `round_trip_ms_${name}`, value];
    for (const name of ['count', 'unanswered', 'waiting', 'unasked'] as const)
      yield ['total', '', `round_trips_${name}`, trips[name]];
    for (const { from, count } of trips.bars) yield ['round_trips_from_ms', '', String(from), count];
  }
  for (const [name, value] of Object.entries(numbers ?? {}))
    yield ['total', 'received', `numbers_${name}`, value];
  for (const peer of peers)
    yield* peerLines(`connection ${peer.connection} ${nameOf(peer.peer) || peer.peer}`.trimEnd(), peer);
  if (others !== null) {
    yield ['others', '', 'connections', others.connections];
    yield* peerLines('others', others.sum);
  }
  yield* rateLines(statistics);
}

function* peerLines(
  of: string,
  { first, last, received, sent, trips, numbers }: PeerStatistics,
): Generator<Line> {
  yield [of, '', 'first', formatIso(first)];
  yield [of, '', 'last', formatIso(last)];
  yield [of, 'received', 'records', received.records];
  yield [of, 'received', 'bytes', received.bytes];
  yield [of, 'sent', 'records', sent.records];
  yield [of, 'sent', 'bytes', sent.bytes];
  yield [of, '', 'round_trips_count', trips.count];
  for (const [name, value] of quantiles(trips)) yield [of, '', `round_trip_ms_${name}`, value];
  for (const [name, value] of Object.entries(numbers ?? {})) yield [of, 'received', `numbers_${name}`, value];
}

function* rateLines({ rates }: Statistics): Generator<Line> {
  const { start, widthMs, sums } = rates;
  for (const at of sums.receivedBytes.keys()) {
    const time = formatIso(start + at * widthMs);
    yield [time, 'received', 'bytes', sums.receivedBytes[at]!];
    yield [time, 'received', 'records', sums.receivedRecords[at]!];
    yield [time, 'sent', 'bytes', sums.sentBytes[at]!];
    yield [time, 'sent', 'records', sums.sentRecords[at]!];
  }
}

const names = ['min', 'mean', 'p50', 'p95', 'p99', 'max'] as const;
const quantiles = (values: Spread): [string, number][] =>
  values.count === 0 ? [] : names.map((name) => [name, Number(values[name].toPrecision(6))]);

/** A cell that begins with a sign would be a formula to a spreadsheet. */
function quoted(cell: string): string {
  const safe = /^[=+@\t\r]|^-\D/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
