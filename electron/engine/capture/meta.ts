/** `capture.json`: what a capture must remember besides its records. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import writeFileAtomic from 'write-file-atomic';

const schema = v.object({
  version: v.literal(1),
  /** First sequence of the log: what is below was cleared. */
  base: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  /** False while a process writes, and for ever after one that was killed. */
  closed: v.boolean(),
});
export type CaptureMeta = { base: number; closed: boolean };

const metaFile = 'capture.json';

/** A capture without a readable file is whole all the same: it was never cleared, or is shown from its start again. */
export async function readMeta(folder: string): Promise<CaptureMeta> {
  try {
    const { base, closed } = v.parse(schema, JSON.parse(await readFile(join(folder, metaFile), 'utf8')));
    return { base, closed };
  } catch {
    // No file, or one that a full disk cut short: the records themselves do not depend on it.
    return { base: 0, closed: true };
  }
}

export async function writeMeta(folder: string, meta: CaptureMeta): Promise<void> {
  await writeFileAtomic(join(folder, metaFile), `${JSON.stringify({ version: 1, ...meta })}\n`, {
    fsync: false,
  });
}
