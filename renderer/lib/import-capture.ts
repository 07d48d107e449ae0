import type { Commands } from '../../shared/contract.ts';
import type { ImportedCapture } from '../../shared/importing/captured.ts';
import type { Remote } from '../../shared/wire/rpc.ts';

/** What one call may carry. */
const pieceLength = 512 * 1024;

/**
 * Hands a file of captured traffic to the engine, as fast as it is taken; `cancelJob` ends it, and nothing came then. Throws
 * what the engine throws, and a DOMException for a file that cannot be read, of which nothing stays.
 */
export async function importCapture(engine: Remote<Commands>, file: File): Promise<ImportedCapture> {
  const { size } = file;
  const number = await engine.beginImport(file.name, size);
  try {
    for (let at = 0; ; at += pieceLength) {
      const bytes = new Uint8Array(await file.slice(at, at + pieceLength).arrayBuffer());
      const result = await engine.importPiece(number, bytes, at + pieceLength >= size);
      if (result !== null) return result;
    }
  } finally {
    await engine.cancelImport(number).catch(() => undefined);
  }
}
