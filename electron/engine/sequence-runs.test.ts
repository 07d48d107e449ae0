import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { SequenceEachJob, SequenceJob } from '../../shared/contract.ts';
import { readImport } from '../../shared/importing/importers.ts';
import { unnamed } from '../../shared/saved-messages.ts';
import { linked } from '../../shared/sequences/messages.ts';
import { mostPastRuns, mostSequences } from '../../shared/sequences/saved.ts';
import type { Sequence } from '../../shared/sequences/sequence.ts';
import { readSequence } from '../../shared/sequences/yaml.ts';
import { defaultClient, defaultListener } from '../../shared/settings/endpoint.ts';
import { Engine } from './engine.ts';
import { testFolder } from './testing/folder.ts';
import { TestPage } from './testing/page.ts';
import { plainServer, portOf, until } from './testing/stream-kit.ts';

const workers = new URL('../../out/workers/', import.meta.url);
let folder: Awaited<ReturnType<typeof testFolder>>;
let engine: Engine;
let page: TestPage;
const cleanUp: (() => void)[] = [];

/** Where what is saved goes; null: nobody chose. */
let chosen: string | null = null;
let suggested = '';
const opened = () => {
  const chooseSaveFile = async (name: string) => {
    suggested = name;
    return chosen === null ? null : { path: chosen, url: null };
  };
  const host = { kind: 'headless', version: '1', runtime: 'Node', chooseSaveFile } as const;
  return Engine.open({ dataFolder: folder.path, workers, host });
};
beforeEach(async () => {
  folder = await testFolder();
  engine = await opened();
  page = new TestPage(engine);
});
afterEach(async () => {
  for (const each of cleanUp.splice(0)) each();
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
  const steps = await page.engine.sequenceSteps(jobOf(job).run);
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
  await page.engine.cancelJob(again);
  expect(engine.jobs.list).toEqual([]);
});

it('keeps what earlier runs came to: with whom, at which step they failed, and whether the steps are others now', async () => {
  const { id, peer } = await connected();
  const written = sequenceOf(`- loop: 2\n  steps:\n${talk.replaceAll(/^/gm, '    ')}`);
  const sequence = await page.engine.addSequence(written);
  expect(await page.engine.sequenceRuns(sequence)).toEqual([]);
  await untilEnded(await page.engine.startSequence(id, peer, sequence, 1));
  const shorter = sequenceOf('- name: Bye\n  send: hi\n  expect: bye\n  within: 20ms');
  await page.engine.changeSequence(sequence, shorter);
  await untilEnded(await page.engine.startSequence(id, peer, sequence, 1));
  const [second, first] = await page.engine.sequenceRuns(sequence);
  expect(second).toMatchObject({ state: 'failed', failedAt: [0], stepName: 'Bye', isOther: false });
  expect(first).toMatchObject({
    ...{ state: 'passed', failed: 2, failedAt: [0, 1], stepName: 'Wrong', isOther: true },
    ...{ endpoint: id, peer, remote: { host: '127.0.0.1' } },
  });
  const steps = await page.engine.sequenceSteps(first!.run);
  expect(steps.find(({ path }) => path.join() === '0,1')).toMatchObject({ failed: 2 });

  await page.engine.changeSequence(sequence, sequenceOf('- wait: 0ms'));
  for (let at = 0; at < mostPastRuns; at++)
    await untilEnded(await page.engine.startSequence(id, peer, sequence, 1));
  const runs = await page.engine.sequenceRuns(sequence);
  expect(runs.map(({ state }) => state)).toEqual([...Array<string>(mostPastRuns).fill('passed'), 'failed']);
  expect(await page.engine.sequenceSteps(first!.run)).toEqual([]);
});

/** A server whose peers answer each `hi` with what they are given. */
async function served(steps: string) {
  const id = await page.engine.addEndpoint({ ...defaultListener(), host: '127.0.0.1', port: 0 });
  const { port } = await page.engine.startListening(id);
  const sequence = await page.engine.addSequence(sequenceOf(steps));
  const answering = async (answer: string) => {
    const socket = connect(port, '127.0.0.1');
    cleanUp.push(() => socket.destroy());
    socket.on('error', () => undefined); // Its end is of no account.
    socket.on('data', () => socket.write(answer));
    await once(socket, 'connect');
    return socket;
  };
  return { id, sequence, answering };
}
const eachOf = (job: number): SequenceEachJob['each'] => {
  const found = engine.jobs.list.find(({ id }) => id === job);
  if (found?.kind !== 'sequence-each') throw new Error('no such job');
  return found.each;
};

it('runs on each new connection until it is switched off, as the steps are by then, and counts what came of it', async () => {
  const { id, sequence, answering } = await served('- send: hi\n  expect: ok\n  within: 2s');
  await answering('ok');
  await page.untilEndpoint(id, ({ openConnections }) => openConnections === 1);
  const job = await page.engine.startSequence(id, null, sequence, 1);
  await Promise.all([answering('ok'), answering('ok')]);
  await until(() => eachOf(job).passed === 2);
  await page.engine.clearLog(id);
  const changed = sequenceOf('- name: Ask\n  send: hi\n  expect: ok\n  within: 30ms');
  await page.engine.changeSequence(sequence, changed);
  await answering('no');
  await until(() => eachOf(job).failed === 1);
  expect(eachOf(job)).toMatchObject({ isOn: true, running: 0, waiting: 0, passed: 2, failed: 1 });
  const runs = await page.engine.sequenceRuns(sequence);
  expect(runs.map(({ state }) => state)).toEqual(['failed', 'passed', 'passed']);
  expect(runs[0]).toMatchObject({ run: eachOf(job).lastFailed, stepName: 'Ask' });
  expect(runs[0]!.remote).not.toEqual(runs[1]!.remote);
  await expect(page.engine.startSequence(id, null, sequence, 1)).rejects.toMatchObject({ subject: 'job' });

  await page.engine.changeSequence(sequence, sequenceOf('- wait: 1h'));
  await answering('ok');
  await until(() => eachOf(job).running === 1);
  await page.engine.cancelJob(job);
  await until(() => !eachOf(job).isOn);
  expect(eachOf(job)).toMatchObject({ running: 0, passed: 2, failed: 1, cancelled: 1 });
  await answering('ok');
  await page.untilEndpoint(id, ({ openConnections }) => openConnections === 6);
  expect(await page.engine.sequenceRuns(sequence)).toHaveLength(4);
});

it('runs on many connections at a time, of which Node has nothing to complain, and all of them are cancelled', async () => {
  const warned: Error[] = [];
  const warn = (warning: Error): number => warned.push(warning);
  process.on('warning', warn);
  cleanUp.push(() => process.off('warning', warn));
  const { id, sequence, answering } = await served('- wait: 1h');
  const job = await page.engine.startSequence(id, null, sequence, 1);
  await Promise.all(Array.from({ length: 30 }, () => answering('')));
  await until(() => eachOf(job).running === 30);
  await page.engine.cancelJob(job);
  await until(() => eachOf(job).cancelled === 30);
  expect(warned).toEqual([]);
});

it('runs with each new peer of a UDP socket, hears what it said first, and ends with its endpoint', async () => {
  const id = await page.engine.addEndpoint({
    ...{ ...defaultListener(), transport: 'udp', host: '127.0.0.1', port: 0 },
  });
  const { port } = await page.engine.startListening(id);
  const sequence = await page.engine.addSequence(sequenceOf('- expect: hello\n  send: hi'));
  const job = await page.engine.startSequence(id, null, sequence, 1);
  for (let at = 0; at < 2; at++) {
    const socket = createSocket('udp4');
    cleanUp.push(() => socket.close());
    socket.send('hello', port, '127.0.0.1');
  }
  await until(() => eachOf(job).passed === 2);
  await page.engine.removeEndpoint(id);
  expect(engine.jobs.list).toEqual([]);
});

it('goes through the steps as often as it was asked to, with their places as they are written', async () => {
  const { id, peer } = await connected();
  const sequence = await page.engine.addSequence(sequenceOf(talk));
  const job = await page.engine.startSequence(id, peer, sequence, 3);
  expect(await untilEnded(job)).toMatchObject({ state: 'passed', done: 9, failed: 3, times: 3, at: [2] });
  const steps = await page.engine.sequenceSteps(jobOf(job).run);
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

it('sends a saved message as it is when the sequence is run, and refuses one that is gone', async () => {
  const { id, peer } = await connected();
  const written = { mode: 'text', text: 'one', lineEnd: 'none' } as const;
  const [message] = await page.engine.addMessages([{ ...unnamed(written), name: 'Greet' }], null);
  const steps = sequenceOf("- message: 'Greet'\n  expect: two\n  within: 2s");
  const sequence = await page.engine.addSequence(linked(steps, await page.engine.messages()));
  await page.engine.changeMessage(message!, { name: 'Hello', written: { ...written, text: 'two' } });
  expect(await untilEnded(await page.engine.startSequence(id, peer, sequence, 1))).toMatchObject({
    ...{ state: 'passed', done: 1 },
  });
  await page.engine.removeMessages([message!]);
  await expect(page.engine.startSequence(id, peer, sequence, 1)).rejects.toMatchObject({
    ...{ code: 'INVALID_ARGUMENT', subject: 'sequence' },
  });
});

it('is saved where the host says, its saved messages by their names', async () => {
  const path = join(folder.path, 'boot.yaml');
  chosen = path;
  const written = { mode: 'text', text: 'one', lineEnd: 'none' } as const;
  await page.engine.addMessages([{ ...unnamed(written), name: 'Greet', folder: 'PLC' }], null);
  const steps = linked(sequenceOf("- message: 'Greet'"), await page.engine.messages());
  const sequence = await page.engine.addSequence(steps);
  expect(await page.engine.saveSequence(sequence)).toMatchObject({ path, url: null });
  expect(suggested).toBe('Boot.socketscope.yaml');
  expect(readSequence(await readFile(path, 'utf8'))).toMatchObject({
    ...{ ok: true, sequence: { name: 'Boot', steps: [{ send: { message: null, name: 'Greet' } }] } },
  });

  chosen = join(folder.path, 'messages.json');
  await page.engine.addEndpoint({ ...defaultClient(), name: 'plc' });
  const made = await page.engine.exportMessages('packetsender');
  expect(made).toMatchObject({ saved: { path: chosen }, refused: [] });
  expect(JSON.parse(await readFile(chosen, 'utf8'))).toMatchObject([
    { name: 'Greet', hexstring: '6f 6e 65' },
  ]);
  await page.engine.exportMessages('socketscope');
  expect(readImport(await readFile(chosen))).toMatchObject({
    ...{ messages: [{ name: 'Greet', folder: 'PLC' }], endpoints: [{ name: 'plc' }], refused: [] },
  });
  chosen = null;
  expect(await page.engine.exportMessages('socketscope')).toEqual({ saved: null, refused: [] });
  await expect(page.engine.saveSequence('s000000000000')).rejects.toMatchObject({ subject: 'sequence' });
});
