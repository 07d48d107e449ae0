/** All words that a person reads. A language is one more object of type `Texts` in the table of `languages.ts`. */
export { language, texts } from './chosen.ts';
export { describeFinding } from './describe-finding.ts';
export { describeBesidePeer, describeRecord, explainRecord } from './describe-record.ts';
export { describeStep, formatSpan, formatTimeline } from './describe-timeline.ts';
export type { Texts } from './en.ts';
export type { OptionWords } from './en/options.ts';
export { explain, inWords, sayWhy } from './explain.ts';
export {
  explainFilterProblem,
  explainFramingProblem,
  explainProblem,
  explainSequenceProblem,
  naming,
} from './explain-problem.ts';
export { describeNameAnswer, describeSocketState, formatNetworkFacts } from './network-text.ts';
export { speakForSystem } from './system-command.ts';
export type { During, Explanation, FailureSituation } from './failure-situation.ts';
