import type { Commands } from '../../shared/contract.ts';
import type { EndpointId, Target } from '../../shared/domain.ts';
import type { FileEnd, FilePlan } from '../../shared/file-plan.ts';
import type { Remote } from '../../shared/wire/rpc.ts';

/** What one call may carry. */
const pieceLength = 512 * 1024;

export type SentFile = { name: string; blob: Blob; plan: FilePlan };

/**
 * Reads the file as fast as it is taken, whatever its size, and tells how that ended. `onJob`: the number of its job, by
 * which it is paused and cancelled. Throws what the engine throws, and a DOMException for a file that cannot be read.
 */
export async function sendFile(
  engine: Remote<Commands>,
  id: EndpointId,
  target: Target,
  { name, blob, plan }: SentFile,
  onJob: (job: number) => void,
): Promise<FileEnd> {
  const { size } = blob;
  const job = await engine.sendFile(id, target, { name, size }, plan);
  onJob(job);
  try {
    // The next is read while one is on its way.
    let next = read(blob, 0);
    for (let at = 0; ; at += pieceLength) {
      const bytes = await next;
      const isLast = at + pieceLength >= size;
      if (!isLast) next = read(blob, at + pieceLength);
      // What cannot be read is told when it is its turn, if it ever is.
      next.catch(() => undefined);
      const end = await engine.filePiece(job, bytes, isLast);
      if (end !== null) return end;
    }
  } catch (thrown) {
    if (thrown instanceof DOMException) await engine.fileUnreadable(job);
    throw thrown;
  } finally {
    // What it has come to is told by whoever has asked for it.
    await engine.cancelJob(job).catch(() => undefined);
  }
}

async function read(blob: Blob, at: number): Promise<Uint8Array> {
  return new Uint8Array(await blob.slice(at, at + pieceLength).arrayBuffer());
}
