/** Payloads read as text, one character at a time, with what the payload before them has left of one. */
import './all-codecs.ts';
import { joinBytes } from '../payload/join.ts';
import type { TextStep } from '../payload/utf8.ts';
import type { Codec } from './codec.ts';
import { codecOf, type EncodingId } from './encodings.ts';

/**
 * `before`: bytes of a character that earlier payloads of the stream began and did not end. `carries`: one that this payload
 * does not end may go on in the next.
 */
export type TextReading = {
  encoding: EncodingId;
  codec: Codec;
  before: Uint8Array;
  carries: boolean;
};

const nothing: Uint8Array = new Uint8Array(0);

export const readingIn = (encoding: EncodingId, before = nothing, carries = false): TextReading => ({
  encoding,
  codec: codecOf(encoding),
  before,
  carries,
});
export const asUtf8 = readingIn('utf-8');

/**
 * Reads at `at` of a payload. A character that came in parts stands where it is whole, at the payload's beginning, and is
 * as long as what the payload has of it.
 */
export function stepIn(bytes: Uint8Array, at: number, { codec, before }: TextReading): TextStep {
  return (at === 0 && before.length > 0 ? carried(bytes, codec, before) : null) ?? codec.step(bytes, at);
}

/** Null where what was begun does not go on so. */
function carried(bytes: Uint8Array, codec: Codec, before: Uint8Array): TextStep | null {
  const step = codec.step(joinBytes([before, bytes.subarray(0, longestCharacter)]), 0);
  const length = step.length - before.length;
  if (length <= 0) return null;
  if (step.ok) return { ...step, length };
  return step.cut ? { ok: false, cut: true, length } : null;
}
const longestCharacter = 4;

/** A character at the end of a payload that may go on in the next one. */
export const isTorn = (step: TextStep, end: number, length: number, { carries }: TextReading): boolean =>
  !step.ok && step.cut && carries && end >= length;
