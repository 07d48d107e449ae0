/** Files of a capture that something else has changed: each row is right, or says what is damaged. */
import fc from 'fast-check';
import { cp, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Row } from '../../../shared/wire/row-window.ts';
import { testFolder } from '../testing/folder.ts';
import { timelineOf } from '../reading/timeline.ts';
import type { Capture } from './capture.ts';
import { dataFile, indexFile } from './format.ts';
import { noStream } from './recorder.ts';
import {
  anyFilter,
  openCapture,
  patterned,
  recordOpened,
  rowsOf,
  scanned,
  sequencesOf,
  openView,
  save,
} from '../testing/capture-kit.ts';
import type { View } from '../reading/view.ts';

/** Records 0 to 2,499: several blocks of data, three of the index. */
const records = 2500;
const lengthOf = (sequence: number): number => (sequence % 100 === 0 ? 20_000 : (sequence * 7) % 90);
const timeOf = (sequence: number): number => 1_700_000_000_000 + sequence;

let folder: Awaited<ReturnType<typeof testFolder>>;
let whole: string;
let files: string[];
let copies = 0;
/** A rejection without a handler would end the host and every socket. */
const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown): void => void unhandled.push(reason);

beforeAll(async () => {
  process.on('unhandledRejection', onUnhandled);
  folder = await testFolder();
  whole = join(folder.path, 'whole');
  const capture = await openCapture(whole);
  const stream = recordOpened(capture);
  for (let i = 1; i < records; i++)
    capture.record(i % 2 ? 'received' : 'sent', stream, patterned(lengthOf(i), i), timeOf(i));
  await capture.close();
  files = await readdir(whole);
});
afterAll(async () => {
  process.off('unhandledRejection', onUnhandled);
  await folder.remove();
});

async function withCopy(
  change: (path: string) => Promise<void>,
  use: (capture: Capture) => Promise<void>,
): Promise<void> {
  const path = join(folder.path, `copy-${copies++}`);
  await cp(whole, path, { recursive: true });
  await change(path);
  const capture = await openCapture(path);
  try {
    await use(capture);
  } finally {
    await capture.close();
  }
}

const flip = async (path: string, at: number, bits: number): Promise<void> => {
  const bytes = await readFile(path);
  bytes[at % bytes.length]! ^= bits;
  await writeFile(path, bytes);
};

const isDamaged = ({ kind, preview }: Pick<Row, 'kind' | 'preview'>): boolean =>
  kind === 'note' && Buffer.from(preview).includes('"note":"damaged"');

function expectRight(row: Row): void {
  const { sequence, kind, time, preview, length } = row;
  if (sequence === 0) return expect(kind).toBe('opened');
  const expected = patterned(lengthOf(sequence), sequence);
  expect([kind, time, length]).toEqual([
    sequence % 2 ? 'received' : 'sent',
    timeOf(sequence),
    expected.length,
  ]);
  expect(Buffer.compare(preview, expected.subarray(0, 256))).toBe(0);
}

async function allRows(view: View): Promise<Row[]> {
  const rows: Row[] = [];
  while (rows.length < view.length) rows.push(...(await rowsOf(view, rows.length)));
  return rows;
}

/** Every record is there, and right or damaged. Resolves to how many are damaged, in their row or behind what it shows. */
async function expectSound(capture: Capture): Promise<number> {
  expect(capture.length).toBeGreaterThanOrEqual(records);
  const rows = (await allRows(openView(capture, anyFilter))).slice(0, records);
  for (const row of rows) if (!isDamaged(row)) expectRight(row);
  let deeper = 0;
  for (const { sequence, length } of rows.filter((row) => row.length > 256 && !isDamaged(row))) {
    const payload = await capture.payload(sequence, 0, length).catch(({ code }: { code: string }) => code);
    if (typeof payload === 'string') {
      expect(payload).toMatch(/^(BYTES|CHECKSUM)_/);
      deeper++;
    } else expect(Buffer.compare(payload, patterned(length, sequence))).toBe(0);
  }
  return rows.filter(isDamaged).length + deeper;
}

/** Any file by its place in the folder, and any byte of it. */
const anywhere = { file: fc.nat(), at: fc.nat(), bits: fc.integer({ min: 1, max: 255 }) };
const runs = 25;

describe('a capture in which a byte was changed', () => {
  it('shows it right or says what is damaged, wherever the byte is, and goes on', () =>
    fc.assert(
      fc.asyncProperty(anywhere.file, anywhere.at, anywhere.bits, (file, at, bits) =>
        withCopy(
          (path) => flip(join(path, files[file % files.length]!), at, bits),
          async (capture) => {
            await expectSound(capture);
            const sequence = capture.record('received', noStream, patterned(500, 1));
            await capture.flush();
            expect(await capture.payload(sequence, 0, 500)).toEqual(patterned(500, 1));
          },
        ),
      ),
      { numRuns: runs },
    ));

  it('never shows a changed byte of data or index as good: the block is named, and all others are right', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(dataFile(0), indexFile(0)),
        anywhere.at,
        anywhere.bits,
        (file, at, bits) =>
          withCopy(
            (path) => flip(join(path, file), at, bits),
            async (capture) => {
              const rows = await allRows(openView(capture, anyFilter));
              const damaged = rows.filter(isDamaged);
              if (file === indexFile(0)) expect(damaged.length).toBeGreaterThan(400);
              for (const { preview } of damaged)
                expect(JSON.parse(Buffer.from(preview).toString())).toMatchObject({ file });
              await expectSound(capture);
            },
          ),
      ),
      { numRuns: runs },
    ));

  it('keeps its damage when it is gone on with, and the new records stay right', () =>
    withCopy(
      (path) => flip(join(path, indexFile(0)), 2499 * 24 + 5, 1),
      async (capture) => {
        expect(await expectSound(capture)).toBe(records - 2048);
        for (let i = 0; i < 1000; i++) capture.record('received', noStream, patterned(10, i));
        await capture.close();
        const again = await openCapture(capture.folder);
        expect(await expectSound(again)).toBe(records - 2048);
        for (let i = 0; i < 1000; i++)
          expect(await again.payload(records + i, 0, 10)).toEqual(patterned(10, i));
        await again.close();
      },
    ));
});

it('a capture of which any file was cut anywhere shows what is right and says what is damaged', () =>
  fc.assert(
    fc.asyncProperty(anywhere.file, anywhere.at, (file, at) =>
      withCopy(
        async (path) => {
          const name = join(path, files[file % files.length]!);
          await truncate(name, at % (await readFile(name)).length);
        },
        async (capture) => void (await expectSound(capture)),
      ),
    ),
    { numRuns: runs },
  ));

describe('over damaged files', () => {
  it('filters, searches, saves, draws timelines, clears and brings back', () =>
    fc.assert(
      fc.asyncProperty(anywhere.file, anywhere.at, anywhere.bits, (file, at, bits) =>
        withCopy(
          (path) => flip(join(path, files[file % files.length]!), at, bits),
          async (capture) => {
            const byColumn = openView(capture, { ...anyFilter, text: 'dir:received' });
            await scanned(byColumn);
            expect(byColumn.summary.failure).toBeNull();
            for (const row of await allRows(byColumn))
              if (!isDamaged(row) && row.sequence < records) expect(row.kind).toBe('received');
            const place = join(capture.folder, 'saved.txt');
            expect(await save(capture, openView(capture, anyFilter), place)).toBeGreaterThan(records);
            expect((await readFile(place, 'utf8')).trimEnd().split('\n')).toHaveLength(capture.length);
            for (const sequence of [0, 1, 1500, records - 1])
              expect((await timelineOf(capture, sequence)).steps.length).toBeGreaterThan(0);
            const before = capture.length;
            capture.clear();
            expect(await sequencesOf(openView(capture, anyFilter))).toEqual([]);
            capture.undoClear();
            expect(openView(capture, anyFilter).length).toBe(before - capture.cleared);
            capture.clear();
            capture.purge();
          },
        ),
      ),
      { numRuns: 15 },
    ));

  it('a text search shows what may match, and finds the rest', () =>
    withCopy(
      async (path) => {
        await flip(join(path, indexFile(0)), 1030 * 24, 1);
        await flip(join(path, dataFile(0)), 100, 1);
      },
      async (capture) => {
        const view = openView(capture, { ...anyFilter, text: 'not to be found anywhere' });
        await scanned(view);
        expect(view.summary.failure).toBeNull();
        const rows = await allRows(view);
        expect(rows.every(isDamaged)).toBe(true);
        expect(rows.filter(({ sequence }) => sequence >= 1024 && sequence < 2048)).toHaveLength(1024);
        expect(rows.length).toBeGreaterThan(1024);
      },
    ));
});

it('a search goes through a whole file without checksums, and shows all that may match', async () => {
  const path = join(folder.path, 'without');
  const capture = await openCapture(path);
  const count = 12_000;
  for (let i = 0; i < count; i++) capture.record('received', noStream, patterned(1000, i));
  await capture.close();
  await truncate(join(path, 'sums-data-00000000'), 0);
  const again = await openCapture(path);
  try {
    const view = openView(again, { ...anyFilter, text: 'not to be found anywhere' });
    await scanned(view);
    expect(view.length).toBe(count);
  } finally {
    await again.close();
  }
});

it('nothing that was damaged left a rejection without a handler', () => expect(unhandled).toEqual([]));
