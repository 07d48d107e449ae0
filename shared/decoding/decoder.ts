/** The seam of decoders: a pure file that says whether bytes look like its own, and reads them into a `Tree`. */
import type { DecoderId } from './decoded.ts';
import type { Tree } from './tree.ts';

/** What is known beside the bytes, and what a person chose. */
export type DecodeHints = {
  /** Who sent it, where that is known. */
  readonly from?: 'client' | 'server';
  readonly isDatagram?: boolean;
  readonly registers?: RegisterKind;
};

/** How Modbus registers are read: `-swapped` has the low word first. */
export const registerKinds = [
  ...(['u16', 'i16', 'u32', 'i32', 'f32', 'u32-swapped', 'i32-swapped', 'f32-swapped'] as const),
] as const;
export type RegisterKind = (typeof registerKinds)[number];

export type Decoder = {
  readonly id: DecoderId;
  /** 0: it is something else, 1: nothing else begins so. Looks at a few KiB at most. */
  confidence(bytes: Uint8Array, hints: DecodeHints): number;
  /** Reads messages up to the end of the tree's bounds; stops where it cannot go on (`tree.stop`). */
  read(tree: Tree): void;
};

/** What a decoder may spend. */
export type Budget = {
  readonly nodes: number;
  readonly depth: number;
  /** Of all layers together. */
  readonly unpackedBytes: number;
  /** The deadline has passed. Asked every millisecond or so. */
  isOver(): boolean;
};

/** Unpacks what there is no code for here; null: it cannot. At most `limit` bytes, as far as it gets. */
export type Unpack = (coding: string, bytes: Uint8Array, limit: number) => Unpacked | null;
export type Unpacked = {
  readonly bytes: Uint8Array;
  readonly problem: 'incomplete' | 'damaged' | 'needs-earlier' | 'too-large' | 'wrong-checksum' | null;
};
