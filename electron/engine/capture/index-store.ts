/** The entries of a capture: the newest blocks in memory, all that were written in block files. */
import {
  blockBytes,
  blockEntries,
  Entries,
  entryBytes,
  entryMemory,
  putEntry,
  type EntryMemory,
} from './format.ts';
import type { Place } from './recorder.ts';

const firstBlockEntries = 1024;
/** Written blocks that stay in memory behind the newest one. */
const keptBlocks = 1;
/** So little may stay in memory while nothing happens. */
const restingEntries = 4096;

/** `first`: slot in the block of the memory's first entry. */
type Block = { number: number; first: number; bytes: Uint8Array; memory: EntryMemory; room: number };

export class IndexStore {
  readonly #blocks = new Map<number, Block>();
  #newest: Block | null = null;
  #length: number;
  #written: number;
  #pinned: { sequence: number; bytes: Uint8Array } | null = null;

  constructor(length: number) {
    this.#length = length;
    this.#written = length;
  }

  /** Entries so far. */
  get length(): number {
    return this.#length;
  }

  /** Entries that are in their file. */
  get written(): number {
    return this.#written;
  }

  /** An entry that no file has is read as `sequence`; null: none any more. */
  pin(pinned: { sequence: number; bytes: Uint8Array } | null): void {
    this.#pinned = pinned;
  }

  append(time: number, place: Place, length: number, stream: number, kind: number): number {
    const sequence = this.#length;
    let block = this.#newest;
    let slot = block === null ? 0 : sequence - block.number * blockEntries - block.first;
    if (block === null || slot >= block.room) {
      block = this.#makeRoom(sequence);
      slot = sequence - block.number * blockEntries - block.first;
    }
    putEntry(block.memory, slot, time, place, length, stream, kind);
    this.#length = sequence + 1;
    return sequence;
  }

  /** How many entries may be in the files when the bytes below `dataEnd` are: all before the first that names others. */
  lengthWithin(dataEnd: Place): number {
    for (let sequence = this.#written; sequence < this.#length;) {
      const { number, first, bytes } = this.#blocks.get(Math.floor(sequence / blockEntries))!;
      const blockEnd = Math.min((number + 1) * blockEntries, this.#length);
      const start = number * blockEntries + first;
      const entries = new Entries(start, bytes);
      for (; sequence < blockEnd; sequence++) {
        const i = sequence - start;
        if (entries.place(i) + entries.length(i) > dataEnd) return sequence;
      }
    }
    return this.#length;
  }

  /** The next entries of one block to be written, below sequence `end`; null when all are. A view, not a copy. */
  unwritten(end: number): { block: number; position: number; bytes: Uint8Array } | null {
    if (this.#written >= end) return null;
    const number = Math.floor(this.#written / blockEntries);
    const { first, bytes } = this.#blocks.get(number)!;
    const start = this.#written - number * blockEntries;
    const stop = Math.min(blockEntries, end - number * blockEntries);
    return {
      block: number,
      position: start * entryBytes,
      bytes: bytes.subarray((start - first) * entryBytes, (stop - first) * entryBytes),
    };
  }

  confirm(count: number): void {
    this.#written += count;
    const oldestNeeded = Math.floor(this.#written / blockEntries) - keptBlocks;
    for (const [number, block] of this.#blocks)
      if (number < oldestNeeded && block !== this.#newest) this.#blocks.delete(number);
  }

  /** Nothing happens: what is in the files leaves memory. */
  rest(): void {
    if (this.#written < this.#length || this.#newest === null) return;
    if (this.#blocks.size === 1 && this.#newest.room <= restingEntries) return;
    this.#blocks.clear();
    this.#newest = null;
  }

  /** How many entries from `sequence` on lie in memory side by side; 0 when the first has left it. */
  inMemory(sequence: number): number {
    if (sequence === this.#pinned?.sequence) return 1;
    const number = Math.floor(sequence / blockEntries);
    const block = this.#blocks.get(number);
    if (block === undefined || sequence >= this.#length || sequence < number * blockEntries + block.first)
      return 0;
    return Math.min((number + 1) * blockEntries, this.#length) - sequence;
  }

  /** Copies `count` entries that are in memory, of one block, to `target`. */
  copy(sequence: number, count: number, target: Uint8Array, at: number): void {
    if (sequence === this.#pinned?.sequence) return target.set(this.#pinned.bytes, at);
    const number = Math.floor(sequence / blockEntries);
    const { first, bytes } = this.#blocks.get(number)!;
    const start = (sequence - number * blockEntries - first) * entryBytes;
    target.set(bytes.subarray(start, start + count * entryBytes), at);
  }

  #makeRoom(sequence: number): Block {
    const number = Math.floor(sequence / blockEntries);
    const block = this.#newest;
    if (block === null || block.number !== number) {
      const first = sequence - number * blockEntries;
      const isBusy = block !== null;
      const bytes = new Uint8Array(
        isBusy ? blockBytes : Math.min(blockEntries - first, firstBlockEntries) * entryBytes,
      );
      return this.#keep({
        number,
        first,
        bytes,
        memory: entryMemory(bytes),
        room: bytes.length / entryBytes,
      });
    }
    const bytes = new Uint8Array(Math.min(blockEntries - block.first, block.room * 2) * entryBytes);
    bytes.set(block.bytes);
    return this.#keep({ ...block, bytes, memory: entryMemory(bytes), room: bytes.length / entryBytes });
  }

  #keep(block: Block): Block {
    this.#blocks.set(block.number, block);
    this.#newest = block;
    return block;
  }
}
