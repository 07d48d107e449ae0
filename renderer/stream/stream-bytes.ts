/** The bytes of a stretch of a conversation, over all edges: by direction, and in their order. */
import type { ComparePart } from '../../shared/compare/source.ts';
import type { Commands } from '../../shared/contract.ts';
import { decodeText } from '../../shared/encodings/decode.ts';
import { encodingOf, type ShownEncodings } from '../../shared/encodings/shown.ts';
import { joinBytes } from '../../shared/payload/join.ts';
import type { StreamPiece } from '../../shared/stream-rows.ts';
import type { Remote } from '../../shared/wire/rpc.ts';
import { edgesAt } from '../lib/byte-runs.ts';
import type { ByteRange } from '../lib/hex-rows.ts';
import { mostCopiedBytes } from '../state/copying.ts';
import type { Joined } from '../state/copy-rows.ts';
import type { JoinedSides, Side } from '../state/inspector.svelte.ts';
import type { Places } from './stream-rows.svelte.ts';

export type Stretch = Places & {
  engine: Pick<Remote<Commands>, 'streamPieces' | 'streamPlace'>;
  stream: number;
};
/** What was looked for and found, as places, in a part of the conversation. */
export type FoundWithin = (places: Places) => readonly ByteRange[];

/** As many as fit; of what is `found` what they have is marked. Null as soon as `isWanted` says that something else is. Rejects where they cannot be had. */
export async function joinStretch(
  stretch: Stretch,
  found: FoundWithin,
  isWanted: () => boolean,
): Promise<JoinedSides | null> {
  const { engine, stream, from, to } = stretch;
  const { pieces: begin } = await engine.streamPieces(stream, from, Math.min(to, from + 1));
  if (!isWanted()) return null;
  const [first] = begin;
  // Of one record alone the record is shown, whatever its length is.
  const end = first ? await engine.streamPlace(stream, first.sequence + 1, 0) : to;
  if (!isWanted()) return null;
  if (first && end >= to) {
    const sides = sidesOf([{ ...first, bytes: new Uint8Array(0) }]);
    const isWhole = first.within === 0 && end === to;
    const range = { start: first.within, end: first.within + to - from };
    const begin = first.at - first.within;
    const own = { at: begin, offset: 0, length: end - begin };
    return { ...sides, isPart: false, ...(isWhole ? {} : { range }), found: foundIn([own], [own], found) };
  }
  const read = await readStretch(stretch, isWanted);
  if (read === null) return null;
  const runs = { sent: partsOf(read.pieces, 'sent'), received: partsOf(read.pieces, 'received') };
  return {
    ...sidesOf(read.pieces),
    isPart: read.isPart,
    found: foundIn(runs.sent, runs.received, found),
  };
}

/** Bytes that follow each other in the conversation and in what is joined. */
type Part = { at: number; offset: number; length: number };

function partsOf(pieces: readonly StreamPiece[], side: Side): Part[] {
  const parts: Part[] = [];
  let offset = 0;
  for (const { kind, at, bytes } of pieces) {
    if (kind !== side) continue;
    const last = parts.at(-1);
    if (last && last.at + last.length === at) last.length += bytes.length;
    else parts.push({ at, offset, length: bytes.length });
    offset += bytes.length;
  }
  return parts;
}

const foundIn =
  (sent: readonly Part[], received: readonly Part[], found: FoundWithin): NonNullable<JoinedSides['found']> =>
  (side, { start, end }) =>
    (side === 'sent' ? sent : received)
      .filter(({ offset, length }) => offset < end && start < offset + length)
      .flatMap(({ at, offset, length }) => {
        const from = at + Math.max(0, start - offset);
        const to = at + Math.min(length, end - offset);
        return found({ from, to }).map((range) => ({
          start: Math.max(range.start, at) - at + offset,
          end: Math.min(range.end, at + length) - at + offset,
        }));
      });

/** As stretches of the two streams, as far as it is read: what each direction has of it. */
export async function partsOfStretch(stretch: Stretch): Promise<ComparePart[]> {
  const { pieces } = (await readStretch(stretch, () => true))!;
  return (['sent', 'received'] as const).flatMap((way) => {
    const own = pieces.filter(({ kind }) => kind === way);
    const [first, last] = [own[0], own.at(-1)];
    if (!first || !last) return [];
    const length = own.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const { sequence, within } = first;
    return [{ sequence, frame: { sequence, within, last: last.sequence, length } }];
  });
}

/** Both directions behind each other. */
export async function copyStretch(stretch: Stretch, encodings: ShownEncodings, connection: number) {
  const { pieces, isPart } = (await readStretch(stretch, () => true))!;
  return {
    bytes: joinBytes(pieces.map(({ bytes }) => bytes)),
    text: () =>
      runsOf(pieces)
        .map((run) => textOf(run, encodings, connection))
        .join(''),
    records: new Set(pieces.map(({ sequence }) => sequence)).size,
    isPart,
  };
}

async function readStretch(
  { engine, stream, from, to }: Stretch,
  isWanted: () => boolean,
): Promise<{ pieces: StreamPiece[]; isPart: boolean } | null> {
  const pieces: StreamPiece[] = [];
  let room = mostCopiedBytes;
  let at = from;
  while (at < to && room > 0) {
    const told = await engine.streamPieces(stream, at, to);
    if (!isWanted()) return null;
    for (const piece of told.pieces) {
      if (piece.bytes.length > room)
        return { pieces: [...pieces, { ...piece, bytes: piece.bytes.subarray(0, room) }], isPart: true };
      pieces.push(piece);
      room -= piece.bytes.length;
    }
    // It ends earlier than it was known to.
    if (told.to <= at) break;
    at = told.to;
  }
  return { pieces, isPart: at < to && room === 0 };
}

const sidesOf = (pieces: readonly StreamPiece[]): Record<'sent' | 'received', Joined> => ({
  sent: joinedOf(pieces.filter(({ kind }) => kind === 'sent')),
  received: joinedOf(pieces.filter(({ kind }) => kind === 'received')),
});

/** A long record is several pieces. */
function joinedOf(pieces: readonly StreamPiece[]): Joined {
  const edges: number[] = [];
  let length = 0;
  let records = 0;
  for (const [i, { sequence, bytes }] of pieces.entries()) {
    if (sequence !== pieces[i - 1]?.sequence) {
      if (records > 0) edges.push(length);
      records++;
    }
    length += bytes.length;
  }
  return {
    bytes: joinBytes(pieces.map(({ bytes }) => bytes)),
    edges: edgesAt(edges),
    records,
    areFrames: false,
    before: new Uint8Array(0),
    first: pieces[0]?.sequence ?? 0,
    last: pieces.at(-1)?.sequence ?? 0,
  };
}

/** What one side said at a time: characters go on over its edges. */
function runsOf(pieces: readonly StreamPiece[]): StreamPiece[][] {
  const runs: StreamPiece[][] = [];
  for (const piece of pieces) {
    const last = runs.at(-1);
    if (last?.[0]!.kind === piece.kind) last.push(piece);
    else runs.push([piece]);
  }
  return runs;
}

const textOf = (run: readonly StreamPiece[], encodings: ShownEncodings, connection: number): string =>
  decodeText(joinBytes(run.map(({ bytes }) => bytes)), encodingOf(encodings, connection, run[0]!.kind));
