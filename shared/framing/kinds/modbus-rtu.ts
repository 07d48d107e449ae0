/** Modbus RTU: address, function, data and a CRC; a pause, or what the function says of the length, ends a frame. */
import type { Cutter, CutterState } from '../framer.ts';
import { framer } from '../kind.ts';
import { time } from '../options.ts';

const mostBytes = 256;
const leastBytes = 4;
const crcBytes = 2;

/** CRC-16/MODBUS: polynomial 8005 reflected, from FFFF. Over a frame with its own CRC it is 0. */
const crcTable = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
  return crc;
});
const firstCrc = 0xffff;

type RtuState = CutterState & {
  length: number;
  crc: number;
  function: number;
  /** The third byte counts the data of answers to reading, the seventh those of requests to write. */
  third: number;
  seventh: number;
};

const begun = { length: 0, crc: firstCrc, function: 0, third: 0, seventh: 0 };

/** Lengths that a frame of this function can have, requests and answers, the longest last; none: nobody knows. */
function lengthsOf({ function: code, third, seventh }: RtuState): number[] {
  if (code >= 0x80) return [5];
  if (code >= 1 && code <= 4) return [8, 5 + third].sort((one, other) => one - other);
  if (code === 5 || code === 6) return [8];
  if (code === 15 || code === 16) return [8, 9 + seventh];
  return [];
}

function add(state: RtuState, byte: number): void {
  state.crc = crcTable[(state.crc ^ byte) & 0xff]! ^ (state.crc >>> 8);
  state.length++;
  if (state.length === 2) state.function = byte;
  if (state.length === 3) state.third = byte;
  if (state.length === 7) state.seventh = byte;
}

/** Without pauses a wrong CRC where the frame must be over is the end, too: the next one begins there. */
function isOver(state: RtuState): boolean {
  if (state.length < leastBytes) return false;
  const lengths = lengthsOf(state);
  if (state.crc === 0 && (lengths.length === 0 || lengths.includes(state.length))) return true;
  if (state.length !== lengths.at(-1)) return false;
  state.mark = 'bad-crc';
  return true;
}

export const modbusRtu = framer(
  'modbus-rtu',
  {
    options: { gap: { kind: time({ min: 1, max: 10_000 }), initial: 50 } },
    max: { always: mostBytes },
  },
  ({ gap: gapMs }) => ({
    gapMs,
    why: 'incomplete',
    cutter: (): Cutter<RtuState> => {
      const state: RtuState = { mark: null, ...begun };
      return {
        state,
        read: (bytes, ends) => {
          for (let at = 0; at < bytes.length; at++) {
            add(state, bytes[at]!);
            if (!isOver(state)) continue;
            Object.assign(state, begun);
            ends(at + 1);
          }
        },
        pause: (isEnd) => {
          const isWrong = state.crc !== 0 || state.length < leastBytes;
          if (isWrong && isEnd) return false;
          if (isWrong) state.mark = 'bad-crc';
          Object.assign(state, begun);
          return true;
        },
      };
    },
    payload: (bytes) => bytes.subarray(1, Math.max(1, bytes.length - crcBytes)),
  }),
);
