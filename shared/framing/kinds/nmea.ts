/** NMEA 0183: from `$` or `!` to a line end, with a checksum where there is a `*`; a tag block may stand before it. */
import type { Cutter, CutterState } from '../framer.ts';
import { framer } from '../kind.ts';

const lineFeed = 10;
const carriageReturn = 13;
const dollar = 0x24;
const exclamation = 0x21;
const star = 0x2a;
const backslash = 0x5c;
const isStart = (byte: number): boolean => byte === dollar || byte === exclamation;

/** `part`: what is being read. `sum`: of what stands between start and star. `given`: the one behind the star. */
type NmeaState = CutterState & {
  part: 'start' | 'tags' | 'behind-tags' | 'data' | 'sum' | 'stray';
  sum: number;
  given: number;
  digits: number;
};

const begun = { part: 'start', sum: 0, given: 0, digits: 0 } as const;

export const nmea = framer('nmea', {}, () => ({
  why: 'no-end',
  cutter: (): Cutter<NmeaState> => {
    const state: NmeaState = { mark: null, ...begun };
    return {
      state,
      read: (bytes, ends) => {
        for (let at = 0; at < bytes.length; at++) {
          const byte = bytes[at]!;
          // Nothing in a sentence looks like its start: the one before it was cut off.
          const isCutOff = isStart(byte) && state.part !== 'start' && state.part !== 'behind-tags';
          if (isCutOff) {
            state.mark = state.part === 'stray' ? 'bad-head' : 'unfinished';
            Object.assign(state, begun);
            ends(at);
          }
          take(state, byte);
          if (byte !== lineFeed) continue;
          Object.assign(state, begun);
          ends(at + 1);
        }
      },
    };
  },
  payload: (bytes) => {
    const behindTags = bytes[0] === backslash ? bytes.indexOf(backslash, 1) : 0;
    const start = bytes.findIndex((byte, at) => at >= behindTags && isStart(byte)) + 1;
    const sum = bytes.indexOf(star, start);
    if (sum >= 0) return bytes.subarray(start, sum);
    return bytes.subarray(start, bytes.at(-2) === carriageReturn ? -2 : -1);
  },
}));

function take(state: NmeaState, byte: number): void {
  if (byte === lineFeed) return endLine(state);
  switch (state.part) {
    case 'start':
      state.part = isStart(byte) ? 'data' : byte === backslash ? 'tags' : 'stray';
      return;
    case 'tags':
      if (byte === backslash) state.part = 'behind-tags';
      return;
    case 'behind-tags':
      state.part = isStart(byte) ? 'data' : 'stray';
      return;
    case 'data':
      if (byte === star) state.part = 'sum';
      else if (byte !== carriageReturn) state.sum ^= byte;
      return;
    case 'sum':
      return takeDigit(state, byte);
    case 'stray':
  }
}

function takeDigit(state: NmeaState, byte: number): void {
  if (byte === carriageReturn) return;
  const digit = parseInt(String.fromCharCode(byte), 16);
  // What is no digit is one too many.
  state.digits += Number.isNaN(digit) ? 3 : 1;
  state.digits = Math.min(3, state.digits);
  state.given = (state.given * 16 + (digit || 0)) & 0xff;
}

function endLine(state: NmeaState): void {
  if (state.part === 'sum' && (state.digits !== 2 || state.given !== state.sum)) state.mark = 'bad-checksum';
  if (state.part !== 'sum' && state.part !== 'data') state.mark = 'bad-head';
}
