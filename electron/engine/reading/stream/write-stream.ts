import { FailureError } from '../../../../shared/failure.ts';
import type { Work } from '../kept-rows.ts';
import type { Conversation } from './conversation.ts';

/**
 * The bytes at places `from` to `to - 1`, piece by piece to `append`; resolves to how many there were. Rejects with its error,
 * with CANCELLED, be it that the log was cleared, and with DamageError where bytes cannot be relied on.
 */
export async function writeStream(
  conversation: Pick<Conversation, 'pieces' | 'summary'>,
  from: number,
  to: number,
  append: (part: Uint8Array) => Promise<unknown>,
  { signal, told }: Work,
): Promise<number> {
  const { places, epoch } = conversation.summary;
  const end = Math.min(to, places);
  let written = 0;
  for (let at = from; at < end;) {
    const { pieces, to: next } = await conversation.pieces(at, end);
    // Places mean others after a clearing, and there may be fewer: none of them are what was asked for.
    if (signal.aborted || conversation.summary.epoch !== epoch) throw new FailureError({ code: 'CANCELLED' });
    for (const { bytes } of pieces) {
      await append(bytes);
      written += bytes.length;
    }
    at = next;
    told(at - from, end - from);
  }
  return written;
}
