/** The framers that there are. A new one is a file here, its entry, and its boundary in the settings of replies. */
import type { ReplyBoundary } from '../settings/settings.ts';
import type { MakeFramer } from './framer.ts';
import { LineCutter } from './lines.ts';

/** Null: each chunk by itself, as it comes. */
export const framers: Record<ReplyBoundary, MakeFramer | null> = {
  chunk: null,
  line: (events) => new LineCutter(events),
};
