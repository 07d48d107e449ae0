/** From start bytes to end bytes, which an escape takes their meaning: STX … ETX, DLE STX … DLE ETX, 7E … 7E. */
import { accepted, automatonOf, step } from '../expression/automaton.ts';
import { literal } from '../expression/tree.ts';
import type { Cutter, CutterState } from '../framer.ts';
import { framer } from '../kind.ts';
import { hexByte, hexBytes } from '../options.ts';
import { FramingError } from '../problem.ts';
import { flagCutter, flaggedPayload, unescaped, type Flags } from './flagged.ts';

const bounds = { min: 1, max: 8 };

/** `escape`: the byte behind it is data, with `xor` turned so. One that begins the end bytes stands twice in data. */
type Ends = { start: Uint8Array; end: Uint8Array; escape: number | null; xor: number | null };

export const between = framer(
  'between',
  {
    example: 'start=02,end=03',
    options: {
      start: { kind: hexBytes(bounds) },
      end: { kind: hexBytes(bounds) },
      escape: { kind: hexByte, initial: null },
      xor: { kind: hexByte, initial: null },
    },
  },
  (ends) => {
    const { start, end, escape, xor } = ends;
    const isInEnd = end[0] === escape;
    if (isInEnd && end.length !== 2) throw new FramingError('frame-bytes', 0, 0, { least: '2', most: '2' });
    const meant = (byte: number): number | null => (isInEnd && byte !== escape ? null : byte ^ (xor ?? 0));
    const flags: Flags = { flag: start[0]!, escape, meant };
    if (start.length === 1 && end.length === 1 && start[0] === end[0])
      return {
        why: 'no-end',
        cutter: () => flagCutter(flags),
        payload: (bytes) => flaggedPayload(flags, bytes),
      };
    return {
      why: 'no-end',
      late: start.length - 1,
      cutter: () => betweenCutter(ends, isInEnd),
      payload: (bytes) => unescaped(bytes.subarray(start.length, -end.length), escape, meant),
    };
  },
);

/** `at`: of the automaton that looks for the start or the end. `stray`: bytes before a start, so far. */
type BetweenState = CutterState & { isInside: boolean; isEscaped: boolean; at: number; stray: number };

function betweenCutter({ start, end, escape }: Ends, isInEnd: boolean): Cutter<BetweenState> {
  const starts = automatonOf(literal(start), 'everywhere');
  const finishes = automatonOf(literal(end), 'everywhere');
  const state: BetweenState = { mark: null, isInside: false, isEscaped: false, at: 0, stray: 0 };
  const begin = (place: number, ends: (at: number) => void): void => {
    const stray = state.stray - start.length;
    Object.assign(state, { isInside: true, at: 0, stray: 0 });
    if (stray === 0) return;
    state.mark = 'bad-head';
    ends(place - start.length);
  };
  const isEnd = (byte: number): boolean => {
    if (state.isEscaped) {
      state.isEscaped = false;
      if (!isInEnd) return false;
      if (byte !== end[1] && byte !== escape) state.mark = 'bad-escape';
      return byte === end[1];
    }
    if (byte === escape) {
      state.isEscaped = true;
      state.at = 0;
      return false;
    }
    state.at = step(finishes, state.at, byte);
    return state.at === accepted;
  };
  return {
    state,
    read: (bytes, ends) => {
      for (let at = 0; at < bytes.length; at++) {
        const byte = bytes[at]!;
        if (!state.isInside) {
          state.stray++;
          state.at = step(starts, state.at, byte);
          if (state.at === accepted) begin(at + 1, ends);
        } else if (isEnd(byte)) {
          Object.assign(state, { isInside: false, at: 0 });
          ends(at + 1);
        }
      }
    },
  };
}
