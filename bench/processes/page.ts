/** A page without a browser: pulls windows of rows over the WebSocket at the pace of a display. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { EndpointId } from '../../shared/domain.ts';
import { decodeRows } from '../../shared/wire/row-window.ts';
import { anyFilter, type Contract, openContract, type Place } from '../harness/headless.ts';
import { serveHelper } from '../harness/processes.ts';

export type Page = {
  attach(place: Place, id: EndpointId): void;
  /** Milliseconds of each pull, from the call to the decoded rows: of the newest rows and of random ones, in turn. */
  pull(forMs: number): { newest: number[]; random: number[] };
  /** The same of messages to a plain WebSocket, each answered with bytes. */
  ask(channelPort: number, forMs: number): number[];
};

const rowsInSight = 60;
const frameMs = 16;

let contract: Contract;
let view: number;

async function everyFrame(forMs: number, act: (turn: number) => Promise<void>): Promise<void> {
  const end = performance.now() + forMs;
  for (let turn = 0; performance.now() < end; turn++) {
    const begin = performance.now();
    await act(turn);
    await new Promise((done) => setTimeout(done, Math.max(0, frameMs - (performance.now() - begin))));
  }
}

serveHelper<Page>({
  async attach(place, id) {
    contract = await openContract(place);
    view = (await contract.engine.openView(id, anyFilter)).id;
  },
  async pull(forMs) {
    const times: { newest: number[]; random: number[] } = { newest: [], random: [] };
    await everyFrame(forMs, async (turn) => {
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
    });
    return times;
  },
  async ask(channelPort, forMs) {
    const socket = new WebSocket(`ws://127.0.0.1:${channelPort}`, { perMessageDeflate: false });
    await once(socket, 'open');
    const times: number[] = [];
    await everyFrame(forMs, async () => {
      const begin = performance.now();
      const answered = once(socket, 'message');
      socket.send('rows');
      await answered;
      times.push(performance.now() - begin);
    });
    socket.terminate();
    return times;
  },
});
