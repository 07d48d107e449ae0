import { noAnnotation, type Annotation } from '../../shared/annotations.ts';
import { texts } from '../../shared/texts/index.ts';
import { decodeRows, type Row } from '../../shared/wire/row-window.ts';
import { selectedCount, type RowRange } from '../lib/row-selection.ts';
import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';
import { logOf, type LogState } from './log.svelte.ts';

/** What one command of the engine takes: all of it is said, or nothing. */
const mostAtOnce = 512;

type Placed = Pick<Row, 'sequence' | 'frame'>;
type Change = Partial<Annotation>;

/** A frame has what is said of the record in which it ends: its time is that record's, too. */
export const recordOf = ({ sequence, frame }: Placed): number => frame?.last ?? sequence;

/** Several frames may end in one record. */
const recordsOf = (rows: readonly Placed[]): number[] => once(rows.map(recordOf));
const once = <T>(all: readonly T[]): T[] => all.filter((one, at) => all.indexOf(one) === at);

/** What was said of records of one log: pulled anew whenever the engine tells of another version. */
export class AnnotationsState {
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- another one each time
  #kept = $state.raw<ReadonlyMap<number, Annotation>>(new Map());
  /** Records whose note and tags are being written. */
  writing = $state.raw<readonly number[] | null>(null);
  readonly #app: AppState;
  readonly #endpoint: EndpointState;
  #pulls = 0;

  constructor(app: AppState, endpoint: EndpointState) {
    this.#app = app;
    this.#endpoint = endpoint;
  }

  /** Null where nothing was said of it. */
  of(sequence: number): Annotation | null {
    return this.#kept.get(sequence) ?? null;
  }

  get isEmpty(): boolean {
    return this.#kept.size === 0;
  }

  /** All that there are, the one used most first. */
  get tags(): string[] {
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- read once, and gone
    const counts = new Map<string, number>();
    for (const { tags } of this.#kept.values())
      for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
    return [...counts].sort((one, other) => other[1] - one[1]).map(([tag]) => tag);
  }

  async pull(): Promise<void> {
    const pull = ++this.#pulls;
    const list = await this.#app.attempt(
      () => this.#app.engine.annotations(this.#endpoint.id),
      ({ code }) => code === 'CHANNEL_CLOSED',
    );
    if (list === null || pull !== this.#pulls) return;
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- another one each time
    this.#kept = new Map(list.map(({ sequence, ...annotation }) => [sequence, annotation]));
  }

  /** Of all of them, or, where all have one, of none; left out: of the chosen rows. */
  async toggleBookmark(given: readonly number[] | null = null): Promise<void> {
    const sequences = given ?? (await this.chosen());
    if (sequences === null) return;
    const areAll = sequences.every((sequence) => this.of(sequence)?.bookmarked);
    await this.#say(sequences, { bookmarked: !areAll });
  }

  /** Of what is here at once: what is typed next is none of the log's letters. */
  async write(): Promise<void> {
    this.writing = this.#chosenHere() ?? (await this.chosen());
  }

  /** Of these records; words that were there before and are gone can be had back. */
  async change(sequences: readonly number[], change: Change): Promise<void> {
    const before = sequences.map((sequence) => this.of(sequence) ?? noAnnotation);
    if (!(await this.#say(sequences, change))) return;
    const isLost = before.some(
      ({ note, tags }) =>
        (change.note !== undefined && note !== '' && note !== change.note) ||
        (change.tags !== undefined && tags.some((tag) => !change.tags?.includes(tag))),
    );
    if (!isLost) return;
    const undo = () => void this.#putBack(sequences, before);
    this.#app.toast(texts.annotations.changed(sequences), { label: texts.annotations.undo, run: undo });
  }

  async #putBack(sequences: readonly number[], before: readonly Annotation[]): Promise<void> {
    for (const way of once(before.map((one) => JSON.stringify(one)))) {
      const same = sequences.filter((_, at) => JSON.stringify(before[at]) === way);
      if (!(await this.#say(same, JSON.parse(way) as Annotation))) return;
    }
  }

  async #say(sequences: readonly number[], change: Change): Promise<boolean> {
    const said = await this.#app.attempt(async () => {
      await this.#app.engine.annotate(this.#endpoint.id, [...sequences], change);
      return true;
    });
    // Not with the next summary alone: what a person did is there at once.
    if (said !== null) await this.pull();
    return said !== null;
  }

  get #log(): LogState {
    return logOf(this.#app, this.#endpoint);
  }

  /** Records of the chosen rows; null where there are none, or too many, which is told. */
  async chosen(): Promise<number[] | null> {
    const here = this.#chosenHere();
    const { copySource: source, reading } = this.#log;
    if (here !== null || source === null || reading === 'stream') return here;
    const { ranges } = this.#log.selection;
    if (selectedCount(this.#log.selection) > mostAtOnce) {
      this.#app.toast(texts.annotations.tooMany(mostAtOnce));
      return null;
    }
    const read = async ({ from, to }: RowRange) =>
      decodeRows(await source.engine.rows(source.view, from, to - from)).rows;
    const rows = await this.#app.attempt(async () => (await Promise.all(ranges.map(read))).flat());
    return rows && rows.length > 0 ? recordsOf(rows) : null;
  }

  /** The record that the pane shows. */
  get #selected(): number | null {
    return this.#endpoint.selectedFrame?.last ?? this.#endpoint.selected;
  }

  /** The same where all of the rows are in the page, which few can be. A conversation has no rows. */
  #chosenHere(): number[] | null {
    const { rows, selection, reading } = this.#log;
    if (reading === 'stream') return this.#selected === null ? null : [this.#selected];
    const count = selectedCount(selection);
    if (count === 0 || count > mostAtOnce) return null;
    const found = selection.ranges.flatMap(({ from, to }) =>
      Array.from({ length: to - from }, (_, at) => rows.at(from + at) ?? []).flat(),
    );
    return found.length === count ? recordsOf(found) : null;
  }

  /** To the nearest row below or above of which something was said, of those that the log shows. */
  async go(by: 1 | -1): Promise<void> {
    const log = this.#log;
    const { view } = log.rows;
    if (view === null) return;
    const from = this.#selected ?? (by > 0 ? -1 : Infinity);
    const marked = [...this.#kept.keys()].filter((sequence) => (by > 0 ? sequence > from : sequence < from));
    const inOrder = marked.sort((one, other) => by * (one - other));
    const found = await this.#app.attempt(async () => {
      for (const sequence of inOrder) {
        const row = await this.#app.engine.rowOf(view, sequence, 0);
        const [there] = decodeRows(await this.#app.engine.rows(view, row, 1)).rows;
        if (there && recordOf(there) === sequence) return row;
      }
      return -1;
    });
    if (found === -1) this.#app.toast(by > 0 ? texts.annotations.noneBelow : texts.annotations.noneAbove);
    else if (found !== null && view === log.rows.view) log.goal = found;
  }
}

const states = new WeakMap<EndpointState, AnnotationsState>();

/** The same as long as the endpoint is there. */
export function annotationsOf(app: AppState, endpoint: EndpointState): AnnotationsState {
  const known = states.get(endpoint) ?? new AnnotationsState(app, endpoint);
  states.set(endpoint, known);
  return known;
}

/** Tags of a log that was looked at. */
export const knownTags = (endpoint: EndpointState): string[] => states.get(endpoint)?.tags ?? [];
