/** Decodes what a pane shows, beside the page. */
import type { Decoded } from '../../shared/decoding/decoded.ts';
import { decodeAsked, type DecodeAsk } from './decode-asked.ts';

export class DecodeReader {
  #worker: Worker | null = null;
  /** Of the bytes that are being read; null: none. */
  #tell: ((decoded: Decoded | null) => void) | null = null;

  /** Tells once. Newer bytes make older ones void. */
  read(ask: DecodeAsk, tell: (decoded: Decoded | null) => void): void {
    if (this.#tell !== null) this.close();
    this.#tell = tell;
    this.#worker ??= this.#start();
    // As when its host has ended before it was loaded.
    this.#worker.onerror = () => {
      this.close();
      tell(decodeAsked(ask));
    };
    this.#worker.postMessage(ask);
  }

  close(): void {
    this.#worker?.terminate();
    this.#worker = this.#tell = null;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./decode-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data }: MessageEvent<Decoded | null>) => {
      const tell = this.#tell;
      this.#tell = null;
      tell?.(data);
    };
    return worker;
  }
}
