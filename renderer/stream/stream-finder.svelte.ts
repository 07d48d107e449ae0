import type { Commands } from '../../shared/contract.ts';
import type { EncodingId } from '../../shared/encodings/encodings.ts';
import { codecOf } from '../../shared/encodings/encodings.ts';
import { encodeText } from '../../shared/encodings/codec.ts';
import { expressionOf, isExpression } from '../../shared/filter/expression-places.ts';
import { failureOf } from '../../shared/failure.ts';
import { parseBytePattern } from '../../shared/payload/matching.ts';
import type { StreamMatch, StreamPattern } from '../../shared/stream-rows.ts';
import type { Remote } from '../../shared/wire/rpc.ts';
import type { ByteRange } from '../lib/hex-rows.ts';
import type { Places } from './stream-rows.svelte.ts';

/** That are marked and counted. */
export const mostMatches = 10_000;
const hexKey = 'hex:';

export type FinderEngine = Pick<Remote<Commands>, 'findInStream' | 'matchesInStream'>;

/** Text, bytes behind `hex:`, or `/an expression/`; null for what is none, or has characters that the encoding lacks. */
export function patternOf(text: string, encoding: EncodingId): StreamPattern | null {
  if (text === '') return null;
  if (text.toLowerCase().startsWith(hexKey)) {
    const bytes = parseBytePattern(text.slice(hexKey.length));
    if (bytes === null || bytes.includes(null)) return null;
    return { bytes: Uint8Array.from(bytes as number[]), folds: false };
  }
  const expression = expressionOf(text);
  if (expression !== null) return isExpression(expression) ? expression : null;
  const bytes = encodeText(text, codecOf(encoding));
  return bytes && { bytes, folds: true };
}

/** What is looked for in one conversation: where it stands, from its beginning on and as it grows. */
export class StreamFinder {
  /** In rising order. */
  matches = $state.raw<readonly StreamMatch[]>([]);
  /** An expression took ages: what was found until then stays. */
  isTooSlow = $state(false);
  /** All that there is was looked through, or there are more than are counted. */
  isDone = $state(true);
  #pattern: StreamPattern | null = null;
  #stream = 0;
  #places = 0;
  #to = 0;
  /** The match that was gone to last. */
  #last: Places | null = null;
  #looking = false;
  /** Counts what is looked for: an answer about something else is dropped. */
  #turn = 0;
  readonly #engine: FinderEngine;

  constructor(engine: FinderEngine) {
    this.#engine = engine;
  }

  get hasAll(): boolean {
    return this.matches.length < mostMatches;
  }

  look(stream: number, places: number, pattern: StreamPattern | null): void {
    this.#turn++;
    this.#stream = stream;
    this.#pattern = pattern;
    this.#places = places;
    this.#to = 0;
    this.#looking = false;
    this.#last = null;
    this.isTooSlow = false;
    this.matches = [];
    this.isDone = true;
    void this.#go();
  }

  /** The conversation has so many places by now. */
  grow(places: number): void {
    if (places <= this.#places) return;
    this.#places = places;
    void this.#go();
  }

  /** Those that are in sight, as the places that they take. */
  within({ from, to }: Places): ByteRange[] {
    const { matches } = this;
    const found: ByteRange[] = [];
    const first = firstAfter(matches, ({ at, length }) => at + length, from);
    for (let i = first; i < matches.length && matches[i]!.at < to; i++)
      found.push({ start: matches[i]!.at, end: matches[i]!.at + matches[i]!.length });
    return found;
  }

  /** Its number, from 0 on; -1 for none. */
  numberOf(place: number): number {
    const i = firstAfter(this.matches, ({ at }) => at, place - 1);
    return this.matches[i]?.at === place ? i : -1;
  }

  /**
   * The next one that begins at a place or behind it, or the last before it, and around the end; behind the one that was
   * found last no part of it. Rejects as `findInStream`.
   */
  async find(from: number, isBackwards: boolean): Promise<Places | null> {
    const place = !isBackwards && this.#last?.from === from - 1 ? this.#last.to : from;
    const turn = this.#turn;
    const pattern = this.#pattern;
    if (pattern === null) return null;
    const end = this.#places;
    for (const start of [place, isBackwards ? end : 0])
      for (let at = start; isBackwards ? at > 0 : at < end;) {
        const asked = this.#engine.findInStream(this.#stream, pattern, at, isBackwards);
        const told = await asked.catch((thrown: unknown) => {
          if (turn === this.#turn) throw thrown;
          return null;
        });
        if (told === null || turn !== this.#turn) return null;
        const { found, to } = told;
        if (found !== null) return (this.#last = { from: found.at, to: found.at + found.length });
        // The log was cleared: there is less than was known.
        if (isBackwards ? to >= at : to <= at) break;
        at = to;
      }
    return null;
  }

  async #go(): Promise<void> {
    const turn = this.#turn;
    const pattern = this.#pattern;
    if (pattern === null || this.#looking) return;
    this.#looking = true;
    const least = 'bytes' in pattern ? pattern.bytes.length : 1;
    while (this.hasAll && !this.isTooSlow && this.#to + least <= this.#places) {
      this.isDone = false;
      const asked = this.#engine.matchesInStream(this.#stream, pattern, this.#to);
      const told = await asked.catch((thrown: unknown) => {
        if (turn === this.#turn) this.isTooSlow = failureOf(thrown).code === 'FILTER_TOO_SLOW';
        return null;
      });
      if (turn !== this.#turn) return;
      if (told === null || (told.to <= this.#to && told.found.length === 0)) break;
      this.#to = told.to;
      if (told.found.length > 0) this.matches = [...this.matches, ...told.found].slice(0, mostMatches);
    }
    this.isDone = true;
    this.#looking = false;
  }
}

/** The number of the first match of which `of` is behind a place. */
function firstAfter(
  matches: readonly StreamMatch[],
  of: (match: StreamMatch) => number,
  place: number,
): number {
  let low = 0;
  for (let high = matches.length; low < high;) {
    const middle = (low + high) >>> 1;
    if (of(matches[middle]!) <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}
