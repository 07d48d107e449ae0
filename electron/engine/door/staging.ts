import { mostStagedBytes } from '../../../shared/message-bounds.ts';
import type { Extent, Place } from '../capture/recorder.ts';
import { invalid } from '../schemas/validate.ts';
import { nextNumber } from './numbers.ts';

const maxStages = 64;

/** Where the pieces of a message are kept until it is sent: an endpoint and its capture. */
export type Store = {
  store(piece: Uint8Array): Place;
  /** Resolves when memory holds so little that has still to go to the disk that more may come. */
  room(): Promise<void>;
  /** The bytes stay readable until the returned function is called, even if the log is cleared meanwhile. */
  hold(): () => void;
};

type Stage<S> = { store: S; extents: Extent[]; release: () => void };

/**
 * Long messages that a page uploads in pieces before it sends them. The pieces go straight to the capture of the endpoint,
 * where sent bytes are kept anyway: memory holds none of them. Dropped with the page.
 */
export class Staging<S extends Store> {
  #stages = new Map<number, Stage<S>>();

  /** Appends a copy of `piece`, to a new message when `stage` is null; the message's number, once there is room for more. */
  async add(store: S, stage: number | null, piece: Uint8Array): Promise<number> {
    if (this.#bytes + piece.length > mostStagedBytes)
      throw invalid('bytes', { name: 'at-most', most: mostStagedBytes });
    const number = stage ?? this.#begin(store);
    const { extents } = this.#get(store, number);
    const place = store.store(piece);
    const last = extents.at(-1);
    // Only what was recorded meanwhile lies between two pieces.
    if (last !== undefined && last.place + last.length === place) last.length += piece.length;
    else extents.push({ place, length: piece.length });
    await store.room();
    return number;
  }

  /** The whole message, in order. */
  extents(store: S, stage: number): readonly Extent[] {
    return this.#get(store, stage).extents;
  }

  drop(stage: number): void {
    this.#stages.get(stage)?.release();
    this.#stages.delete(stage);
  }

  dropOf(store: S): void {
    for (const [number, stage] of [...this.#stages]) if (stage.store === store) this.drop(number);
  }

  clear(): void {
    for (const stage of [...this.#stages.keys()]) this.drop(stage);
  }

  get #bytes(): number {
    let bytes = 0;
    for (const { extents } of this.#stages.values()) for (const { length } of extents) bytes += length;
    return bytes;
  }

  #begin(store: S): number {
    if (this.#stages.size >= maxStages) throw invalid('stage', { name: 'at-most', most: maxStages });
    const number = nextNumber();
    this.#stages.set(number, { store, extents: [], release: store.hold() });
    return number;
  }

  #get(store: S, number: number): Stage<S> {
    const stage = this.#stages.get(number);
    if (stage?.store !== store) throw invalid('stage');
    return stage;
  }
}
