import { Lanes, type Lane, type LaneOf, type LaneRecord } from '../../shared/diagram/lanes.ts';
import { laneFilters, type DiagramOf } from '../../shared/diagram/tab.ts';
import { readDetail } from '../../shared/record-detail.ts';
import { isPayload, type RecordDetail } from '../../shared/records.ts';
import type { LogRow } from '../state/log-row.ts';
import type { LogRows } from '../state/log-rows.svelte.ts';

/** By which lanes are known: each connection begins and ends once, and attempts repeat. */
const mostRows = 512;

export const detailOf = (row: LogRow): RecordDetail | null =>
  isPayload(row.kind) ? null : readDetail(row.kind, row.preview);

const laneRecord = (row: LogRow): LaneRecord => ({
  ...row,
  detail: detailOf(row),
  connection: row.connection === 0xffff_ffff ? null : row.connection,
});

/** The lanes of a sequence diagram, by views of the records that begin and end its connections. */
export class DiagramLanes {
  readonly #shown: DiagramOf;
  /** Each to be told of its summaries, and closed. */
  readonly views: readonly LogRows[];
  /** Peers of connections that are drawn, of which the log has no beginning any more. */
  #seen = $state.raw<readonly { connection: number; peer: string }[]>([]);
  readonly #known = $derived.by(() => this.#read());

  constructor(shown: DiagramOf, made: () => LogRows) {
    this.#shown = shown;
    this.views = laneFilters(shown).map(made);
  }

  get list(): readonly Lane[] {
    return this.#known.lanes.list;
  }

  /** Of those that were asked for: once the log was cleared, there are fewer. */
  get connections(): number {
    const { connections } = this.#shown;
    return connections.filter((of) => !this.#areHere || this.#known.lanes.of(of) !== null).length;
  }

  /** Opens the views. */
  open(openView: (rows: LogRows, filter: string) => void): void {
    for (const [at, filter] of laneFilters(this.#shown).entries()) {
      openView(this.views[at]!, filter);
      this.views[at]!.want(0, mostRows);
    }
  }

  /** A record whose lane was never seen to begin is of this side. */
  of(row: LogRow): number | null {
    const lane = this.#known.of.get(row.sequence) ?? this.#known.lanes.whereKnown(laneRecord(row));
    return lane === 'full' ? null : lane;
  }

  /** The size limit takes the oldest records, of connections that are still open, too. */
  see(drawn: readonly LogRow[]): void {
    if (!this.#areHere) return;
    const isSeen = (of: number) => this.#seen.some(({ connection }) => connection === of);
    const lost = drawn.find(
      ({ connection, kind }) =>
        isPayload(kind) && this.#known.lanes.of(connection) === null && !isSeen(connection),
    );
    if (lost !== undefined) this.#seen = [...this.#seen, { connection: lost.connection, peer: lost.peer }];
  }

  /** The log was cleared. */
  forget(): void {
    if (this.#seen.length > 0) this.#seen = [];
  }

  get #areHere(): boolean {
    return this.views.every((each) => each.view !== null && (each.count === 0 || each.at(0) !== null));
  }

  #read(): { lanes: Lanes; of: Map<number, LaneOf> } {
    const lanes = new Lanes();
    // eslint-disable-next-line svelte/prefer-svelte-reactivity -- made anew with each change
    const of = new Map<number, LaneOf>();
    const found = this.views
      .flatMap((each) => Array.from({ length: Math.min(each.count, mostRows) }, (_, at) => each.at(at) ?? []))
      .flat();
    for (const row of found.toSorted((one, other) => one.sequence - other.sequence))
      of.set(row.sequence, lanes.take(laneRecord(row)));
    for (const { connection, peer } of this.#seen)
      lanes.take({ sequence: connection, kind: 'opened', connection, peer, detail: null });
    return { lanes, of };
  }
}
