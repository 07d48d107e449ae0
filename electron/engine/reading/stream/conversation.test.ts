import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allUtf8 } from '../../../../shared/encodings/shown.ts';
import { eventPlaces, hexRowBytes, type StreamForm, type StreamRow } from '../../../../shared/stream-rows.ts';
import { Entries, entryBytes, entryMemory, kindNumber, putEntry } from '../../capture/format.ts';
import { newStream } from '../../capture/recorder.ts';
import { scan, type Scanned } from '../../capture/scan.ts';
import { recordOpened, viewsOf, withBench, workers } from '../../testing/capture-kit.ts';
import { SearchPool } from '../search-pool.ts';
import { ConversationIndex } from './conversation-index.ts';
import { Conversation } from './conversation.ts';

/** Of texts alone nothing is asked of it. */
const noSearches = new SearchPool(workers);

type Said = { kind: 'sent' | 'received' | 'half-closed' | 'other'; bytes: Uint8Array };
const piece = fc.oneof(
  fc
    .constantFrom('', 'a', 'GET / HTTP/1.1\r\n', '\n', 'é', '€\n', '😀', 'x'.repeat(600))
    .map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 40 }),
  fc.constantFrom([0xe2], [0x82, 0xac], [0x80, 0x80, 0x80, 0x80]).map((bytes) => Uint8Array.from(bytes)),
  fc.nat(3000).map((length) => new Uint8Array(length).fill(0x82)),
);
const conversation = fc.array(
  fc.record<Said>({
    kind: fc.constantFrom('received', 'received', 'received', 'sent', 'half-closed', 'other'),
    bytes: piece,
  }),
  { maxLength: 40 },
);

/** What each place is: a byte of a record, or an event's. */
function placesOf(said: readonly (Said & { sequence: number })[]) {
  const places: { sequence: number; kind: string; byte: number | null; turn: number }[] = [];
  let before = '';
  let turn = 0;
  for (const { kind, bytes, sequence } of said) {
    if (kind === 'other') continue;
    const isEvent = kind === 'half-closed' || bytes.length === 0;
    if (isEvent || kind !== before) turn = places.length;
    before = isEvent ? '' : kind;
    for (const byte of isEvent ? Array<null>(16).fill(null) : bytes)
      places.push({ sequence, kind, byte, turn });
  }
  return places;
}

/** By who looks at everything: each row as far as a line, and no longer than 512 bytes of it. */
function checkRows(rows: readonly StreamRow[], places: ReturnType<typeof placesOf>, form: StreamForm): void {
  let at = 0;
  for (const row of rows) {
    const here = places[at]!;
    expect([row.at, row.sequence, row.isTurn]).toEqual([at, here.sequence, here.turn === at]);
    if (here.byte === null) {
      at += 16;
      continue;
    }
    const own = places.slice(at, at + row.bytes.length);
    expect([...row.bytes]).toEqual(own.map(({ byte }) => byte));
    expect(own.every(({ turn }) => turn === here.turn)).toBe(true);
    const starts = own.flatMap(({ sequence }, i) => (places[at + i - 1]?.sequence === sequence ? [] : [i]));
    expect(row.records.map(({ offset }) => offset)).toEqual(starts);
    const next = places[at + row.bytes.length];
    const goesOn = next?.turn === here.turn && next.byte !== null;
    if (form === 'hex') {
      if (goesOn) expect(row.bytes.length).toBe(hexRowBytes);
    } else {
      expect(row.bytes.subarray(0, -1).includes(10)).toBe(false);
      if (goesOn && row.bytes.at(-1) !== 10) expect(row.bytes.length).toBeGreaterThan(1);
      expect(row.bytes.length).toBeLessThanOrEqual(512 + 3);
    }
    at += row.bytes.length;
  }
  expect(at).toBe(places.length);
}

describe('a conversation', () => {
  it('has each byte once, in rows that are the same wherever one begins to look, as it grows', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      await fc.assert(
        fc.asyncProperty(
          conversation,
          fc.constantFrom<StreamForm>('text', 'hex'),
          fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 8 }),
          async (all, form, cuts) => {
            const stream = capture.append('opened', newStream, 0, 0);
            const said: (Said & { sequence: number })[] = [];
            const talk = new Conversation(
              capture,
              { connection: stream, direction: 'both' },
              () => allUtf8,
              noSearches,
            );
            for (const [n, each] of all.entries()) {
              const kind = each.kind === 'other' ? 'received' : each.kind;
              const whose = each.kind === 'other' ? stream + 1_000_000 : stream;
              const sequence = capture.record(kind, whose, each.bytes);
              said.push({ ...each, sequence });
              if (n % 7 === 3) talk.grow();
            }
            talk.grow();
            await talk.scanned();
            // The record that opened it stands first.
            const opened = { kind: 'half-closed' as const, bytes: new Uint8Array(0), sequence: stream };
            const places = placesOf([opened, ...said]);
            expect(talk.summary.places).toBe(places.length);
            const rows: StreamRow[] = [];
            for (let at = 0, n = 0; at < places.length; n++) {
              const to = at + cuts[n % cuts.length]!;
              rows.push(...(await talk.rows(form, at, to)));
              at = to;
            }
            checkRows(rows, places, form);
            const whole = await talk.rows(form, 0, places.length);
            expect(rows.slice(0, whole.length)).toEqual(whole);
            for (const { sequence } of said.filter(({ kind }) => kind !== 'other').slice(0, 5))
              expect(await talk.placeOf(sequence, 0)).toBe(
                places.findIndex((each) => each.sequence === sequence),
              );
            const { pieces } = await talk.pieces(0, places.length);
            expect(Buffer.concat(pieces.map(({ bytes }) => bytes))).toEqual(
              Buffer.from(places.flatMap(({ byte }) => (byte === null ? [] : [byte]))),
            );
            await talk.close();
          },
        ),
        { numRuns: 120 },
      );
    }));

  it('shows one direction as one text, and begins anew with a log that was cleared', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      for (const [kind, text] of [
        ['received', 'one '],
        ['sent', 'ok\n'],
        ['received', 'two\nthr'],
        ['received', 'ee'],
      ] as const)
        capture.record(kind, stream, Buffer.from(text));
      const { conversation: talk, end } = viewsOf(capture).converse(
        { connection: stream, direction: 'received' },
        () => allUtf8,
      );
      await talk.scanned();
      const rows = await talk.rows('text', 0, talk.summary.places);
      expect(rows.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['', 'one two\n', 'three']);
      expect(rows[0]!.event!.detail).toMatchObject({ kind: 'opened' });
      expect(rows[2]!.records).toMatchObject([{ offset: 3 }]);
      expect(talk.summary).toMatchObject({ records: 3, bytes: 13, epoch: 0 });
      capture.clear();
      capture.record('received', stream, Buffer.from('new'));
      await capture.flush();
      await expect.poll(() => talk.summary.scanned).toBe(1);
      expect(talk.summary).toMatchObject({ epoch: 1, places: 3 });
      await end();
    }));

  it('finds what lies across records, forwards and backwards, with letters of either case', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      for (const text of ['xxHE', 'll', 'o..hello', 'HEL'])
        capture.record('received', stream, Buffer.from(text));
      capture.record('sent', stream, Buffer.from('lo'));
      const talk = new Conversation(
        capture,
        { connection: stream, direction: 'both' },
        () => allUtf8,
        noSearches,
      );
      await talk.scanned();
      const hello = { bytes: Buffer.from('Hello'), folds: true };
      const at = async (from: number, isBackwards: boolean, pattern = hello) =>
        (await talk.find(pattern, from, isBackwards)).found?.at ?? null;
      expect([await at(0, false), await at(19, false), await at(26, false)]).toEqual([18, 25, null]);
      expect([await at(40, true), await at(25, true), await at(18, true)]).toEqual([25, 18, null]);
      expect(await at(0, false, { ...hello, folds: false })).toBe(null);
      await talk.close();
    }));

  it('finds all matches, a part at a time, and those that are whole only when there is more', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const say = (text: string) => capture.record('received', stream, Buffer.from(text));
      say('ab'.repeat(1500));
      say('aAbBcc..CCc');
      const talk = new Conversation(
        capture,
        { connection: stream, direction: 'both' },
        () => allUtf8,
        noSearches,
      );
      await talk.scanned();
      const all = async (text: string, from = 0) => {
        const found: number[] = [];
        let at = from;
        for (;;) {
          const told = await talk.matches({ bytes: Buffer.from(text), folds: true }, at);
          found.push(...told.found.map(({ at }) => at));
          if (told.found.length === 0) return { found, to: told.to };
          at = told.to;
        }
      };
      expect((await all('AB')).found).toEqual([
        ...Array.from({ length: 1500 }, (_, i) => eventPlaces + 2 * i),
        eventPlaces + 3001,
      ]);
      expect((await all('cc')).found.map((at) => at - eventPlaces)).toEqual([3004, 3008]);
      const begun = await all('cxy');
      expect(begun.found).toEqual([]);
      say('xy');
      talk.grow();
      await talk.scanned();
      expect((await all('cxy', begun.to)).found).toEqual([eventPlaces + 3010]);
      await talk.close();
    }));

  it('finds an expression over edges of records and in the encoding of its side, each match once, as it grows', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const say = (text: string, kind: 'sent' | 'received' = 'received') =>
        capture.record(kind, stream, Buffer.from(text, kind === 'sent' ? 'utf16le' : 'utf8'));
      say('é id=1');
      say('2; id=345\n');
      say('id=6 €', 'sent');
      say('x'.repeat(300));
      say(' no id\n');
      const mixed = { ...allUtf8, sent: 'utf-16le' as const };
      const { conversation: talk, end } = viewsOf(capture).converse(
        { connection: stream, direction: 'both' },
        () => mixed,
      );
      await talk.scanned();
      const ids = { text: 'id=(\\d+)', flags: '' };
      const first = eventPlaces + 3;
      const found = [
        { at: first, length: 5 },
        { at: first + 7, length: 6 },
        { at: first + 14, length: 8 },
      ];
      const told = await talk.matches(ids, 0);
      expect(told.found).toEqual(found);
      expect((await talk.matches(ids, told.to)).found).toEqual([]);
      expect((await talk.matches({ text: '^\\S+(?= no)', flags: 'm' }, 0)).found).toMatchObject([
        { length: 300 },
      ]);
      const next = async (from: number, isBackwards: boolean) =>
        (await talk.find(ids, from, isBackwards)).found;
      expect([await next(first + 1, false), await next(first + 8, true)]).toEqual([found[1], found[1]]);
      expect(await next(first, true)).toBe(null);
      expect((await talk.matches({ text: 'z*', flags: '' }, 0)).found).toEqual([]);
      say('id');
      say('=78');
      talk.grow();
      await talk.scanned();
      expect((await talk.matches(ids, told.to)).found).toMatchObject([{ length: 5 }]);
      await end();
    }));

  it('finds what lies over notes of this side, as it grows', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      const say = (text: string) => capture.record('received', stream, Buffer.from(text));
      const pause = () =>
        capture.recordDetail(stream, { kind: 'note', note: 'reading-again', durationMs: 5 });
      say('.. nee');
      pause();
      say('d');
      pause();
      pause();
      say('le 7 nee');
      pause();
      const { conversation: talk, end } = viewsOf(capture).converse(
        { connection: stream, direction: 'both' },
        () => allUtf8,
      );
      await talk.scanned();
      const needle = { bytes: Buffer.from('NEEDLE'), folds: true };
      const expression = { text: 'n\\w+ \\d', flags: '' };
      const first = { at: eventPlaces + 3, length: 6 + 3 * eventPlaces };
      const longer = { ...first, length: first.length + 2 };
      expect((await talk.find(needle, 0, false)).found).toEqual(first);
      expect((await talk.find(needle, talk.summary.places, true)).found).toEqual(first);
      expect((await talk.find(needle, first.at + 1, false)).found).toBeNull();
      const told = await talk.matches(needle, 0);
      const expressed = await talk.matches(expression, 0);
      expect([told.found, expressed.found]).toEqual([[first], [longer]]);
      say('dle 8');
      talk.grow();
      await talk.scanned();
      const second = { at: first.at + first.length + 3, length: 6 + eventPlaces };
      expect((await talk.matches(needle, told.to)).found).toEqual([second]);
      expect((await talk.matches(expression, expressed.to)).found).toEqual([
        { ...second, length: second.length + 2 },
      ]);
      // What the other side said parts them.
      capture.record('sent', stream, Buffer.from('dle'));
      say('dle');
      talk.grow();
      await talk.scanned();
      expect((await talk.matches({ bytes: Buffer.from('8dle'), folds: true }, 0)).found).toEqual([]);
      await end();
    }));

  it('says so when an expression takes ages, and lets go of one that nobody looks for any more', () =>
    withBench(async ({ open }) => {
      const capture = await open();
      const stream = recordOpened(capture);
      capture.record('received', stream, Buffer.from('a'.repeat(50)));
      const { conversation: talk, end } = viewsOf(capture, { threads: 1, silenceMs: 300 }).converse(
        { connection: stream, direction: 'both' },
        () => allUtf8,
      );
      await talk.scanned();
      const slow = { text: '(a+)+$b', flags: '' };
      await expect(talk.matches(slow, 0)).rejects.toMatchObject({ code: 'FILTER_TOO_SLOW' });
      const left = talk.matches(slow, 0);
      const other = talk.matches({ text: 'a{50}', flags: '' }, 0);
      await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
      expect((await other).found).toEqual([{ at: eventPlaces, length: 50 }]);
      await end();
    }));

  it('reaches any place of a million records with a few reads, whoever speaks between', async () => {
    const count = 1_200_000;
    const bytes = new Uint8Array(count * entryBytes);
    const memory = entryMemory(bytes);
    const own: number[] = [];
    for (let i = 0; i < count; i++) {
      const stream = i < 400_000 || i > 900_000 || i % 50_000 === 0 ? 0 : 1;
      if (stream === 0) own.push(i);
      putEntry(memory, i, i, 0, 10, stream, kindNumber(i % 3 === 0 ? 'sent' : 'received'));
    }
    let [reads, read] = [0, 0];
    const capture: Scanned = {
      length: count,
      entries: (from, n) => {
        reads++;
        read += n;
        return Promise.resolve(new Entries(from, bytes.slice(from * entryBytes, (from + n) * entryBytes)));
      },
    };
    const index = new ConversationIndex(capture, 0, null, 4096);
    await scan(capture, { from: 0 }, (entries) => index.add(entries));
    expect(index.places).toBe(own.length * 10);
    const wanted = [
      0,
      399_999,
      400_000,
      400_001,
      400_009,
      own.length - 1,
      ...Array.from({ length: 200 }, (_, i) => (i * 7919) % own.length),
    ];
    for (const n of wanted) {
      reads = read = 0;
      const first = (await index.from(n * 10 + 3).next()).value![0]!;
      expect(first).toMatchObject({ sequence: own[n]!, at: n * 10 });
      expect(reads).toBeLessThanOrEqual(3);
      expect(read).toBeLessThanOrEqual(1536);
      expect(await index.placeOf(own[n]!)).toBe(n * 10);
    }
  });
});
