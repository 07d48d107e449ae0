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

const asksSaid = (text: string): boolean => {
  const read = readFilter(text);
  return read.ok && read.filter.asksAnnotation;
};

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
  /** As the list last drew. */
  #drawn = { first: 0, end: 0 };
  /** What is said of records, as the views see it. */
  #said: string | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
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
    this.#drawn = { first, end };
    this.#wanted = view === null ? null : { view, first, end };
    if (!this.#isBusy) void this.#work();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    for (const view of this.#views) void this.#app.engine.closeView(view).catch(() => undefined);
    this.#views = [];
  }

  async #open(): Promise<void> {
    this.#said = this.#saidNow;
    for (const text of this.#texts) {
      const view = await this.#viewOf(text);
      if (view === null) return this.close();
      this.#views.push(view);
    }
    if (this.#wanted !== null) this.look(this.#wanted.first, this.#wanted.end);
  }

  /** Null where there is none, and once nobody wants it. */
  async #viewOf(text: string): Promise<number | null> {
    const { engine } = this.#app;
    const filter = { ...this.#log.filterOf(text), language };
    const opened = await engine.openView(this.#endpoint.id, filter, this.#log.rowReading).catch(() => null);
    if (opened === null || !this.#isClosed) return opened && opened.id;
    void engine.closeView(opened.id).catch(() => undefined);
    return null;
  }

  get #saidNow(): string | undefined {
    return this.#app.summaryOf(this.#endpoint.id)?.annotationsVersion;
  }

  /** A view does not see what is said later. Where there are others, the next summary tells what they have. */
  async #followSaid(): Promise<boolean> {
    const said = this.#saidNow;
    if (said === this.#said) return false;
    this.#said = said;
    for (const [at, text] of this.#texts.entries()) {
      if (!asksSaid(text)) continue;
      const view = await this.#viewOf(text);
      if (view === null) return false;
      void this.#app.engine.closeView(this.#views[at]!).catch(() => undefined);
      this.#views[at] = view;
    }
    return true;
  }

  async #work(): Promise<void> {
    if (this.#views.length < this.#texts.length) return;
    this.#isBusy = true;
    try {
      for (let wanted = this.#wanted; wanted !== null && !this.#isClosed; wanted = this.#wanted) {
        this.#wanted = null;
        if (await this.#followSaid()) continue;
        await this.#rowsIn(wanted);
        await this.#trackOf(wanted.view);
      }
    } catch {
      // A view has gone with its filter, or the channel: the next summary looks again.
    }
    this.#isBusy = false;
  }

  async #rowsIn({ view, first, end }: Drawn): Promise<void> {
    const views = this.#views.slice(2);
    const key = [view, first, end, ...views, ...this.#counts([...views, view])].join(' ');
    if (this.#highlights.length === 0 || key === this.#toldRows) return;
    const marks = await this.#app.engine.rowMarks(view, this.#views, first, end, 512);
    this.#toldRows = key;
    this.#rows = { view, first, end, marks };
  }

  /** Of the whole log, a few times a second. */
  async #trackOf(view: number): Promise<void> {
    const [rows = 0] = this.#counts([view]);
    const key = [view, rows, ...this.#views, ...this.#counts(this.#views)].join(' ');
    if (key === this.#told) return;
    const waits = this.#toldAt + trackEveryMs - performance.now();
    clearTimeout(this.#timer);
    if (waits > 0) {
      // No summary may follow that tells it.
      this.#timer = setTimeout(() => this.look(this.#drawn.first, this.#drawn.end), waits);
      return;
    }
    this.#toldAt = performance.now();
    const track = await this.#app.engine.rowMarks(view, this.#views, 0, rows, trackParts);
    this.#told = key;
    this.track = track.some((bits) => bits !== 0) ? track : none;
  }

  #counts(views: readonly number[]): number[] {
    return views.map((view) => this.#app.viewSummary(view)?.rows ?? 0);
  }
}
