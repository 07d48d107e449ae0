import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { allUtf8 } from '../../../shared/encodings/shown.ts';
import { testFolder } from '../testing/folder.ts';
import { SearchPool, type SearchPoolOptions, type SearchAnswer, type SearchRequest } from './search-pool.ts';
import { until } from '../testing/capture-kit.ts';

/** A worker that does at once what its text says, and finds its own number. */
const worker = `
const { parentPort, threadId } = require('node:worker_threads');
parentPort.on('message', ({ query, to }) => {
  if (query.text === 'stuck') for (;;);
  if (query.text === 'exit') process.exit(1);
  if (query.text === 'throw') throw Object.assign(new Error('broken'), { code: 'EIO' });
  parentPort.postMessage({ found: Uint32Array.of(threadId), scannedTo: to, failure: null });
});
parentPort.postMessage('ready');
`;

let folder: Awaited<ReturnType<typeof testFolder>>;
let pool: SearchPool;
/** What was answered, in order. */
let answers: [text: string, outcome: string][];

const openPool = (options: SearchPoolOptions): SearchPool =>
  (pool = new SearchPool(pathToFileURL(`${folder.path}/`), options));
const request = (text: string): SearchRequest => ({
  folder: folder.path,
  checkedFrom: { data: 0, index: 0, end: 0 },
  openPeers: new Map(),
  annotations: [],
  query: { connection: null, text, peerNames: null, language: 'en', encodings: allUtf8, base: 0 },
  from: 0,
  to: 1,
});
const ask = (text: string, then: () => void = () => undefined): (() => void) =>
  pool.ask(request(text), ({ failure }: SearchAnswer) => {
    answers.push([text, failure === null ? 'found' : failure.code]);
    then();
  });
const numbered = (count: number): string[] => Array.from({ length: count }, (_, n) => `${n}`);

beforeEach(async () => {
  folder = await testFolder();
  answers = [];
  await writeFile(join(folder.path, 'search-worker.js'), worker);
});
afterEach(async () => {
  await pool.close();
  await folder.remove();
});

describe('a search pool', () => {
  it('answers many requests with few threads', async () => {
    openPool({ threads: 2 });
    for (const text of numbered(256)) ask(text, () => expect(pool.threads).toBeLessThanOrEqual(2));
    expect(pool.threads).toBe(2);
    await until(() => answers.length === 256);
    expect(answers.every(([, outcome]) => outcome === 'found')).toBe(true);
  });

  it('lets everyone have a turn before anyone has another', async () => {
    openPool({ threads: 1 });
    ask('a', () => ask('a again'));
    ask('b');
    ask('c');
    await until(() => answers.length === 4);
    expect(answers.map(([text]) => text)).toEqual(['a', 'b', 'c', 'a again']);
  });

  it('gives up a search that is stuck while others wait, and they go on', async () => {
    openPool({ threads: 1, silenceMs: 1e9 });
    ask('stuck');
    for (const text of numbered(20)) ask(text);
    await until(() => answers.length === 21);
    expect(answers).toEqual([['stuck', 'FILTER_TOO_SLOW'], ...numbered(20).map((text) => [text, 'found'])]);
  });

  it('takes a request back, and frees the thread that is stuck in it', async () => {
    openPool({ threads: 1, silenceMs: 1e9 });
    let isStuck = false;
    ask('before', () => (isStuck = true));
    const takeBack = ask('stuck');
    await until(() => isStuck);
    const takeBackWaiting = ask('never begun');
    takeBack();
    takeBackWaiting();
    ask('behind');
    await until(() => answers.length === 2);
    expect(answers).toEqual([
      ['before', 'found'],
      ['behind', 'found'],
    ]);
  });

  it('keeps the thread whose request was taken back, when it is soon done with it', async () => {
    openPool({ threads: 1 });
    const threads = new Set<number>();
    for (let n = 0; n < 5; n++)
      await new Promise<void>((done) => {
        pool.ask(request('kept'), ({ found }) => {
          threads.add(found[0]!);
          // As somebody who writes on: the search before is taken back while the thread is at it.
          ask('taken back')();
          done();
        });
      });
    expect([threads.size, pool.threads]).toEqual([1, 1]);
    expect(answers).toEqual([]);
  });

  it('answers with why, when the system gives it no thread', async () => {
    // As a thread that the system refuses, one of an address that is no file throws at once.
    pool = new SearchPool(new URL('http://localhost/'), { threads: 2 });
    for (const text of ['a', 'b', 'c']) ask(text);
    ask('taken back')();
    await until(() => answers.length === 3);
    const code = 'ERR_INVALID_URL_SCHEME';
    expect(answers).toEqual(['a', 'b', 'c'].map((text) => [text, code]));
    expect(pool.threads).toBe(0);
  });

  it.each([
    ['exit', 'SEARCH_ENDED'],
    ['throw', 'EIO'],
  ])('replaces a thread that is dead (%s): only its own request fails', async (death, code) => {
    openPool({ threads: 1 });
    ask(death);
    ask('behind');
    await until(() => answers.length === 2);
    expect(answers).toEqual([
      [death, code],
      ['behind', 'found'],
    ]);
  });

  it('fails each request when there is no worker', async () => {
    await folder.remove();
    openPool({ threads: 2 });
    for (const text of numbered(5)) ask(text);
    await until(() => answers.length === 5);
    expect(answers.filter(([, outcome]) => outcome === 'found')).toEqual([]);
    expect(pool.threads).toBe(0);
  });

  it('ends every thread when it closes, stuck or not, and answers no more', async () => {
    openPool({ threads: 2, silenceMs: 1e9 });
    let isReady = false;
    ask('first', () => (isReady = true));
    for (const text of ['stuck', 'stuck', 'waiting']) ask(text);
    await until(() => isReady);
    await pool.close();
    ask('late');
    expect(pool.threads).toBe(0);
    expect(answers).toEqual([['first', 'found']]);
  });
});
