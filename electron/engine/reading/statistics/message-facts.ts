/** The key and the number that messages have, by the rules of a plan. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { candidates, decode, usualBudget } from '../../../../shared/decoding/decoders.ts';
import type { DecodeHints } from '../../../../shared/decoding/context.ts';
import type { DecoderId } from '../../../../shared/decoding/decoded.ts';
import { decodeEscapedIn } from '../../../../shared/encodings/escaped.ts';
import { encodingOf, type ShownEncodings } from '../../../../shared/encodings/shown.ts';
import { failed, FailureError } from '../../../../shared/failure.ts';
import { fieldIn, numberIn, patternOf, type MatchRule } from '../../../../shared/statistics/matching.ts';
import type { Direction, StatisticsPlan } from '../../../../shared/statistics/statistics.ts';
import { monotonic } from '../../clock.ts';
import { runBounded } from '../../net/bounded-run.ts';
import { ownBytes } from '../decoded-message.ts';
import type { Found } from './tally.ts';

/** Of a message so much is looked at. */
export const mostLookedAt = 64 * 1024;
const mostNodes = 20_000;
const mostDecodeMs = 50;
/** So long others wait for their turn, expressions for their end. */
const turnMs = 5;
const expressionMs = 200;

/** `payload`: what its framing does not count as its own; that of a chunk is all of it. */
export type Message = {
  direction: Direction;
  stream: number;
  whole: Uint8Array;
  payload: Uint8Array;
};

export class MessageFacts {
  readonly #plan: StatisticsPlan;
  readonly #encodings: ShownEncodings;
  readonly #isDatagram: boolean;
  readonly #expressions = new Map<string, RegExp | null>();
  /** What the first messages looked like. */
  #as: DecoderId | null;

  constructor(plan: StatisticsPlan, encodings: ShownEncodings, isDatagram: boolean) {
    this.#plan = plan;
    this.#encodings = encodings;
    this.#isDatagram = isDatagram;
    this.#as = plan.decoder;
  }

  /** Whether bytes have to be looked at for messages of a direction. */
  needs(direction: Direction): boolean {
    const { match, numbers } = this.#plan;
    return isKeyed(match) || (numbers !== null && direction === 'received');
  }

  /** In their order. Rejects with FILTER_TOO_SLOW for an expression without an end. */
  async of(messages: readonly Message[]): Promise<Found[]> {
    const found: Found[] = [];
    const { match, numbers } = this.#plan;
    if (match.by === 'pattern' || numbers?.by === 'pattern') {
      const look = (): void => {
        while (found.length < messages.length) found.push(this.#look(messages[found.length]!));
      };
      if (!runBounded(look, expressionMs) && found.length < messages.length)
        throw new FailureError({ ...failed('FILTER_TOO_SLOW'), subject: '' });
      return found;
    }
    let until = monotonic() + turnMs;
    for (const message of messages) {
      found.push(this.#look(message));
      if (monotonic() < until) continue;
      await nextTurn();
      until = monotonic() + turnMs;
    }
    return found;
  }

  #look(message: Message): Found {
    const { match, numbers } = this.#plan;
    const text = (pattern: string): string | null => this.#group(pattern, message);
    const number =
      numbers === null || message.direction !== 'received' ? null : numberIn(numbers, message.whole, text);
    if (match.by === 'pattern') return { key: text(match.pattern), number };
    return { key: match.by === 'decoded' ? this.#field(match.path, message) : null, number };
  }

  #group(pattern: string, { direction, stream, payload }: Message): string | null {
    if (!this.#expressions.has(pattern)) this.#expressions.set(pattern, patternOf(pattern));
    const text = decodeEscapedIn(payload, encodingOf(this.#encodings, stream, direction));
    const match = this.#expressions.get(pattern)?.exec(text) ?? null;
    return match === null ? null : (match[1] ?? match[0]);
  }

  #field(path: string, { direction, whole, payload }: Message): string | null {
    if (whole.length === 0) return null;
    const from = direction === this.#plan.requests ? ('client' as const) : ('server' as const);
    const hints: DecodeHints = { from, isDatagram: this.#isDatagram };
    this.#as ??= candidates(whole, hints)[0]?.id ?? candidates(payload, hints)[0]?.id ?? null;
    if (this.#as === null) return null;
    const end = monotonic() + mostDecodeMs;
    const budget = {
      ...usualBudget(() => monotonic() > end),
      ...{ nodes: mostNodes, unpackedBytes: mostLookedAt },
    };
    const bytes = ownBytes(this.#as, whole, payload, hints);
    return fieldIn(decode(this.#as, bytes, budget, hints).root, path);
  }
}

const isKeyed = (match: MatchRule): boolean => match.by === 'decoded' || match.by === 'pattern';
