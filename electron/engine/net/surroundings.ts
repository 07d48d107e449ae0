/** What a message is made in: the time, chance, counters, and the connection it goes to. */
import { createHash, createHmac, randomFillSync } from 'node:crypto';
import type { Address } from '../../../shared/address.ts';
import { bareContext, type FillContext } from '../../../shared/payload/context.ts';
import { ValueError } from '../../../shared/payload/functions/value.ts';
import { isInBoundedRun, runBounded } from './bounded-run.ts';
import { monotonic, now } from '../clock.ts';
import { allowedNames } from './allowed-names.ts';
import { ruleBudget } from './rule-budget.ts';

/** `connection`: its number; null for none. `received`: what is answered. */
export type Around = {
  connection: number | null;
  local: Address | null;
  remote: Address | null;
  received: Uint8Array | null;
};

/** Of each endpoint, by its recorder: counters of its replies and of what is sent go on from each other. */
const counters = new WeakMap<object, Counters>();
type Counters = Map<string, number>;
/** Of one endpoint: a message of 256 KiB could name ten thousands, and each connection has its own. */
const mostCounters = 65_536;

/** `owner`: whose counters go on, an endpoint's recorder; they stay as they are where nothing `counts`. */
export function surroundings(owner: object, around: Around, counts = true): FillContext {
  const own = countersOf(owner);
  const counted = counts ? own : new Map(own);
  const time = BigInt(Math.round(now() * 1000)) * 1000n;
  return {
    ...bareContext,
    ...around,
    now: () => time,
    random: (length) => randomFillSync(new Uint8Array(length)),
    search: searched,
    file: (path) => allowedNames.file(path),
    variable: (name) => allowedNames.variable(name),
    next: (counter, per) => next(counted, per === 'connection' ? `${around.connection} ${counter}` : counter),
    hash: (name, bytes, key) =>
      Uint8Array.from((key === null ? createHash(name) : createHmac(name, key)).update(bytes).digest()),
  };
}

/** As long as one rule may take. */
const searchMs = 100;

/** A peer can send what it takes long for again and again: with slow rules it has a share of the thread's time. */
function searched(expression: RegExp, text: string): RegExpExecArray | null {
  if (isInBoundedRun()) return expression.exec(text);
  if (ruleBudget.isSpent) throw new ValueError('value-too-slow');
  let found: RegExpExecArray | null = null;
  const started = monotonic();
  const hasEnded = runBounded(() => (found = expression.exec(text)), searchMs);
  ruleBudget.count(monotonic() - started);
  if (!hasEnded) throw new ValueError('value-too-slow');
  return found;
}

function countersOf(owner: object): Counters {
  let counts = counters.get(owner);
  if (counts === undefined) counters.set(owner, (counts = new Map()));
  return counts;
}

function next(counts: Counters, counter: string): number {
  const before = counts.get(counter) ?? 0;
  // The oldest goes: what is counted now matters more.
  if (before === 0 && counts.size >= mostCounters) counts.delete(counts.keys().next().value!);
  counts.set(counter, before + 1);
  return before;
}
