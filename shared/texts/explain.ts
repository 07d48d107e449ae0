import type { Failure } from '../failure.ts';
import { en, type Texts } from './en.ts';
import type { During, Explanation, FailureSituation } from './failure-situation.ts';

/**
 * What happened, the likely cause, and what to try. `during` is what was being done: the same code means different
 * things then. Without it, the system call that begins the system's message tells. A code that is not known gets an
 * honest answer.
 */
export function explain(failure: Failure, during: During | null = null, texts: Texts = en): Explanation {
  const known: Partial<Record<string, (situation: FailureSituation) => Explanation>> = texts.failures.known;
  const text = Object.hasOwn(known, failure.code) ? known[failure.code] : undefined;
  return (text ?? texts.failures.unknown)({ ...failure, during: during ?? duringOf(failure.message) });
}

// Node begins messages so: `connect ECONNREFUSED 127.0.0.1:9`. A listener's bind is called `listen`, a client's `bind`.
const calls: Partial<Record<string, During>> = {
  getaddrinfo: 'resolving',
  bind: 'connecting',
  connect: 'connecting',
  listen: 'listening',
  read: 'open',
  write: 'open',
  shutdown: 'open',
};

function duringOf(message: string): During | null {
  const call = /^([a-z]+) E[A-Z]/.exec(message)?.[1];
  return (call !== undefined && Object.hasOwn(calls, call) && calls[call]) || null;
}
