/** Saves a log as one file, with the checksums that vouch for it. */
import { dirname, join } from 'node:path';
import { stillClock } from '../clock.ts';
import { writeChosen } from '../disk/private-file.ts';
import { makeTemporaryFolder } from '../disk/temporary.ts';
import { packCapture } from './capture-file.ts';
import { Capture } from './capture.ts';
import type { FindWork } from './gaps.ts';
import { repair, type RepairOptions } from './repair.ts';

/** `endpoint`: its settings, as the file has them. */
export type CaptureToSave = RepairOptions & { path: string; endpoint: unknown };

/**
 * Writes what the disk has of the log, as far as it is not damaged, to a file that is whole or stays as it was. `told`: of
 * two halves. Rejects with the system's error, and with the signal's reason.
 */
export async function saveCapture(
  capture: Capture,
  { path, endpoint, ...options }: CaptureToSave,
  { signal, told }: FindWork,
): Promise<{ records: number; bytes: number }> {
  await capture.flush();
  // Where there was room for as much once.
  const temporary = await makeTemporaryFolder(dirname(capture.folder));
  const half =
    (before: 0 | 1) =>
    (done: number, total: number): void => {
      signal.throwIfAborted();
      told(before + done / Math.max(1, total), 2);
    };
  try {
    const copy = await Capture.open(join(temporary.path, 'capture'), { clock: stillClock() });
    await repair(capture, copy, { signal, told: half(0) }, options).finally(() => copy.close());
    const bytes = await writeChosen(path, (file) => packCapture(copy.folder, endpoint, file, half(1)));
    return { records: copy.length, bytes };
  } finally {
    temporary.remove();
  }
}
