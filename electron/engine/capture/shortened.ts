/** What a size limit takes of a log, in steps, and what stays known of it. */
import { isPayload, type RecordDetail } from '../../../shared/records.ts';
import { encodeDetail } from './details.ts';
import {
  blockEntries,
  entryBytes,
  kindNumber,
  kindOf,
  maxPlace,
  putEntry,
  entryMemory,
  segmentBytes,
  type Entries,
} from './format.ts';
import { noStream, type Place } from './recorder.ts';
import { scan, type Scanned } from './scan.ts';

/** Records that went, and the bytes sent and received in them; `time`: of the first that is kept. */
export type Gone = { records: number; bytes: number; time: number };
/** Where a log begins. `openings`: what is open there, by its number, and the detail of the record that opened it. */
export type LogBegin = {
  readonly base: number;
  readonly gone: Gone | null;
  readonly openings: ReadonlyMap<number, Uint8Array>;
};
export const beginAt = (base: number): LogBegin => ({ base, gone: null, openings: new Map() });

/** A step goes so far below the limit, so that there are few of them. */
const keptPart = 0.9;
/** Entries that are looked at before the sockets have their turn. */
const entriesAtOnce = 4096;
/** Far more than are open at a time: all of them are written with each step. */
const mostOpenings = 65_536;

const noteKind = kindNumber('note');
const stoppedKind = kindNumber('stopped');
const endKinds: ReadonlySet<number> = new Set([kindNumber('closed'), kindNumber('failed')]);
/** No other note of a peer is so long. */
const forgottenBytes = encodeDetail({ kind: 'note', note: 'forgotten' }).length;

export type Shortening = {
  /** Bytes that the log may take. */
  limit: number;
  /** Behind the last byte stored. */
  end: Place;
  /** No file below is needed any more. */
  front: Place;
  /** No record from here on goes. */
  below: number;
  /** Where the log ends that nothing is added to. */
  last: number;
  /** What was opened before this record was open in another process, and is not any more. */
  openedAt: number;
  /** False: the log begins elsewhere by now. */
  isWanted(): boolean;
};
type Source = Scanned & { read(place: Place, length: number): Promise<Uint8Array> };
type Stretch = { place: Place; length: number };

/**
 * Where the log begins so that it fits again, and from which place on it needs files. Null where it fits, where no file
 * would go, and where it is not wanted any more.
 */
export async function shortened(
  source: Source,
  { base, gone, openings }: LogBegin,
  { limit, end, front, below, last, openedAt, isWanted }: Shortening,
): Promise<{ begin: LogBegin; front: Place } | null> {
  const sizeFrom = (sequence: number, place: Place): number =>
    end -
    startOfFile(place, segmentBytes) +
    (source.length - startOfFile(sequence, blockEntries)) * entryBytes;
  if (sizeFrom(base, front) <= limit) return null;
  const now = { base, front, records: 0, bytes: 0 };
  const open = new Map<number, Uint8Array | Stretch>(openings);
  await scan(source, { from: base, to: below, most: entriesAtOnce }, (entries) => {
    for (let i = 0; i < entries.count; i++) {
      now.base = entries.from + i;
      if (!entries.isDamaged(i) && entries.length(i) > 0) now.front = Math.max(now.front, entries.place(i));
      if (sizeFrom(now.base, now.front) <= limit * keptPart) return false;
      now.base++;
      now.records++;
      if (isPayload(kindOf(entries.kind(i)))) now.bytes += entries.length(i);
      else followOpen(open, entries, i);
    }
    return isWanted();
  });
  const goes = (at: number, before: number, fileLength: number): boolean =>
    startOfFile(at, fileLength) > startOfFile(before, fileLength);
  const isGain =
    now.base === last || goes(now.front, front, segmentBytes) || goes(now.base, base, blockEntries);
  if (!isGain || now.records === 0) return null;
  if (now.base >= openedAt) for (const stream of open.keys()) if (stream < openedAt) open.delete(stream);
  const first = await source.entries(now.base, 1);
  const begin = {
    base: now.base,
    gone: {
      records: (gone?.records ?? 0) + now.records,
      bytes: (gone?.bytes ?? 0) + now.bytes,
      time: first.isDamaged(0) ? (gone?.time ?? 0) : first.time(0),
    },
    openings: await readAll(source, open),
  };
  return isWanted() ? { begin, front: now.front } : null;
}

/** What a log says of it. */
export const goneDetail = ({ records, bytes, time }: Gone): RecordDetail => ({
  ...{ kind: 'note', note: 'oldest-gone', records, bytes, since: time },
});

/** The same, for who adds it to other facts. */
export const goneOf = ({ gone }: { gone: Gone | null }): { gone?: Gone } => (gone === null ? {} : { gone });

/** The entry that stands in the place of the last record that went, and the bytes that it names, which no file has. */
export function goneEntry(detail: Uint8Array, time: number): { place: Place; bytes: Uint8Array } {
  const place = maxPlace - segmentBytes;
  const bytes = new Uint8Array(entryBytes);
  putEntry(entryMemory(bytes), 0, time, place, detail.length, noStream, noteKind);
  return { place, bytes };
}

/** What is open behind an event. */
function followOpen(open: Map<number, Uint8Array | Stretch>, entries: Entries, i: number): void {
  const [kind, stream, length] = [entries.kind(i), entries.stream(i), entries.length(i)];
  if (kind === stoppedKind) return open.clear();
  if (stream === noStream) return;
  if (stream === entries.from + i) open.set(stream, { place: entries.place(i), length });
  else if (endKinds.has(kind) || (kind === noteKind && length === forgottenBytes)) open.delete(stream);
  if (open.size > mostOpenings) open.delete(open.keys().next().value!);
}

async function readAll(
  source: Source,
  open: ReadonlyMap<number, Uint8Array | Stretch>,
): Promise<Map<number, Uint8Array>> {
  const read = new Map<number, Uint8Array>();
  for (const [stream, found] of open) {
    // A damaged one has no name, as before.
    const bytes =
      found instanceof Uint8Array ? found : await source.read(found.place, found.length).catch(() => null);
    if (bytes !== null) read.set(stream, bytes);
  }
  return read;
}

const startOfFile = (position: number, fileLength: number): number => position - (position % fileLength);
