/** Runs in a thread of its own: an expression that takes ages must not freeze the window. */
import { expressionsIn } from '../../shared/filter/found.ts';
import type { MarkAnswer, MarkQuestion } from './expression-marker.ts';

self.onmessage = ({ data: { number, expressions, shown } }: MessageEvent<MarkQuestion>) => {
  const answer: MarkAnswer = {
    number,
    found: shown.map((bytes) => expressionsIn(bytes, expressions)),
  };
  self.postMessage(answer);
};
