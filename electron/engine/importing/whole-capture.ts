/** A whole log of ours that comes as one file, piece by piece. */
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FailureError, failureOf } from '../../../shared/failure.ts';
import type { Verified } from '../../../shared/verdict.ts';
import { Annotations } from '../capture/annotations.ts';
import { Capture } from '../capture/capture.ts';
import { unpackCapture } from '../capture/capture-file.ts';
import { judge } from '../capture/verify.ts';
import { makeTemporaryFolder } from '../disk/temporary.ts';
import type { ImportWork } from './import-capture.ts';

/** The first piece, and all of them. `leave`: no more are wanted, whether any were taken or not. */
export async function begun(
  pieces: AsyncIterable<Buffer>,
): Promise<{ head: Buffer; pieces: AsyncIterable<Buffer>; leave: () => Promise<void> }> {
  const rest = pieces[Symbol.asyncIterator]();
  const first = await rest.next();
  const head = first.done === true ? Buffer.alloc(0) : first.value;
  async function* all(): AsyncGenerator<Buffer> {
    if (head.length > 0) yield head;
    yield* { [Symbol.asyncIterator]: () => rest };
  }
  const leave = async (): Promise<void> => void (await rest.return?.());
  return { head, pieces: all(), leave };
}

/** `endpoint`: its settings, as somebody wrote them. */
export type UnpackedFile = { endpoint: unknown; verified: Verified };

/**
 * Makes a capture of the file at `path` in the new folder `place`, and says what of it is not what was written, before
 * anybody opens it to go on with it. Rejects as `unpackCapture`, and with the signal's reason.
 */
export async function unpackFile(path: string, place: string, work: ImportWork): Promise<UnpackedFile> {
  const { endpoint, isHeadDamaged } = await unpackCapture(path, place);
  const capture = await Capture.open(place, { isReadOnly: true });
  try {
    const { damagedLines } = await Annotations.open(capture);
    return { endpoint, verified: await judge(capture, work, { damagedLines, isHeadDamaged }) };
  } finally {
    await capture.close();
  }
}

/**
 * As `unpackFile` of pieces. `name`, `total`: of the file. Rejects with the signal's reason, too.
 */
export async function unpackPieces(
  pieces: AsyncIterable<Buffer>,
  { place, name, total }: { place: string; name: string; total: number },
  work: ImportWork,
): Promise<UnpackedFile> {
  const { signal, told } = work;
  await mkdir(dirname(place), { recursive: true, mode: 0o700 });
  // It is read from both ends.
  const temporary = await makeTemporaryFolder(dirname(place));
  try {
    const path = join(temporary.path, 'file');
    const file = await open(path, 'wx', 0o600);
    try {
      let done = 0;
      for await (const piece of pieces) {
        signal.throwIfAborted();
        await file.appendFile(piece);
        told(Math.min(total, (done += piece.length)), total);
      }
    } finally {
      await file.close();
    }
    signal.throwIfAborted();
    return await unpackFile(path, place, { ...work, told: () => undefined });
  } catch (error) {
    const failure = failureOf(error);
    throw failure.code === 'CAPTURE_FILE_DAMAGED' ? new FailureError({ ...failure, subject: name }) : error;
  } finally {
    temporary.remove();
  }
}
