/** What of a log can be exported: what is chosen in it, what it shows, a connection, or all of it. */
import type { ViewId } from '../../shared/domain.ts';
import { shownEncodings } from '../../shared/settings/text.ts';
import { selectedCount, type RowRange } from '../lib/row-selection.ts';
import type { AppState } from '../state/app.svelte.ts';
import type { EndpointState } from '../state/endpoint.svelte.ts';
import type { LogState } from '../state/log.svelte.ts';
import type { Offered } from './offered.ts';

export type SourceName = 'rows' | 'filter' | 'connection' | 'capture' | 'diagram';
/** `view`: null while it is opened. `rows`: null for all of it. */
type Source = {
  name: SourceName;
  count: number | null;
  about: string;
  view: ViewId | null;
  rows: RowRange[] | null;
  filter: string;
};

export class Sources {
  name = $state<SourceName>('capture');
  readonly #app: AppState;
  readonly #log: LogState;
  readonly #endpoint: EndpointState;
  /** Views of this dialog. */
  readonly #views = $state<Partial<Record<SourceName, ViewId>>>({});
  readonly #connection: { number: number; peer: string } | null;
  readonly #ranges: RowRange[];
  /** Of the rows that the ranges are of: another one means others by the same numbers. */
  readonly #epoch: number;
  /** What a document asked for. */
  readonly #offered: Offered | null;
  #isClosed = false;

  constructor(app: AppState, endpoint: EndpointState, log: LogState, offered: Offered | null = null) {
    this.#offered = offered;
    this.#app = app;
    this.#log = log;
    this.#endpoint = endpoint;
    this.#ranges = log.selection.ranges.map(({ from, to }) => ({ from, to }));
    this.#epoch = log.rows.epoch;
    const row = log.rows.at(log.selection.cursor);
    const { shownPeer } = endpoint;
    if (shownPeer !== null) this.#connection = { number: shownPeer.connection, peer: shownPeer.name };
    else
      this.#connection = row === null || row.peer === '' ? null : { number: row.connection, peer: row.peer };
    if (selectedCount(log.selection) > 1) this.name = 'rows';
    else if (log.isFiltered) this.name = 'filter';
    if (offered !== null) this.name = 'diagram';
    const all = { text: '', encodings: shownEncodings(endpoint.settings) };
    void this.#open('capture', { connection: null, ...all });
    if (this.#connection !== null)
      void this.#open('connection', { connection: this.#connection.number, ...all });
  }

  get list(): Source[] {
    const { rows, isFiltered, filter } = this.#log;
    const shown = { view: rows.view, filter: isFiltered ? filter.text : '' };
    const isSame = rows.epoch === this.#epoch;
    const selected = this.#ranges.reduce((sum, { from, to }) => sum + to - from, 0);
    const list: Source[] = [];
    if (this.#offered !== null) {
      const { view, count, filter } = this.#offered;
      list.push({ name: 'diagram', count: count(), about: '', view: view(), rows: null, filter });
    }
    if (isSame && selected > 0)
      list.push({ ...shown, name: 'rows', count: selected, about: '', rows: this.#ranges });
    if (isFiltered)
      list.push({ ...shown, name: 'filter', count: rows.count, about: filter.text, rows: null });
    if (this.#connection !== null) list.push(this.#own('connection', this.#connection.peer));
    list.push(this.#own('capture', ''));
    return list;
  }

  get chosen(): Source {
    const { list } = this;
    return list.find(({ name }) => name === this.name) ?? list.at(-1)!;
  }

  close(): void {
    this.#isClosed = true;
    for (const view of Object.values(this.#views)) this.#closeView(view);
  }

  #own(name: 'connection' | 'capture', about: string): Source {
    const view = this.#views[name] ?? null;
    const count = view === null ? null : (this.#app.viewSummary(view)?.rows ?? null);
    return { name, count, about, view, rows: null, filter: '' };
  }

  async #open(name: SourceName, filter: Parameters<AppState['engine']['openView']>[1]): Promise<void> {
    // A conversation has no rows: what it is made of is exported.
    const reading = this.#log.reading === 'frames' ? 'frames' : 'chunks';
    const opened = await this.#app.attempt(() =>
      this.#app.engine.openView(this.#endpoint.id, filter, reading),
    );
    if (!opened) return;
    if (this.#isClosed) this.#closeView(opened.id);
    else this.#views[name] = opened.id;
  }

  #closeView(view: ViewId): void {
    this.#app.engine.closeView(view).catch(ignoreLostChannel);
  }
}

/** With the channel the view has gone as well. */
const ignoreLostChannel = (): void => undefined;
