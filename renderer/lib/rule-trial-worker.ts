/** Runs in a thread of its own: an expression that takes ages must not freeze the window. */
import { compileRules, firstAnswer } from '../../shared/payload/rules.ts';
import type { TrialQuestion, TrialOutcome } from './rule-trial.ts';

self.onmessage = ({ data }: MessageEvent<TrialQuestion>) => {
  self.postMessage({ question: data.number, outcome: outcomeOf(data) });
};

function outcomeOf({ rules, boundary, message }: TrialQuestion): TrialOutcome {
  try {
    const found = firstAnswer(compileRules(rules, boundary), message);
    return found ? { kind: 'answer', rule: found.rule.number, reply: found.reply } : { kind: 'nobody' };
  } catch {
    // With checked settings a reply that grows too long is the one thing that fails.
    return { kind: 'too-long' };
  }
}
