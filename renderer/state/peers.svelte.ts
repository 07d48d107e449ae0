import type { ConnectionId, EndpointId } from '../../shared/domain.ts';
import type { ConnectionInfo } from '../../shared/contract.ts';
import type { Desk } from './desk.ts';

/** As many rows as one pull brings; a pane shows far fewer. */
const mostRows = 200;

/** The part of an endpoint's list of connections that is on screen, pulled anew whenever the list changed. */
export class PeersState {
  rows = $state.raw<ConnectionInfo[]>([]);
  /** Place of `rows[0]` in the whole list. */
  from = $state(0);
  readonly #desk: Desk;
  readonly #id: EndpointId;
  #wanted = { from: 0, count: 0, version: -1 };
  #pulled = { from: -1, count: 0, version: -1 };
  #pulling = false;

  constructor(desk: Desk, id: EndpointId) {
    this.#desk = desk;
    this.#id = id;
  }

  /** Asks for a window of the list as of `version`; while one pull is under way only the newest wish is kept. */
  want(from: number, count: number, version: number): void {
    this.#wanted = { from, count: Math.min(count, mostRows), version };
    if (!this.#pulling) void this.#pull();
  }

  find(id: ConnectionId): ConnectionInfo | undefined {
    return this.rows.find((row) => row.id === id);
  }

  /** The listed peer whose records carry this number; null where none does any more. Rejects where `connections` does. */
  async ofConnection(connection: number): Promise<ConnectionInfo | null> {
    for (let from = 0; ; from += mostRows) {
      const rows = await this.#desk.engine.connections(this.#id, from, mostRows);
      const found = rows.find((row) => row.connection === connection);
      if (found) return found;
      if (rows.length < mostRows) return null;
    }
  }

  async #pull(): Promise<void> {
    this.#pulling = true;
    try {
      while (!same(this.#wanted, this.#pulled)) {
        const wanted = this.#wanted;
        const rows = await this.#desk.engine.connections(this.#id, wanted.from, wanted.count);
        this.#pulled = wanted;
        this.rows = rows;
        this.from = wanted.from;
      }
    } catch {
      // The channel closed, or the endpoint was removed: the banner or the vanished tab says so, and `want` asks again.
    } finally {
      this.#pulling = false;
    }
  }
}

function same(
  a: { from: number; count: number; version: number },
  b: { from: number; count: number; version: number },
): boolean {
  return a.from === b.from && a.count === b.count && a.version === b.version;
}
