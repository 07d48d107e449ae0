import { buildTimeline, type Timeline, type TimelineRecord } from '../../../shared/timeline.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import { failureOf } from '../../../shared/failure.ts';
import type { Capture } from '../capture/capture.ts';
import { blockEntries, kindOf } from '../capture/format.ts';
import { noStream } from '../capture/recorder.ts';
import { foundIn, readRecord, StreamScan } from './timeline-scan.ts';

/** Records of one go at connecting: a name, its addresses, and what a proxy said; far more than there can be. */
const maxGoRecords = 256;
/** Streams per capture whose scan is kept, so that a page that asks again and again costs nothing. */
const keptScans = 8;

const scans = new WeakMap<Capture, Map<number, StreamScan>>();

/** Where a record that belongs to no connection stands in a client's go at connecting. */
type Part = 'part' | 'end' | 'retry' | 'none';

/**
 * The life of the connection that a record belongs to, with the go at connecting that led to it; of a go that led
 * nowhere, that one; of a record that belongs to neither, just that record. Of an open connection: its life so far.
 * Throws INVALID_ARGUMENT for a sequence that the log does not have.
 */
export async function timelineOf(capture: Capture, sequence: number): Promise<Timeline> {
  try {
    return await lifeOf(capture, sequence);
  } catch (error) {
    // What stood before it may have gone while it was read: what is left of its life is told.
    if (failureOf(error).code !== 'RECORD_GONE' || sequence < capture.cleared) throw error;
    return timelineOf(capture, sequence);
  }
}

async function lifeOf(capture: Capture, sequence: number): Promise<Timeline> {
  const entry = await capture.entries(sequence, 1);
  const stream = entry.stream(0);
  if (stream !== noStream) return streamTimeline(capture, stream, sequence);
  const record = await readRecord(capture, foundIn(entry, 0));
  const part = partOf(record.detail);
  // What is tried again is what ended just before.
  if (part === 'retry' && (await follows(capture, sequence))) return lifeOf(capture, sequence - 1);
  if (part !== 'part' && part !== 'end') return buildTimeline([record]);
  const records = [...(await goBefore(capture, sequence)), record];
  if (part === 'end') return buildTimeline(records);
  const rest = await goAfter(capture, sequence);
  if (rest.stream !== null) return streamTimeline(capture, rest.stream, sequence);
  return buildTimeline([...records, ...rest.records]);
}

async function streamTimeline(capture: Capture, stream: number, sequence: number): Promise<Timeline> {
  const scan = scanOf(capture, stream, await firstRecord(capture, stream, sequence));
  await scan.grow();
  const { records, omitted } = scan;
  const opened = records[0]?.detail;
  const isFirst = opened?.kind === 'opened' && opened.origin === 'initiated' && !opened.carried;
  const go = isFirst ? await goBefore(capture, stream) : [];
  return buildTimeline([...go, ...records], omitted);
}

/** Whether the record before this one is of a connection, or ends a go. */
async function follows(capture: Capture, sequence: number): Promise<boolean> {
  if (sequence <= lowest(capture, sequence)) return false;
  const before = await capture.entries(sequence - 1, 1);
  if (before.stream(0) !== noStream) return true;
  return partOf((await readRecord(capture, foundIn(before, 0))).detail) === 'end';
}

/** A stream's first record, or the oldest that can be one of its records when that one was removed. */
async function firstRecord(capture: Capture, stream: number, sequence: number): Promise<number> {
  try {
    await capture.entries(stream, 1);
    return stream;
  } catch {
    // The record that opened it went with the log before this one.
    return lowest(capture, sequence);
  }
}

function scanOf(capture: Capture, stream: number, from: number): StreamScan {
  const known = scans.get(capture) ?? new Map<number, StreamScan>();
  // Where the log begins elsewhere, others are asked for.
  if (!scans.has(capture)) capture.follow({ rebased: () => known.clear(), shortened: () => known.clear() });
  scans.set(capture, known);
  const scan = known.get(stream) ?? new StreamScan(capture, stream, from);
  // In order of use, oldest first.
  known.delete(stream);
  known.set(stream, scan);
  for (const oldest of known.keys()) if (known.size > keptScans) known.delete(oldest);
  return scan;
}

/** Where the log begins. Files are removed by whole blocks: of an older record that is still there, its block is. */
function lowest(capture: Capture, sequence: number): number {
  return sequence >= capture.cleared ? capture.cleared : sequence - (sequence % blockEntries);
}

/** The records of the go that stand before `sequence`, back to the end of what was before it. */
async function goBefore(capture: Capture, sequence: number): Promise<TimelineRecord[]> {
  const from = Math.max(lowest(capture, sequence), sequence - maxGoRecords);
  const entries = await capture.entries(from, sequence - from);
  const records: TimelineRecord[] = [];
  for (let i = entries.count - 1; i >= 0; i--) {
    if (entries.stream(i) !== noStream) break;
    const record = await readRecord(capture, foundIn(entries, i));
    const part = partOf(record.detail);
    if (part === 'end' || part === 'retry') break;
    if (part === 'part') records.unshift(record);
  }
  return records;
}

/** The records of the go behind `sequence`, to its end; or the stream that it became. */
async function goAfter(
  capture: Capture,
  sequence: number,
): Promise<{ stream: number | null; records: TimelineRecord[] }> {
  const count = Math.min(maxGoRecords, capture.length - sequence - 1);
  const records: TimelineRecord[] = [];
  if (count === 0) return { stream: null, records };
  const entries = await capture.entries(sequence + 1, count);
  for (let i = 0; i < entries.count; i++) {
    const stream = entries.stream(i);
    if (stream !== noStream) return { stream: kindOf(entries.kind(i)) === 'opened' ? stream : null, records };
    const record = await readRecord(capture, foundIn(entries, i));
    const part = partOf(record.detail);
    if (part === 'retry') break;
    if (part !== 'none') records.push(record);
    if (part === 'end') break;
  }
  return { stream: null, records };
}

function partOf(detail: RecordDetail | null): Part {
  switch (detail?.kind) {
    case 'resolved':
    case 'attempted':
    case 'bound':
    case 'secured':
      return 'part';
    case 'closed':
      return 'end';
    case 'failed':
      return detail.during === 'listening' ? 'none' : 'end';
    case 'stopped':
      return 'end';
    case 'note':
      if (detail.note === 'retry') return 'retry';
      if (detail.note === 'capture-ended-early') return 'end';
      return detail.note === 'proxied' || detail.note === 'certificate-refused' ? 'part' : 'none';
    default:
      return 'none';
  }
}
