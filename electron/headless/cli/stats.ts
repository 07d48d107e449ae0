/** `socketscope stats DIR`: what the messages of a captured log come to. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Endpoint } from '../../../shared/contract.ts';
import type { DecoderId } from '../../../shared/decoding/decoded.ts';
import type { EncodingId } from '../../../shared/encodings/encodings.ts';
import { failureOf } from '../../../shared/failure.ts';
import type { Framing } from '../../../shared/framing/framer.ts';
import { peerNamesOf, textNamerOf } from '../../../shared/peer-names.ts';
import { messageDecodingOf } from '../../../shared/settings/decoding.ts';
import type { EndpointSettings } from '../../../shared/settings/settings.ts';
import { shownEncodings } from '../../../shared/settings/text.ts';
import { capabilitiesOf } from '../../../shared/settings/transports.ts';
import { formatIso } from '../../../shared/show/times.ts';
import { statisticsCsv } from '../../../shared/statistics/csv.ts';
import type { MatchRule, NumberRule } from '../../../shared/statistics/matching.ts';
import {
  usualPlan,
  type Direction,
  type Statistics,
  type StatisticsPlan,
} from '../../../shared/statistics/statistics.ts';
import { jsonForTerminal } from '../../../shared/show/characters.ts';
import { nameOf } from '../../../shared/texts/endpoint-name.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import type { Said } from '../../engine/capture/annotations.ts';
import type { Capture } from '../../engine/capture/capture.ts';
import { goneOf } from '../../engine/capture/shortened.ts';
import { wantedOf } from '../../engine/reading/matches.ts';
import type {
  StatisticsReading,
  StatisticsSource,
} from '../../engine/reading/statistics/statistics-reading.ts';
import { StatisticsReadings } from '../../engine/reading/statistics/statistics-readings.ts';
import { tell } from '../terminal.ts';
import type { statsFormats } from './choices.ts';
import { annotationsOf, requireFraming, withCapture } from './kept-capture.ts';
import { openOutput, standardOutput } from './output.ts';
import { statisticsText } from './statistics-text.ts';

export type StatsOptions = {
  endpoint?: string;
  filter: string;
  /** Undefined: chunks. */
  frame?: Framing;
  match?: MatchRule;
  requests?: Direction;
  decode?: DecoderId;
  numbers?: NumberRule;
  encoding?: EncodingId;
  format: (typeof statsFormats)[number];
  out?: string;
};

type PlanOptions = Partial<Omit<StatsOptions, 'endpoint' | 'format' | 'out'>>;

/** A slice of a capture takes about as long. */
const lookEveryMs = 5;

/** Prints what the log of an endpoint comes to, as `withCapture` opens it; resolves with the exit code. Throws a `UsageError`. */
export async function stats(path: string, options: StatsOptions): Promise<number> {
  const { endpoint: wanted, format, out } = options;
  return withCapture(path, wanted, async (endpoint, capture) => {
    if (options.frame !== undefined) requireFraming(endpoint);
    const reading = openStatistics(endpoint.settings, capture, await annotationsOf(capture), options);
    while (!reading.isDone) await sleep(lookEveryMs);
    const { plan } = reading;
    const told = await reading.told();
    const output = out === undefined ? standardOutput() : openOutput(out);
    try {
      output.begin();
      await output.write(written[format](told, endpoint, plan, capture.gone));
      await output.close();
    } catch (error) {
      const { code, message } = inWords(failureOf(error));
      // Whoever read the output has seen enough.
      if (code === 'EPIPE' || code === 'ECONNRESET') return 0;
      const { cannotWrite, standardOutput: name } = texts.commandLine;
      tell(`${cannotWrite(out ?? name, output.writtenBytes, message)}\n`);
      return 1;
    }
    if (told.failure === null) return 0;
    tell(`${texts.commandLine.notShown(inWords(told.failure).message)}\n`);
    return 1;
  });
}

/** What counts, by the options of `stats`, live; as `StatisticsReadings.open`. */
export function openStatistics(
  settings: EndpointSettings,
  capture: Capture,
  said: Said | null,
  { filter = '', frame, match, requests, decode, numbers, encoding }: PlanOptions,
  life: Pick<StatisticsSource, 'outlivesClearing'> = {},
): StatisticsReading {
  const usual = usualPlan(settings.role);
  const plan: StatisticsPlan = {
    ...usual,
    filter,
    reading: frame === undefined ? 'chunks' : 'frames',
    match: match ?? (frame === undefined ? usual.match : { by: 'frame' }),
    requests: requests ?? usual.requests,
    decoder: decode ?? null,
    numbers: numbers ?? null,
  };
  const own = shownEncodings(settings);
  const encodings = encoding === undefined ? own : { ...own, sent: encoding, received: encoding };
  const decoding = messageDecodingOf(decode ?? 'automatic', settings);
  const asked = { connection: null, text: filter, encodings, decoding };
  return new StatisticsReadings(capture).open({
    ...life,
    plan,
    wanted: wantedOf(asked, peerNamesOf(settings), said),
    framings: frame === undefined ? null : { sent: frame, received: frame },
    isDatagram: capabilitiesOf(settings).hasBoundaries,
  });
}

const written: Readonly<
  Record<
    StatsOptions['format'],
    (told: Statistics, endpoint: Endpoint, plan: StatisticsPlan, gone: Capture['gone']) => string
  >
> = {
  text: (told, endpoint, plan, gone) =>
    statisticsText(told, plan, nameOf({ ...endpoint, summary: null }), textNamerOf(endpoint.settings), {
      gone,
    }),
  csv: (told, { settings }, { filter }) => statisticsCsv(told, filter, textNamerOf(settings)),
  jsonl: (told, { settings }, { filter }, gone) => {
    const { scanned, total, received, sent, rates, trips, numbers, peers, others, first, last } = told;
    const sums = { scanned, total, received, sent, trips, numbers, rates };
    const name = textNamerOf(settings);
    const iso = (time: number | null): string | null => (time === null ? null : formatIso(time));
    const lines = [
      {
        kind: 'total',
        first: iso(first),
        last: iso(last),
        ...(filter !== '' && { filter }),
        ...sums,
        ...goneOf({ gone }),
      },
      ...peers.map((peer) => ({
        kind: 'connection',
        ...{ ...peer, name: name(peer.peer), first: iso(peer.first), last: iso(peer.last) },
      })),
      ...(others === null ? [] : [{ kind: 'others', connections: others.connections, ...sumOf(others.sum) }]),
    ];
    return lines.map((line) => `${jsonForTerminal(line)}\n`).join('');
  },
};

const sumOf = ({ received, sent, trips, numbers }: Statistics['peers'][number]): object => ({
  ...{ received, sent, trips, numbers },
});
