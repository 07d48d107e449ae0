/** Consistent overhead byte stuffing (Cheshire and Baker 1999): no zero but that behind the frame. */
import type { Cutter, CutterState } from '../framer.ts';
import { framer } from '../kind.ts';

/** Behind a block of this code no zero is meant. */
const longestBlock = 0xff;

export const cobs = framer('cobs', {}, () => ({
  why: 'no-end',
  cutter: (): Cutter<CutterState & { left: number }> => {
    /** `left`: bytes of the block. */
    const state: CutterState & { left: number } = { mark: null, left: 0 };
    return {
      state,
      read: (bytes, ends) => {
        for (let at = 0; at < bytes.length; at++) {
          const byte = bytes[at]!;
          if (byte > 0) state.left = (state.left || byte) - 1;
          else {
            if (state.left > 0) state.mark = 'bad-escape';
            state.left = 0;
            ends(at + 1);
          }
        }
      },
    };
  },
  payload: (bytes) => {
    const out = new Uint8Array(bytes.length);
    const end = bytes.length - 1;
    let size = 0;
    for (let at = 0; at < end;) {
      const code = bytes[at]!;
      const block = bytes.subarray(at + 1, at + code);
      out.set(block, size);
      size += block.length;
      at += code;
      if (code < longestBlock && at < end) out[size++] = 0;
    }
    return out.subarray(0, size);
  },
}));
