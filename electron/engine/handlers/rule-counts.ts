/** How often the rules of a server have answered. */
import type { Rule } from '../../../shared/settings/settings.ts';

type Counter = { times: number };

/**
 * Rules have no names: one that is moved, or off for a while, keeps its count, and one that was changed begins anew. Of
 * rules that are the same the first is told of.
 */
export class RuleCounts {
  readonly #counters = new Map<string, Counter>();
  /** So that an answer costs no more than a look: of the rules as they came, which are not changed. */
  #known = new WeakMap<Rule, Counter>();

  count(rule: Rule): void {
    this.#of(rule).times++;
  }

  /** For each of these rules; empty where none has answered. */
  of(rules: readonly Rule[]): number[] {
    if (this.#counters.size === 0) return [];
    const told = new Set<Counter>();
    return rules.map((rule) => {
      const counter = this.#of(rule);
      if (told.has(counter)) return 0;
      told.add(counter);
      return counter.times;
    });
  }

  clear(): void {
    this.#counters.clear();
    this.#known = new WeakMap();
  }

  #of(rule: Rule): Counter {
    const known = this.#known.get(rule);
    if (known !== undefined) return known;
    const key = JSON.stringify({ ...rule, enabled: true });
    const counter = this.#counters.get(key) ?? { times: 0 };
    this.#counters.set(key, counter);
    this.#known.set(rule, counter);
    return counter;
  }
}
