import { formatAddress } from '../../shared/address.ts';
import { encodingOf } from '../../shared/encodings/shown.ts';
import { failureOf } from '../../shared/failure.ts';
import { namerOf } from '../../shared/peer-names.ts';
import { isPayload } from '../../shared/records.ts';
import { shownEncodings } from '../../shared/settings/text.ts';
import type { StreamDirection, StreamFile, StreamRow } from '../../shared/stream-rows.ts';
import { decodeRows } from '../../shared/wire/row-window.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';
import { logOf, type LogState } from '../state/log.svelte.ts';
import { tellSaved } from '../state/saved-file.ts';
import { copyStretch, joinStretch, partsOfStretch } from './stream-bytes.ts';
import { patternOf, StreamFinder } from './stream-finder.svelte.ts';
import { endOfRow, StreamRows, type Places } from './stream-rows.svelte.ts';

/** 'mixed': text, and what is none as hex. */
export const shownForms = ['text', 'mixed', 'hex'] as const;
export type ShownForm = (typeof shownForms)[number];

/** Of one answer. */
const mostListed = 200;

/** `name`: of its peer; '' where that is not known. */
export type Listed = { connection: number; name: string; isOpen: boolean };

/** What the stream of one tab shows, and what is chosen in it: kept while other tabs are in front. */
export class StreamState {
  readonly rows: StreamRows;
  readonly log: LogState;
  readonly finder: StreamFinder;
  form = $state<ShownForm>('text');
  direction = $state<StreamDirection>('both');
  /** The one that a person chose; null: the newest. */
  #chosen = $state<number | null>(null);
  /** As far as they are known, the newest first. */
  listed = $state.raw<readonly Listed[]>([]);
  /** Those that there are were looked up. */
  isLookedUp = $state(false);
  selection = $state.raw<Places | null>(null);
  /** The end of the selection that stays when it is extended. */
  #anchor: Places | null = null;
  /** What is looked for can be. */
  isSought = $state(true);
  /** What was chosen last: from there a step goes on. */
  #head: Places | null = null;
  /** A place that the list is to go to. */
  goal = $state.raw<{ place: number; isNear: boolean } | null>(null);
  /** The record that was chosen last here: another one was chosen elsewhere. */
  #shown: number | null = null;
  /** A record that is not found yet. */
  #pending = $state.raw<{ connection: number; sequence: number; within: number } | null>(null);
  #looking: Promise<void> | null = null;
  #choosing: Promise<void> = Promise.resolve();
  readonly #app: AppState;
  readonly #endpoint: EndpointState;

  constructor(app: AppState, endpoint: EndpointState) {
    this.#app = app;
    this.#endpoint = endpoint;
    this.log = logOf(app, endpoint);
    this.rows = new StreamRows(app.engine, endpoint.id);
    this.finder = new StreamFinder(app.engine);
  }

  /** The only one that the log shows, the chosen one, or the newest; null where there is none. */
  get connection(): number | null {
    return this.#endpoint.shownConnection ?? this.#chosen ?? this.listed[0]?.connection ?? null;
  }

  /** Null: the newest. */
  get chosen(): number | null {
    return this.#endpoint.shownConnection ?? this.#chosen;
  }

  choose(connection: number | null): void {
    this.#chosen = connection;
    if (this.#endpoint.shownConnection !== null) void this.#endpoint.showOnly(connection);
    this.#endpoint.select(null);
  }

  /** Which connections there are: those that are listed, else the last one of the log. */
  async lookUp(): Promise<void> {
    await (this.#looking ??= this.#lookUp().finally(() => (this.#looking = null)));
  }

  async #lookUp(): Promise<void> {
    const { engine } = this.#app;
    const { id, settings } = this.#endpoint;
    try {
      const { rows } = await engine.connections(id, 0, mostListed, { order: 'newest', find: '' });
      const nameOf = namerOf(settings);
      const listed = rows.map(({ connection, remote, endedAt }) => ({
        connection,
        name: remote === null ? '' : nameOf(remote) || formatAddress(remote),
        isOpen: endedAt === null,
      }));
      this.listed = listed.length > 0 ? listed : await this.#lastOfLog();
      this.isLookedUp = true;
    } catch {
      // The channel closed: the page asks again when it is back.
    }
  }

  /** After a restart none is listed. */
  async #lastOfLog(): Promise<Listed[]> {
    const { view, count } = this.log.rows;
    if (view === null) return [];
    const { rows } = decodeRows(
      await this.#app.engine.rows(view, Math.max(0, count - mostListed), mostListed),
    );
    const last = rows.findLast(({ peer }) => peer !== '');
    return last ? [{ connection: last.connection, name: last.peer, isOpen: false }] : [];
  }

  async open(connection: number, direction: StreamDirection): Promise<void> {
    try {
      await this.rows.open(connection, direction);
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (failure.code !== 'CHANNEL_CLOSED') this.#app.toast(failure);
    }
  }

  /** It is on the page from now on. */
  enter(): void {
    this.#shown = null;
    void this.showSelected();
  }

  leave(): void {
    this.rows.close();
    this.finder.look(0, 0, null);
    this.log.chosenBytes = null;
    this.selection = null;
  }

  /** To the record that is chosen, where that was done elsewhere; its connection is shown. */
  async showSelected(): Promise<void> {
    const { selected: sequence, selectedFrame } = this.#endpoint;
    if (sequence === null || sequence === this.#shown) return;
    this.#shown = sequence;
    await this.lookUp();
    const record = await this.#app.attempt(() => this.#app.engine.record(this.#endpoint.id, sequence));
    const isOfOne = record?.opening !== null || record.detail?.kind === 'opened';
    if (record === null || !isOfOne || this.#endpoint.selected !== sequence) return;
    if (record.connection !== this.connection) this.#chosen = record.connection;
    this.log.setFollow(false);
    this.#pending = { connection: record.connection, sequence, within: selectedFrame?.within ?? 0 };
    await this.settle();
  }

  /** To the record that is waited for, once it is known where it is. Reads what tells of the conversation. */
  async settle(): Promise<void> {
    const pending = this.#pending;
    const { told } = this.rows;
    if (pending === null || told?.connection !== pending.connection) return;
    const isWanted = () => this.#pending === pending && this.rows.told?.id === told.id;
    const { sequence, within } = pending;
    const place = await this.#app.engine.streamPlace(told.id, sequence, within).catch(() => null);
    if (place === null || !isWanted()) return;
    if (place >= told.places && told.scanned < told.total) return;
    const range = place < told.places ? await this.#rangeOf(sequence, place) : null;
    if (!isWanted()) return;
    this.#pending = null;
    if (range === null) return;
    this.#take(range);
    this.goal = { place, isNear: false };
  }

  /** Places mean others: what was chosen is looked for again. */
  begunAnew(): void {
    this.#head = null;
    this.#take(null);
    this.#shown = null;
    void this.showSelected();
  }

  /** The whole record at a place. */
  async #rangeOf(sequence: number, place: number): Promise<Places | null> {
    const { told } = this.rows;
    const row = await this.rows.rowAt(place).catch(() => null);
    if (told === null || row === null) return null;
    if (row.event !== null) return { from: row.at, to: endOfRow(row) };
    const begun = row.records.find((record) => record.sequence === sequence);
    const from = begun ? row.at + begun.offset : row.sequence === sequence ? row.at - row.within : place;
    const to = await this.#app.engine.streamPlace(told.id, sequence + 1, 0).catch(() => null);
    return to === null ? null : { from, to };
  }

  /** The record of the byte at a place; `extends`: up to it. */
  async chooseRecordAt(place: number, extendsIt = false): Promise<void> {
    await this.#next(async () => {
      const row = await this.rows.rowAt(place).catch(() => null);
      const range = row && (await this.#rangeOf(recordAt(row, place), place));
      if (range !== null) this.choosePlaces(range, extendsIt, row);
    });
  }

  /** The row before the chosen ones, or behind them; the first time the nearest to `near`. */
  async step(by: 1 | -1, extendsIt: boolean, near: number): Promise<void> {
    await this.#next(async () => {
      const head = this.#head ?? this.selection;
      const place = head === null ? near : by > 0 ? head.to : head.from - 1;
      const row = await this.rows.rowAt(place).catch(() => null);
      if (row === null) return;
      this.choosePlaces({ from: row.at, to: endOfRow(row) }, extendsIt, row);
      this.goal = { place: row.at, isNear: true };
    });
  }

  /** From the beginning on, in the encoding of what was received where both directions are shown. */
  seek(text: string): void {
    const { told } = this.rows;
    const { connection, direction } = told ?? { connection: 0, direction: this.direction };
    const way = direction === 'sent' ? 'sent' : 'received';
    const pattern = patternOf(text, encodingOf(shownEncodings(this.#endpoint.settings), connection, way));
    this.isSought = text === '' || pattern !== null;
    this.finder.look(told?.id ?? 0, told?.places ?? 0, told && pattern);
  }

  /** The next match, or the one before; the first time from `near` on. */
  async stepToMatch(by: 1 | -1, near: number): Promise<void> {
    await this.#next(async () => {
      const from = this.selection?.from ?? near;
      const isFirst = this.selection === null;
      const found = await this.#app.attempt(() =>
        this.finder.find(by > 0 && !isFirst ? from + 1 : from, by < 0),
      );
      if (found === null) return;
      this.log.setFollow(false);
      this.choosePlaces(found);
      this.goal = { place: found.from, isNear: false };
    });
  }

  /** The chosen bytes, or all that is shown, as a file; as text the rows that have them. */
  async save(isWhole: boolean, as: StreamFile): Promise<void> {
    const { told, places } = this.rows;
    const { from, to } = (isWhole ? null : this.selection) ?? { from: 0, to: told?.places ?? places };
    if (told === null) return;
    const row = isWhole || as === 'raw' ? null : await this.rows.rowAt(from).catch(() => null);
    const begin = row?.at ?? from;
    tellSaved(this.#app, await this.#app.attempt(() => this.#app.engine.saveStream(told.id, begin, to, as)));
  }

  /** Rows may have to be fetched: what is chosen goes on from what was chosen before. */
  async #next(choose: () => Promise<void>): Promise<void> {
    this.#choosing = this.#choosing.then(choose);
    await this.#choosing;
  }

  /** `row`: with its first byte, if it is here. */
  choosePlaces(range: Places | null, extendsIt = false, row: StreamRow | null = null): void {
    this.#head = range;
    if (range === null) {
      this.#take(null);
      return;
    }
    if (range.to < this.rows.places) this.log.setFollow(false);
    const anchor = (extendsIt ? this.#anchor : null) ?? range;
    this.#take({ from: Math.min(anchor.from, range.from), to: Math.max(anchor.to, range.to) }, anchor);
    void this.#selectRecord(row ?? range.from);
  }

  /** While the pointer is dragged nothing is read. */
  dragTo(from: Places, to: Places): void {
    this.#anchor = this.#head = from;
    this.selection = { from: Math.min(from.from, to.from), to: Math.max(from.to, to.to) };
  }

  dropped(): void {
    const { selection } = this;
    if (selection !== null) this.#take(selection, this.#anchor);
    if (selection !== null) void this.#selectRecord(selection.from);
  }

  selectAll(): void {
    if (this.rows.places > 0) this.choosePlaces({ from: 0, to: this.rows.places });
  }

  #take(selection: Places | null, anchor = selection): void {
    this.selection = selection;
    this.#anchor = anchor;
    const { told } = this.rows;
    if (selection === null || told === null) {
      this.log.chosenBytes = null;
      return;
    }
    const stretch = { ...selection, engine: this.#app.engine, stream: told.id };
    this.log.chosenBytes = {
      joined: (isWanted) => joinStretch(stretch, (places) => this.finder.within(places), isWanted),
      parts: () => partsOfStretch(stretch),
      inOrder: () => copyStretch(stretch, shownEncodings(this.#endpoint.settings), told.connection),
    };
  }

  /** The record is the chosen one everywhere: in the pane, and in the log when it is back. */
  async #selectRecord(at: StreamRow | number): Promise<void> {
    const row = typeof at === 'number' ? await this.rows.rowAt(at).catch(() => null) : at;
    if (row === null || this.selection === null) return;
    const sequence = recordAt(row, Math.max(row.at, this.selection.from));
    this.#shown = sequence;
    this.#pending = null;
    this.#endpoint.select(sequence);
    if (isPayload(row.kind)) void this.#endpoint.aimAt(this.rows.told!.connection);
    const found = await this.log.findSelected();
    if (found >= 0) this.log.rows.want(found, found + 1);
  }
}

/** The record that a byte of a row is of. */
function recordAt(row: StreamRow, place: number): number {
  const begun = row.records.findLast(({ offset }) => row.at + offset <= place);
  return begun?.sequence ?? row.sequence;
}

const states = new WeakMap<EndpointState, StreamState>();

/** That of an endpoint's tab; the same as long as the endpoint is there. */
export function streamOf(app: AppState, endpoint: EndpointState): StreamState {
  const known = states.get(endpoint) ?? new StreamState(app, endpoint);
  states.set(endpoint, known);
  return known;
}
