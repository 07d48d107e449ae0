/** A page without a browser: pulls windows of rows over the WebSocket at the pace of a display. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { EndpointId } from '../../shared/domain.ts';
import { decodeRows } from '../../shared/wire/row-window.ts';
import { anyFilter, type Contract, openContract, type Place } from '../harness/headless.ts';
import { serveHelper } from '../harness/processes.ts';
import type { PlainAsk } from './plain-host.ts';

/** Milliseconds of each pull from the call to the decoded rows, and the longest turns of the host's loop meanwhile. */
export type PullTimes = {
  /** Of no rows: the loop's and the channel's part of every pull. */
  empty: number[];
  newest: number[];
  random: number[];
  decoding: number[];
  delays: number[];
};

export type Page = {
  attach(place: Place, id: EndpointId): void;
  /** Asks for no rows, the newest and random ones, in turn. */
  pull(forMs: number): PullTimes;
  /** Messages to a plain host, each answered with bytes, in turn from memory and from the disk. */
  ask(channelPort: number, forMs: number): Record<PlainAsk, number[]>;
};

const rowsInSight = 60;
const frameMs = 16;
const pullKinds = ['empty', 'newest', 'random'] as const;

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
    view = (await contract.engine.openView(id, anyFilter, 'chunks')).id;
  },
  async pull(forMs) {
    const times: PullTimes = { empty: [], newest: [], random: [], decoding: [], delays: [] };
    let told = 0;
    await everyFrame(forMs, async (turn) => {
      const summary = contract.latest();
      if (summary !== null && summary.time !== told) times.delays.push(summary.delayMs);
      told = summary?.time ?? told;
      const last = Math.max(0, (summary?.views.find(({ id }) => id === view)?.rows ?? 0) - rowsInSight);
      const kind = pullKinds[turn % pullKinds.length]!;
      const from = kind === 'random' ? Math.floor(Math.random() * last) : last;
      const count = kind === 'empty' ? 0 : rowsInSight;
      const begin = performance.now();
      const bytes = await contract.engine.rows(view, from, count);
      const came = performance.now();
      const { rows } = decodeRows(bytes);
      times[kind].push(performance.now() - begin);
      if (kind !== 'empty') times.decoding.push(performance.now() - came);
      if (rows.length < Math.min(count, last)) throw new Error(`${rows.length} rows from ${from} of ${last}`);
    });
    return times;
  },
  async ask(channelPort, forMs) {
    const socket = new WebSocket(`ws://127.0.0.1:${channelPort}`, { perMessageDeflate: false });
    await once(socket, 'open');
    const times: Record<PlainAsk, number[]> = { memory: [], disk: [] };
    await everyFrame(forMs, async (turn) => {
      const ask = turn % 2 === 0 ? 'memory' : 'disk';
      const begin = performance.now();
      const answered = once(socket, 'message');
      socket.send(ask);
      await answered;
      times[ask].push(performance.now() - begin);
    });
    socket.terminate();
    return times;
  },
});
