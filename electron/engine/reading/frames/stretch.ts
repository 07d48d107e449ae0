/** A part of one stream in one direction: from a byte of one record on, over as many as it takes. */
import type { FrameRef } from '../../../../shared/frames.ts';
import { isPayload } from '../../../../shared/records.ts';
import type { Capture } from '../../capture/capture.ts';
import { kindOf, type Entries } from '../../capture/format.ts';
import { scan } from '../../capture/scan.ts';
import { invalid } from '../../schemas/validate.ts';

/** Entries of the index that are looked through at a time for the records of one frame. */
const entriesAtOnce = 512;

/** A capture, or what reads one. */
export type StretchSource = Pick<Capture, 'gather' | 'entries' | 'length' | 'read'>;

/** A record of the stream, which begins at byte `at` of the frame: less than 0 where that begins within it. */
type Visit = (entries: Entries, i: number, at: number) => unknown;

/** The records of its stream and direction, from the first to the last in which it can lie, until `visit` says false. */
async function eachRecord(
  capture: StretchSource,
  { sequence, within, last }: FrameRef,
  visit: Visit,
): Promise<void> {
  const first = (await capture.gather([sequence])).entries;
  if (!isPayload(kindOf(first.kind(0)))) throw invalid('sequence');
  const [stream, kind] = [first.stream(0), first.kind(0)];
  let at = -within;
  await scan(capture, { from: sequence, to: last + 1, most: entriesAtOnce }, async (entries) => {
    for (let i = 0; i < entries.count; i++) {
      if (entries.stream(i) !== stream || entries.kind(i) !== kind) continue;
      if ((await visit(entries, i, at)) === false) return false;
      at += entries.length(i);
    }
    return true;
  });
}

/**
 * Bytes `from` to `from + most - 1` of a frame, as far as it has them. Rejects where they cannot be read, and with
 * INVALID_ARGUMENT for a record that the log does not have or that is an event.
 */
export async function frameBytes(
  capture: StretchSource,
  frame: FrameRef,
  from = 0,
  most = Infinity,
): Promise<Uint8Array> {
  const to = Math.min(frame.length, from + most);
  const parts: Uint8Array[] = [];
  await eachRecord(capture, frame, async (entries, i, at) => {
    const [start, end] = [Math.max(from, at), Math.min(to, at + entries.length(i))];
    if (start < end) parts.push(await capture.read(entries.place(i) + start - at, end - start));
    return at + entries.length(i) < to;
  });
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}

/** Where its bytes `from` to `to - 1` lie in the capture's data. Rejects as `frameBytes`. */
export async function framePlaces(
  capture: StretchSource,
  frame: FrameRef,
  from = 0,
  to = frame.length,
): Promise<{ place: number; length: number }[]> {
  const places: { place: number; length: number }[] = [];
  await eachRecord(capture, frame, (entries, i, at) => {
    const [start, end] = [Math.max(from, at), Math.min(to, at + entries.length(i))];
    if (start < end) places.push({ place: entries.place(i) + start - at, length: end - start });
    return at + entries.length(i) < to;
  });
  return places;
}

/** Where each record but the first begins in a frame, below `to`; at most `most` of them. Rejects as `frameBytes`. */
export async function frameEdges(
  capture: Capture,
  frame: FrameRef,
  { to = frame.length, most = Infinity }: { to?: number; most?: number } = {},
): Promise<number[]> {
  const edges: number[] = [];
  const end = Math.min(to, frame.length);
  await eachRecord(capture, frame, (entries, i, at) => {
    if (at > 0 && at < end && entries.length(i) > 0) edges.push(at);
    return at + entries.length(i) < end && edges.length < most;
  });
  return edges;
}

/** The record in which the last byte of a frame lies, and the place behind it there. Rejects as `frameBytes`. */
export async function frameEnd(
  capture: Capture,
  frame: FrameRef,
): Promise<{ sequence: number; within: number }> {
  const end = { sequence: frame.sequence, within: frame.within };
  await eachRecord(capture, frame, (entries, i, at) => {
    if (at >= frame.length) return false;
    end.sequence = entries.from + i;
    end.within = frame.length - at;
    return true;
  });
  return end;
}
