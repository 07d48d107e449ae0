import { expect, it } from 'vitest';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { eachWithEngine } from './testing/engine-kit.ts';
import type { TestPage } from './testing/page.ts';
import { plainPeer } from './testing/stream-kit.ts';

let page: TestPage;
eachWithEngine((made) => ({ page } = made));

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What was received, as one stretch of its stream. */
async function receivedBy(id: string, length: number) {
  const rows = (await page.log(id)).filter(({ kind }) => kind === 'received');
  return { sequence: rows[0]!.sequence, within: 0, last: rows.at(-1)!.sequence, length };
}

it('what one endpoint here wrote stands over what another one read of it', async () => {
  const server = await page.engine.addEndpoint({ ...defaultListener(), port: 0 });
  const { port } = await page.engine.startListening(server);
  const client = await page.engine.addEndpoint({ ...defaultClient(), port });
  await page.engine.connect(client);
  await page.untilEndpoint(client, ({ openConnections }) => openConnections === 1);
  for (const part of ['one', 'three', 'x']) await page.engine.send(client, 'all', bytes(part));
  await page.untilEndpoint(server, ({ receivedBytes }) => receivedBytes === 9);
  const whole = await receivedBy(server, 9);
  expect(await page.engine.peerWrites(server, whole)).toEqual([3, 8]);
  expect(await page.engine.peerWrites(server, { ...whole, within: 2, length: 4 })).toEqual([1]);

  await page.untilEndpoint(server, ({ openConnections }) => openConnections === 1);
  for (const part of ['ab', 'c']) await page.engine.send(server, 'all', bytes(part));
  await page.untilEndpoint(client, ({ receivedBytes }) => receivedBytes === 3);
  expect(await page.engine.peerWrites(client, await receivedBy(client, 3))).toEqual([2]);

  // Without its beginning nobody knows where in the stream something stands.
  await page.engine.clearLog(client);
  expect(await page.engine.peerWrites(server, whole)).toEqual([]);
});

it('of a stranger nothing is known, and what was sent has no writer', async () => {
  const server = await page.engine.addEndpoint({ ...defaultListener(), port: 0 });
  const { port } = await page.engine.startListening(server);
  const peer = await plainPeer(port);
  peer.write('hello');
  await page.untilEndpoint(server, ({ receivedBytes }) => receivedBytes === 5);
  const whole = await receivedBy(server, 5);
  expect(await page.engine.peerWrites(server, whole)).toEqual([]);
  expect(await page.engine.peerWrites(server, { ...whole, sequence: 0 })).toEqual([]);
  await expect(page.engine.peerWrites(server, { ...whole, sequence: 99 })).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
  });
  peer.destroy();
});
