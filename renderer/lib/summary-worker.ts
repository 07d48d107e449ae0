/** Runs in a thread of its own, as what reads a record does. */
import { decodeAsked, type DecodeAsk } from './decode-asked.ts';
import type { SummaryAnswer, SummaryQuestion } from './summary-reader.ts';

const summaryOf = (ask: DecodeAsk): SummaryAnswer['summaries'][number] => {
  const decoded = decodeAsked(ask);
  if (decoded === null) return null;
  const { summary, isRefusal, error } = decoded;
  return { summary, isRefusal, problem: error?.code ?? null };
};

self.onmessage = ({ data: { number, asks } }: MessageEvent<SummaryQuestion>) => {
  const answer: SummaryAnswer = { number, summaries: asks.map(summaryOf) };
  self.postMessage(answer);
};
