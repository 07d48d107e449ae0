/** A capture of which something was cut off or changed: what is whole is read, and all that is not is named. */
import { open, readdir, readFile, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chance } from '../../../shared/testing/random.ts';
import { stillClock } from '../clock.ts';
import { openCapture, patterned, recordOpened } from '../testing/capture-kit.ts';
import { testFolder } from '../testing/folder.ts';
import { Annotations } from './annotations.ts';
import { Capture } from './capture.ts';
import { slotsFor } from './checksums.ts';
import {
  dataFile,
  dataFiles,
  entryBytes,
  entryMemory,
  indexFile,
  indexFiles,
  kindNumber,
  kindOf,
  putEntry,
} from './format.ts';
import { repair } from './repair.ts';
import type { Stretch, Verdict } from '../../../shared/verdict.ts';
import { verify } from './verify.ts';

/** Two blocks of data, one of the index. */
const records = 24;
const lengthOf = (sequence: number): number => (sequence % 8 === 0 ? 12_000 : (sequence * 37) % 400);
const payloads = Array.from({ length: records }, (_, i) => patterned(lengthOf(i), i));
const work = { signal: new AbortController().signal, told: () => undefined };

let folder: Awaited<ReturnType<typeof testFolder>>;
let whole: string;
const opened: Capture[] = [];
const atOnce = 4;

beforeAll(async () => {
  folder = await testFolder();
  whole = join(folder.path, 'whole');
  const capture = await openCapture(whole);
  const stream = recordOpened(capture);
  for (let i = 1; i < records; i++)
    capture.record(i % 2 ? 'received' : 'sent', stream, payloads[i]!, 1000 + i);
  await capture.close();
});
afterAll(async () => {
  await Promise.allSettled(opened.map((capture) => capture.close()));
  await folder.remove();
});

async function look(path: string): Promise<Capture> {
  const capture = await Capture.open(path, { isReadOnly: true });
  opened.push(capture);
  return capture;
}

const numbersIn = (stretches: readonly Stretch[]): number[] =>
  stretches.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, i) => first + i));

/** Each record is what was written, or named as damaged. Resolves to what was found. */
async function expectNamed(path: string): Promise<Verdict & Capture['found']> {
  const capture = await Capture.open(path, { isReadOnly: true });
  try {
    const verdict = await verify(capture, work);
    const named = new Set(verdict.places.flatMap(({ stretches }) => numbersIn(stretches)));
    const entries = await capture.entries(0, capture.length);
    const wrong: string[] = [];
    const firsts = new Set(verdict.places.map(({ stretches }) => stretches[0]!.first));
    for (let i = 0; i < capture.length; i++) {
      // Of those that were named the first of each place is enough: a damaged block is read again and again.
      if (named.has(i) && !firsts.has(i)) continue;
      const read = await capture.payload(i, 0, 100_000).catch(() => null);
      if ((read === null) !== named.has(i)) wrong.push(`${i} is ${read === null ? 'not ' : ''}read`);
      if (read === null || i === 0) continue;
      if (kindOf(entries.kind(i)) !== (i % 2 ? 'received' : 'sent') || entries.time(i) !== 1000 + i)
        wrong.push(`${i} is another record`);
      if (Buffer.compare(read, payloads[i]!) !== 0) wrong.push(`${i} has other bytes`);
    }
    expect([capture.length <= records, wrong]).toEqual([true, []]);
    return { ...verdict, ...capture.found };
  } finally {
    await capture.close();
  }
}

const isClean = ({ damagedRecords, records: found, isMetaDamaged, wasTorn }: Verdict & Capture['found']) =>
  damagedRecords === 0 && found === records && !isMetaDamaged && !wasTorn;

/** Files of the capture with their bytes, to be changed in place and put back. */
async function withFiles(use: (files: { path: string; bytes: Buffer; file: FileHandle }[]) => Promise<void>) {
  const names = await readdir(whole);
  const files = await Promise.all(
    names.map(async (name) => {
      const path = join(whole, name);
      return { path, bytes: await readFile(path), file: await open(path, 'r+') };
    }),
  );
  try {
    await use(files);
  } finally {
    await Promise.all(files.map(({ file }) => file.close()));
  }
}

describe('verify', () => {
  it('says of a capture that it is whole, and changes nothing of it', async () => {
    expect(isClean(await expectNamed(whole))).toBe(true);
    const before = await Promise.all((await readdir(whole)).map((name) => readFile(join(whole, name))));
    await expectNamed(whole);
    expect(await Promise.all((await readdir(whole)).map((name) => readFile(join(whole, name))))).toEqual(
      before,
    );
  });

  it('names what any of 5,000 flipped bits has damaged', async () => {
    const chance = new Chance(14);
    await withFiles(async (files) => {
      for (let round = 0; round < 5000 / atOnce; round++) {
        const changed = Array.from({ length: atOnce }, () => {
          const each = chance.of(files);
          return { ...each, at: chance.below(each.bytes.length) };
        });
        for (const { bytes, file, at } of changed)
          await file.write(Buffer.of(bytes[at]! ^ (1 << chance.below(8))), 0, 1, at);
        expect([round, isClean(await expectNamed(whole))]).toEqual([round, false]);
        for (const { bytes, file, at } of changed) await file.write(bytes, at, 1, at);
      }
    });
    expect(isClean(await expectNamed(whole))).toBe(true);
  });

  it('names what any of 2,000 cuts has taken away', async () => {
    const chance = new Chance(15);
    await withFiles(async (files) => {
      for (let round = 0; round < 1000; round++) {
        const first = chance.below(files.length);
        const cut = [files[first]!, files[(first + 1) % files.length]!].map((each) => ({
          ...each,
          at: chance.below(each.bytes.length),
        }));
        for (const { file, at } of cut) await file.truncate(at);
        expect([round, isClean(await expectNamed(whole))]).toEqual([round, false]);
        for (const { file, bytes, at } of cut) await file.write(bytes, at, bytes.length - at, at);
      }
    });
    expect(isClean(await expectNamed(whole))).toBe(true);
  });

  it('looks at no more than is there, wherever a record says that its bytes are', async () => {
    const path = join(folder.path, 'far');
    await (await openCapture(path)).close();
    const entry = new Uint8Array(entryBytes);
    putEntry(entryMemory(entry), 0, 1000, 2 ** 46, 5, 0, kindNumber('received'));
    await writeFile(join(path, indexFile(0)), entry);
    await writeFile(join(path, indexFiles.sums(0)), slotsFor(indexFiles, null, 0, entry).bytes);
    const { damagedRecords, places } = await verify(await look(path), work);
    expect([damagedRecords, places]).toMatchObject([1, [{ code: 'BYTES_MISSING', records: 1 }]]);
  });
});

/** Changes a byte of a file. */
async function change(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at]! ^= 1;
  await writeFile(path, bytes);
}

describe('repair', () => {
  it('writes what is whole, and in the place of each other record that it is damaged', async () => {
    const path = join(folder.path, 'damaged');
    const written = 2500;
    const cleared = 10;
    const made = await openCapture(path);
    const stream = recordOpened(made);
    for (let i = 1; i < written; i++) {
      if (i === cleared) made.clear();
      made.record('received', stream, patterned(40, i), 1000 + i);
    }
    await (await Annotations.open(made)).change([20], { note: 'odd' });
    await made.close();
    // Records 1,024 to 2,047, and those of the second block of bytes.
    await change(join(path, indexFile(0)), indexFiles.checkBytes + 5);
    await change(join(path, dataFile(0)), dataFiles.checkBytes + 5);
    const source = await look(path);
    const verdict = await verify(source, work);
    expect(verdict.places.map(({ file, code }) => [file, code])).toEqual([
      ['index-00000000', 'BYTES_DAMAGED'],
      ['data-00000000', 'BYTES_DAMAGED'],
    ]);
    expect(verdict.places[0]!.stretches).toEqual([{ first: 1024, last: 2047 }]);

    const target = await openCapture(join(folder.path, 'repaired'), { clock: stillClock() });
    await repair(source, target, work);
    expect(target.length).toBe(written - cleared);
    const damaged = new Set(verdict.places.flatMap(({ stretches }) => numbersIn(stretches)));
    const entries = await target.entries(0, target.length);
    for (let i = 0; i < target.length; i++) {
      const isWhole = !damaged.has(i + cleared);
      expect(kindOf(entries.kind(i))).toBe(isWhole ? 'received' : 'note');
      if (!isWhole) continue;
      expect([entries.stream(i), entries.time(i)]).toEqual([0, 1000 + i + cleared]);
      expect(Buffer.compare(await target.payload(i, 0, 40), patterned(40, i + cleared))).toBe(0);
    }
    expect((await verify(target, work)).damagedRecords).toBe(0);
    expect((await Annotations.open(target)).of(20 - cleared)).toMatchObject({ note: 'odd' });
    expect((await target.info(1030)).detail).toMatchObject({ note: 'damaged', file: 'index-00000000' });
  });
});
