/** Runs in a thread of its own, as what reads a record does. */
import { fieldNames } from '../../shared/decoding/rows.ts';
import { decodeAsked, type DecodeAsk } from './decode-asked.ts';
import type { SummaryAnswer, SummaryQuestion } from './summary-reader.ts';

/** Of one message. */
const mostFields = 100;

const summaryOf = (ask: DecodeAsk): SummaryAnswer['summaries'][number] => {
  const decoded = decodeAsked(ask);
  if (decoded === null) return null;
  const { summary, isRefusal, error, root } = decoded;
  return { summary, isRefusal, problem: error?.code ?? null, fields: fieldNames(root).slice(0, mostFields) };
};

self.onmessage = ({ data: { number, asks } }: MessageEvent<SummaryQuestion>) => {
  const answer: SummaryAnswer = { number, summaries: asks.map(summaryOf) };
  self.postMessage(answer);
};
