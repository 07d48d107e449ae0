/** What a decoder is given beside the bytes. */

/** What is known beside the bytes, and what a person chose. */
export type DecodeHints = {
  /** Who sent it, where that is known. */
  readonly from?: 'client' | 'server';
  readonly isDatagram?: boolean;
  readonly registers?: RegisterKind;
  /** What went before in the same stream. */
  readonly earlier?: Earlier;
};

/**
 * What a message may go on from. `sides`: the last bytes of clients, whose messages are masked, and of servers; `pieces`,
 * `code`, `isCompressed`: of a message whose end is still to come.
 */
export type Earlier = {
  sides: [Uint8Array, Uint8Array];
  pieces: Uint8Array[];
  code: number;
  isCompressed: boolean;
};

/** How Modbus registers are read: `-swapped` has the low word first. */
export const registerKinds = [
  ...(['u16', 'i16', 'u32', 'i32', 'f32', 'u32-swapped', 'i32-swapped', 'f32-swapped'] as const),
] as const;
export type RegisterKind = (typeof registerKinds)[number];

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
