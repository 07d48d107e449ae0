/** The kinds of reply that look at nothing but the message itself. */
import type { Template } from '../../../shared/payload/payload.ts';
import type { EncodingId } from '../../../shared/encodings/encodings.ts';
import { tornLength } from '../../../shared/encodings/torn.ts';
import type { Place } from '../capture/recorder.ts';
import type { Answerer } from './messages.ts';
import type { ReplyWriter } from './reply-writer.ts';
import { asctime, upperCase } from './text-answers.ts';

/** Each message goes back once it is complete. */
export const echoMessages = (writer: ReplyWriter): Answerer => ({
  message: (bytes, place) => writer.replyStored(writer.stored(bytes, place), bytes.length),
});

/**
 * Each message goes to all others, its bytes as they are: a room adds nothing that nobody said. What one read holds goes
 * as one piece: a flood of empty lines, each to a thousand peers by itself, would hold up everybody.
 */
export function chat(writer: ReplyWriter): Answerer {
  let start = 0;
  let length = 0;
  const tell = (): void => {
    if (length > 0) writer.port.toOthers(start, length);
    length = 0;
  };
  return {
    message: (bytes, place) => {
      const at = writer.stored(bytes, place);
      // An empty datagram is one too.
      if (writer.port.kind === 'datagram') return writer.port.toOthers(at, bytes.length);
      if (at !== start + length) tell();
      if (length === 0) start = at;
      length += bytes.length;
    },
    settled: tell,
  };
}

export const fixed = (writer: ReplyWriter, answer: Template): Answerer => ({
  message: (bytes) => void writer.reply(writer.fill(answer, bytes)),
});

export const prefixed = (writer: ReplyWriter, prefix: Template): Answerer => ({
  message: (bytes) => writer.replyJoined(writer.fill(prefix, bytes), bytes),
});

/** `[Fri Nov 20 14:02:11 2026] text`: when the message was answered, by this machine's clock. */
export function timestamped(writer: ReplyWriter, clock: () => Date): Answerer {
  let second = Number.NaN;
  let stamp: Uint8Array = new Uint8Array();
  return {
    message: (bytes) => {
      const date = clock();
      const now = Math.floor(date.getTime() / 1000);
      // Thousands of short lines may share a second.
      if (now !== second) stamp = Buffer.from(`[${asctime(date)}] `);
      second = now;
      writer.replyJoined(stamp, bytes);
    },
  };
}

/**
 * A character that a chunk cuts waits for its other bytes, at most three, and goes with the next chunk or, when none
 * comes, as it is. Lines cut no character, and nothing follows a datagram.
 */
export function upper(writer: ReplyWriter, isStream: boolean, encoding: EncodingId): Answerer {
  let rest: Uint8Array = new Uint8Array();
  const answer = (bytes: Uint8Array, place: Place | null): void => {
    const answered = upperCase(bytes, encoding);
    if (place !== null && Buffer.compare(bytes, answered) === 0) writer.replyStored(place, bytes.length);
    else writer.reply(answered);
  };
  return {
    message: (bytes, place) => {
      const whole = rest.length === 0 ? bytes : Buffer.concat([rest, bytes]);
      const end = whole.length - (isStream ? tornLength(whole, 0, encoding) : 0);
      const wholePlace = rest.length === 0 ? place : null;
      // A copy, which `slice` of a Buffer is not: the memory of the chunk is used again.
      rest = Uint8Array.from(whole.subarray(end));
      answer(whole.subarray(0, end), wholePlace);
    },
    finished: (answered) => {
      writer.reply(rest);
      answered();
    },
  };
}
