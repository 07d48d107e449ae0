import { expect, test } from 'vitest';
import { mostStreamRows, type StreamRow, type StreamSummary } from '../../shared/stream-rows.ts';
import { eventually } from '../testing/eventually.ts';
import { blockPlaces, StreamRows, type StreamEngine } from './stream-rows.svelte.ts';

/** A conversation of `places` bytes in one turn, in rows of `rowBytes`, that a test lets grow. */
class TestStream {
  places: number;
  epoch = 0;
  requests: [number, number][] = [];
  closed: number[] = [];
  most = 0;
  hold: Promise<void> = Promise.resolve();
  #underWay = 0;
  #ids = 0;
  readonly #rowBytes: number;

  constructor(places: number, rowBytes: number) {
    this.places = places;
    this.#rowBytes = rowBytes;
  }

  get summary(): StreamSummary {
    const { places, epoch } = this;
    const counts = { places, records: 1, bytes: places, scanned: 1, total: 1 };
    return { id: this.#ids, connection: 1, direction: 'both', epoch, ...counts };
  }

  get engine(): StreamEngine {
    return {
      openStream: () => {
        this.#ids++;
        return Promise.resolve(this.summary);
      },
      closeStream: (id) => Promise.resolve(void this.closed.push(id)),
      streamRows: async (_, __, from, to) => {
        this.requests.push([from, to]);
        this.most = Math.max(this.most, ++this.#underWay);
        await this.hold;
        this.#underWay--;
        return this.#rows(from, to);
      },
      streamPlace: () => Promise.resolve(0),
      frameStarts: (_, sequences) => Promise.resolve(sequences.map(() => [0, 40, 700])),
    };
  }

  #rows(from: number, to: number): StreamRow[] {
    const rows: StreamRow[] = [];
    const size = this.#rowBytes;
    for (let at = Math.ceil(from / size) * size; at < Math.min(to, this.places); at += size) {
      if (rows.length === mostStreamRows) break;
      const bytes = new Uint8Array(Math.min(size, this.places - at));
      const records = at === 0 ? [{ offset: 0, sequence: 2, time: 0, previousTime: 0 }] : [];
      const row = {
        at,
        kind: 'received',
        sequence: 2,
        within: at,
        bytes,
        isTurn: at === 0,
        records,
      } as const;
      rows.push({ ...row, records, event: null, isDamaged: false });
    }
    return rows;
  }
}

async function open(source: TestStream) {
  const rows = new StreamRows(source.engine, 'lab');
  await rows.open(1, 'both');
  return rows;
}
const placesOf = (rows: StreamRows, index: number) => rows.block(index)?.rows.map(({ at }) => at) ?? null;

test('fetches what is in sight, two requests at a time, wherever that is in gigabytes', async () => {
  const source = new TestStream(8e9, 64);
  const rows = await open(source);
  expect(rows.blocks).toBe(8e9 / blockPlaces);
  source.requests = [];
  rows.want(10_000_000, 10_000_010);
  await eventually(() => expect(placesOf(rows, 10_000_009)).toHaveLength(8));
  expect(source.most).toBeLessThanOrEqual(2);
  expect(source.requests.length).toBeLessThanOrEqual(4);
  expect(placesOf(rows, 10_000_000)![0]).toBe(10_000_000 * blockPlaces);
});

test('has all rows of places that have more than one answer does', async () => {
  const rows = await open(new TestStream(4 * blockPlaces, 1));
  rows.want(0, 4);
  await eventually(() => expect(placesOf(rows, 3)).toHaveLength(blockPlaces));
  expect(placesOf(rows, 0)).toHaveLength(blockPlaces);
});

test('asks again for the last rows as the conversation grows, and for none that stay as they are', async () => {
  const source = new TestStream(3 * blockPlaces - 10, 100);
  const rows = await open(source);
  rows.want(0, 4);
  await eventually(() => expect(rows.block(2)?.rows.at(-1)?.bytes).toHaveLength(26));
  source.places += 300;
  source.requests = [];
  rows.update(source.summary);
  await eventually(() => expect(rows.block(2)?.rows.at(-1)?.bytes).toHaveLength(100));
  await eventually(() => expect(placesOf(rows, 3)).not.toBeNull());
  expect(Math.min(...source.requests.map(([from]) => from))).toBe(blockPlaces);
});

test('shows more of the end that is followed when its rows are here', async () => {
  const source = new TestStream(1000, 100);
  const rows = await open(source);
  rows.setFollow(true);
  rows.want(0, 2);
  let release = (): void => undefined;
  source.hold = new Promise((resolve) => (release = resolve));
  source.places = 1_000_000;
  rows.update(source.summary);
  expect(rows.places).toBe(1000);
  release();
  await eventually(() => expect(rows.places).toBe(1_000_000));
  expect(placesOf(rows, rows.blocks - 1)).not.toBeNull();
});

test('forgets all rows when places mean others, and closes what it opened', async () => {
  const source = new TestStream(1000, 100);
  const rows = await open(source);
  rows.want(0, 2);
  await eventually(() => expect(placesOf(rows, 0)).toHaveLength(6));
  source.epoch++;
  source.places = 0;
  rows.update(source.summary);
  expect(rows.blocks).toBe(0);
  expect(rows.block(0)).toBeNull();
  await rows.open(1, 'sent');
  rows.close();
  expect(source.closed).toEqual([1, 2]);
});

test('knows where frames begin where something cuts them', async () => {
  const rows = await open(new TestStream(1000, 100));
  rows.readAs('text', true);
  rows.want(0, 2);
  await eventually(() => expect(rows.block(0)?.starts).toEqual([0, 40, 700]));
  expect(rows.block(1)?.starts).toEqual([700]);
});

test('finds the row that a place lies in, also one that begins in the block before', async () => {
  const rows = await open(new TestStream(5000, 300));
  expect((await rows.rowAt(0))?.at).toBe(0);
  expect((await rows.rowAt(1100))?.at).toBe(900);
  expect((await rows.rowAt(1799))?.at).toBe(1500);
  expect(await rows.rowAt(5000)).toBeNull();
});
