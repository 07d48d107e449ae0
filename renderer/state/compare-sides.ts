/** Reads what a comparison is about. */
import { mostCompared } from '../../shared/compare/compare.ts';
import type { ComparePart, CompareSource } from '../../shared/compare/source.ts';
import type { Commands, RecordInfo } from '../../shared/contract.ts';
import type { FrameRef } from '../../shared/frames.ts';
import { joinBytes } from '../../shared/payload/join.ts';
import { isPayload } from '../../shared/records.ts';
import type { Remote } from '../../shared/wire/rpc.ts';

export type Way = 'sent' | 'received';
export type Side = { source: CompareSource; info: RecordInfo; bytes: Uint8Array; isCut: boolean };
export type SideEngine = Pick<Remote<Commands>, 'record' | 'payload' | 'frameBytes' | 'connectionStreams'>;

const pieceBytes = 256 * 1024;

/** What goes both ways: one of them is compared. */
export const hasWays = ({ kind }: CompareSource): boolean => kind !== 'record';

/** `way`: of what has both. Rejects where something of it is gone. */
export async function readSide(engine: SideEngine, source: CompareSource, way: Way): Promise<Side> {
  const { endpoint, sequence, kind, selection } = source;
  const info = await engine.record(endpoint, sequence);
  const start = selection?.start ?? 0;
  const end = Math.min(selection?.end ?? Infinity, start + mostCompared);
  if (kind !== 'several') {
    const { isCut, ...found } = await stretchOf(engine, source, info, way);
    const to = Math.min(end, found.length);
    const bytes = await read(engine, endpoint, found, start, to);
    return { source, info, bytes, isCut: isCut || to < (selection?.end ?? found.length) };
  }
  const pieces: Uint8Array[] = [];
  let [at, isCut] = [0, false];
  for (const part of [source, ...source.more]) {
    const about = part === source ? info : await engine.record(endpoint, part.sequence);
    if (about.kind !== way || isCut) continue;
    const found = {
      sequence: part.sequence,
      stretch: part.frame,
      length: part.frame?.length ?? about.length,
    };
    const [from, to] = [Math.max(start - at, 0), Math.min(end - at, found.length)];
    if (from < to) pieces.push(await read(engine, endpoint, found, from, to));
    at += found.length;
    isCut = at > end && selection === null;
  }
  return { source, info, bytes: joinBytes(pieces), isCut };
}

type Found = { sequence: number; stretch: FrameRef | null; length: number };

async function stretchOf(
  engine: SideEngine,
  { endpoint, sequence, kind, frame }: CompareSource,
  info: RecordInfo,
  way: Way,
): Promise<Found & { isCut: boolean }> {
  if (kind === 'record')
    return { sequence, stretch: frame, length: frame?.length ?? info.length, isCut: false };
  const streams = await engine.connectionStreams(endpoint, sequence);
  return { sequence, stretch: streams[way], length: streams[way]?.length ?? 0, isCut: streams.isCut };
}

async function read(
  engine: SideEngine,
  endpoint: string,
  { sequence, stretch }: Found,
  start: number,
  end: number,
): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, end - start));
  for (let at = start; at < end; at += pieceBytes) {
    const count = Math.min(pieceBytes, end - at);
    const piece = stretch
      ? await engine.frameBytes(endpoint, stretch, at, count)
      : await engine.payload(endpoint, sequence, at, count);
    bytes.set(piece, at - start);
  }
  return bytes;
}

/** The direction of the first part with bytes where several are joined; what is received, where there is none. */
export async function firstWay(engine: SideEngine, sources: readonly CompareSource[]): Promise<Way> {
  const source = sources.find(({ kind }) => kind === 'several');
  if (source === undefined) return 'received';
  for (const { sequence } of [source, ...source.more] as ComparePart[]) {
    const { kind } = await engine.record(source.endpoint, sequence);
    if (isPayload(kind)) return kind;
  }
  return 'received';
}
