/** Runs in a thread of its own: messages of any size must not hold up a key. */
import { compare, type CompareAsk } from '../../shared/compare/compare.ts';

self.onmessage = ({ data }: MessageEvent<CompareAsk>) =>
  self.postMessage(compare(data, () => performance.now()));
