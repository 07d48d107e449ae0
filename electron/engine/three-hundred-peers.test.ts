/** What a person may have on while many send: frames, a filter and a decoder. Nothing of what peers said is lost to any. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { usualMessageDecoding } from '../../shared/decoding/choice.ts';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import { Chance } from '../../shared/testing/random.ts';
import { cutAt } from '../../shared/testing/cut-at.ts';
import { decodeRows, type Row } from '../../shared/wire/row-window.ts';
import { eachWithEngine, type Made } from './testing/engine-kit.ts';

let made: Made;
eachWithEngine((each) => (made = each));

const peers = 300;
const messagesEach = 60;
const hashOf = (pieces: readonly Uint8Array[]): string => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
};

/** Every third of its messages is asked for. They are torn and stuck together as chance has it. */
async function talk(socket: Socket, peer: number): Promise<Buffer> {
  const chance = new Chance(peer);
  const lines = Array.from({ length: messagesEach }, (_, number) =>
    JSON.stringify({ peer, number, unit: number % 3, said: 'x'.repeat(chance.below(200)) }),
  );
  const bytes = Buffer.from(`${lines.join('\n')}\n`);
  for (const piece of cutAt(
    bytes,
    Array.from({ length: 30 }, () => chance.below(bytes.length)),
  )) {
    if (!socket.write(piece)) await once(socket, 'drain');
    await new Promise((turn) => setImmediate(turn));
  }
  socket.end();
  return bytes;
}

it('300 peers who send through frames, a filter and a decoder lose nothing', async () => {
  const { engine } = made.page;
  const framing = { received: 'line', sent: '' };
  const id = await engine.addEndpoint({ ...defaultListener(), port: 0, framing });
  const { port } = await engine.startListening(id);
  const filter = {
    ...{ connection: null, text: 'dir:received decoded:unit=1' },
    decoding: { ...usualMessageDecoding, as: 'json', isListener: true },
  } as const;
  const view = await engine.openView(id, filter, 'frames');
  const all = await engine.openView(id, { connection: null, text: 'kind:received' }, 'chunks');
  const sockets = await Promise.all(
    Array.from({ length: peers }, async () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      await once(socket, 'connect');
      return socket;
    }),
  );
  const ports = sockets.map((socket) => (socket.address() as AddressInfo).port);
  const said = await Promise.all(sockets.map(talk));
  const bytes = said.reduce((sum, { length }) => sum + length, 0);
  await made.page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === bytes);

  const rowsOf = async (view: number): Promise<Row[]> => {
    const rows: Row[] = [];
    for (;;) {
      const { rows: some } = decodeRows(await engine.rows(view, rows.length, 512));
      if (some.length === 0) return rows;
      rows.push(...some);
    }
  };
  const wanted = (peers * messagesEach) / 3;
  await expect
    .poll(async () => (await rowsOf(view.id)).length, { timeout: 60_000, interval: 200 })
    .toBe(wanted);
  const counts = new Map<string, number>();
  for (const { peer } of await rowsOf(view.id)) counts.set(peer, (counts.get(peer) ?? 0) + 1);
  for (const port of ports) expect(counts.get(`127.0.0.1:${port}`)).toBe(messagesEach / 3);

  const pieces = new Map<string, Uint8Array[]>(ports.map((port) => [`127.0.0.1:${port}`, []]));
  for (const { peer, sequence, length } of await rowsOf(all.id))
    pieces.get(peer)!.push(await engine.payload(id, sequence, 0, length));
  for (const [at, port] of ports.entries())
    expect(hashOf(pieces.get(`127.0.0.1:${port}`)!)).toBe(hashOf([said[at]!]));
});
