import { FailureError } from '../../../../shared/failure.ts';
import { hexRowBytes, mostStreamRows, type StreamForm } from '../../../../shared/stream-rows.ts';
import type { Work } from '../kept-rows.ts';
import type { Conversation } from './conversation.ts';
import { streamLine } from './stream-line.ts';

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
    requireSame(conversation, epoch, signal);
    for (const { bytes } of pieces) {
      await append(bytes);
      written += bytes.length;
    }
    at = next;
    told(at - from, end - from);
  }
  return written;
}

/**
 * The rows that begin at places `from` to `to - 1` as lines, each with who said it, to `append`; resolves to how many bytes
 * that were. Rejects as `writeStream` does, but that bytes that cannot be relied on are a line that says so.
 */
export async function writeStreamLines(
  conversation: Pick<Conversation, 'rows' | 'summary' | 'encodingOf'>,
  form: StreamForm,
  from: number,
  to: number,
  append: (part: string) => Promise<unknown>,
  { signal, told }: Work,
): Promise<number> {
  const { places, epoch } = conversation.summary;
  const end = Math.min(to, places);
  // Of lines that are all empty no more than this begin in it.
  const step = form === 'hex' ? mostStreamRows * hexRowBytes : mostStreamRows;
  let written = 0;
  for (let at = from; at < end; at += step) {
    const rows = await conversation.rows(form, at, Math.min(end, at + step));
    requireSame(conversation, epoch, signal);
    const lines = rows.map((row) => `${streamLine(row, form, conversation.encodingOf(row))}\n`).join('');
    if (lines !== '') await append(lines);
    written += Buffer.byteLength(lines);
    told(Math.min(end, at + step) - from, end - from);
  }
  return written;
}

/** Places mean others after a clearing, and there may be fewer: none of them are what was asked for. */
function requireSame({ summary }: Pick<Conversation, 'summary'>, epoch: number, signal: AbortSignal): void {
  if (signal.aborted || summary.epoch !== epoch) throw new FailureError({ code: 'CANCELLED' });
}
