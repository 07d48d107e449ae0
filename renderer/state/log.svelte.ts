import { tick } from 'svelte';
import type { ComparePart } from '../../shared/compare/source.ts';
import type { MessageDecoding } from '../../shared/decoding/choice.ts';
import type { ExportFormat } from '../../shared/export-formats.ts';
import type { CopyForm } from '../../shared/payload/copy-forms.ts';
import { readFilter, type Filter } from '../../shared/filter/filter.ts';
import {
  filterText,
  takeTokens,
  toggleValue,
  tokenText,
  type FilterToken,
  withTerm,
  type TokenKey,
} from '../../shared/filter/tokens.ts';
import { failureOf } from '../../shared/failure.ts';
import type { FrameRef, LogReading, Reading } from '../../shared/frames.ts';
import type { FramingSettings } from '../../shared/settings/settings.ts';
import { textNamerOf } from '../../shared/peer-names.ts';
import { messageDecodingOf } from '../../shared/settings/decoding.ts';
import { shownEncodings } from '../../shared/settings/text.ts';
import { decodeRows, type Row } from '../../shared/wire/row-window.ts';
import { explainFilterProblem, texts } from '../../shared/texts/index.ts';
import { writeClipboard } from '../lib/clipboard.ts';
import {
  emptySelection,
  selectAll,
  selectedCount,
  selectRow,
  type RowSelection,
} from '../lib/row-selection.ts';
import { decodeChoiceOf } from '../pane/decode-choice.ts';
import type { AppState } from './app.svelte.ts';
import { frameOf, joinRows, linesOf, payloadsOf } from './copy-rows.ts';
import { copyBytes, usualForm } from './copying.ts';
import type { EndpointState } from './endpoint.svelte.ts';
import type { LogRow } from './log-row.ts';
import type { ReadJoined } from './inspector.svelte.ts';
import { LogRows } from './log-rows.svelte.ts';
import { tellSaved } from './saved-file.ts';

/** `parts`: of each direction, as a stretch of its stream. */
type ChosenBytes = {
  joined: ReadJoined;
  parts: () => Promise<ComparePart[]>;
  inOrder: () => Promise<Payloads>;
};
type Payloads = Awaited<ReturnType<typeof payloadsOf>>;

/** Short enough to feel immediate, long enough that a word is one search. */
const typingPauseMs = 150;

/** What the log of one tab shows: kept while other tabs are in front. */
export class LogState {
  readonly rows: LogRows;
  /** Choices of the filter that stand by themselves, before what is typed. */
  tokens = $state.raw<readonly FilterToken[]>([]);
  selection = $state.raw<RowSelection>(emptySelection);
  /** In the box, valid or not. */
  typed = $state('');
  /** The last text of the box that is a filter. */
  #text = $state('');
  /** Records that the last clearing here took away; null where it was done elsewhere. */
  cleared = $state<number | null>(null);
  undoDismissed = $state(false);
  /** Rows when the list last showed the newest one. */
  seen = $state(0);
  /** A row that the list is to go to. */
  goal = $state<number | null>(null);
  /** As the list last drew. */
  isEndInSight = $state(true);
  /** What is looked for in the stream: text, or bytes behind `hex:`. */
  soughtInStream = $state('');
  /** Bytes that are chosen in the stream, over all edges of records: by direction, and in their order. */
  chosenBytes = $state.raw<ChosenBytes | null>(null);
  /** What it was read by before the stream. */
  #before: Reading = 'chunks';
  /** The cursor stands on a row that has not arrived: it is shown when it does. */
  #pending = $state(false);
  /** The view of the newest filter is there once this has resolved. */
  #opening: Promise<void> = Promise.resolve();
  #typing: ReturnType<typeof setTimeout> | undefined;
  readonly #app: AppState;
  readonly #endpoint: EndpointState;

  constructor(app: AppState, endpoint: EndpointState) {
    this.#app = app;
    this.#endpoint = endpoint;
    this.rows = new LogRows(app.engine, endpoint.id);
  }

  // Getters and no `$derived`: one made here would end with the component that asked for this log first.
  get filter(): Filter {
    return this.filterOf(filterText(this.tokens, this.#text), this.#endpoint.shownConnection);
  }

  /** What this log has of a text, read as its rows are. */
  filterOf(text: string, connection: number | null = null): Filter {
    const decoding = /decoded/iu.test(text) ? { decoding: this.#decoding } : {};
    return { connection, text, encodings: shownEncodings(this.#endpoint.settings), ...decoding };
  }

  get #decoding(): MessageDecoding {
    const { as, registers } = decodeChoiceOf(this.#app, this.#endpoint);
    return messageDecodingOf(as, this.#endpoint.settings, registers);
  }

  /** Datagrams are messages already. */
  get reading(): LogReading {
    const { id, capabilities } = this.#endpoint;
    const chosen = this.#app.layout.readings[id] ?? 'chunks';
    return capabilities.hasBoundaries && chosen === 'frames' ? 'chunks' : chosen;
  }

  /** Of the rows, which are there behind the stream, too. */
  get rowReading(): Reading {
    return this.reading === 'frames' ? 'frames' : 'chunks';
  }

  /** By frames for the first time: by lines. */
  read(reading: LogReading): void {
    const { id, settings } = this.#endpoint;
    if (reading === 'stream') this.#before = this.rowReading;
    const { received, sent } = settings.framing;
    if (reading === 'frames' && received === '' && sent === '')
      this.frameBy({ received: 'line', sent: 'line' });
    this.#app.changeLayout({ readings: { ...this.#app.layout.readings, [id]: reading } });
  }

  /** The rows again, as they were read before the stream. */
  leaveStream(): void {
    if (this.reading === 'stream') this.read(this.#before);
  }

  frameBy(framing: FramingSettings): void {
    void this.#app.changeEndpoint(this.#endpoint, { ...this.#endpoint.settings, framing });
  }

  /** What cuts the frames that are shown, be it by their edges: another one makes it another view. '' for nothing. */
  get framing(): string {
    const { capabilities, settings } = this.#endpoint;
    const { received, sent } = settings.framing;
    return capabilities.hasBoundaries || received + sent === '' ? '' : `${received}\n${sent}`;
  }

  /** By whose names peers are looked for: another one makes it another filter. */
  get peerNames(): string {
    const { settings } = this.#endpoint;
    const isAsked = settings.role === 'listener' && this.filter.text.includes('peer');
    return isAsked ? JSON.stringify(settings.peerNames) : '';
  }

  /** What was said of records, where the filter asks for it: when that changes it is another filter. */
  get annotations(): string {
    const read = readFilter(this.filter.text);
    return read.ok && read.filter.asksAnnotation ? (this.#endpoint.summary?.annotationsVersion ?? '') : '';
  }

  /** Where in the box, and what. */
  get problem(): { start: number; end: number; text: string } | null {
    const read = readFilter(this.typed);
    if (read.ok) return null;
    const { start, end } = read.problem;
    return { start, end, text: explainFilterProblem(read.problem) };
  }

  /** As they are written; the only peer comes first. */
  get shownTokens(): string[] {
    const only = this.#onlyPeer;
    return [...(only === null ? [] : [only]), ...this.tokens.map(tokenText)];
  }

  get #onlyPeer(): string | null {
    const { shownPeer, settings } = this.#endpoint;
    if (shownPeer === null) return null;
    const { name, connection } = shownPeer;
    return name === '' ? `conn:${connection}` : `peer:${textNamerOf(settings)(name) || name}`;
  }

  get canUndo(): boolean {
    return (this.#endpoint.summary?.canUndoClear ?? false) && !this.undoDismissed;
  }

  get isFiltered(): boolean {
    const { connection, text } = this.filter;
    return connection !== null || text !== '';
  }

  /** Newer rows than those in sight. */
  get isBehind(): boolean {
    return !this.rows.follow && !this.isEndInSight;
  }

  /** Rows that came since the newest one was in sight. */
  get fresh(): number {
    return this.rows.follow ? 0 : Math.max(0, this.rows.count - this.seen);
  }

  /** One more direction, kind or peer, or one less. */
  toggleToken(key: TokenKey, value: string): void {
    this.tokens = toggleValue(this.tokens, key, value);
  }

  addToken(token: FilterToken): void {
    const known = this.tokens.map(tokenText);
    if (!known.includes(tokenText(token))) this.tokens = [...this.tokens, token];
  }

  /** By its place in `shownTokens`. */
  removeToken(place: number): void {
    const index = this.#tokenAt(place);
    if (index < 0) void this.#endpoint.showOnly(null);
    else this.tokens = this.tokens.filter((_, at) => at !== index);
  }

  /** Back into the box, where it can be written on. */
  editToken(place: number): void {
    const index = this.#tokenAt(place);
    const token = this.tokens[index];
    const text = token ? tokenText(token) : `conn:${this.#endpoint.shownConnection}`;
    this.removeToken(place);
    this.typed = [this.typed.trim(), text].filter(Boolean).join(' ');
    this.applyTyped();
  }

  readonly #tokenAt = (place: number): number => (this.#endpoint.shownPeer === null ? place : place - 1);

  /** What is whole and stands by itself becomes a token. */
  type(text: string): void {
    this.#takeTokens(text);
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.applyTyped(), typingPauseMs);
  }

  #takeTokens(text: string): void {
    const { tokens, rest } = takeTokens(text);
    for (const token of tokens) this.addToken(token);
    // Who joins them by OR means them as they are written.
    const isJoined = this.tokens.length > 0 && /^\s*OR(?:\s|$)/u.test(rest);
    this.typed = isJoined ? `${this.tokens.map(tokenText).join(' ')} ${rest.trimStart()}` : rest;
    if (isJoined) this.tokens = [];
  }

  applyTyped(): void {
    clearTimeout(this.#typing);
    if (this.problem === null) this.#text = this.typed;
  }

  /** Nothing is going to be added to the last one. */
  commitTyped(): void {
    this.#takeTokens(`${this.typed} `);
    this.typed = this.typed.trimEnd();
    this.applyTyped();
  }

  /** Looks for this too, beside what is looked for already. */
  filterBy(term: string): void {
    this.leaveStream();
    this.typed = withTerm(this.problem === null ? this.typed : this.#text, term);
    this.commitTyped();
  }

  /** In place of what is looked for. */
  showOnly(filter: string): void {
    this.tokens = [];
    this.typed = filter;
    this.commitTyped();
    void this.#endpoint.showOnly(null);
  }

  clearFilter(): void {
    this.tokens = [];
    this.typed = '';
    this.applyTyped();
    void this.#endpoint.showOnly(null);
  }

  /** Opens the view of the present filter; the channel's loss shows elsewhere and ends in another try. */
  async open(filter: Filter, reading: Reading): Promise<void> {
    this.#opening = this.#open(filter, reading);
    await this.#opening;
  }

  async #open(filter: Filter, reading: Reading): Promise<void> {
    try {
      // Peers are looked for by the names that the engine knows, and frames cut as it was told.
      await this.#endpoint.applied;
      await this.rows.open(filter, reading, this.framing !== '');
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (failure.code !== 'CHANNEL_CLOSED') this.#app.toast(failure);
    }
  }

  select(selection: RowSelection): void {
    this.selection = selection;
    this.#pending = selection.cursor >= 0;
    if (!this.#pending) this.#endpoint.select(null);
    else if (selection.cursor < this.rows.count - 1) this.setFollow(false);
    this.showCursor();
  }

  selectAll(): void {
    this.select(selectAll(this.rows.count, this.selection.cursor));
  }

  /** Shows the record of the cursor's row in the inspector as soon as the row is here. */
  showCursor(): void {
    const row = this.rows.at(this.selection.cursor);
    if (!this.#pending || !row) return;
    this.#pending = false;
    this.#endpoint.select(row.sequence, frameOf(row));
    // A message answers what one looks at.
    void this.#endpoint.aimAt(row.connection);
  }

  /** Finds the selected record again after row numbers changed their meaning; its row, or -1. */
  async findSelected(): Promise<number> {
    const { view, epoch } = this.rows;
    const { selected: sequence, selectedFrame } = this.#endpoint;
    const within = selectedFrame?.within ?? 0;
    const known = this.rows.at(this.selection.cursor);
    if (sequence !== null && known?.sequence === sequence && isSame(known, selectedFrame)) return -1;
    this.selection = emptySelection;
    this.#pending = false;
    if (view === null || sequence === null) return -1;
    try {
      const row = await this.#app.engine.rowOf(view, sequence, within);
      const [found] = decodeRows(await this.#app.engine.rows(view, row, 1)).rows;
      const isWanted = epoch === this.rows.epoch && this.#endpoint.selected === sequence;
      if (!isWanted || !found || this.selection.cursor >= 0 || !holds(found, sequence)) return -1;
      this.selection = selectRow(row);
      // Read in another way it is another thing: the frame that has the record, or the record that has the frame's first byte.
      if (!isSame(found, selectedFrame)) this.#endpoint.select(found.sequence, frameOf(found));
      return row;
    } catch {
      // The view ended meanwhile; the next one looks again.
      return -1;
    }
  }

  /** To a record that was chosen elsewhere, wherever it stands. */
  goToRecord(sequence: number, frame: FrameRef | null = null): void {
    this.setFollow(false);
    this.#endpoint.select(sequence, frame);
  }

  setFollow(follow: boolean): void {
    this.rows.setFollow(follow);
    this.seen = this.rows.count;
  }

  async clear(): Promise<void> {
    const { records } = this.#endpoint.summary ?? { records: 0 };
    await this.#app.attempt(async () => {
      await this.#app.engine.clearLog(this.#endpoint.id);
      this.cleared = records;
      this.undoDismissed = false;
      this.#endpoint.select(null);
      this.selection = emptySelection;
      this.setFollow(true);
    });
  }

  async undoClear(): Promise<void> {
    await this.#app.attempt(() => this.#app.engine.undoClear(this.#endpoint.id));
  }

  /** The record at the cursor; null where there is none, and while it has not arrived. */
  get chosen(): LogRow | null {
    return this.rows.at(this.selection.cursor);
  }

  /** There is something to copy. */
  get hasChosen(): boolean {
    return this.selection.ranges.length > 0 || this.chosenBytes !== null;
  }

  /** The bytes of the selected rows, joined; null where nothing is selected, and where it failed, which is shown then. */
  async readSelected(): Promise<Payloads | null> {
    const { chosenBytes } = this;
    if (chosenBytes !== null) return this.#app.attempt(() => chosenBytes.inOrder());
    const source = this.copySource;
    const { ranges } = this.selection;
    return source && this.#app.attempt(() => payloadsOf(source, ranges));
  }

  /** The bytes of the selected rows, joined; rows that have none are copied as lines. */
  async copyPayloads(form = usualForm(this.#app, 'text')): Promise<void> {
    const found = await this.readSelected();
    if (!found) return;
    const { bytes, text, records, isPart } = found;
    if (records === 0) return this.copyLines();
    const words = texts.copying;
    const said = isPart ? words.copiedPart : records === 1 ? words.copied : words.copiedOf;
    await copyBytes(this.#app, bytes, form, said(bytes.length, records), text);
  }

  /** In this form from now on. */
  copyAs(form: CopyForm): void {
    this.#app.changePreferences({ copyForm: form });
    void this.copyPayloads(form);
  }

  /** Null while nothing is selected. */
  get copySource() {
    const { view } = this.rows;
    if (view === null || selectedCount(this.selection) === 0) return null;
    const { encodings } = this.rows;
    return { engine: this.#app.engine, endpoint: this.#endpoint.id, view, encodings };
  }

  /** The bytes of the selected rows where they are more than one. */
  get several(): ReadJoined | null {
    const source = this.copySource;
    const { ranges } = this.selection;
    if (source === null || selectedCount(this.selection) < 2) return null;
    return (isWanted) => joinRows(source, ranges, isWanted);
  }

  async copyLines(): Promise<void> {
    const source = this.copySource;
    const { ranges } = this.selection;
    const selected = selectedCount(this.selection);
    if (source === null) return;
    const lines = await this.#app.attempt(() => linesOf(source, ranges));
    if (!lines) return;
    const words = texts.log;
    if (!(await writeClipboard(lines.text))) return this.#app.toast(texts.copying.failed);
    this.#app.toast(
      lines.rows < selected ? words.copiedPart(lines.rows, selected) : words.copied(lines.rows),
    );
  }

  /** Resolves when the file is there, or is not going to be, which the footer tells. */
  async save(format: ExportFormat): Promise<void> {
    // What was just typed is another view, which is opened with the next draw.
    await tick();
    await this.#opening;
    const { view } = this.rows;
    if (view === null) return;
    const saved = await this.#app.attempt(() => this.#app.engine.saveLog(view, format));
    tellSaved(this.#app, saved);
  }
}

/** As the row says it, of the same record. */
const isSame = (row: Pick<Row, 'sequence' | 'length' | 'frame'>, selected: FrameRef | null): boolean => {
  const frame = frameOf(row);
  if (frame === null || selected === null) return frame === selected;
  const { within, last, length } = selected;
  return frame.within === within && frame.last === last && frame.length === length;
};

const holds = ({ sequence, frame }: Row, wanted: number): boolean =>
  sequence <= wanted && wanted <= (frame?.last ?? sequence);

const states = new WeakMap<EndpointState, LogState>();

/** The log of an endpoint's tab; the same as long as the endpoint is there. */
export function logOf(app: AppState, endpoint: EndpointState): LogState {
  const known = states.get(endpoint) ?? new LogState(app, endpoint);
  states.set(endpoint, known);
  return known;
}
