/** What went before a message in its stream: some protocols pack each with those before it in mind. */
import type { Commands } from '../../shared/contract.ts';
import type { EndpointId } from '../../shared/domain.ts';
import type { Way } from '../../shared/encodings/shown.ts';
import { joinBytes } from '../../shared/payload/join.ts';
import type { Remote } from '../../shared/wire/rpc.ts';

const mostBytes = 1024 * 1024;
/** What the engine answers at most. */
const bytesAtOnce = 256 * 1024;

type Engine = Pick<Remote<Commands>, 'connectionStreams' | 'frameBytes' | 'payload'>;
/** Byte `within` of a record. */
export type StreamPoint = { connection: number; way: Way; sequence: number; within: number };

/** From the first byte of the stream on; null where that is more than a MiB. Rejects where it cannot be had. */
export async function bytesBefore(
  engine: Engine,
  endpoint: EndpointId,
  { connection, way, sequence, within }: StreamPoint,
): Promise<Uint8Array | null> {
  const stream = (await engine.connectionStreams(endpoint, connection))[way];
  if (stream === null || within > mostBytes) return null;
  const frame = { ...stream, last: sequence - 1, length: mostBytes + 1 };
  const earlier = (at: number, length: number) => engine.frameBytes(endpoint, frame, at, length);
  const own = (at: number, length: number) => engine.payload(endpoint, sequence, at, length);
  const parts = [
    ...(stream.sequence < sequence ? await read(earlier, mostBytes + 1) : []),
    ...(await read(own, within)),
  ];
  const bytes = joinBytes(parts);
  return bytes.length > mostBytes ? null : bytes;
}

/** At most `length` bytes, fewer where there are no more. */
async function read(
  piece: (at: number, length: number) => Promise<Uint8Array>,
  length: number,
): Promise<Uint8Array[]> {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < length; at += bytesAtOnce) {
    const wanted = Math.min(bytesAtOnce, length - at);
    const bytes = await piece(at, wanted);
    pieces.push(bytes);
    if (bytes.length < wanted) break;
  }
  return pieces;
}
