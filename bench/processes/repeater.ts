/** Repeats through the engine into a capture on disk, and the bare loops that it is measured against, in one process. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import { defaultClient } from '../../shared/settings/endpoint.ts';
import { usualRepeat, type RepeatPlan } from '../../shared/repeat.ts';
import { Capture } from '../../electron/engine/capture/capture.ts';
import { Repeat } from '../../electron/engine/repeat/repeat.ts';
import { repeatPort } from '../../electron/engine/repeat/repeat-port.ts';
import { Client } from '../../electron/engine/stream/client.ts';
import { percentile } from '../harness/measure.ts';
import { serveHelper } from '../harness/processes.ts';

/** `perSecond`: from the first to the last. */
export type Paced = { perSecond: number; lateP99Ms: number };
export type Repeater = {
  /** Connects both to a port of this machine. */
  open(folder: string, port: number): void;
  /** At its times, for so long. */
  repeatPaced(everyMs: number, forMs: number): Paced;
  barePaced(everyMs: number, forMs: number): Paced;
  /** As fast as it is taken; messages a second that the kernel has. */
  repeatFlood(messageBytes: number, forMs: number, joins: boolean): number;
  bareFlood(messageBytes: number, forMs: number): number;
  close(): void;
};

/** As the engine's: a timer to so long before, then turns of the loop. */
const spinMs = 2;
const paceBytes = 64;

let capture: Capture;
let client: Client;
let socket: Socket;

function begin(bytes: Uint8Array<ArrayBuffer>, plan: RepeatPlan) {
  let lateP99Ms = NaN;
  const owner = {
    ...{ recorder: capture, connections: client.connections, hasBoundaries: false },
    get logBegin() {
      return capture.cleared;
    },
    mayStore: () => true,
    isStopped: () => client.status.state !== 'open',
    received: () => Promise.resolve(new Map<number, Uint8Array>()),
  };
  const message = { isFixed: true, asksReceived: false, fill: () => bytes };
  const repeat = new Repeat({
    ...{ port: repeatPort(owner, 'all', message, plan), plan, spinPart: 1 },
    told: (facts) => (lateP99Ms = facts.lateP99Ms ?? NaN),
  });
  return { repeat, late: () => lateP99Ms };
}

serveHelper<Repeater>({
  async open(folder, port) {
    capture = await Capture.open(folder);
    client = new Client(capture);
    const settings = { ...defaultClient(), port };
    client.connect(settings);
    while (client.status.state !== 'open') await pause(1);
    socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(socket, 'connect');
  },
  async repeatPaced(everyMs, forMs) {
    const times = Math.round(forMs / everyMs);
    const begun = performance.now();
    const { repeat, late } = begin(new Uint8Array(paceBytes), { ...usualRepeat, everyMs, times });
    await repeat.ended;
    return { perSecond: ((times - 1) * 1000) / (performance.now() - begun), lateP99Ms: late() };
  },
  async barePaced(everyMs, forMs) {
    const times = Math.round(forMs / everyMs);
    const bytes = new Uint8Array(paceBytes);
    const lates: number[] = [];
    const begun = performance.now();
    for (let index = 0; index < times; index++) {
      const deadline = begun + index * everyMs;
      for (let left = deadline - performance.now(); left > 0; left = deadline - performance.now()) {
        if (left > spinMs) await pause(Math.max(1, Math.floor(left - spinMs)));
        else await nextTurn();
      }
      lates.push(performance.now() - deadline);
      socket.write(bytes);
    }
    const perSecond = ((times - 1) * 1000) / (performance.now() - begun);
    return { perSecond, lateP99Ms: percentile(lates, 0.99) };
  },
  async repeatFlood(messageBytes, forMs, joins) {
    const { connections } = client;
    const before = connections.sentBytes;
    const begun = performance.now();
    const { repeat } = begin(new Uint8Array(messageBytes), { ...usualRepeat, everyMs: 0, joins });
    await pause(forMs);
    const sent = connections.sentBytes - before;
    const ms = performance.now() - begun;
    repeat.stop();
    while (connections.queuedBytes > 0) await pause(1);
    return sent / messageBytes / (ms / 1000);
  },
  async bareFlood(messageBytes, forMs) {
    const bytes = new Uint8Array(messageBytes);
    const before = socket.bytesWritten;
    const begun = performance.now();
    while (performance.now() - begun < forMs) {
      // Until it does not take it at once; else others have their turn now and then, as they need it.
      let turn = 256;
      while (turn-- > 0 && socket.write(bytes));
      if (socket.writableNeedDrain) await once(socket, 'drain');
      else await nextTurn();
    }
    const sent = socket.bytesWritten - before - socket.writableLength;
    return sent / messageBytes / ((performance.now() - begun) / 1000);
  },
  async close() {
    socket.destroy();
    await client.stop();
    await capture.close();
  },
});
