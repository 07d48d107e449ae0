import { noEdges, type Edges } from '../lib/byte-runs.ts';
import type { ByteRange } from '../lib/hex-rows.ts';

/** A few screens of hex; small enough that a range arrives at once. */
const blockLength = 64 * 1024;
const keptBlocks = 48;
const mostRequests = 2;
/** What `payload` answers at most. */
const longestRead = 256 * 1024;

export type ReadBytes = (offset: number, length: number) => Promise<Uint8Array>;

/** Ranges of a payload: those in sight are fetched, a few are kept, never the whole. */
export class Payload {
  readonly length: number;
  /** Where records begin that are joined to those before them, or frames in a chunk, or reads in a frame. */
  edges = $state.raw<Edges>(noEdges);
  /** Of a frame: in how many reads it came; null while that is not known. */
  reads = $state<number | null>(null);
  /** In how many pieces an endpoint here wrote it. */
  writes = $state(1);
  #version = $state(0);
  /** In the order of use, the longest unused first. */
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- one counter for all blocks is cheaper
  #blocks = new Map<number, Uint8Array>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it
  #underWay = new Set<number>();
  // eslint-disable-next-line svelte/prefer-svelte-reactivity -- nothing is drawn from it
  #wanted = new Map<string, ByteRange>();
  #closed = false;
  readonly #read: ReadBytes;

  constructor(length: number, read: ReadBytes, edges: Edges = noEdges) {
    this.length = length;
    this.#read = read;
    this.edges = edges;
  }

  /** The bytes of a range if they are here, else null. Reads one counter, so that a draw follows arrivals. */
  bytes(start: number, end: number): Uint8Array | null {
    void this.#version;
    const to = Math.min(end, this.length);
    if (start >= to) return new Uint8Array(0);
    const first = Math.floor(start / blockLength);
    const last = Math.floor((to - 1) / blockLength);
    const offset = first * blockLength;
    if (first === last) return this.#blocks.get(first)?.subarray(start - offset, to - offset) ?? null;
    const bytes = new Uint8Array(to - start);
    for (let index = first; index <= last; index++) {
      const block = this.#blocks.get(index);
      if (!block) return null;
      const from = Math.max(start, index * blockLength);
      bytes.set(block.subarray(from - index * blockLength, to - index * blockLength), from - start);
    }
    return bytes;
  }

  /** Fetches a range for one reader (the view, the cursor); it replaces what that reader wanted before. */
  want(reader: string, start: number, end: number): void {
    this.#wanted.set(reader, { start: Math.max(0, start), end: Math.min(end, this.length) });
    this.#pump();
  }

  /** Reads any range in pieces, for the clipboard. */
  async read(start: number, end: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(end - start);
    for (let at = start; at < end; at += longestRead) {
      bytes.set(await this.#read(at, Math.min(longestRead, end - at)), at - start);
    }
    return bytes;
  }

  close(): void {
    this.#closed = true;
  }

  #pump(): void {
    for (const { start, end } of this.#wanted.values()) {
      for (let index = Math.floor(start / blockLength); index * blockLength < end; index++) {
        if (this.#underWay.size >= mostRequests || this.#closed) return;
        const block = this.#blocks.get(index);
        if (block) this.#use(index, block);
        else if (!this.#underWay.has(index)) void this.#fetch(index);
      }
    }
  }

  async #fetch(index: number): Promise<void> {
    this.#underWay.add(index);
    const offset = index * blockLength;
    try {
      const block = await this.#read(offset, Math.min(blockLength, this.length - offset));
      this.#use(index, block);
      this.#version++;
    } catch {
      // The record or the channel is gone: the pane shows a newer record, or asks again when it is opened again.
      this.#closed = true;
    } finally {
      this.#underWay.delete(index);
    }
    this.#pump();
  }

  #use(index: number, block: Uint8Array): void {
    this.#blocks.delete(index);
    this.#blocks.set(index, block);
    for (const oldest of this.#blocks.keys()) {
      if (this.#blocks.size <= keptBlocks) return;
      this.#blocks.delete(oldest);
    }
  }
}
