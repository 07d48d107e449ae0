/** On which side of the conversation a record stands, for arrows, colours and the filter. */
import type { Direction } from '../domain.ts';
import { isPayload, type RecordKind } from '../records.ts';

export function directionOf(kind: RecordKind): Direction {
  if (isPayload(kind)) return kind;
  return kind === 'failed' ? 'failure' : 'event';
}

/** Colour is never alone: every direction has its sign. */
export const directionSigns: Record<Direction, string> = {
  sent: '↑',
  received: '↓',
  event: '●',
  failure: '✕',
};
