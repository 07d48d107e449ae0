/** Looks for the rule that answers each message, for a bounded time: the thread is that of all sockets. */
import { factsOf, failed, FailureError, failureOf, type FailureFacts } from '../../../shared/failure.ts';
import type { FillContext } from '../../../shared/payload/context.ts';
import { RuleMessage, type CompiledRule } from '../../../shared/payload/rules.ts';
import { monotonic } from '../clock.ts';
import { runBounded } from '../net/bounded-run.ts';
import { ruleBudget, type RuleBudget } from '../net/rule-budget.ts';

/** A rule that takes so long for one message, twice, is off for its peer. */
export const ruleMs = 100;
/** What it gets instead while rules have used up their time together, and after how many tries a message is left. */
const hurriedMs = 1;
const tries = 2;
const hurriedTries = 3;
/** A rule for which so many of a peer's messages were left is off for that peer. */
export const mostLeft = 10;
/** A rule that is off for so many peers is off for all: whoever connects anew each time must not hold up the others. */
export const mostSlowPeers = 10;
/** Of the rules that one server's peers share: for how many of them each is off. */
const slowPeers = new WeakMap<readonly CompiledRule[], Map<CompiledRule, number>>();
/** Rules that were stopped for some peer: not even tried while there is no time left for tries. */
const knownSlow = new WeakSet<CompiledRule>();
/** All that the messages of one read may take; those behind it are not answered. */
export const readMs = 500;
/** Replies that are found before they are sent: dynamic ones wait in memory. */
const mostFoundBytes = 1024 * 1024;

export type FoundAnswer = { rule: CompiledRule; reply: Uint8Array };
export type SearchEvents = {
  answer(found: FoundAnswer): void;
  failed(facts: FailureFacts, rule: number | null): void;
  /** What an answer to a message is made in. */
  around(message: Uint8Array): Partial<FillContext>;
  /** True: no more messages need an answer. */
  isDone(): boolean;
};

/** What one peer's messages are searched with. A rule that was too slow for a message of its is skipped from then on. */
export class RuleSearch {
  #rules: readonly CompiledRule[];
  #events: SearchEvents;
  #budget: RuleBudget;
  #off = new Set<CompiledRule>();
  /** How many messages were left unanswered, because this rule took too long for the time there was. */
  #left = new Map<CompiledRule, number>();

  constructor(rules: readonly CompiledRule[], events: SearchEvents, budget: RuleBudget = ruleBudget) {
    this.#rules = rules;
    this.#events = events;
    this.#budget = budget;
  }

  /** Answers the messages of one read in their order. */
  run(messages: readonly Uint8Array[]): void {
    this.#skipSlowForAll();
    const until = monotonic() + readMs;
    const search = new Search(this.#rules, this.#off, messages, until, this.#budget, this.#events.around);
    while (!search.isDone && !this.#events.isDone()) {
      if (monotonic() >= until) return this.#events.failed(failed('RULES_TOO_SLOW'), null);
      const slow = search.go();
      this.#tell(search);
      if (slow === null) continue;
      if (search.isHurried) return this.#leave(slow);
      this.#turnOff(slow);
      search.isHurried = this.#budget.isSpent;
    }
  }

  /** Another rule may not answer in the place of one that would perhaps match; nor are more of this peer's tried now. */
  #leave(rule: CompiledRule): void {
    const left = (this.#left.get(rule) ?? 0) + 1;
    this.#left.set(rule, left);
    knownSlow.add(rule);
    this.#events.failed(failed('RULES_BUSY'), rule.number);
    if (left >= mostLeft) this.#turnOff(rule);
  }

  #turnOff(rule: CompiledRule): void {
    this.#off.add(rule);
    knownSlow.add(rule);
    const peers = slowPeers.get(this.#rules) ?? new Map<CompiledRule, number>();
    slowPeers.set(this.#rules, peers.set(rule, (peers.get(rule) ?? 0) + 1));
    this.#events.failed(failed('RULE_TIMEOUT'), rule.number);
  }

  #skipSlowForAll(): void {
    for (const [rule, peers] of slowPeers.get(this.#rules) ?? []) {
      if (peers < mostSlowPeers || this.#off.has(rule)) continue;
      this.#off.add(rule);
      this.#events.failed(failed('RULE_OFF'), rule.number);
    }
  }

  #tell(search: Search): void {
    for (const found of search.takeFound()) {
      if (this.#events.isDone()) return;
      if ('reply' in found) this.#events.answer(found);
      else this.#events.failed(found.facts, found.rule.number);
    }
  }
}

type Found = FoundAnswer | { rule: CompiledRule; facts: FailureFacts };

/** May be stopped between any two steps and goes on where it was: repeating the last step changes nothing. */
class Search {
  #rules: readonly CompiledRule[];
  #off: ReadonlySet<CompiledRule>;
  #messages: readonly Uint8Array[];
  #until: number;
  #message: RuleMessage | null = null;
  #at = 0;
  #rule = 0;
  /** By the number of the message, so that none is answered twice. */
  #found = new Map<number, Found>();
  #foundBytes = 0;
  /** Both tries of a message have the same time: the first may have been slow because of the machine. */
  isHurried: boolean;
  #budget: RuleBudget;
  #around: SearchEvents['around'];
  #lastStop = '';
  #stops = 0;
  /** It is known to be slow, and there is no time to try it. */
  #refused: CompiledRule | null = null;

  constructor(
    rules: readonly CompiledRule[],
    off: ReadonlySet<CompiledRule>,
    messages: readonly Uint8Array[],
    until: number,
    budget: RuleBudget,
    around: SearchEvents['around'],
  ) {
    this.#rules = rules;
    this.#off = off;
    this.#messages = messages;
    this.#until = until;
    this.isHurried = budget.isSpent;
    this.#budget = budget;
    this.#around = around;
  }

  get isDone(): boolean {
    return this.#at >= this.#messages.length;
  }

  takeFound(): Iterable<Found> {
    const found = this.#found;
    this.#found = new Map();
    this.#foundBytes = 0;
    return found.values();
  }

  /** Returns the rule that was too slow for the same message again: once may be the machine's fault. */
  go(): CompiledRule | null {
    if (!this.#rules.some((rule) => rule.isCostly && !this.#off.has(rule))) {
      this.#steps();
      return null;
    }
    if (this.#hasTime(this.isHurried ? hurriedMs : ruleMs)) return this.#refused;
    const stop = `${this.#at} ${this.#rule}`;
    this.#stops = stop === this.#lastStop ? this.#stops + 1 : 1;
    this.#lastStop = stop;
    const isSlow = this.#stops >= (this.isHurried ? hurriedTries : tries);
    return isSlow ? (this.#rules[this.#rule] ?? null) : null;
  }

  #hasTime(ms: number): boolean {
    const started = monotonic();
    const hasEnded = runBounded(() => this.#steps(), ms);
    const tookMs = monotonic() - started;
    this.#budget.count(hasEnded ? Math.min(ms, tookMs) : ms);
    // As long as it really was: on a busy machine a short try is stopped late, and holds up the others all the same.
    if (this.isHurried && !hasEnded) this.#budget.countTry(tookMs);
    return hasEnded;
  }

  #steps(): void {
    while (!this.isDone && this.#foundBytes < mostFoundBytes && monotonic() < this.#until) {
      const bytes = this.#messages[this.#at]!;
      this.#message ??= new RuleMessage(bytes, () => this.#around(bytes));
      const found = this.#answerTo(this.#message);
      if (this.#refused !== null) return;
      if (found !== null) this.#found.set(this.#at, found);
      if (found !== null && 'reply' in found) this.#foundBytes += found.reply.length;
      this.#message = null;
      this.#rule = 0;
      this.#at++;
    }
  }

  #answerTo(message: RuleMessage): Found | null {
    for (; this.#rule < this.#rules.length; this.#rule++) {
      const rule = this.#rules[this.#rule]!;
      if (this.#off.has(rule)) continue;
      if (this.isHurried && knownSlow.has(rule) && this.#budget.isExhausted) {
        this.#refused = rule;
        return null;
      }
      try {
        const reply = rule.answer(message);
        if (reply !== null) return { rule, reply };
      } catch (error) {
        return { rule, facts: factsOfRule(error) };
      }
    }
    return null;
  }
}

/** An expression can also run out of memory for its way back. */
function factsOfRule(error: unknown): FailureFacts {
  const facts = factsOf(failureOf(error));
  return error instanceof FailureError ? facts : { ...facts, code: 'RULE_FAILED' };
}
