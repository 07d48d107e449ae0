/** What a payload's stream has left of a character before it, found from that payload alone: any row can be shown by itself. */
import type { EncodingId } from '../../../shared/encodings/encodings.ts';
import { encodingOf, type ShownEncodings } from '../../../shared/encodings/shown.ts';
import { isTold, mayGoOn, tailBytes, tornLength } from '../../../shared/encodings/torn.ts';
import { joinBytes } from '../../../shared/payload/join.ts';
import type { RecordKind } from '../../../shared/records.ts';
import type { UntimedRow } from '../../../shared/wire/row-window.ts';
import { kindNumber, type Entries } from '../capture/format.ts';
import { noStream } from '../capture/recorder.ts';

export type TornSource = {
  entries(from: number, count: number): Promise<Entries>;
  read(place: number, length: number): Promise<Uint8Array>;
};
export type TornPayload = { sequence: number; kind: RecordKind; stream: number };

/** Records that are looked at before one: few at first, which nearly always is enough. */
const lookedAt = [16, 256, 2048];
const firstTailBytes = 64;
/** A peer may send each byte by itself. */
const mostParts = 256;
const nothing = new Uint8Array(0);

/**
 * The bytes, 3 at most, of a character that the stream's payloads before this one began; it may not go on in it. `first`: the
 * payload's first bytes; `base`: where the log begins. It costs a few index entries and some bytes before the payload, and
 * never more than 2048 entries and 4 KiB of 256 payloads: a character is taken to begin where nothing nearer tells.
 */
export async function tornBefore(
  source: TornSource,
  payload: TornPayload,
  first: Uint8Array,
  encodings: ShownEncodings,
  base: number,
): Promise<Uint8Array> {
  const encoding = goingOn(payload, first, encodings);
  if (encoding === null) return nothing;
  try {
    return await lookBack(source, payload, encoding, base);
  } catch {
    // What stands before it is damaged, or gone with the log that was cleared: it begins with itself.
    return nothing;
  }
}

/** What it is read in; null where it begins with itself, as its first byte or its kind says. */
function goingOn(
  { kind, stream }: Omit<TornPayload, 'sequence'>,
  first: Uint8Array,
  encodings: ShownEncodings,
): EncodingId | null {
  if (!encodings.carries || (kind !== 'sent' && kind !== 'received') || stream === noStream) return null;
  const encoding = encodingOf(encodings, stream, kind);
  return first.length > 0 && mayGoOn(first[0]!, encoding) ? encoding : null;
}

async function lookBack(
  source: TornSource,
  payload: TornPayload,
  encoding: EncodingId,
  base: number,
): Promise<Uint8Array> {
  for await (const { before, isLast } of lookedBack(source, payload, base)) {
    const torn = await tornIn(source, before, encoding, isLast);
    if (torn !== null) return torn;
  }
  return nothing;
}

/** Where a payload's bytes are. */
export type Before = { place: number; length: number };

/** What went the same way before, further and further back. `isLast`: no further; `isBegun`: as nothing stands before it. */
async function* lookedBack(
  source: TornSource,
  { sequence, kind, stream }: TornPayload,
  base: number,
): AsyncGenerator<{ before: Before[]; isLast: boolean; isBegun: boolean }> {
  // A stream has no record before the one that opened it.
  const least = Math.max(base, stream);
  for (const most of lookedAt) {
    const from = Math.max(least, sequence - most);
    if (from >= sequence) return;
    const before = placesIn(await source.entries(from, sequence - from), kindNumber(kind), stream);
    const isBegun = from === least;
    yield { before, isLast: isBegun || most === lookedAt.at(-1), isBegun };
  }
}

/** The newest first. */
function placesIn(entries: Entries, kind: number, stream: number): Before[] {
  const found: Before[] = [];
  for (let i = entries.count - 1; i >= 0; i--)
    if (entries.stream(i) === stream && entries.kind(i) === kind)
      found.push({ place: entries.place(i), length: entries.length(i) });
  return found;
}

/** Null where more has to be looked at, and `isAll` does not say that there is no more. */
async function tornIn(
  source: TornSource,
  before: readonly Before[],
  encoding: EncodingId,
  isAll: boolean,
): Promise<Uint8Array | null> {
  const total = before.reduce((sum, { length }) => sum + length, 0);
  // In UTF-16 no byte tells, how many there are does.
  const mostTail = encoding.startsWith('utf-16') ? firstTailBytes : tailBytes;
  for (const most of new Set([firstTailBytes, mostTail])) {
    const tail = await tailOf(source, before.slice(0, mostParts), most);
    const told = isTold(tail, encoding);
    if (!told && most < mostTail && tail.length < total) continue;
    if (!told && !isAll) return null;
    const torn = tornLength(tail, total - tail.length, encoding);
    return tail.subarray(tail.length - torn);
  }
  return null;
}

async function tailOf(source: TornSource, before: readonly Before[], most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let left = most;
  for (const { place, length } of before) {
    if (left === 0) break;
    const part = Math.min(left, length);
    parts.push(await source.read(place + length - part, part));
    left -= part;
  }
  return joinBytes(parts.reverse());
}

/**
 * The last bytes, at most `most`, that went the same way before a payload of a stream. Nothing is looked for behind 2048
 * entries of the index, but what `further` finds, the newest first; nothing is there where it is damaged, or gone.
 */
export async function tailBefore(
  source: TornSource,
  payload: TornPayload,
  { most, base, further }: { most: number; base: number; further?: () => Promise<Before[]> },
): Promise<Uint8Array> {
  try {
    for await (const { before, isLast, isBegun } of lookedBack(source, payload, base)) {
      const total = before.reduce((sum, { length }) => sum + length, 0);
      if (total < most && isLast && !isBegun && further) return await tailOf(source, await further(), most);
      if (total >= most || isLast)
        return await tailOf(source, further ? before : before.slice(0, mostParts), most);
    }
  } catch {
    // What comes behind it is whole, and passes by itself.
  }
  return nothing;
}

/** With what stands before each of them. */
export async function withTorn<T extends UntimedRow>(
  source: TornSource,
  rows: T[],
  encodings: ShownEncodings,
  base: number,
): Promise<T[]> {
  const payloadOf = ({ sequence, kind, connection: stream }: T): TornPayload => ({
    sequence,
    kind,
    stream,
  });
  if (!encodings.carries) return rows;
  if (!rows.some((row) => goingOn(payloadOf(row), row.preview, encodings) !== null)) return rows;
  return Promise.all(
    rows.map(async (row) => {
      const payload = payloadOf(row);
      const before = await tornBefore(source, payload, row.preview, encodings, base);
      return before.length === 0 ? row : { ...row, before };
    }),
  );
}
