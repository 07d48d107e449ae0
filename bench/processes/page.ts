/** A page without a browser: pulls windows of rows over the WebSocket at the pace of a display. */
import type { EndpointId } from '../../shared/domain.ts';
import { decodeRows } from '../../shared/wire/row-window.ts';
import { anyFilter, type Contract, openContract, type Place } from '../harness/headless.ts';
import { serveHelper } from '../harness/processes.ts';

export type Page = {
  attach(place: Place, id: EndpointId): void;
  /** Milliseconds of each pull, from the call to the decoded rows: of the newest rows and of random ones, in turn. */
  pull(forMs: number): { newest: number[]; random: number[] };
};

const rowsInSight = 60;
const frameMs = 16;

let contract: Contract;
let view: number;

serveHelper<Page>({
  async attach(place, id) {
    contract = await openContract(place);
    view = (await contract.engine.openView(id, anyFilter)).id;
  },
  async pull(forMs) {
    const times: { newest: number[]; random: number[] } = { newest: [], random: [] };
    const end = performance.now() + forMs;
    for (let turn = 0; performance.now() < end; turn++) {
      const last = Math.max(
        0,
        (contract.latest()?.views.find(({ id }) => id === view)?.rows ?? 0) - rowsInSight,
      );
      const from = turn % 2 === 0 ? last : Math.floor(Math.random() * last);
      const begin = performance.now();
      const { rows } = decodeRows(await contract.engine.rows(view, from, rowsInSight));
      times[turn % 2 === 0 ? 'newest' : 'random'].push(performance.now() - begin);
      if (rows.length < Math.min(rowsInSight, last))
        throw new Error(`${rows.length} rows from ${from} of ${last}`);
      await new Promise((done) => setTimeout(done, Math.max(0, frameMs - (performance.now() - begin))));
    }
    return times;
  },
});
