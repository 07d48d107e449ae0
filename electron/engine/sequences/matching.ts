/** Whether a message is what a step waits for, and what it sets from it. */
import { decodeEscapedIn, encodeEscapedIn } from '../../../shared/encodings/escaped.ts';
import type { EncodingId } from '../../../shared/encodings/encodings.ts';
import { FailureError } from '../../../shared/failure.ts';
import { readMessageFilter } from '../../../shared/filter/message-operators.ts';
import { expressionOf, type TalkStep } from '../../../shared/sequences/sequence.ts';
import { runBounded } from '../net/bounded-run.ts';

/** As long as the thread may be held up by one look: tried again, because the clock goes on while other programs run. */
const looksMs = [100, 400];

/** `used`: bytes of the message that it needed, from its beginning. */
export type Match = { values: [name: string, bytes: Uint8Array][]; used: number };
/** Null for what is not waited for. Throws SEQUENCE_TOO_SLOW for an expression that finds no end. */
export type Look = (bytes: Uint8Array) => Match | null;

/** Of a step that was checked. */
export function lookOf({ expect, set }: Pick<TalkStep, 'expect' | 'set'>, encoding: EncodingId): Look {
  const read = readMessageFilter(expect);
  const patterns = set.map(({ name, pattern }) => ({ name, expression: expressionOf(pattern)! }));
  const isCostly = patterns.length > 0 || (read.ok && read.filter.isCostly);
  const passes = (bytes: Uint8Array): boolean =>
    read.ok &&
    read.filter.test({
      ...{ kind: 'received', connection: null, length: 0, time: 0, previous: null, frame: null, encoding },
      somePiece: (matches) => matches(bytes),
      ...{ someSentence: () => false, somePeer: () => false, someDecoded: () => false },
    }) === true;
  const look = (bytes: Uint8Array): Match | null => {
    if (!passes(bytes)) return null;
    const values: Match['values'] = [];
    let used = leastPassing(bytes, passes);
    const text = patterns.length === 0 ? '' : decodeEscapedIn(bytes, encoding);
    for (const { name, expression } of patterns) {
      const found = expression.exec(text);
      const value = found === null ? null : encodeEscapedIn(found[1] ?? found[0], encoding);
      if (value === null) return null;
      const end = encodeEscapedIn(text.slice(0, found!.index + found![0].length), encoding);
      used = Math.max(used, end?.length ?? bytes.length);
      values.push([name, value]);
    }
    return { values, used };
  };
  return isCostly ? bounded(look) : look;
}

/** Most filters pass whatever is behind what they look for: the least beginning that passes; all of it for the others. */
function leastPassing(bytes: Uint8Array, passes: (bytes: Uint8Array) => boolean): number {
  let [low, high] = [0, bytes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (passes(bytes.subarray(0, middle))) high = middle;
    else low = middle + 1;
  }
  return passes(bytes.subarray(0, high)) ? high : bytes.length;
}

const bounded =
  (look: Look): Look =>
  (bytes) => {
    let match: Match | null = null;
    for (const ms of looksMs) if (runBounded(() => (match = look(bytes)), ms)) return match;
    throw new FailureError({ code: 'SEQUENCE_TOO_SLOW' });
  };
