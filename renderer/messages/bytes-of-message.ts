import { isQuicklyRead, readMessage } from '../../shared/message-reading.ts';
import { formatHexGroups } from '../../shared/payload/format.ts';
import type { WrittenMessage } from '../../shared/payload/payload.ts';
import { texts } from '../../shared/texts/index.ts';
import { snippetOf } from './message-menu.ts';
import { problemOf } from './send-saved.ts';

const shownBytes = 24;

/** What goes on the wire for it, or how it is written where that is made as it is sent; what is wrong with it. */
export function bytesOfMessage(written: WrittenMessage): string {
  if (!isQuicklyRead(written)) return snippetOf(written.text);
  const problem = problemOf(written);
  if (problem !== null) return problem;
  const { fixed, hex } = readMessage(written);
  if (fixed === null) return snippetOf(hex);
  const more = fixed.length > shownBytes ? '…' : '';
  return `${texts.units.bytes(fixed.length)}: ${formatHexGroups(fixed.bytes.subarray(0, shownBytes))}${more}`;
}
