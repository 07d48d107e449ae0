/** What cuts frames out of a stream of bytes: bytes in, frames out, the rest kept. Knows no socket. */

export type FrameEvents = {
  /**
   * A frame, or a piece of one that is too long. `start` is where it begins in the pushed bytes, null where it began
   * before. The bytes are used again after the call.
   */
  frame(bytes: Uint8Array, start: number | null): void;
  /** What comes next is a piece of a frame that is too long. */
  tooLong(): void;
};

/** Bounds what it keeps. Calls its events while it is pushed to or finished, never later. */
export type Framer = {
  /** `bytes` is used again after the call. */
  push(bytes: Uint8Array): void;
  /** The stream has ended: what is left is a frame too. */
  finish(): void;
  /** Gives up what is left. */
  close(): void;
};

/** One per stream and direction. */
export type MakeFramer = (events: FrameEvents) => Framer;
