import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { describeRecord } from '../../../shared/texts/index.ts';
import { allUtf8 } from '../../../shared/encodings/shown.ts';
import { failureOf, type Failure } from '../../../shared/failure.ts';
import type { PeerNames } from '../../../shared/peer-names.ts';
import { encodeDetail } from '../capture/details.ts';
import type { Capture } from '../capture/capture.ts';
import { segmentBytes } from '../capture/format.ts';
import { noStream } from '../capture/recorder.ts';
import {
  anyFilter,
  patterned,
  recordOpened,
  scanned,
  sequencesOf,
  until,
  withBench,
  viewsOf,
  openView,
  workers,
} from '../testing/capture-kit.ts';
import type { SearchAnswer, SearchRequest } from './search-pool.ts';
import { TextSearch } from './text-search.ts';

const bytes = (value: string): Uint8Array => new TextEncoder().encode(value);

async function find(capture: Capture, text: string): Promise<number[]> {
  await capture.flush();
  const view = openView(capture, { ...anyFilter, text });
  await scanned(view);
  expect(view.summary.failure).toBeNull();
  const found = await sequencesOf(view);
  view.close();
  return found;
}

describe('a text filter', () => {
  it('finds text in any case, in any alphabet, and regular expressions', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const texts = [
        'GET /index HTTP/1.1',
        'get nothing',
        'Größe ÄPFEL',
        'größe äpfel',
        '日本語 text',
        '',
        'a.c',
        'abc',
      ];
      for (const value of texts) capture.record('received', noStream, bytes(value));
      expect(await find(capture, 'Get')).toEqual([0, 1]);
      expect(await find(capture, 'äpfel')).toEqual([2, 3]);
      expect(await find(capture, '日本')).toEqual([4]);
      expect(await find(capture, 'a.c')).toEqual([6]);
      expect(await find(capture, '/a.c/')).toEqual([6, 7]);
      expect(await find(capture, '/^get/i')).toEqual([0, 1]);
      expect(await find(capture, '/^$/')).toEqual([5]);
      expect(await find(capture, 'hex: c3 a4')).toEqual([3]);
    }));

  it('finds what a decoder says, as what payloads look like or as what was chosen, and goes on behind what it cannot read', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const head = 'HTTP/1.1 404 Not Found\r\nServer: x\r\n\r\n';
      for (const value of [
        '{"unit": 3}',
        '{"unit": 30}',
        '{"unit": 5, [',
        head,
        'unit=3',
        `${'['.repeat(300_000)}`,
      ])
        capture.record('received', noStream, bytes(value));
      expect(await find(capture, 'decoded:unit=3')).toEqual([0]);
      expect(await find(capture, 'decoded:unit>2')).toEqual([0, 1, 2]);
      expect(await find(capture, 'decoded:404 OR decoded:server=x')).toEqual([3]);
      const decoding = { as: 'json', registers: 'u16', isListener: true, isDatagram: false } as const;
      const chosen = openView(capture, { ...anyFilter, text: 'decoded:/./', decoding });
      await scanned(chosen);
      expect(await sequencesOf(chosen)).toEqual([0, 1, 2]);
      const none = openView(capture, {
        ...anyFilter,
        text: 'decoded:unit=3',
        decoding: { ...decoding, as: 'none' },
      });
      await scanned(none);
      expect(await sequencesOf(none)).toEqual([]);
    }));

  it('finds a peer by its address and by the name that a person gave it', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      capture.record('received', stream, bytes('one'));
      capture.record('received', noStream, bytes('two'));
      await capture.flush();
      const peer = '127.0.0.1:50000';
      const look = async (text: string, names: PeerNames | null): Promise<number[]> => {
        const view = viewsOf(capture).open({ ...anyFilter, text }, names);
        await scanned(view);
        return sequencesOf(view);
      };
      const byHost: PeerNames = { byHost: true, names: [{ address: '127.0.0.1', name: 'plc-7' }] };
      expect(await look('peer:PLC', byHost)).toEqual([0, 1]);
      expect(await look(`peer:${peer}`, byHost)).toEqual([0, 1]);
      expect(await look('-peer:plc', byHost)).toEqual([2]);
      expect(await look('peer:plc', { byHost: false, names: [{ address: peer, name: 'plc-7' }] })).toEqual([
        0, 1,
      ]);
      expect(await look('peer:plc', null)).toEqual([]);
    }));

  it('finds events by their sentences in the language of the page that asks, and of the host where it says none', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      capture.record('note', noStream, encodeDetail({ kind: 'note', note: 'forgotten' }));
      await capture.flush();
      const countIn = async (language?: string): Promise<number> => {
        const view = openView(capture, { ...anyFilter, text: '⟦', ...(language && { language }) });
        await scanned(view);
        return view.length;
      };
      expect(await countIn('en-XA')).toBe(1);
      expect(await countIn('no language')).toBe(0);
      expect(await countIn()).toBe(0);
    }));

  it('finds bytes across the border of two files, and in the last bytes of a payload longer than a window', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const long = new Uint8Array(segmentBytes + 2 * 1024 * 1024);
      long.set([0xde, 0xad, 0xbe, 0xef], segmentBytes - 2);
      long.set([0xca, 0xfe], long.length - 2);
      capture.record('received', noStream, long);
      capture.record('received', noStream, new Uint8Array(2 * segmentBytes - long.length - 1));
      capture.record('received', noStream, Uint8Array.of(0xba, 0xbe, 1));
      expect(await find(capture, 'hex:deadbeef')).toEqual([0]);
      expect(await find(capture, 'hex:cafe')).toEqual([0]);
      expect(await find(capture, 'hex:babe01')).toEqual([2]);
    }));

  it('finds events by the sentence that is shown for them, the peer in it', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture, 51_111);
      const other = recordOpened(capture, 52_222);
      capture.record('received', stream, bytes('payload'));
      const end = capture.recordDetail(stream, { kind: 'half-closed', by: 'peer', closeNotify: null });
      capture.recordDetail(other, { kind: 'half-closed', by: 'peer', closeNotify: null });
      const sentence = describeRecord(
        { kind: 'half-closed', by: 'peer', closeNotify: null },
        '127.0.0.1:51111',
      );
      expect(await find(capture, sentence.toUpperCase())).toEqual([end]);
      expect(await find(capture, ':51111')).toEqual([stream, end]);
    }));

  it('combines with direction and connection', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const [a, b] = [recordOpened(capture), recordOpened(capture)];
      for (let i = 0; i < 12; i++)
        capture.record(i % 2 ? 'sent' : 'received', i % 3 ? a : b, bytes('needle'));
      await capture.flush();
      const view = openView(capture, { ...anyFilter, connection: b, text: 'dir:sent NEEDLE' });
      await scanned(view);
      expect(await sequencesOf(view)).toEqual([5, 11]);
    }));

  it('that cannot be read is a failure of the view', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      capture.record('received', noStream, bytes('x'));
      await capture.flush();
      for (const text of ['/(/', 'hex:', 'hex:0g']) {
        const view = openView(capture, { ...anyFilter, text });
        expect(view.summary.failure).toMatchObject({ code: 'INVALID_FILTER', subject: 'text' });
        expect(view.length).toBe(0);
      }
    }));

  it('that takes for ever is a failure, records coming or not, and nobody else waits', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const views = viewsOf(capture, { silenceMs: 500 });
      capture.record('received', noStream, bytes(`${'a'.repeat(60)}!`));
      await capture.flush();
      const view = views.open({ ...anyFilter, text: '/^(a+)+$/' });
      await until(() => {
        capture.record('received', noStream, bytes('aa'));
        return view.summary.failure !== null;
      });
      expect(view.summary.failure).toMatchObject({ code: 'FILTER_TOO_SLOW' });
      expect((await find(capture, 'aa')).length).toBe(capture.length);
    }));

  it('is a failure when its worker is not there', () =>
    withBench(async ({ folder, open }) => {
      const capture = await open();
      const views = viewsOf(capture, {}, new URL(`file://${folder}/`));
      capture.record('received', noStream, bytes('x'));
      await capture.flush();
      const view = views.open({ ...anyFilter, text: 'x' });
      await until(() => view.summary.failure !== null);
      expect(view.length).toBe(0);
    }));

  it('that took for ever looks again when the log was cleared, at what it can read', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const views = viewsOf(capture, { silenceMs: 500 });
      capture.record('received', noStream, bytes(`${'a'.repeat(60)}!`));
      await capture.flush();
      const view = views.open({ ...anyFilter, text: '/^(a+)+$/' });
      await until(() => view.summary.failure !== null);
      capture.clear();
      expect(view.summary.failure).toBeNull();
      const last = capture.record('received', noStream, bytes('aa'));
      await capture.flush();
      await until(() => view.summary.scanned === 1);
      expect(view.summary.failure).toBeNull();
      expect(await sequencesOf(view)).toEqual([last]);
    }));

  it('whose thread could not be had, or ended, looks again when there are more records', () =>
    withBench(async ({ folder, open }) => {
      const capture = await open();
      const [absent, worker] = [join(folder, 'workers'), join(folder, 'workers', 'search-worker.js')];
      const views = viewsOf(capture, {}, pathToFileURL(`${absent}/`));
      capture.record('received', noStream, bytes('x'));
      await capture.flush();
      const view = views.open({ ...anyFilter, text: 'x' });
      const fails = async (): Promise<void> => {
        await until(() => view.summary.failure !== null);
        expect(view.summary).toMatchObject({ rows: 0, scanned: 0 });
      };
      await fails();
      await mkdir(absent);
      await writeFile(worker, 'process.exit(1)');
      capture.record('received', noStream, bytes('x'));
      await capture.flush();
      await until(() => view.summary.failure?.code === 'SEARCH_ENDED');
      await fails();
      await rm(worker);
      await symlink(new URL('search-worker.js', workers), worker);
      capture.record('received', noStream, bytes('x'));
      await capture.flush();
      await until(() => view.summary.failure === null);
      await scanned(view);
      expect(await sequencesOf(view)).toEqual([0, 1, 2]);
    }));

  it('starts again when the log is cleared while it looks', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      for (let i = 0; i < 8; i++) capture.record('received', noStream, patterned(segmentBytes, i));
      capture.record('received', noStream, bytes('needle'));
      await capture.flush();
      const view = openView(capture, { ...anyFilter, text: 'needle' });
      await until(() => view.summary.scanned > 0);
      capture.clear();
      capture.purge();
      expect(view.summary).toMatchObject({ rows: 0, scanned: 0, total: 0 });
      const last = capture.record('received', noStream, bytes('another needle'));
      await capture.flush();
      await scanned(view);
      expect(view.summary.failure).toBeNull();
      expect(await sequencesOf(view)).toEqual([last]);
    }));
});

describe('a search in several parts of a log at once', () => {
  type Asked = {
    from: number;
    to: number;
    answer: (found: number[], scannedTo: number, code?: string) => void;
  };

  const systemFailure = (code: string): Failure => failureOf(Object.assign(new Error(code), { code }));
  const searched = (records: number): { asked: Asked[]; told: string[]; search: TextSearch } => {
    const [asked, told]: [Asked[], string[]] = [[], []];
    const searches = {
      mostThreads: 2,
      ask: ({ from, to }: SearchRequest, answered: (answer: SearchAnswer) => void) => {
        const answer: Asked['answer'] = (found, scannedTo, code) =>
          answered({
            found: Uint32Array.from(found),
            scannedTo,
            failure: code === undefined ? null : systemFailure(code),
          });
        asked.push({ from, to, answer });
        return () => void told.push(`took ${from} back`);
      },
    };
    const query = {
      connection: null,
      text: 'x',
      language: 'en',
      encodings: allUtf8,
      peerNames: null,
      base: 0,
    };
    const source = { folder: '', openPeers: new Map(), checkedFrom: { data: 0, index: 0, end: 0 } };
    const search = new TextSearch({ source, searches, query, said: null }, 0, (found, scannedTo) =>
      told.push(`${[...found].join()} to ${scannedTo}`),
    );
    search.scanTo(records);
    return { asked, told, search };
  };

  it('tells what it found in the order of the log, whichever part is looked through first', () => {
    const { asked, told } = searched(50_000);
    const [first, second] = asked as [Asked, Asked];
    expect([first.from, first.to, second.from, second.to]).toEqual([0, 1024, 1024, 9216]);
    second.answer([2000], 5000);
    const rest = asked[2]!;
    expect([rest.from, rest.to]).toEqual([5000, 9216]);
    rest.answer([6000], 9216);
    expect(told).toEqual([]);
    first.answer([1], 1024);
    expect(told).toEqual(['1 to 1024', '2000 to 9216', '6000 to 9216']);
    expect(asked.slice(3).map(({ from, to }) => [from, to])).toEqual([
      [9216, 41_984],
      [41_984, 50_000],
    ]);
  });

  it('asks in one part for the few records that come while it is at others', () => {
    const { asked, search } = searched(100);
    search.scanTo(1000);
    search.scanTo(1100);
    expect(asked).toHaveLength(1);
    asked[0]!.answer([], 100);
    expect(asked[1]).toMatchObject({ from: 100, to: 1100 });
  });

  it('says why it stopped once it comes there, and goes on from there', () => {
    const { asked, told, search } = searched(9216);
    const [first, second] = asked as [Asked, Asked];
    second.answer([], 1024, 'EMFILE');
    expect(search.failure).toBeNull();
    first.answer([7], 1024);
    expect([told, search.failure]).toEqual([['7 to 1024', ' to 1024'], systemFailure('EMFILE')]);
    search.scanTo(9216);
    expect(asked[2]).toMatchObject({ from: 1024, to: 9216 });
    asked[2]!.answer([9000], 9216);
    expect([told.at(-1), search.failure]).toEqual(['9000 to 9216', null]);
  });

  it('takes all of it back when it is closed', () => {
    const { told, search } = searched(50_000);
    search.close();
    expect(told).toEqual(['took 0 back', 'took 1024 back']);
  });
});
