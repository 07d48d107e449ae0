/** MQTT 3.1.1 and 5: a byte of type and flags, the remaining length in 1 to 4 bytes, and so many bytes. */
import { framer } from '../kind.ts';
import { addVarint, badLength, headCutter, varintLength, type HeadState } from './headed.ts';

const mostLengthBytes = 4;

function readHead(state: HeadState, byte: number): number | null {
  if (state.at === 0) {
    // Type 0 is reserved.
    if (byte >> 4 === 0) state.mark = 'bad-head';
    return null;
  }
  const value = addVarint(state, byte, state.at - 1);
  return value === null && state.at >= mostLengthBytes ? badLength(state) : value;
}

export const mqtt = framer('mqtt', {}, () => ({
  why: 'incomplete',
  cutter: () => headCutter(readHead),
  payload: (bytes) => bytes.subarray(1 + varintLength(bytes, 1)),
}));
