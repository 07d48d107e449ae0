/** Frames whose head says how long they are. */
import type { Cutter, CutterState } from '../framer.ts';

/** `at`: bytes of the head so far. `value`: what was read of the length. `left`: bytes behind the head that are to come. */
export type HeadState = CutterState & { at: number; value: number; left: number };

/** Takes the next byte of a head. Returns how many bytes follow behind it; null: the head goes on. */
export type ReadHead = (state: HeadState, byte: number) => number | null;

/** A length that cannot be ends the frame behind its head: where the next one begins nobody knows. */
export function badLength(state: HeadState): number {
  state.mark = 'bad-length';
  return 0;
}

export function headCutter(readHead: ReadHead): Cutter<HeadState> {
  const state: HeadState = { mark: null, at: 0, value: 0, left: 0 };
  const end = (at: number, ends: (at: number) => void): void => {
    state.at = state.value = 0;
    ends(at);
  };
  return {
    state,
    read: (bytes, ends) => {
      for (let at = 0; at < bytes.length;) {
        if (state.left > 0) {
          const taken = Math.min(state.left, bytes.length - at);
          at += taken;
          state.left -= taken;
          if (state.left === 0) end(at, ends);
          continue;
        }
        const following = readHead(state, bytes[at++]!);
        state.at++;
        if (following === 0) end(at, ends);
        else if (following !== null) state.left = following;
      }
    },
  };
}

/** Seven bits of a length, the lowest first (LEB128, MQTT); null: more follow. `index` counts from 0. */
export function addVarint(state: HeadState, byte: number, index: number): number | null {
  state.value += (byte & 0x7f) * 128 ** index;
  return byte < 0x80 ? state.value : null;
}

/** Bytes of a varint that begins at `from`; all that are left where it has no end. */
export function varintLength(bytes: Uint8Array, from: number): number {
  const last = bytes.findIndex((byte, at) => at >= from && byte < 0x80);
  return (last < 0 ? bytes.length : last + 1) - from;
}
