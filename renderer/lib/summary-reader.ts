/** Decodes a few messages at a time to a line each, beside the page. */
import type { Decoded, DecodeProblem } from '../../shared/decoding/decoded.ts';
import type { DecodeAsk } from './decode-asked.ts';

/** `fields`: names of those that have a value. */
export type Summary = Pick<Decoded, 'summary' | 'isRefusal'> & {
  problem: DecodeProblem | null;
  fields: readonly string[];
};
export type SummaryQuestion = { number: number; asks: readonly DecodeAsk[] };
export type SummaryAnswer = { number: number; summaries: (Summary | null)[] };

/** For all of one call. Bytes that take longer say nothing. */
const deadlineMs = 3000;

export class SummaryReader {
  #worker: Worker | null = null;
  #number = 0;
  #stop: (() => void) | null = null;

  /** One call after the other; null for what cannot be had. */
  async read(asks: readonly DecodeAsk[]): Promise<(Summary | null)[]> {
    const nothing = asks.map(() => null);
    const number = ++this.#number;
    const worker = (this.#worker ??= new Worker(new URL('./summary-worker.ts', import.meta.url), {
      type: 'module',
    }));
    return new Promise((resolve) => {
      const end = (summaries: (Summary | null)[]): void => {
        clearTimeout(timer);
        this.#stop = null;
        resolve(summaries);
      };
      const stop = (this.#stop = (): void => {
        worker.terminate();
        this.#worker = null;
        end(nothing);
      });
      const timer = setTimeout(stop, deadlineMs);
      worker.onerror = stop;
      worker.onmessage = ({ data }: MessageEvent<SummaryAnswer>) => {
        if (data.number === number) end(data.summaries);
      };
      worker.postMessage({ number, asks } satisfies SummaryQuestion);
    });
  }

  close(): void {
    this.#stop?.();
    this.#worker?.terminate();
    this.#worker = null;
  }
}
