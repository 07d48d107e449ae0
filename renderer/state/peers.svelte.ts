import type { ConnectionId, EndpointId } from '../../shared/domain.ts';
import type {
  ConnectionInfo,
  ConnectionQuery,
  ConnectionWindow,
  ListedConnection,
} from '../../shared/contract.ts';
import type { Desk } from './desk.ts';

/** As many rows as one pull brings; a pane shows far fewer. */
const mostRows = 200;
/** How many there are is told by the first pull: it brings what fits into a pane. */
const firstRows = 24;
/** What only counts on, with the same peers in sight, is drawn anew so often at most: nobody reads faster. */
const countsEveryMs = 250;
const everybody: ConnectionQuery = { order: 'oldest', find: '' };

type Wish = {
  from: number;
  count: number;
  version: number;
  query: ConnectionQuery;
  target: ConnectionId | null;
};

/** The part of an endpoint's list of connections that is on screen, pulled anew whenever the list changed. */
export class PeersState {
  rows = $state.raw<ListedConnection[]>([]);
  /** Place of `rows[0]` in the whole list. */
  from = $state(0);
  /** How many the query finds. */
  open = $state(0);
  ended = $state(0);
  query = $state.raw<ConnectionQuery>(everybody);
  /** The field of what is looked for is there. */
  finds = $state(false);
  /** Ended ones are folded under one line. */
  showsEnded = $state(false);
  /** The only one that a message goes to, wherever it stands; `info`: null where it is not listed any more. */
  #target = $state.raw<{ id: ConnectionId; info: ConnectionInfo | null } | null>(null);
  readonly #desk: Desk;
  readonly #id: EndpointId;
  #wanted: Wish;
  #pulled: Wish | null = null;
  #pulling = false;
  #pulledAt = -Infinity;
  #later: ReturnType<typeof setTimeout> | undefined;

  constructor(desk: Desk, id: EndpointId) {
    this.#desk = desk;
    this.#id = id;
    this.#wanted = { from: 0, count: firstRows, version: -1, query: everybody, target: null };
  }

  /** Asks for a window of the list as of `version`; while one pull is under way only the newest wish is kept. */
  want(from: number, count: number, version: number): void {
    const rows = Math.min(Math.max(count, firstRows), mostRows);
    this.#wish({ ...this.#wanted, from, count: rows, version, query: this.query });
  }

  /** The same for the only target of messages: what becomes of it is to be known wherever it stands in the list. */
  watch(target: ConnectionId | null, version: number): void {
    this.#wish({ ...this.#wanted, target, version });
  }

  /** The same once more: what is shown of it is read otherwise now. */
  pullAnew(): void {
    if (this.#pulled === null) return;
    this.#pulled = null;
    this.#wish(this.#wanted);
  }

  find(id: ConnectionId): ConnectionInfo | undefined {
    const known = this.#target?.id === id ? this.#target.info : null;
    return this.rows.find((row) => row.id === id) ?? known ?? undefined;
  }

  /** Known to take no message any more. */
  hasEnded(id: ConnectionId): boolean {
    const known = this.find(id);
    if (known) return known.endedAt !== null;
    return this.#target?.id === id;
  }

  /**
   * Of rows beyond what is on screen; `all`: of the whole list, whatever is looked for. Rejects where `connections` does.
   */
  async idsOfOpen(from: number, end: number, all = false): Promise<ConnectionId[]> {
    const query = all ? everybody : this.query;
    const ids: ConnectionId[] = [];
    for (let at = from; at < end; at += mostRows) {
      const { rows } = await this.#list(at, Math.min(mostRows, end - at), query);
      ids.push(...rows.filter((row) => row.endedAt === null).map((row) => row.id));
      if (rows.length < mostRows) break;
    }
    return ids;
  }

  #list(from: number, count: number, query: ConnectionQuery): Promise<ConnectionWindow> {
    return this.#desk.engine.connections(this.#id, from, count, query);
  }

  #wish(wish: Wish): void {
    this.#wanted = wish;
    if (this.#pulling) return;
    clearTimeout(this.#later);
    const pulled = this.#pulled;
    if (pulled !== null && wish.version === pulled.version && isSamePlace(wish, pulled)) return;
    const restMs = this.#pulledAt + countsEveryMs - performance.now();
    if (pulled === null || restMs <= 0 || !isSamePlace(wish, pulled)) void this.#pull();
    else this.#later = setTimeout(() => void this.#pull(), restMs);
  }

  async #pull(): Promise<void> {
    const wanted = this.#wanted;
    this.#pulling = true;
    try {
      const { rows, open, ended } = await this.#list(wanted.from, wanted.count, wanted.query);
      const target = await this.#lookUp(wanted.target, rows);
      this.#pulled = wanted;
      this.#pulledAt = performance.now();
      this.rows = rows;
      this.from = wanted.from;
      this.open = open;
      this.ended = ended;
      this.#target = target;
    } catch {
      // The channel closed, or the endpoint was removed: the banner or the vanished tab says so, and `want` asks again.
      return;
    } finally {
      this.#pulling = false;
    }
    this.#wish(this.#wanted);
  }

  async #lookUp(id: ConnectionId | null, rows: readonly ConnectionInfo[]) {
    if (id === null) return null;
    const here = rows.find((row) => row.id === id);
    return { id, info: here ?? (await this.#desk.engine.connection(this.#id, { id })) };
  }
}

const isSamePlace = (a: Wish, b: Wish): boolean =>
  a.from === b.from && a.count === b.count && a.query === b.query && a.target === b.target;
