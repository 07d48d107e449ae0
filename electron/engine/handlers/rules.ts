/** The kind 'rules': the first rule that matches a message answers it. */
import type { CompiledRule } from '../../../shared/payload/rules.ts';
import { DelayedReplies } from './delayed-replies.ts';
import type { Answerer } from './messages.ts';
import type { ReplyWriter } from './reply-writer.ts';
import type { RuleBudget } from '../net/rule-budget.ts';
import type { RuleCounts } from './rule-counts.ts';
import { RuleSearch, type SearchEvents } from './rule-search.ts';

/** `counts`: of all peers. */
export type RuleTools = { budget?: RuleBudget | undefined; counts?: RuleCounts | undefined };

/** Nothing is answered after a reply that closes or resets, or that will when its delay is over. */
export function ruled(
  writer: ReplyWriter,
  rules: readonly CompiledRule[],
  { budget, counts }: RuleTools = {},
): Answerer {
  const replies = new DelayedReplies(writer);
  const events: SearchEvents = {
    answer: ({ rule: { rule, number }, reply }) => {
      counts?.count(rule);
      if (rule.note !== '') writer.port.note({ kind: 'note', note: 'rule', rule: number, words: rule.note });
      replies.push(reply, rule.delayMs, rule.then);
    },
    failed: (facts, rule) => writer.fail(facts, rule),
    around: (message) => writer.around(message),
    isDone: () => replies.hasEnded || writer.isFull,
  };
  const search = new RuleSearch(rules, events, budget);
  let messages: Uint8Array[] = [];
  return {
    message: (bytes) => void messages.push(bytes),
    settled: () => {
      const read = messages;
      messages = [];
      search.run(read);
    },
    finished: (answered) => replies.whenAnswered(answered),
    closed: () => replies.close(),
  };
}
