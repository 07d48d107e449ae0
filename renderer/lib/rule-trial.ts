/** Tells which rule would answer a message, without asking the engine and without stopping the window. */
import type { EncodingId } from '../../shared/encodings/encodings.ts';
import type { Rule } from '../../shared/settings/settings.ts';

export type TrialQuestion = {
  number: number;
  rules: readonly Rule[];
  /** What is answered ends with a line end. */
  areLines: boolean;
  /** Of its text. */
  encoding: EncodingId;
  message: Uint8Array;
};
export type TrialOutcome =
  /** `rule` counts from 1. */
  | { kind: 'answer'; rule: number; reply: Uint8Array }
  | { kind: 'nobody' }
  | { kind: 'made-as-sent' }
  | { kind: 'too-long' }
  | { kind: 'too-slow' };

/** An expression that needs longer would hold up a server as well. */
const deadlineMs = 1000;

export class RuleTrial {
  readonly #tell: (outcome: TrialOutcome) => void;
  #worker: Worker | null = null;
  #number = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(tell: (outcome: TrialOutcome) => void) {
    this.#tell = tell;
  }

  /** Tells the outcome once; a newer question makes an older one void. */
  ask(question: Omit<TrialQuestion, 'number'>): void {
    clearTimeout(this.#timer);
    this.#worker ??= this.#start();
    const number = ++this.#number;
    this.#worker.postMessage({ ...question, number });
    this.#timer = setTimeout(() => {
      this.#stop();
      this.#tell({ kind: 'too-slow' });
    }, deadlineMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#stop();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./rule-trial-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<{ question: number; outcome: TrialOutcome }>) => {
      if (data.question !== this.#number) return;
      clearTimeout(this.#timer);
      this.#tell(data.outcome);
    };
    return worker;
  }

  #stop(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }
}
