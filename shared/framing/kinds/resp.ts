/** Redis serialization protocol, RESP2 and RESP3, without streamed strings and aggregates; inline commands are lines. */
import type { Cutter, CutterState } from '../framer.ts';
import { framer } from '../kind.ts';

const lineFeed = 10;
const carriageReturn = 13;
const minus = 0x2d;
const codes = (characters: string): Set<number> =>
  new Set(Array.from(characters, (character) => character.charCodeAt(0)));
const simple = codes('+-:,(#_');
const counted = codes('$!=');
const lists = codes('*~>');
/** A map has two values for each that it counts; attributes stand before the value that they are about. */
const maps = codes('%|');
const attributes = codes('|');
const isType = (byte: number): boolean => [simple, counted, lists, maps].some((types) => types.has(byte));
/** More cannot be meant, and sums of them stay exact. */
const mostCounted = 2 ** 40;

/** `values`: those that the frame still needs. `at`: of the line. `left`: bytes of a string, with its line end. */
type RespState = CutterState & {
  values: number;
  /** Its first line has been read. */
  isInside: boolean;
  type: number;
  at: number;
  count: number;
  isNegative: boolean;
  isNumber: boolean;
  left: number;
};

const atLine = { type: 0, at: 0, count: 0, isNegative: false, isNumber: true };

export const resp = framer('resp', {}, () => ({
  why: 'incomplete',
  cutter: (): Cutter<RespState> => {
    const state: RespState = { mark: null, values: 1, isInside: false, left: 0, ...atLine };
    const end = (at: number, ends: (at: number) => void): void => {
      state.values = 1;
      state.isInside = false;
      ends(at);
    };
    return {
      state,
      read: (bytes, ends) => {
        for (let at = 0; at < bytes.length;) {
          if (state.left > 0) at += takeString(state, bytes, at);
          else if (!takeLineByte(state, bytes[at++]!)) continue;
          // A string that does not end as it should ends the frame: what follows it is not what was meant.
          if (state.left === 0 && (state.values === 0 || state.mark !== null)) end(at, ends);
        }
      },
    };
  },
  payload: (bytes) => {
    const feed = bytes.indexOf(lineFeed) + 1;
    const isInline = !isType(bytes[0]!);
    if (isInline || simple.has(bytes[0]!)) return withoutLineEnd(bytes.subarray(isInline ? 0 : 1));
    return counted.has(bytes[0]!) && feed < bytes.length ? bytes.subarray(feed, -2) : bytes.subarray(feed);
  },
}));

function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  const end = bytes.at(-1) === lineFeed ? bytes.length - 1 : bytes.length;
  return bytes.subarray(0, bytes[end - 1] === carriageReturn ? end - 1 : end);
}

/** Passes over a string; its last two bytes are a line end. */
function takeString(state: RespState, bytes: Uint8Array, at: number): number {
  if (state.left > 2) {
    const taken = Math.min(state.left - 2, bytes.length - at);
    state.left -= taken;
    return taken;
  }
  if (bytes[at] !== (state.left === 2 ? carriageReturn : lineFeed)) state.mark = 'bad-length';
  if (--state.left === 0) state.values--;
  return 1;
}

/** True at the end of the line. */
function takeLineByte(state: RespState, byte: number): boolean {
  if (byte === lineFeed) {
    endLine(state);
    Object.assign(state, atLine, { isInside: true });
    return true;
  }
  if (state.at === 0) state.type = byte;
  else if (byte === minus && state.at === 1) state.isNegative = true;
  else if (byte >= 0x30 && byte <= 0x39)
    state.count = Math.min(mostCounted + 1, state.count * 10 + byte - 0x30);
  else if (byte !== carriageReturn) state.isNumber = false;
  state.at++;
  return false;
}

function endLine(state: RespState): void {
  const { type, count, isNegative, isNumber, isInside } = state;
  if (simple.has(type) || (!isType(type) && !isInside)) return void state.values--;
  if (!isType(type)) return void (state.mark = 'bad-head');
  if (!isNumber || count > mostCounted) return void (state.mark = 'bad-length');
  // A length of -1 is null.
  if (isNegative) return void state.values--;
  if (counted.has(type)) return void (state.left = count + 2);
  state.values += count * (maps.has(type) ? 2 : 1) - (attributes.has(type) ? 0 : 1);
}
