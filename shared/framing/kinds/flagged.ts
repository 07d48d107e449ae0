/** Frames between flags of one byte, which in the frame are written as an escape. */
import type { Cutter, CutterState } from '../framer.ts';

export type Flags = {
  flag: number;
  /** The byte before what is escaped; null: there is none. */
  escape: number | null;
  /** What is meant by the byte behind the escape; null: nothing. */
  meant(byte: number): number | null;
};

type FlagState = CutterState & { hasBegun: boolean; isEscaped: boolean };

/** Flags before a frame are its own: they clear the line, and stand between two frames once or twice. */
export function flagCutter({ flag, escape, meant }: Flags): Cutter<FlagState> {
  const state: FlagState = { mark: null, hasBegun: false, isEscaped: false };
  return {
    state,
    read: (bytes, ends) => {
      for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at]!;
        if (state.isEscaped && (byte === flag || meant(byte) === null)) state.mark = 'bad-escape';
        const isEnd = byte === flag && state.hasBegun;
        state.isEscaped = byte === escape && !state.isEscaped;
        state.hasBegun = !isEnd && (state.hasBegun || byte !== flag);
        if (!isEnd) continue;
        state.isEscaped = false;
        ends(at + 1);
      }
    },
  };
}

export function flaggedPayload({ flag, escape, meant }: Flags, bytes: Uint8Array): Uint8Array {
  let start = 0;
  while (bytes[start] === flag) start++;
  return unescaped(bytes.subarray(start, -1), escape, meant);
}

/** An escape at the very end, or one that means nothing, stays. */
export function unescaped(bytes: Uint8Array, escape: number | null, meant: Flags['meant']): Uint8Array {
  if (escape === null || !bytes.includes(escape)) return bytes;
  const out = new Uint8Array(bytes.length);
  let size = 0;
  for (let at = 0; at < bytes.length; at++) {
    const found = bytes[at] === escape && at + 1 < bytes.length ? meant(bytes[at + 1]!) : null;
    out[size++] = found ?? bytes[at]!;
    if (found !== null) at++;
  }
  return out.subarray(0, size);
}
