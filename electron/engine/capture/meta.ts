/** `capture.json`: what a capture must remember besides its records. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { replaceFile } from '../write-file.ts';

const schema = v.object({
  version: v.literal(1),
  /** First sequence of the log: what is below was cleared. */
  base: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** False while a process writes, and for ever after one that was killed. */
  closed: v.boolean(),
});
export type CaptureMeta = { base: number; closed: boolean };

const metaFile = 'capture.json';

/**
 * A capture whose file is missing or damaged is whole all the same: it was never cleared, or is shown from its start
 * again. Throws the system's error when there is a file that cannot be read now.
 */
export async function readMeta(folder: string): Promise<CaptureMeta> {
  const text = await readFile(join(folder, metaFile), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return null;
  });
  if (text === null) return { base: 0, closed: true };
  try {
    const { base, closed } = v.parse(schema, JSON.parse(text));
    return { base, closed };
  } catch {
    // Cut short or changed by someone: the records themselves do not depend on it, but their end is in doubt.
    return { base: 0, closed: false };
  }
}

export async function writeMeta(folder: string, meta: CaptureMeta): Promise<void> {
  const content = `${JSON.stringify({ version: 1, ...meta })}\n`;
  // Without this file the records are whole all the same.
  await replaceFile(join(folder, metaFile), content, { isDurable: false });
}
