import type { Commands } from '../../shared/contract.ts';
import type { EncodingId } from '../../shared/encodings/encodings.ts';
import { codecOf } from '../../shared/encodings/encodings.ts';
import { encodeText } from '../../shared/encodings/codec.ts';
import { parseBytePattern } from '../../shared/payload/matching.ts';
import type { StreamPattern } from '../../shared/stream-rows.ts';
import type { Remote } from '../../shared/wire/rpc.ts';
import type { ByteRange } from '../lib/hex-rows.ts';
import type { Places } from './stream-rows.svelte.ts';

/** That are marked and counted. */
export const mostMatches = 10_000;
const hexKey = 'hex:';

export type FinderEngine = Pick<Remote<Commands>, 'findInStream' | 'matchesInStream'>;

/** Text, or bytes behind `hex:`; null for what is neither, or has characters that the encoding lacks. */
export function patternOf(text: string, encoding: EncodingId): StreamPattern | null {
  if (text === '') return null;
  if (text.toLowerCase().startsWith(hexKey)) {
    const bytes = parseBytePattern(text.slice(hexKey.length));
    if (bytes === null || bytes.includes(null)) return null;
    return { bytes: Uint8Array.from(bytes as number[]), folds: false };
  }
  const bytes = encodeText(text, codecOf(encoding));
  return bytes && { bytes, folds: true };
}

/** What is looked for in one conversation: where it stands, from its beginning on and as it grows. */
export class StreamFinder {
  /** Where matches begin, in rising order. */
  matches = $state.raw<readonly number[]>([]);
  /** All that there is was looked through, or there are more than are counted. */
  isDone = $state(true);
  #pattern: StreamPattern | null = null;
  #stream = 0;
  #places = 0;
  #to = 0;
  #looking = false;
  /** Counts what is looked for: an answer about something else is dropped. */
  #turn = 0;
  readonly #engine: FinderEngine;

  constructor(engine: FinderEngine) {
    this.#engine = engine;
  }

  get length(): number {
    return this.#pattern?.bytes.length ?? 0;
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
    const { matches, length } = this;
    const found: ByteRange[] = [];
    for (let i = firstAfter(matches, from - length); i < matches.length && matches[i]! < to; i++)
      found.push({ start: matches[i]!, end: matches[i]! + length });
    return found;
  }

  /** Its number, from 0 on; -1 for none. */
  numberOf(place: number): number {
    const i = firstAfter(this.matches, place - 1);
    return this.matches[i] === place ? i : -1;
  }

  /** The next one that begins at a place or behind it, or the last before it, and around the end. Rejects as `findInStream`. */
  async find(place: number, isBackwards: boolean): Promise<Places | null> {
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
        if (found !== null) return { from: found.at, to: found.at + found.length };
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
    while (this.hasAll && this.#to + pattern.bytes.length <= this.#places) {
      this.isDone = false;
      const told = await this.#engine.matchesInStream(this.#stream, pattern, this.#to).catch(() => null);
      if (turn !== this.#turn) return;
      if (told === null || (told.to <= this.#to && told.at.length === 0)) break;
      this.#to = told.to;
      if (told.at.length > 0) this.matches = [...this.matches, ...told.at].slice(0, mostMatches);
    }
    this.isDone = true;
    this.#looking = false;
  }
}

/** The number of the first match behind a place. */
function firstAfter(matches: readonly number[], place: number): number {
  let low = 0;
  for (let high = matches.length; low < high;) {
    const middle = (low + high) >>> 1;
    if (matches[middle]! <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}
