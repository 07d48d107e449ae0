import { untrack } from 'svelte';
import type { Commands } from '../../shared/contract.ts';
import type { EndpointId } from '../../shared/domain.ts';
import { failureOf, type Failure } from '../../shared/failure.ts';
import { readFilter } from '../../shared/filter/filter.ts';
import { parseMatch, parseNumbers } from '../../shared/statistics/matching.ts';
import type { StatisticsChoice } from '../../shared/statistics/choice.ts';
import { usualPlan, type Statistics, type StatisticsPlan } from '../../shared/statistics/statistics.ts';
import type { Remote } from '../../shared/wire/rpc.ts';
import { decodeChoiceOf } from '../pane/decode-choice.ts';
import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';

/** Nobody reads faster. */
const paceMs = 250;

export type StatisticsEngine = Pick<
  Remote<Commands>,
  'openStatistics' | 'statistics' | 'closeStatistics' | 'saveStatistics'
>;

/** Statistics of an endpoint's log by one plan, as long as somebody watches; live, four times a second at most. */
export class StatisticsState {
  told = $state.raw<Statistics | null>(null);
  failure = $state.raw<Failure | null>(null);
  readonly #engine: StatisticsEngine;
  #shown: { endpoint: EndpointId; plan: StatisticsPlan; key: string } | null = null;
  /** Their number; null while there is none. */
  #open: Promise<number> | null = null;
  #watchers = 0;
  #isAsking = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(engine: StatisticsEngine) {
    this.#engine = engine;
  }

  /** Somebody has looked at them: they may be shown elsewhere as well. */
  get isWatched(): boolean {
    return this.#watchers > 0;
  }

  /** What they are to be, anew with each `asOf`; the old ones stay until the new ones are here. */
  show(endpoint: EndpointId, plan: StatisticsPlan, asOf: string): void {
    const key = JSON.stringify([endpoint, plan, asOf]);
    if (key === this.#shown?.key) return;
    this.#shown = { endpoint, plan, key };
    if (this.#watchers > 0) this.#begin();
  }

  /** After `show`. Returns what ends it. */
  watch(): () => void {
    if (this.#watchers++ === 0) this.#begin();
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      if (--this.#watchers === 0) this.#end();
    };
  }

  /** There are more records. */
  follow(): void {
    if (this.#timer !== undefined || this.#open === null) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#ask();
    }, paceMs);
  }

  /** As CSV, of now. */
  async save(): ReturnType<StatisticsEngine['saveStatistics']> {
    return this.#open === null ? null : this.#engine.saveStatistics(await this.#open);
  }

  #begin(): void {
    this.#end();
    const { endpoint, plan } = this.#shown!;
    this.#open = this.#engine.openStatistics(endpoint, plan);
    void this.#ask();
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // With the channel they are closed already.
    this.#open?.then((id) => this.#engine.closeStatistics(id)).catch(() => undefined);
    this.#open = null;
  }

  async #ask(): Promise<void> {
    const open = this.#open;
    if (open === null || this.#isAsking) return;
    this.#isAsking = true;
    try {
      const told = await this.#engine.statistics(await open);
      if (open === this.#open) {
        this.told = told;
        this.failure = told.failure;
        if (told.scanned < told.total && told.failure === null) this.follow();
      }
    } catch (thrown) {
      // What was known stays: the engine may be away for a moment.
      if (open === this.#open) this.failure = failureOf(thrown);
    }
    this.#isAsking = false;
    if (open !== this.#open) void this.#ask();
  }
}

const states = new WeakMap<EndpointState, StatisticsState>();

/** Those of all connections, which several places show. */
export function statisticsOf(app: AppState, endpoint: EndpointState): StatisticsState {
  const known = states.get(endpoint) ?? new StatisticsState(app.engine);
  states.set(endpoint, known);
  return known;
}

/** What counts: of one connection, or of all; what passes a filter. */
export type StatisticsPart = { connection: number | null; filter: string };
export const everything: StatisticsPart = { connection: null, filter: '' };

export const choiceOf = (app: AppState, endpoint: EndpointState): StatisticsChoice =>
  app.layout.statistics[endpoint.id] ?? { match: 'next', requests: null, numbers: '' };

export const choose = (app: AppState, endpoint: EndpointState, change: Partial<StatisticsChoice>): void =>
  app.changeLayout({
    statistics: { ...app.layout.statistics, [endpoint.id]: { ...choiceOf(app, endpoint), ...change } },
  });

/** By what was chosen; what an older version could read and this one cannot is as usual. */
export function planOf(app: AppState, endpoint: EndpointState, part: StatisticsPart): StatisticsPlan {
  const { match, requests, numbers } = choiceOf(app, endpoint);
  const usual = usualPlan(endpoint.settings.role);
  const rule = parseMatch(match) ?? usual.match;
  const { as } = decodeChoiceOf(app, endpoint);
  return {
    ...usual,
    ...part,
    match: rule,
    // Whatever is matched by what messages say is matched by messages.
    reading:
      (rule.by !== 'next' && rule.by !== 'none') || app.layout.readings[endpoint.id] === 'frames'
        ? 'frames'
        : 'chunks',
    requests: requests ?? usual.requests,
    decoder: as === 'automatic' || as === 'none' ? null : as,
    numbers: parseNumbers(numbers),
  };
}

/** Called while a component is made: shows and follows them while it is there. */
export function followStatistics(
  app: AppState,
  endpoint: () => EndpointState,
  state: () => StatisticsState,
  part: () => StatisticsPart,
): void {
  const key = $derived(JSON.stringify(planOf(app, endpoint(), part())));
  /** What is said of records later is not looked for by itself. */
  const asOf = $derived.by(() => {
    const read = readFilter(part().filter);
    return read.ok && read.filter.asksAnnotation ? (endpoint().summary?.annotationsVersion ?? '') : '';
  });
  $effect(() => {
    const [shown, { id }, said] = [state(), endpoint(), asOf];
    const plan = JSON.parse(key) as StatisticsPlan;
    untrack(() => shown.show(id, plan, said));
  });
  $effect(() => {
    const shown = state();
    if (app.connected) return untrack(() => shown.watch());
    return undefined;
  });
  $effect(() => {
    void endpoint().summary?.records;
    untrack(() => state().follow());
  });
}
