import { invalid } from './validate.ts';

/** Bytes that one page may hold here between `stage` and `send`; a page that never sends costs no more. */
const maxStagedBytes = 512 * 1024 * 1024;
const maxStages = 64;

/** Long messages that a page uploads in pieces before it sends them. Dropped with the page. */
export class Staging {
  #stages = new Map<number, { bytes: Uint8Array; length: number }>();
  #next = 1;

  /** Appends a copy of `piece`, to a new message when `stage` is null; returns the message's number. */
  add(stage: number | null, piece: Uint8Array): number {
    const held = [...this.#stages.values()].reduce((sum, { length }) => sum + length, 0);
    if (held + piece.length > maxStagedBytes)
      throw invalid('bytes', `At most ${maxStagedBytes} bytes can be staged.`);
    if (stage === null) {
      if (this.#stages.size >= maxStages)
        throw invalid('stage', `At most ${maxStages} messages can be staged.`);
      stage = this.#next++;
      this.#stages.set(stage, { bytes: new Uint8Array(piece), length: piece.length });
      return stage;
    }
    const message = this.#get(stage);
    const length = message.length + piece.length;
    if (length > message.bytes.length) {
      // Doubling keeps the copying of a growing message linear.
      const larger = new Uint8Array(Math.max(length, message.bytes.length * 2));
      larger.set(message.bytes.subarray(0, message.length));
      message.bytes = larger;
    }
    message.bytes.set(piece, message.length);
    message.length = length;
    return stage;
  }

  /** The whole message; the caller reads it before the stage changes. */
  bytes(stage: number): Uint8Array {
    const { bytes, length } = this.#get(stage);
    return bytes.subarray(0, length);
  }

  drop(stage: number): void {
    this.#stages.delete(stage);
  }

  clear(): void {
    this.#stages.clear();
  }

  #get(stage: number): { bytes: Uint8Array; length: number } {
    const message = this.#stages.get(stage);
    if (!message) throw invalid('stage', 'This staged message does not exist.');
    return message;
  }
}
