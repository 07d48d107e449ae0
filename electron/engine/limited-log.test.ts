/** What goes on in an endpoint while its size limit takes the oldest records, and who meets one that has gone. */
import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { leastCaptureLimit } from '../../shared/capture-limit.ts';
import { framingOf } from '../../shared/framing/settings.ts';
import { usualRepeat } from '../../shared/repeat.ts';
import { readSequence } from '../../shared/sequences/yaml.ts';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import type { Capture } from './capture/capture.ts';
import { segmentBytes } from './capture/format.ts';
import { newStream, noStream } from './capture/recorder.ts';
import { verify } from './capture/verify.ts';
import type { Engine } from './engine.ts';
import { newestReceived } from './newest-received.ts';
import { timelineOf } from './reading/timeline.ts';
import { Inbox } from './sequences/inbox.ts';
import { patterned, withBench } from './testing/capture-kit.ts';
import { eachWithEngine } from './testing/engine-kit.ts';
import { datagram, pcapOf, toServer } from './testing/packets.ts';
import type { TestPage } from './testing/page.ts';
import { pattern, plainPeer, until } from './testing/stream-kit.ts';

let engine: Engine;
let page: TestPage;
eachWithEngine((made) => ({ engine, page } = made));

const recordBytes = 64 * 1024;
const leastMiB = leastCaptureLimit / 2 ** 20;

/** Records without a connection, of so many files of data. */
async function fill(capture: Capture, files: number): Promise<void> {
  for (let i = 0; i < (files * segmentBytes) / recordBytes; i++) {
    capture.record('received', noStream, patterned(recordBytes, i));
    if (capture.congested) await capture.flush();
  }
  await capture.flush();
}

/** Until the limit has taken more of it. */
async function step(capture: Capture): Promise<void> {
  const { oldest } = capture;
  await fill(capture, 1);
  while (capture.oldest === oldest) await fill(capture, 1);
}

const work = { signal: new AbortController().signal, told: () => undefined };

async function serving() {
  const settings = { ...defaultListener(), port: 0, captureLimitMiB: leastMiB };
  const id = await page.engine.addEndpoint(settings);
  const { port } = await page.engine.startListening(id);
  return { id, port: port!, settings, endpoint: engine.endpoint(id) };
}

it('goes on sending, repeating and looking for answers while steps of the limit, up, down and none, take its records', async () => {
  const { id, port, endpoint } = await serving();
  const { capture } = endpoint;
  const quick = await plainPeer(port);
  const slow: Socket = connect(port, '127.0.0.1').pause();
  await page.untilEndpoint(id, ({ openConnections }) => openConnections === 2);
  const { rows } = await page.peers(id);
  const [one, other] = rows.map((row) => row.id) as [number, number];
  const quickId =
    rows[0]!.remote && 'port' in rows[0]!.remote && rows[0]!.remote.port === quick.localPort ? one : other;
  const slowId = quickId === one ? other : one;

  const message = pattern(24 * 2 ** 20);
  endpoint.send([slowId], message.subarray(0, 12 * 2 ** 20));
  endpoint.send([slowId], message.subarray(12 * 2 ** 20));
  quick.write('hello');
  await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes >= 5);
  const asks = { mode: 'text', text: '{{received}}', lineEnd: 'none' } as const;
  const repeat = await page.engine.startRepeat(id, [quickId], asks, { ...usualRepeat, everyMs: 5 });
  const read = readSequence("version: 1\nname: Wait\nsteps:\n- expect: 'done'\n  within: 60s\n");
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const sequence = await page.engine.startSequence(
    id,
    quickId,
    await page.engine.addSequence(read.sequence),
    1,
  );

  const view = await page.engine.openView(id, { connection: null, text: 'hello' }, 'chunks');
  for (const limit of [leastMiB, 2 * leastMiB, leastMiB, 0, leastMiB]) {
    await page.engine.changeEndpoint(id, { ...endpoint.settings, captureLimitMiB: limit });
    quick.write('hello');
    if (limit === 0) await fill(capture, 2);
    else if (limit > leastMiB) await fill(capture, 4);
    else await step(capture);
    await page.engine.rows(view.id, 0, 100);
    await page.peers(id);
  }
  const jobs = () => engine.jobs.list;
  const repeated = () => jobs().find(({ id }) => id === repeat);
  expect(repeated()).toMatchObject({ repeat: { ended: null, failed: 0 }, failure: null });
  await page.engine.clearLog(id);
  quick.write('hello');
  await step(capture);
  quick.write('done');

  await until(() => jobs().some((job) => job.kind === 'sequence' && job.run.state === 'passed'));
  // Right behind the clearing there was nothing to ask for; it goes on.
  expect(repeated()).toMatchObject({ repeat: { ended: null } });
  await page.engine.cancelJob(repeat);
  expect(jobs().find((each) => each.id === sequence)).toMatchObject({ failure: null });
  const received: Buffer[] = [];
  slow.on('data', (bytes) => received.push(bytes)).resume();
  await until(() => received.reduce((sum, { length }) => sum + length, 0) === message.length);
  expect(Buffer.concat(received).equals(message)).toBe(true);
  slow.destroy();
  await capture.flush();
  expect(await verify(capture, work)).toMatchObject({ damagedRecords: 0 });
  expect(engine.notices).toEqual([]);
});

it('says to a message that asks for what the limit took that nothing was received, and makes the others', async () => {
  const { id, port, endpoint } = await serving();
  const quick = await plainPeer(port);
  quick.write('hello');
  await page.untilEndpoint(id, ({ receivedBytes }) => receivedBytes === 5);
  const asks = { mode: 'text', text: '{{received}}', lineEnd: 'none' } as const;
  expect((await page.engine.preview(id, 'all', asks)).length).toBe(5);
  await step(endpoint.capture);
  await expect(page.engine.send(id, 'all', asks)).rejects.toMatchObject({
    failure: { why: { name: 'unreadable', problem: 'value-missing' } },
  });
});

it('applies the limit as soon as who held its records lets them go', async () => {
  const { endpoint } = await serving();
  const { capture } = endpoint;
  const release = endpoint.hold();
  await fill(capture, 6);
  expect([capture.oldest, capture.diskBytes > leastCaptureLimit]).toEqual([0, true]);
  release();
  await until(() => capture.diskBytes <= leastCaptureLimit);
  expect(capture.oldest).toBeGreaterThan(0);
});

it('imports two files at once, and leaves nothing of one that is deleted or whose workspace it was', async () => {
  const bytes = pcapOf(Array.from({ length: 400 }, (_, i) => datagram(toServer, `${i}`.repeat(200))));
  const begin = (name: string) => page.engine.beginImport(name, bytes.length);
  const [one, two] = await Promise.all([begin('one'), begin('two')]);
  const half = bytes.length / 2;
  for (const [from, to] of [
    [0, half],
    [half, bytes.length],
  ] as const)
    await Promise.all(
      [one, two].map((number) => page.engine.importPiece(number, bytes.subarray(from, to), false)),
    );
  const [first, second] = await Promise.all(
    [one, two].map((number) => page.engine.importPiece(number, new Uint8Array(), true)),
  );
  const ids = [...first!.endpoints, ...second!.endpoints];
  expect(ids).toHaveLength(2);
  for (const id of ids)
    expect(engine.endpoint(id).capture.length).toBe(engine.endpoint(ids[0]!).capture.length);
  // A third one goes on while these are deleted.
  const three = await begin('three');
  await page.engine.importPiece(three, bytes.subarray(0, half), false);
  await Promise.all(ids.map((id) => page.engine.removeEndpoint(id)));
  await page.engine.importPiece(three, bytes.subarray(half), false);
  const third = await page.engine.importPiece(three, new Uint8Array(), true);
  expect(third!.endpoints).toHaveLength(1);
  expect(engine.summaries().map(({ id }) => id)).toEqual(third!.endpoints);
});

it('takes a record that goes between asking and reading for one that is not there', () =>
  withBench(async ({ open }) => {
    const capture = await open();
    capture.recordDetail(newStream, {
      ...{ kind: 'opened', socket: 'stream', origin: 'accepted', carried: false, local: null, remote: null },
    });
    capture.record('received', 0, Buffer.from('old\n'));
    await fill(capture, 6);
    const takes = async (): Promise<void> => {
      capture.limitTo(leastCaptureLimit);
      await until(() => capture.oldest > 0);
    };
    const log = {
      get length() {
        return capture.length;
      },
      get cleared() {
        return capture.cleared;
      },
      entries: (from: number, count: number) => capture.entries(from, count),
      async payload(sequence: number, offset: number, length: number) {
        await takes();
        return capture.payload(sequence, offset, length);
      },
    };
    const inbox = new Inbox(log, () => 0, 0, framingOf('line'), false);
    expect(await newestReceived(log, new Set([0]))).toEqual(new Map());
    capture.record('received', 0, Buffer.from('new\n'));
    const message = await inbox.take();
    expect([Buffer.from(message!.bytes).toString(), message!.record]).toEqual(['new\n', capture.length - 1]);
    inbox.close();
    await expect(timelineOf(capture, 1)).rejects.toMatchObject({ code: 'RECORD_GONE' });
    expect((await timelineOf(capture, capture.length - 1)).steps.length).toBeGreaterThan(0);
  }));
