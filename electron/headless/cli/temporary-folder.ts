/** The one place where the command line keeps what goes at its end: the capture of a run, keys and certificates. */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type TemporaryFolder = {
  readonly path: string;
  /** At once, and whatever is in it: there may be no turn of the event loop any more. */
  remove(): void;
};

/** Every folder's name begins so, and nobody else's does. */
export const temporaryPrefix = 'socketscope-';

/** Makes a folder that only its owner can look into (mkdtemp(3) gives 0700). Rejects with the system's error. */
export async function openTemporaryFolder(): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), temporaryPrefix));
  return { path, remove: () => rmSync(path, { recursive: true, force: true, maxRetries: 3 }) };
}
