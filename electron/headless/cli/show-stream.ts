/** `socketscope show DIR --stream CONNECTION`: one connection as a conversation. */
import type { ExportFormat } from '../../../shared/export-formats.ts';
import type { StreamDirection } from '../../../shared/stream-rows.ts';
import { texts } from '../../../shared/texts/index.ts';
import type { Conversation } from '../../engine/reading/stream/conversation.ts';
import { writeStream, writeStreamLines } from '../../engine/reading/stream/write-stream.ts';
import { UsageError } from './usage-error.ts';

type Options = {
  stream?: number;
  direction?: StreamDirection;
  format: ExportFormat;
  filter?: unknown;
  frame?: unknown;
  decode?: unknown;
};

const streamFormats: readonly ExportFormat[] = ['text', 'hex', 'raw'];

/** Throws a `UsageError` for options that do not go together. */
export function requireStreamOptions({ stream, direction, filter, frame, decode, format }: Options): void {
  const { problems } = texts.commandLine;
  if (stream === undefined && direction !== undefined) throw new UsageError(problems.directionAlone);
  if (stream === undefined) return;
  const isOther = filter !== undefined || frame !== undefined || decode !== undefined;
  if (isOther || !streamFormats.includes(format)) throw new UsageError(problems.streamAlone);
}

/** Of raw, what was received, as ever, unless something else is asked for. */
export const directionFor = ({ direction, format }: Options): StreamDirection =>
  direction ?? (format === 'raw' ? 'received' : 'both');

/** All that the conversation has now, to `append`, whose error it rejects with. */
export async function printStream(
  conversation: Conversation,
  format: ExportFormat,
  append: (part: Uint8Array | string) => Promise<void>,
): Promise<void> {
  await conversation.scanned();
  const { places } = conversation.summary;
  const work = { signal: new AbortController().signal, told: () => undefined };
  if (format === 'raw') await writeStream(conversation, 0, places, append, work);
  else await writeStreamLines(conversation, format === 'hex' ? 'hex' : 'text', 0, places, append, work);
}
