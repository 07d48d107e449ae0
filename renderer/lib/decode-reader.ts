/** Decodes what a pane shows, beside the page. */
import { decodeAll, type DecodeAnswer, type DecodeAsk } from './decode-asked.ts';

export class DecodeReader {
  #worker: Worker | null = null;
  /** Of the bytes that are being read; null: none. */
  #tell: ((answer: DecodeAnswer) => void) | null = null;

  /** Tells once. Newer bytes make older ones void. */
  read(ask: DecodeAsk, tell: (answer: DecodeAnswer) => void): void {
    if (this.#tell !== null) this.close();
    this.#tell = tell;
    this.#worker ??= this.#start();
    // As when its host has ended before it was loaded.
    this.#worker.onerror = () => {
      this.close();
      tell(decodeAll(ask));
    };
    this.#worker.postMessage(ask);
  }

  close(): void {
    this.#worker?.terminate();
    this.#worker = this.#tell = null;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./decode-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<DecodeAnswer>) => {
      const tell = this.#tell;
      this.#tell = null;
      tell?.(data);
    };
    return worker;
  }
}
