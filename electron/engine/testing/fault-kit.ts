/** What every fault must leave as it was: this process, sockets that have nothing to do with it, and the descriptors. */
import { answers } from '../handlers/replies.ts';
import { readdirSync } from 'node:fs';
import { expect } from 'vitest';
import { TestRecorder } from './recorder.ts';
import { sharesPorts } from '../stream/bind.ts';
import { Client } from '../stream/client.ts';
import { Listener } from '../stream/listener.ts';
import { acceptedReadMode } from '../net/read-mode.ts';
import {
  clientSettings,
  closeAll,
  listenerSettings,
  plainPeer,
  plainServer,
  portOf,
  sendAll,
  until,
} from './stream-kit.ts';

/**
 * Runs a fault beside an echo that must not notice it, ends what the fault made with the kit, and waits until as many
 * descriptors are open as before.
 */
export async function survives(fault: () => Promise<void>): Promise<void> {
  // What is found out once per process has sockets of its own.
  await Promise.all([acceptedReadMode(), sharesPorts()]);
  const bystander = await newBystander();
  try {
    await bystander.talk();
    const before = descriptors();
    await fault();
    await bystander.talk();
    await closeAll();
    await until(() => descriptors() <= before);
    await bystander.talk();
    expect(bystander.recorder.ends()).toEqual([]);
  } finally {
    await bystander.stop();
  }
}

/** The only end in the log, as `expected`; `kind`: closed or failed. */
export function expectOneEnd(recorder: TestRecorder, expected: object): void {
  expect(recorder.ends().map(({ detail }) => detail)).toEqual([expect.objectContaining(expected)]);
}

/** Refuses connections, and nobody can begin to listen on it meanwhile: it is the near port of a connection. */
export async function refusingPort(): Promise<number> {
  const server = await plainServer((socket) => socket.resume());
  return (await plainPeer(portOf(server))).localPort!;
}

/** Open descriptors of this process; 0 where the system does not list them. */
export function descriptors(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
}

type Bystander = { recorder: TestRecorder; talk(): Promise<void>; stop(): Promise<void> };

async function newBystander(): Promise<Bystander> {
  const recorder = new TestRecorder();
  const listener = new Listener(recorder, { handlerOf: answers });
  const client = new Client(recorder);
  const { port } = await listener.start(listenerSettings({ reply: 'echo' }));
  client.connect(clientSettings(port));
  await until(() => client.status.state === 'open' && listener.connections.openCount === 1);
  return {
    recorder,
    talk: async () => {
      const { receivedBytes } = client.connections;
      sendAll(client, Buffer.from('still there?'));
      await until(() => client.connections.receivedBytes === receivedBytes + 12);
    },
    stop: async () => {
      await client.stop();
      await listener.stop();
    },
  };
}
