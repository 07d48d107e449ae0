/** Reads messages that cannot be read between two keys. */
import { readMessage, type MessageReading } from '../../shared/message-reading.ts';
import type { WrittenMessage } from '../../shared/payload/payload.ts';
import { unpackTokens, type PackedTokens } from './packed-tokens.ts';

export type ReadAnswer = Omit<MessageReading, 'tokens'> & { packed: PackedTokens };

export class MessageReader {
  #worker: Worker | null = null;
  /** Of the message that is being read; null: none. */
  #tell: ((reading: MessageReading) => void) | null = null;

  /** Tells once. A newer message makes an older one void: nobody waits for what is read of that. */
  read(message: WrittenMessage, tell: (reading: MessageReading) => void): void {
    if (this.#tell !== null) this.close();
    this.#tell = tell;
    this.#worker ??= this.#start();
    // As when its host has ended before it was loaded.
    this.#worker.onerror = () => {
      this.close();
      tell(readMessage(message));
    };
    this.#worker.postMessage(message);
  }

  close(): void {
    this.#worker?.terminate();
    this.#worker = this.#tell = null;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./message-worker.ts', import.meta.url), { type: 'module' });
    worker.onmessage = ({ data: { packed, ...reading } }: MessageEvent<ReadAnswer>) =>
      this.#done({ ...reading, tokens: unpackTokens(packed) });
    return worker;
  }

  #done(reading: MessageReading): void {
    const tell = this.#tell;
    this.#tell = null;
    tell?.(reading);
  }
}
