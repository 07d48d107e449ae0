/** Frames as the page and the engine name them: a second reading of the records, which stay what they are. */
import type { FrameMark, RestWhy } from './framing/framer.ts';

/** The ways to read a capture. */
export const readings = ['chunks', 'frames'] as const;
export type Reading = (typeof readings)[number];
/** Those of the window: a stream has no rows of a view. */
export const logReadings = [...readings, 'stream'] as const;
export type LogReading = (typeof logReadings)[number];

/** A stretch of one stream: `length` bytes from byte `within` of the record `sequence` on, up to the record `last`. */
export type FrameRef = { sequence: number; within: number; last: number; length: number };

/** What a row says of a frame beside its bytes. */
export type RowFrame = {
  /** Of the row's record, from which it begins. */
  within: number;
  /** The record with which its end was known. */
  last: number;
  /** In its stream, from the first byte that was looked at. */
  offset: number;
  /** What does not fit; null for a frame that is as it should be. */
  mark: FrameMark | null;
  /** Of what is left at the end of a stream, which is no frame. */
  why: RestWhy | null;
  /** Where reads end within the preview. */
  edges: readonly number[];
};
