/** `capture.json`: what a capture must remember besides its records. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import * as v from 'valibot';
import { FailureError } from '../../../shared/failure.ts';
import { replaceFile } from '../disk/write-file.ts';
import type { CheckedFrom } from './checked-files.ts';

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const first = v.strictObject({ version: v.literal(1), base: count, closed: v.boolean() });
/** What a later version adds stays in the file. */
const second = v.looseObject({
  version: v.literal(2),
  /** First sequence of the log: what is below was cleared. */
  base: count,
  /** False while a process writes, and for ever after one that was killed. */
  closed: v.boolean(),
  /** `end` came later. */
  checkedFrom: v.object({ data: count, index: count, end: v.exactOptional(count) }),
});

/** What a size limit took from a log that begins at `base`, and the details of connections that were open there. */
const taken = v.object({
  base: count,
  records: count,
  bytes: count,
  time: v.number(),
  openings: v.array(v.tuple([count, v.string()])),
});
export type KeptGone = v.InferOutput<typeof taken>;

/**
 * `checkedFrom`: the files with checksums; null where that is not known. `isOld`: written before there were any, or
 * not known. `more`: of a later version, to be kept.
 */
export type CaptureMeta = {
  base: number;
  closed: boolean;
  checkedFrom: (Omit<CheckedFrom, 'end'> & Partial<CheckedFrom>) | null;
  isOld: boolean | null;
  /** Something is in its file that was not written there. */
  isDamaged: boolean;
  /** Null where no size limit has taken anything. */
  gone: KeptGone | null;
  more: Record<string, unknown>;
};

const metaFile = 'capture.json';
const unknown = { base: 0, checkedFrom: null, isOld: null, isDamaged: false, gone: null, more: {} };

/**
 * A capture whose file is missing or damaged is whole all the same: it was never cleared, or is shown from its start
 * again. Throws the system's error when there is a file that cannot be read now, and CAPTURE_NEWER for one of a format
 * that this version does not know, which is not to be written to.
 */
export async function readMeta(folder: string): Promise<CaptureMeta> {
  const text = await readFile(join(folder, metaFile), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return null;
  });
  if (text === null) return { ...unknown, closed: true };
  const parsed = parse(text);
  // Cut short or changed by someone: the records themselves do not depend on it, but their end is in doubt.
  if (parsed === null) return { ...unknown, closed: false, isDamaged: true };
  if (v.is(first, parsed.value))
    return { ...parsed.value, checkedFrom: null, isOld: true, isDamaged: false, gone: null, more: {} };
  const isWhole = parsed.isWhole;
  if (isWhole && typeof parsed.value === 'object' && Number(parsed.value?.version) > 2)
    throw new FailureError({
      code: 'CAPTURE_NEWER',
      subject: folder,
    });
  if (!isWhole || !v.is(second, parsed.value)) return { ...unknown, closed: false, isDamaged: true };
  const { base, closed, checkedFrom, gone, ...rest } = parsed.value;
  const more = Object.fromEntries(Object.entries(rest).filter(([name]) => name !== 'version'));
  // A version that does not know it may have cleared the log since.
  const isOfBase = v.is(taken, gone) && gone.base === base;
  return { base, closed, checkedFrom, isOld: false, isDamaged: false, gone: isOfBase ? gone : null, more };
}

export async function writeMeta(
  folder: string,
  meta: Omit<CaptureMeta, 'isOld' | 'isDamaged'>,
): Promise<void> {
  const { more, gone, ...rest } = meta;
  const { base, closed, checkedFrom } = rest;
  const own = gone === null ? rest : { ...rest, gone };
  // Until something is appended a capture of the first format stays one.
  const isOld = checkedFrom?.data === Infinity;
  const text = JSON.stringify(isOld ? { version: 1, base, closed } : { version: 2, ...own, ...more });
  // Without this file the records are whole all the same.
  await replaceFile(join(folder, metaFile), `${text}\n${sumOf(text)}\n`, { isDurable: false });
}

/** The first line, and whether the second one is its checksum. */
function parse(text: string): { value: { version?: unknown } | null; isWhole: boolean } | null {
  const [json = '', sum = ''] = text.split('\n');
  try {
    const value: unknown = JSON.parse(json);
    return { value: value as { version?: unknown } | null, isWhole: sum === sumOf(json) };
  } catch {
    return null;
  }
}

const sumOf = (text: string): string => crc32(text).toString(16).padStart(8, '0');
