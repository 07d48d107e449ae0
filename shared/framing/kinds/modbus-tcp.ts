/** Modbus over TCP: the head MBAP, and a PDU of at most 253 bytes. */
import { framer } from '../kind.ts';
import { badLength, headCutter, type HeadState } from './headed.ts';

/** Transaction, protocol (always 0) and length; the length counts the unit and the PDU. */
const lengthEnd = 6;
const leastCounted = 2;
const mostCounted = 254;
const headBytes = lengthEnd + 1;

function readHead(state: HeadState, byte: number): number | null {
  const at = state.at;
  if ((at === 2 || at === 3) && byte !== 0) state.mark = 'bad-head';
  if (at >= 4) state.value = state.value * 256 + byte;
  if (at + 1 < lengthEnd) return null;
  return state.value >= leastCounted && state.value <= mostCounted ? state.value : badLength(state);
}

export const modbusTcp = framer('modbus-tcp', { max: { always: lengthEnd + mostCounted } }, () => ({
  why: 'incomplete',
  cutter: () => headCutter(readHead),
  payload: (bytes) => bytes.subarray(headBytes),
}));
