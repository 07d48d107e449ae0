/** Runs a dialogue against the bytes of a proxy, without sockets. */
import { failureOf } from '../../../shared/failure.ts';
import { sayWhy } from '../../../shared/texts/index.ts';
import type { Dialogue } from '../layers/proxy/dialogue.ts';

export type Outcome = {
  sent: Buffer[];
  /** How much of the answer was read. */
  read: number;
  /** 'open', the code of the failure, or 'waits' when the answer was not enough. */
  end: string;
  /** What the proxy said or did, in words. */
  words: string;
};

export function talk(dialogue: Dialogue, answer: Uint8Array): Outcome {
  const outcome: Outcome = { sent: [], read: 0, end: 'waits', words: '' };
  try {
    let step = dialogue.next();
    while (step.done !== true) {
      if (step.value.send) outcome.sent.push(Buffer.from(step.value.send));
      const next = outcome.read + step.value.read;
      if (next > answer.length) return outcome;
      step = dialogue.next(answer.subarray(outcome.read, next));
      outcome.read = next;
    }
    outcome.end = 'open';
  } catch (error) {
    const failure = failureOf(error);
    outcome.end = failure.code;
    outcome.words = sayWhy(failure);
  }
  return outcome;
}
