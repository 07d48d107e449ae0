/** Looks for one thing in the logs of all tabs: a view of each, a few at a time, closed once its rows are counted. */
import { readFilter } from '../../shared/filter/filter.ts';
import { finderOf } from '../../shared/filter/found.ts';
import { failureOf, type Failure } from '../../shared/failure.ts';
import { shownEncodings } from '../../shared/settings/text.ts';
import type { ViewSummary } from '../../shared/contract.ts';
import { explainFilterProblem, language } from '../../shared/texts/index.ts';
import { decodeRows } from '../../shared/wire/row-window.ts';
import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';
import { logRowOf, type LogRow } from './log-row.ts';
import { logOf } from './log.svelte.ts';

export type TabFound = {
  readonly endpoint: EndpointState;
  readonly rows: number;
  /** Of what was there when it began, from 0 to 1; 1 where it is done. */
  readonly part: number;
  readonly failure: Failure | null;
  readonly newest: readonly LogRow[];
};

/** A page has only so many views, and its logs have their own. */
const mostAtOnce = 8;
const mostNewest = 5;

export class TabSearch {
  /** As it is written, and as it was looked for. */
  text = $state('');
  searched = $state('');
  found = $state.raw<readonly TabFound[]>([]);
  isRunning = $state(false);
  wasStopped = $state(false);
  readonly #app: AppState;
  #waiting: EndpointState[] = [];
  /** By their views, with what there was to look at when each began. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nobody draws it
  readonly #open = new Map<number, { endpoint: EndpointState; total: number }>();
  #opening = 0;
  #run = 0;

  constructor(app: AppState) {
    this.#app = app;
  }

  get problem(): string | null {
    const read = readFilter(this.text);
    return read.ok ? null : explainFilterProblem(read.problem);
  }

  start(): void {
    if (this.problem !== null || this.text.trim() === '') return;
    this.stop();
    this.searched = this.text.trim();
    this.wasStopped = false;
    this.isRunning = true;
    this.#waiting = [...this.#app.endpoints];
    this.found = this.#waiting.map((endpoint) => ({
      ...{ endpoint, rows: 0, part: 0 },
      failure: null,
      newest: [],
    }));
    this.#next();
  }

  /** What was found stays. */
  stop(): void {
    this.#run++;
    this.wasStopped ||= this.isRunning;
    this.isRunning = false;
    this.#waiting = [];
    for (const view of this.#open.keys()) this.#close(view);
  }

  /** With each summary of the engine, and each tab that goes. */
  look(): void {
    this.#dropGone();
    for (const [view, { endpoint, total }] of this.#open) {
      const summary = this.#app.viewSummary(view);
      if (summary !== undefined) void this.#take(endpoint, summary, total);
    }
  }

  /** Endpoints that were removed: the engine has closed their views, and tells of them no more. */
  #dropGone(): void {
    const isThere = ({ id }: EndpointState): boolean => this.#app.endpointOf(id) !== null;
    if (this.found.every(({ endpoint }) => isThere(endpoint))) return;
    this.found = this.found.filter(({ endpoint }) => isThere(endpoint));
    this.#waiting = this.#waiting.filter(isThere);
    for (const [view, { endpoint }] of this.#open) if (!isThere(endpoint)) this.#open.delete(view);
    this.#next();
  }

  #next(): void {
    while (this.#open.size + this.#opening < mostAtOnce) {
      const endpoint = this.#waiting.shift();
      if (endpoint === undefined) break;
      void this.#begin(endpoint);
    }
    if (this.#open.size + this.#opening + this.#waiting.length === 0) this.isRunning = false;
  }

  async #begin(endpoint: EndpointState): Promise<void> {
    const run = this.#run;
    const log = logOf(this.#app, endpoint);
    this.#opening++;
    try {
      const filter = { ...log.filterOf(this.searched), language };
      const summary = await this.#app.engine.openView(endpoint.id, filter, log.rowReading);
      if (run !== this.#run) return void this.#app.engine.closeView(summary.id).catch(() => undefined);
      this.#open.set(summary.id, { endpoint, total: summary.total });
      await this.#take(endpoint, summary, summary.total);
    } catch (thrown) {
      if (run === this.#run) this.#tell(endpoint, { part: 1, failure: failureOf(thrown) });
    } finally {
      this.#opening--;
      if (run === this.#run) this.#next();
    }
  }

  async #take(
    endpoint: EndpointState,
    { id, rows, scanned, failure }: ViewSummary,
    total: number,
  ): Promise<void> {
    const isDone = failure !== null || scanned >= total;
    const part = isDone ? 1 : scanned / total;
    this.#tell(endpoint, { rows, part, failure });
    if (!isDone) return;
    const run = this.#run;
    this.#open.delete(id);
    const newest = await this.#newest(endpoint, id, rows).catch(() => []);
    void this.#app.engine.closeView(id).catch(() => undefined);
    if (run !== this.#run) return;
    this.#tell(endpoint, { newest });
    this.#next();
  }

  async #newest(endpoint: EndpointState, view: number, rows: number): Promise<LogRow[]> {
    const bytes = await this.#app.engine.rows(view, Math.max(0, rows - mostNewest), mostNewest);
    const finder = finderOf(this.searched);
    const encodings = shownEncodings(endpoint.settings);
    return decodeRows(bytes).rows.map((row) => logRowOf(row, finder, [], encodings));
  }

  #tell(endpoint: EndpointState, change: Partial<TabFound>): void {
    this.found = this.found.map((each) => (each.endpoint === endpoint ? { ...each, ...change } : each));
  }

  #close(view: number): void {
    this.#open.delete(view);
    void this.#app.engine.closeView(view).catch(() => undefined);
  }
}

const kept = new WeakMap<AppState, TabSearch>();

export function tabSearchOf(app: AppState): TabSearch {
  const known = kept.get(app) ?? new TabSearch(app);
  kept.set(app, known);
  return known;
}

/** Opens the tab that shows it. */
export function searchTabs(app: AppState, text: string): void {
  const search = tabSearchOf(app);
  search.text = text;
  app.openTab('search');
  search.start();
}
