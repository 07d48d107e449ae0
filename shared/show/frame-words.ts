import type { RowFrame } from '../frames.ts';
import { texts as chosen, type Texts } from '../texts/index.ts';

/** What is amiss with a frame, or why it is none: `wrong CRC`; null for one that is as it should be, and for a record. */
export function frameWords(
  frame: Pick<RowFrame, 'mark' | 'why'> | null,
  texts: Texts = chosen,
): string | null {
  if (frame === null) return null;
  const { marks, rests } = texts.framing;
  if (frame.why !== null) return rests[frame.why];
  return frame.mark === null ? null : marks[frame.mark];
}
