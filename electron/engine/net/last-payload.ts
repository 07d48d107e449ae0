/** What came or went last on a connection: its record alone. Whoever shows it reads the first bytes from the capture. */
import type { LastPayload } from '../../../shared/contract.ts';

export class LastPayloadNote {
  /** -1: nothing so far. Rises with every payload of the endpoint, so it orders connections by their last activity. */
  sequence = -1;
  #length = 0;
  #isSent = false;

  /** On the fast path of every read and write: three fields, and no look at the bytes. */
  note(sequence: number, length: number, isSent: boolean): void {
    this.sequence = sequence;
    this.#length = length;
    this.#isSent = isSent;
  }

  get info(): LastPayload | null {
    if (this.sequence < 0) return null;
    return { direction: this.#isSent ? 'sent' : 'received', sequence: this.sequence, length: this.#length };
  }
}
