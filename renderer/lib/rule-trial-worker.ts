/** Runs in a thread of its own: an expression that takes ages must not freeze the window. */
import { failureOf } from '../../shared/failure.ts';
import { compileRules, firstAnswer } from '../../shared/payload/rules.ts';
import type { TrialQuestion, TrialOutcome } from './rule-trial.ts';

self.onmessage = ({ data }: MessageEvent<TrialQuestion>) => {
  self.postMessage({ question: data.number, outcome: outcomeOf(data) });
};

function outcomeOf({ rules, areLines, encoding, message }: TrialQuestion): TrialOutcome {
  try {
    const found = firstAnswer(compileRules(rules, areLines, encoding), message);
    return found ? { kind: 'answer', rule: found.rule.number, reply: found.reply } : { kind: 'nobody' };
  } catch (thrown) {
    // With checked settings nothing else fails but a reply that grows too long.
    return { kind: failureOf(thrown).code === 'MESSAGE_NOT_MADE' ? 'made-as-sent' : 'too-long' };
  }
}
