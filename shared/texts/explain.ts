import type { Failure } from '../failure.ts';
import { en, type Texts } from './en.ts';
import type { During, Explanation, FailureSituation } from './failure-situation.ts';

/**
 * What happened, the likely cause, and what to try. `during` is what was being done (of a failed record, or 'listening'
 * for a server's failure): the same code means different things then. A code that is not known gets an honest answer.
 */
export function explain(failure: Failure, during: During | null = null, texts: Texts = en): Explanation {
  const known: Partial<Record<string, (situation: FailureSituation) => Explanation>> = texts.failures.known;
  const text = Object.hasOwn(known, failure.code) ? known[failure.code] : undefined;
  return (text ?? texts.failures.unknown)({ ...failure, during });
}
