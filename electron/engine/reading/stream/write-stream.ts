import { FailureError } from '../../../../shared/failure.ts';
import type { Work } from '../save-log.ts';
import type { Conversation } from './conversation.ts';

/**
 * The bytes at places `from` to `to - 1`, piece by piece to `append`; resolves to how many there were. Rejects with its error,
 * with CANCELLED, and with DamageError where bytes cannot be relied on.
 */
export async function writeStream(
  conversation: Pick<Conversation, 'pieces' | 'summary'>,
  from: number,
  to: number,
  append: (part: Uint8Array) => Promise<unknown>,
  { signal, told }: Work,
): Promise<number> {
  const end = Math.min(to, conversation.summary.places);
  let written = 0;
  for (let at = from; at < end;) {
    if (signal.aborted) throw new FailureError({ code: 'CANCELLED' });
    const { pieces, to: next } = await conversation.pieces(at, end);
    for (const { bytes } of pieces) {
      await append(bytes);
      written += bytes.length;
    }
    at = next;
    told(at - from, end - from);
  }
  return written;
}
