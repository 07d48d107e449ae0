/** A capture as one file, cut or changed: what is whole is read, and what is not is named. */
import { open, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Chance } from '../../../shared/testing/random.ts';
import { openCapture, patterned, recordOpened } from '../testing/capture-kit.ts';
import { testFolder } from '../testing/folder.ts';
import { Capture } from './capture.ts';
import { packCapture, unpackCapture } from './capture-file.ts';
import { verify } from './verify.ts';

const records = 12;
const payloads = Array.from({ length: records }, (_, i) => patterned(i * 150, i));
const work = { signal: new AbortController().signal, told: () => undefined };
const settings = { role: 'client', name: 'of a test' };

let folder: Awaited<ReturnType<typeof testFolder>>;
let packed: string;
let bytes: Buffer;
beforeAll(async () => {
  folder = await testFolder();
  const capture = await openCapture(join(folder.path, 'whole'));
  const stream = recordOpened(capture);
  for (let i = 1; i < records; i++) capture.record('received', stream, payloads[i]!, 1000 + i);
  await capture.close();
  packed = join(folder.path, 'a.socketscope-capture');
  const file = await open(packed, 'wx');
  const length = await packCapture(capture.folder, settings, file);
  await file.close();
  bytes = await readFile(packed);
  expect(bytes.length).toBe(length);
});
afterAll(() => folder.remove());

/** Null where it cannot be opened at all; else whether all of it is whole, and nothing changed is shown as good. */
async function openedWhole(): Promise<boolean | null> {
  const into = join(folder.path, 'unpacked');
  const unpacked = await unpackCapture(packed, into).catch((error: { code: string }) => error.code);
  if (typeof unpacked === 'string') {
    expect(unpacked).toBe('CAPTURE_FILE_DAMAGED');
    return null;
  }
  expect(unpacked.endpoint).toEqual(settings);
  const capture = await Capture.open(into, { isReadOnly: true });
  const { damagedRecords, places } = await verify(capture, work);
  const isAny = (i: number): boolean =>
    places.some(({ stretches }) => stretches.some(({ first, last }) => first <= i && i <= last));
  for (let i = 1; i < capture.length; i++)
    if (!isAny(i)) expect(Buffer.compare(await capture.payload(i, 0, 10_000), payloads[i]!)).toBe(0);
  const { wasTorn, isMetaDamaged } = capture.found;
  const isWhole = capture.length === records && damagedRecords === 0 && !wasTorn && !isMetaDamaged;
  await capture.close();
  await rm(into, { recursive: true });
  return isWhole && !unpacked.isHeadDamaged;
}

it('holds all of a capture, and whose it is', async () => {
  expect(await openedWhole()).toBe(true);
});

it('keeps all records of a file that ends early, and says of which the bytes are missing', async () => {
  await writeFile(packed, bytes.subarray(0, bytes.length / 2));
  const into = join(folder.path, 'cut');
  expect(await unpackCapture(packed, into)).toEqual({ endpoint: settings, isHeadDamaged: true });
  const capture = await Capture.open(into, { isReadOnly: true });
  expect(capture.length).toBe(records);
  expect((await verify(capture, work)).damagedRecords).toBeGreaterThan(0);
  await capture.close();
  await writeFile(packed, bytes);
});

it('names what any of 5,000 flipped bits has damaged, ten at a time', async () => {
  const chance = new Chance(17);
  for (let round = 0; round < 500; round++) {
    const changed = Buffer.from(bytes);
    for (let i = 0; i < 10; i++) {
      const at = chance.below(bytes.length);
      changed[at] = bytes[at]! ^ (1 << chance.below(8));
    }
    await writeFile(packed, changed);
    expect([round, await openedWhole()]).not.toEqual([round, true]);
  }
  await writeFile(packed, bytes);
});

it('names what any of 2,000 cuts has taken away', async () => {
  const chance = new Chance(18);
  let opened = 0;
  for (let round = 0; round < 2000; round++) {
    await writeFile(packed, bytes.subarray(0, chance.below(bytes.length)));
    const isWhole = await openedWhole();
    expect([round, isWhole]).not.toEqual([round, true]);
    if (isWhole !== null) opened++;
  }
  await writeFile(packed, bytes);
  expect(opened).toBeGreaterThan(1500);
});
