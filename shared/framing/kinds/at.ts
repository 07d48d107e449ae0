/** Commands and answers of modems (ITU-T V.250), whose lines stand between line ends, and the prompt `> ` of 3GPP TS 27.005. */
import type { Cutter, CutterState } from '../framer.ts';
import { framer } from '../kind.ts';

const lineFeed = 10;
const carriageReturn = 13;
const blank = 0x20;
const greater = 0x3e;
/** A command ends with CR alone. An LF that belongs to it comes at once. */
const gapMs = 50;

type AtState = CutterState & { part: 'before' | 'prompt' | 'text' | 'behind-return' };

const isLineEnd = (byte: number): boolean => byte === lineFeed || byte === carriageReturn;

export const at = framer('at', {}, () => ({
  gapMs,
  why: 'no-end',
  cutter: (): Cutter<AtState> => {
    const state: AtState = { mark: null, part: 'before' };
    const end = (place: number, ends: (at: number) => void): void => {
      state.part = 'before';
      ends(place);
    };
    return {
      state,
      read: (bytes, ends) => {
        for (let place = 0; place < bytes.length; place++) {
          const byte = bytes[place]!;
          if (state.part === 'behind-return') {
            end(byte === lineFeed ? place + 1 : place, ends);
            if (byte === lineFeed) continue;
          }
          if (state.part === 'prompt' && byte === blank) end(place + 1, ends);
          else if (!isLineEnd(byte))
            state.part = state.part === 'before' && byte === greater ? 'prompt' : 'text';
          // Line ends before a line are its own.
          else if (state.part !== 'before') {
            if (byte === lineFeed) end(place + 1, ends);
            else state.part = 'behind-return';
          }
        }
      },
      pause: () => {
        if (state.part !== 'behind-return') return false;
        state.part = 'before';
        return true;
      },
    };
  },
  payload: (bytes) => {
    const start = bytes.findIndex((byte) => !isLineEnd(byte));
    const end = bytes.findLastIndex((byte) => !isLineEnd(byte)) + 1;
    return bytes.at(-1) === blank && bytes[start] === greater && end - start === 2
      ? bytes.subarray(start, end - 1)
      : bytes.subarray(start, end);
  },
}));
