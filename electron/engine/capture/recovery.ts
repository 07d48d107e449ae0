/** What a folder holds when it is opened, after a clean end or a killed process. */
import { mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckedFrom } from './checked-files.ts';
import { checkedPage, readSlot, slotBytes, slotsFor, type Page, type Slot } from './checksums.ts';
import type { Newest } from './checksum-writer.ts';
import {
  blockEntries,
  dataFiles,
  Entries,
  entryBytes,
  fileNumber,
  indexFiles,
  maxPlace,
  putAllDamaged,
  segmentBytes,
  type FileSet,
} from './format.ts';
import type { CaptureMeta } from './meta.ts';
import type { OpenFiles } from './open-files.ts';
import type { Place } from './recorder.ts';

/** `length` counts entries, damaged ones too. `firstBlock`, `firstSegment`: the oldest files that are still there. */
export type Found = {
  length: number;
  dataEnd: Place;
  firstBlock: number;
  firstSegment: number;
  wasTorn: boolean;
  /** Files with lower numbers have no checksums; Infinity where none has any yet. */
  checkedFrom: CheckedFrom;
  newest: Newest;
};

/**
 * Looks at the newest files only, so that the time does not depend on size. Whole entries stay, damaged where nothing
 * vouches for them, and no byte that one may name is removed: only the entry that a write tore is cut off. Where nothing
 * is to be changed, that entry is passed over.
 */
export async function recover(
  folder: string,
  openFiles: OpenFiles,
  meta: CaptureMeta,
  { changes }: { changes: boolean } = { changes: true },
): Promise<Found> {
  const files = changes ? openFiles : looking(openFiles);
  if (changes) await mkdir(folder, { recursive: true, mode: 0o700 });
  const names = await readdir(folder);
  const hasSums = names.some((name) => /^sums-/.test(name));
  const isEmpty = !names.some((name) => fileNumber(name, 'data') >= 0 || fileNumber(name, 'index') >= 0);
  const isOld = meta.isOld ?? (!hasSums && !isEmpty);
  return isOld ? recoverUnchecked(folder, files, names, meta) : recoverChecked(folder, files, names, meta);
}

/** What recovery does with files. */
type Files = Pick<OpenFiles, 'read' | 'truncate' | 'writeAll'>;

/** Nothing is written: what recovery would cut off or seal is behind the end, or without a checksum, for a reader too. */
const looking = (files: OpenFiles): Files => ({
  read: (name, target, position) => files.read(name, target, position),
  truncate: () => Promise.resolve(),
  writeAll: () => Promise.resolve(),
});

async function recoverChecked(
  folder: string,
  files: Files,
  names: string[],
  meta: CaptureMeta,
): Promise<Found> {
  const sums = { data: numbersOf(names, 'sums-data'), index: numbersOf(names, 'sums-index') };
  const segments = union(numbersOf(names, 'data'), sums.data);
  const blocks = union(numbersOf(names, 'index'), sums.index);
  const data = await endOf(dataFiles, folder, files, segments.at(-1) ?? 0);
  const { index, length, wasTorn } = await lastEntries(folder, files, blocks, data.physical);
  const behindAll = Math.max(data.physical, data.covered ?? 0, placesEnd(index));
  // A block whose bytes nothing vouches for is left as it is: its checksum would cover the new ones alone.
  const dataEnd = slotAt(data, behindAll) === null ? blockAfter(dataFiles, behindAll) : behindAll;
  return {
    length,
    dataEnd,
    firstBlock: blocks[0] ?? 0,
    firstSegment: segments[0] ?? Math.floor(dataEnd / segmentBytes),
    wasTorn,
    checkedFrom: {
      end: dataEnd,
      ...(meta.checkedFrom ?? { data: sums.data[0] ?? 0, index: sums.index[0] ?? 0 }),
    },
    newest: {
      data: slotAt(data, dataEnd),
      index: await sealTail(files, index, length * entryBytes),
    },
  };
}

const blockAfter = ({ checkBytes }: FileSet, end: number): number => Math.ceil(end / checkBytes) * checkBytes;

/** The end of one file of a set, as its size has it and as its checksums do. */
type End = {
  physical: number;
  /** Behind the last byte with a checksum; null where the newest slot cannot be read. */
  covered: number | null;
  newest: Slot | null;
  page: Page | null;
};

/** `newest` is one that its block agrees with. */
async function endOf(set: FileSet, folder: string, files: Files, file: number): Promise<End> {
  const start = file * set.fileBytes;
  const physical = start + Math.min(set.fileBytes, await sizeOf(join(folder, set.name(file))));
  const perFile = set.fileBytes / set.checkBytes;
  const slots = Math.min(perFile, Math.floor((await sizeOf(join(folder, set.sums(file)))) / slotBytes));
  if (slots === 0) return { physical, covered: start, newest: null, page: null };
  const block = file * perFile + slots - 1;
  const words = new Uint32Array(slotBytes / 4);
  await files.read(set.sums(file), new Uint8Array(words.buffer), (slots - 1) * slotBytes);
  const newest = readSlot(set, words, 0, block);
  if (newest === null) return { physical, covered: null, newest, page: null };
  const covered = block * set.checkBytes + newest.end;
  const bytes = new Uint8Array(Math.max(0, Math.min(newest.end, physical - block * set.checkBytes)));
  if (bytes.length > 0) await files.read(set.name(file), bytes, block * set.checkBytes - start);
  const page = checkedPage(set, block, newest, bytes);
  const isGood = page.bytes.length === newest.end;
  return { physical, covered, newest: isGood ? newest : null, page: isGood ? page : null };
}

/** The newest slot, if it covers all up to `end`: only then can it grow. */
function slotAt({ newest, covered }: End, end: number): Slot | null {
  return newest !== null && covered === end ? newest : null;
}

type LastEntries = { index: End; length: number; wasTorn: boolean };

async function lastEntries(
  folder: string,
  files: Files,
  blocks: number[],
  dataEnd: Place,
): Promise<LastEntries> {
  let wasTorn = false;
  for (const block of blocks.toReversed()) {
    const index = await endOf(indexFiles, folder, files, block);
    const start = block * blockEntries * entryBytes;
    const end = await entriesEnd(files, block, index, dataEnd);
    if (index.physical > end) {
      wasTorn = true;
      await files.truncate(indexFiles.name(block), end - start);
    }
    if (end > start || block === blocks[0]) return { index, length: end / entryBytes, wasTorn };
  }
  return { index: nothing, length: 0, wasTorn };
}

const nothing: End = { physical: 0, covered: 0, newest: null, page: null };

/** Behind the last entry that counts: all with a checksum, and behind those up to the last one that was written whole. */
async function entriesEnd(
  files: Files,
  block: number,
  { physical, covered }: End,
  dataEnd: Place,
): Promise<number> {
  const start = block * indexFiles.fileBytes;
  const from = covered ?? start;
  if (physical <= from) return from;
  const bytes = new Uint8Array(physical - start);
  await files.read(indexFiles.name(block), bytes, 0);
  const entries = new Entries(0, bytes);
  let count = entries.count;
  while (start + count * entryBytes > from && !entries.isSound(count - 1, dataEnd)) count--;
  return start + count * entryBytes;
}

/**
 * Resolves to the slot that grows with what is appended. Entries without a checksum behind others that have one, in the
 * same block, become damaged ones for good: else the block's next checksum would vouch for them, or for the others no more.
 */
async function sealTail(files: Files, { newest, covered }: End, end: number): Promise<Slot | null> {
  if (newest === null || covered === null || covered === end) return newest;
  const blockEnd = (newest.block + 1) * indexFiles.checkBytes;
  if (covered === blockEnd) return null;
  const bytes = new Uint8Array(Math.min(end, blockEnd) - covered);
  putAllDamaged(bytes);
  const slots = slotsFor(indexFiles, newest, covered, bytes);
  await files.writeAll(indexFiles.name(slots.file), bytes, covered % indexFiles.fileBytes);
  await files.writeAll(indexFiles.sums(slots.file), slots.bytes, slots.position);
  return end <= blockEnd ? slots.newest : null;
}

/** Behind the last byte that the newest entries name: nothing is ever stored where something else was. */
function placesEnd({ page }: End): Place {
  if (page === null) return 0;
  const start = page.from;
  const entries = new Entries(0, page.bytes.slice(start, page.bytes.length));
  let end = 0;
  for (let i = 0; i < entries.count; i++)
    if (entries.isSound(i, maxPlace)) end = Math.max(end, entries.place(i) + entries.length(i));
  return end;
}

/** Of before there were checksums: whole entries count, and payloads as far as they reach. */
async function recoverUnchecked(
  folder: string,
  files: Files,
  names: string[],
  { closed }: CaptureMeta,
): Promise<Found> {
  const blocks = numbersOf(names, 'index');
  const segments = numbersOf(names, 'data');
  const last = segments.at(-1) ?? 0;
  const size = Math.min(segmentBytes, await sizeOf(join(folder, dataFiles.name(last))));
  const dataEnd = last * segmentBytes + size;
  const found = {
    dataEnd,
    firstSegment: segments[0] ?? Math.floor(dataEnd / segmentBytes),
    checkedFrom: { data: Infinity, index: Infinity, end: dataEnd },
    newest: { data: null, index: null },
  };
  let wasTorn = false;
  for (const block of blocks.toReversed()) {
    const indexSize = await sizeOf(join(folder, indexFiles.name(block)));
    const bytes = new Uint8Array(Math.min(indexSize, blockEntries * entryBytes));
    await files.read(indexFiles.name(block), bytes, 0);
    const entries = new Entries(block * blockEntries, bytes);
    // Of a process that ended well nothing is torn: what is wrong was changed since.
    const isEnd = (i: number): boolean => (closed ? !entries.isEmpty(i) : entries.isSound(i, dataEnd));
    let count = entries.count;
    while (count > 0 && !isEnd(count - 1)) count--;
    if (count * entryBytes !== indexSize) {
      wasTorn = true;
      await files.truncate(indexFiles.name(block), count * entryBytes);
    }
    if (count > 0 || block === blocks[0])
      return { ...found, length: block * blockEntries + count, firstBlock: blocks[0]!, wasTorn };
  }
  return { ...found, length: 0, firstBlock: 0, wasTorn };
}

/** 0 where there is no such file. */
async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return 0;
  }
}

function numbersOf(names: string[], prefix: string): number[] {
  return names
    .map((name) => fileNumber(name, prefix))
    .filter((number) => number >= 0)
    .sort((a, b) => a - b);
}

const union = (some: number[], others: number[]): number[] =>
  [...new Set([...some, ...others])].sort((a, b) => a - b);
