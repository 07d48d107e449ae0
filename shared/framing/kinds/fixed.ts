/** Frames of one length. */
import type { Cutter, CutterState } from '../framer.ts';
import { framer, mostFrameBytes } from '../kind.ts';
import { count } from '../options.ts';

export const fixed = framer(
  'fixed',
  {
    example: '16',
    lead: 'size',
    options: { size: { kind: count({ min: 1, max: mostFrameBytes }) } },
    max: { always: mostFrameBytes },
  },
  ({ size }) => ({
    why: 'incomplete',
    cutter: (): Cutter<CutterState & { left: number }> => {
      const state = { mark: null, left: size };
      return {
        state,
        read: (bytes, ends) => {
          let end = state.left;
          for (; end <= bytes.length; end += size) ends(end);
          state.left = end - bytes.length;
        },
      };
    },
    payload: (bytes) => bytes,
  }),
);
