import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SequenceJob } from '../../shared/contract.ts';
import { mostSequences } from '../../shared/sequences/saved.ts';
import type { Sequence } from '../../shared/sequences/sequence.ts';
import { readSequence } from '../../shared/sequences/yaml.ts';
import { defaultClient } from '../../shared/settings/endpoint.ts';
import { Engine } from './engine.ts';
import { testFolder } from './testing/folder.ts';
import { TestPage } from './testing/page.ts';
import { plainServer, portOf, until } from './testing/stream-kit.ts';

const workers = new URL('../../out/workers/', import.meta.url);
let folder: Awaited<ReturnType<typeof testFolder>>;
let engine: Engine;
let page: TestPage;

const opened = () => {
  const host = { kind: 'headless', version: '1', runtime: 'Node', chooseSaveFile: async () => null } as const;
  return Engine.open({ dataFolder: folder.path, workers, host });
};
beforeEach(async () => {
  folder = await testFolder();
  engine = await opened();
  page = new TestPage(engine);
});
afterEach(async () => {
  await engine.close();
  await folder.remove();
});

const sequenceOf = (steps: string, name = 'Boot'): Sequence => {
  const read = readSequence(`version: 1\nname: ${name}\nsteps:\n${steps}`);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.sequence;
};
const jobOf = (id: number): SequenceJob['run'] => {
  const job = engine.jobs.list.find((one) => one.id === id);
  if (job?.kind !== 'sequence') throw new Error('no such job');
  return job.run;
};
const untilEnded = async (id: number): Promise<SequenceJob['run']> => {
  await until(() => jobOf(id).state !== 'running');
  return jobOf(id);
};

/** A client that is connected to a server which answers each line with it, and `bad` with nothing it was asked for. */
async function connected() {
  const sockets: Socket[] = [];
  const server = await plainServer((socket) => {
    sockets.push(socket);
    socket.on('data', (more) => socket.write(more.toString().replace('bad', 'error 2')));
  });
  const id = await page.engine.addEndpoint({ ...defaultClient(), port: portOf(server) });
  await page.engine.connect(id);
  const { firstConnection } = await page.untilEndpoint(id, ({ status }) => status.state === 'open');
  return { id, sockets, peer: firstConnection! };
}

const talk = `
- name: Ask
  send: 'one;'
  expect: 'one'
- name: Wrong
  send: 'bad;'
  expect: 'good'
  within: 50ms
  on-failure: go on
- send: 'three;'
  expect: 'three'
`;

it('runs on a live connection, tells how far it is and which record answered, until it is run again', async () => {
  const { id, peer } = await connected();
  const sequence = await page.engine.addSequence(sequenceOf(talk));
  const job = await page.engine.startSequence(id, peer, sequence, 1);
  expect(await untilEnded(job)).toMatchObject({
    state: 'passed',
    done: 3,
    failed: 1,
    sequence,
    peer,
    times: 1,
  });
  const steps = await page.engine.sequenceSteps(job);
  expect(steps.map(({ path, state }) => [...path, state])).toEqual([
    [0, 'passed'],
    [1, 'failed'],
    [2, 'passed'],
  ]);
  expect(steps[1]!.failure).toMatchObject({ code: 'SEQUENCE_NO_ANSWER' });
  const log = await page.log(id);
  const answer = log.find(({ sequence: number }) => number === steps[1]!.record);
  expect(answer).toMatchObject({ kind: 'received', length: 'error 2;'.length });
  expect(log.find(({ sequence: number }) => number === steps[1]!.from)).toMatchObject({ kind: 'sent' });

  const again = await page.engine.startSequence(id, peer, sequence, 1);
  await untilEnded(again);
  expect(engine.jobs.list.map((each) => each.id)).toEqual([again]);
  expect(await page.engine.sequenceSteps(job)).toEqual([]);
  await page.engine.cancelJob(again);
  expect(engine.jobs.list).toEqual([]);
});

it('goes through the steps as often as it was asked to, with their places as they are written', async () => {
  const { id, peer } = await connected();
  const sequence = await page.engine.addSequence(sequenceOf(talk));
  const job = await page.engine.startSequence(id, peer, sequence, 3);
  expect(await untilEnded(job)).toMatchObject({ state: 'passed', done: 9, failed: 3, times: 3, at: [2] });
  const steps = await page.engine.sequenceSteps(job);
  expect(steps.map(({ path, passed, failed }) => [...path, passed, failed])).toEqual([
    [0, 3, 0],
    [1, 0, 3],
    [2, 3, 0],
  ]);
});

it('is cancelled as any job is, and with its endpoint', async () => {
  const { id, peer } = await connected();
  const sequence = await page.engine.addSequence(sequenceOf('- wait: 1h'));
  const job = await page.engine.startSequence(id, peer, sequence, 1);
  await expect(page.engine.startSequence(id, peer, sequence, 1)).rejects.toMatchObject({ subject: 'job' });
  await page.engine.cancelJob(job);
  expect(await untilEnded(job)).toMatchObject({ state: 'cancelled', at: [0] });
  await page.engine.startSequence(id, peer, sequence, 1);
  await page.engine.removeEndpoint(id);
  expect(engine.jobs.list).toEqual([]);
});

it('refuses a peer that has gone, and steps that cannot be gone through, though it keeps them', async () => {
  const { id, peer, sockets } = await connected();
  const wrong = sequenceOf('- send: hi');
  const [step] = wrong.steps;
  if (step?.kind !== 'talk') throw new Error('another kind');
  const bad = await page.engine.addSequence({ ...wrong, steps: [{ ...step, expect: 'nokey:(' }] });
  await expect(page.engine.startSequence(id, peer, bad, 1)).rejects.toMatchObject({
    ...{ code: 'INVALID_ARGUMENT', subject: 'sequence' },
  });
  await page.engine.changeSequence(bad, wrong);
  await expect(page.engine.startSequence(id, peer + 7, bad, 1)).rejects.toMatchObject({ subject: 'peer' });
  sockets[0]!.resetAndDestroy();
  await page.untilEndpoint(id, ({ openConnections }) => openConnections === 0);
  await expect(page.engine.startSequence(id, peer, bad, 1)).rejects.toMatchObject({ subject: 'peer' });
  expect(engine.jobs.list).toEqual([]);
});

it('is kept over a restart, told of in other versions, and comes back to its place', async () => {
  const { sequencesVersion } = await page.until(() => true);
  const boot = sequenceOf('- loop: 3\n  steps:\n    - send: hi\n      set: { a: b }\n      expect: b');
  const ids = [
    await page.engine.addSequence(boot),
    await page.engine.addSequence(sequenceOf('- stop: here', 'Two')),
  ];
  await page.until((summary) => summary.sequencesVersion > sequencesVersion);
  const [before] = await page.engine.sequences();
  await page.engine.changeSequence(ids[0]!, { ...boot, name: 'Reboot' });
  const removal = await page.engine.removeSequence(ids[0]!);
  expect(await page.engine.sequences()).toMatchObject([{ id: ids[1], name: 'Two' }]);
  expect(await page.engine.sequence(ids[0]!)).toBeNull();
  await page.engine.restoreSequence(removal);
  await expect(page.engine.restoreSequence(removal)).rejects.toMatchObject({ subject: 'removal' });
  const [after] = await page.engine.sequences();
  expect(after).toMatchObject({ id: ids[0], name: 'Reboot' });
  expect(after!.version).not.toBe(before!.version);
  await engine.close();
  engine = await opened();
  page = new TestPage(engine);
  expect(await page.engine.sequence(ids[0]!)).toEqual({ ...boot, name: 'Reboot' });
});

it('keeps no more than 200 of them, nor 8 MiB', async () => {
  const long = { ...sequenceOf('- stop: here'), values: [{ name: 'x', text: 'x'.repeat(1024 * 1024) }] };
  const first = await page.engine.addSequence(long);
  for (let at = 0; at < 6; at++) await page.engine.addSequence(long);
  await expect(page.engine.addSequence(long)).rejects.toMatchObject({ code: 'SEQUENCES_NOT_KEPT' });
  for (const { id } of await page.engine.sequences()) if (id !== first) await page.engine.removeSequence(id);
  const short = sequenceOf('- stop: here');
  for (let at = 1; at < mostSequences; at++) await page.engine.addSequence(short);
  await expect(page.engine.addSequence(short)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});
