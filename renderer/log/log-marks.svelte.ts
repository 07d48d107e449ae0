/** Which rows of a log have a colour, and where in all of it such rows, failures and annotations lie: told by the engine. */
import { readFilter } from '../../shared/filter/filter.ts';
import type { Highlight, HighlightColour } from '../../shared/filter/kept.ts';
import { language } from '../../shared/texts/index.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';
import type { LogState } from '../state/log.svelte.ts';

/** Of a kind of mark: its colour by the name of a token, and which third of the track it stands in. */
export type MarkKind = { readonly colour: string; readonly lane: 0 | 1 | 2 };

export const tokenOf: Readonly<Record<HighlightColour, string>> = {
  ...{ blue: '--accent', green: '--received', amber: '--sent', violet: '--event', red: '--error' },
};

/** More marks are closer than a pixel or two. */
const trackParts = 256;
const trackEveryMs = 250;
const none = new Uint8Array(0);

type Drawn = { view: number; first: number; end: number };

export class LogMarks {
  readonly kinds: readonly MarkKind[];
  /** A byte for each stretch of the log, with a bit for each kind. */
  track = $state.raw<Uint8Array>(none);
  #rows = $state.raw<Drawn & { marks: Uint8Array }>({ view: -1, first: 0, end: 0, marks: none });
  readonly #app: AppState;
  readonly #endpoint: EndpointState;
  readonly #log: LogState;
  readonly #highlights: readonly Highlight[];
  readonly #texts: readonly string[];
  #views: number[] = [];
  #isClosed = false;
  #isBusy = false;
  #wanted: Drawn | null = null;
  #told = '';
  #toldAt = -Infinity;
  #toldRows = '';

  constructor(app: AppState, endpoint: EndpointState, log: LogState, highlights: readonly Highlight[]) {
    this.#app = app;
    this.#endpoint = endpoint;
    this.#log = log;
    this.#highlights = highlights.filter(({ text, isOff }) => !isOff && text !== '' && readFilter(text).ok);
    this.#texts = ['is:failed', 'is:marked', ...this.#highlights.map(({ text }) => text)];
    this.kinds = [
      { colour: '--error', lane: 0 },
      { colour: '--event', lane: 2 },
      ...this.#highlights.map(({ colour }) => ({ colour: tokenOf[colour], lane: 1 as const })),
    ];
    void this.#open();
  }

  /** The first of the rules that the row passes. */
  of(row: number): Highlight | null {
    const { view, first, marks } = this.#rows;
    const bits = view === this.#log.rows.view ? (marks[row - first] ?? 0) >> 2 : 0;
    return bits === 0 ? null : this.#highlights[31 - Math.clz32(bits & -bits)]!;
  }

  /** With each summary, and each draw. */
  look(first: number, end: number): void {
    const { view } = this.#log.rows;
    this.#wanted = view === null ? null : { view, first, end };
    if (!this.#isBusy) void this.#work();
  }

  close(): void {
    this.#isClosed = true;
    for (const view of this.#views) void this.#app.engine.closeView(view).catch(() => undefined);
    this.#views = [];
  }

  async #open(): Promise<void> {
    const { engine } = this.#app;
    for (const text of this.#texts) {
      const filter = { ...this.#log.filterOf(text), language };
      const opened = await engine.openView(this.#endpoint.id, filter, this.#log.rowReading).catch(() => null);
      if (opened === null) return this.close();
      if (this.#isClosed) return void engine.closeView(opened.id).catch(() => undefined);
      this.#views.push(opened.id);
    }
    if (this.#wanted !== null) this.look(this.#wanted.first, this.#wanted.end);
  }

  async #work(): Promise<void> {
    if (this.#views.length < this.#texts.length) return;
    this.#isBusy = true;
    try {
      for (let wanted = this.#wanted; wanted !== null && !this.#isClosed; wanted = this.#wanted) {
        this.#wanted = null;
        await this.#rowsIn(wanted);
        await this.#trackOf(wanted.view);
      }
    } catch {
      // A view has gone with its filter, or the channel: the next summary looks again.
    }
    this.#isBusy = false;
  }

  async #rowsIn({ view, first, end }: Drawn): Promise<void> {
    const key = [view, first, end, ...this.#counts(this.#views.slice(2)), ...this.#counts([view])].join(' ');
    if (this.#highlights.length === 0 || key === this.#toldRows) return;
    const marks = await this.#app.engine.rowMarks(view, this.#views, first, end, 512);
    this.#toldRows = key;
    this.#rows = { view, first, end, marks };
  }

  /** Of the whole log, a few times a second. */
  async #trackOf(view: number): Promise<void> {
    const [rows = 0] = this.#counts([view]);
    const key = [view, rows, ...this.#counts(this.#views)].join(' ');
    if (key === this.#told || performance.now() - this.#toldAt < trackEveryMs) return;
    this.#toldAt = performance.now();
    const track = await this.#app.engine.rowMarks(view, this.#views, 0, rows, trackParts);
    this.#told = key;
    this.track = track.some((bits) => bits !== 0) ? track : none;
  }

  #counts(views: readonly number[]): number[] {
    return views.map((view) => this.#app.viewSummary(view)?.rows ?? 0);
  }
}
