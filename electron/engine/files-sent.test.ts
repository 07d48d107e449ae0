import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { expect, it } from 'vitest';
import type { FileJob } from '../../shared/contract.ts';
import { wholeFile, type FilePlan } from '../../shared/file-plan.ts';
import { defaultClient } from '../../shared/settings/endpoint.ts';
import { kindOf } from './capture/format.ts';
import type { Engine } from './engine.ts';
import { eachWithEngine } from './testing/engine-kit.ts';
import type { TestPage } from './testing/page.ts';
import { plainServer, portOf, until } from './testing/stream-kit.ts';

let engine: Engine;
let page: TestPage;
eachWithEngine((made) => ({ engine, page } = made));

type Heard = { socket: Socket; bytes: number; text: string };

/** A client of this engine, with what the plain server has received of it. */
async function connected(): Promise<{ id: string; heard: Heard }> {
  const all: Heard[] = [];
  const server = await plainServer((socket) => {
    const heard: Heard = { socket, bytes: 0, text: '' };
    all.push(heard);
    socket.on('data', (more) => {
      heard.bytes += more.length;
      if (heard.text.length < 1000) heard.text += more.toString('latin1').slice(0, 1000);
    });
  });
  const id = await page.engine.addEndpoint({ ...defaultClient(), port: portOf(server) });
  await page.engine.connect(id);
  await until(() => engine.endpoint(id).status.state === 'open' && all.length === 1);
  return { id, heard: all[0]! };
}

const jobOf = (id: number): FileJob | undefined => {
  const job = engine.jobs.list.find((one) => one.id === id);
  return job?.kind === 'send-file' ? job : undefined;
};
const ended = (id: number): Promise<void> => until(() => (jobOf(id)?.file.ended ?? null) !== null);
const bytes = (text: string) => new TextEncoder().encode(text);
const lines: FilePlan = { pieces: 'line', everyMs: 0 };
/** The lengths of what was sent, in their order. */
async function sentLengths(id: string): Promise<number[]> {
  const { capture } = engine.endpoint(id);
  const entries = await capture.entries(0, capture.length);
  return Array.from({ length: entries.count }, (_, at) => at)
    .filter((at) => kindOf(entries.kind(at)) === 'sent')
    .map((at) => entries.length(at));
}

it('a file goes whole, in pieces of a size, or line by line, and is told of until it is dismissed', async () => {
  const { id, heard } = await connected();
  const send = async (text: string, plan: FilePlan): Promise<number> => {
    const job = await page.engine.sendFile(id, 'all', { name: 'a.txt', size: text.length }, plan);
    expect(await page.engine.filePiece(job, bytes(text.slice(0, 5)), false)).toBeNull();
    expect(await page.engine.filePiece(job, bytes(text.slice(5)), true)).toBe('done');
    await ended(job);
    return job;
  };
  const first = await send('one\ntwo\nthree', lines);
  expect(jobOf(first)).toMatchObject({
    done: 13,
    total: 13,
    failure: null,
    file: { ended: 'done', pieces: 3 },
  });
  await send('abcdefgh', { pieces: 3, everyMs: 1 });
  // The next one takes the place of what is told of the one before.
  expect(jobOf(first)).toBeUndefined();
  await until(() => heard.text === 'one\ntwo\nthreeabcdefgh');
  expect(await sentLengths(id)).toEqual([4, 4, 5, 3, 3, 2]);
});

it('it goes no faster than the peer takes it, pauses, and stops at once', async () => {
  const { id, heard } = await connected();
  heard.socket.pause();
  const job = await page.engine.sendFile(id, 'all', { name: 'big', size: 2 ** 40 }, wholeFile);
  const piece = new Uint8Array(512 * 1024);
  let pushed = 0;
  const pushing = (async () => {
    while ((await page.engine.filePiece(job, piece, false)) === null) pushed++;
  })();
  await until(() => pushed > 4);
  let before = -1;
  // What the kernel, the queue and the reader hold is bounded.
  await until(() => {
    const isStill = pushed === before;
    before = pushed;
    return isStill;
  });
  expect(pushed).toBeLessThan(40);
  heard.socket.resume();
  await until(() => pushed > before + 20);
  await page.engine.pauseFile(job, true);
  await until(() => jobOf(job)!.file.isPaused);
  const { done } = jobOf(job)!;
  await page.engine.pauseFile(job, false);
  await until(() => jobOf(job)!.done > done);
  await page.engine.cancelJob(job);
  await pushing;
  expect(jobOf(job)).toMatchObject({ file: { ended: 'stopped' } });
});

it('it ends with the connection, with the page, and where it cannot be read, which is said', async () => {
  const { id, heard } = await connected();
  const begin = () => page.engine.sendFile(id, 'all', { name: 'x', size: 100 }, wholeFile);
  const unreadable = await begin();
  await page.engine.fileUnreadable(unreadable);
  await ended(unreadable);
  expect(jobOf(unreadable)).toMatchObject({
    failure: { code: 'FILE_UNREADABLE' },
    file: { ended: 'failure' },
  });
  const cut = await begin();
  heard.socket.resetAndDestroy();
  await ended(cut);
  expect(jobOf(cut)).toMatchObject({ file: { ended: 'gone' } });
  const again = await connected();
  const left = await page.engine.sendFile(again.id, 'all', { name: 'x', size: 100 }, wholeFile);
  page.close();
  await ended(left);
  expect(jobOf(left)).toMatchObject({ file: { ended: 'stopped' } });
});

it('over UDP each piece is a datagram, and one that has no room in it is refused', async () => {
  const peer = createSocket('udp4');
  const heard: string[] = [];
  peer.on('message', (message) => heard.push(String(message)));
  peer.bind(0, '127.0.0.1');
  await once(peer, 'listening');
  const { port } = peer.address() as AddressInfo;
  const id = await page.engine.addEndpoint({ ...defaultClient(), transport: 'udp', port });
  await page.engine.connect(id);
  await until(() => engine.endpoint(id).status.state === 'open');
  const job = await page.engine.sendFile(id, 'all', { name: 'a', size: 8 }, lines);
  await page.engine.filePiece(job, bytes('a\nbb\nccc'), true);
  await until(() => heard.length === 3);
  expect(heard).toEqual(['a\n', 'bb\n', 'ccc']);
  for (const plan of [wholeFile, { pieces: 70_000, everyMs: 0 }])
    await expect(page.engine.sendFile(id, 'all', { name: 'a', size: 70_000 }, plan)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  peer.close();
});
