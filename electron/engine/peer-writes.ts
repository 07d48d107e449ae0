/** Where the other end wrote what was read here, if it is an endpoint of this engine, too. */
import { formatAddress } from '../../shared/address.ts';
import type { FrameRef } from '../../shared/frames.ts';
import type { RecordDetail } from '../../shared/records.ts';
import { kindNumber } from './capture/format.ts';
import type { Capture } from './capture/capture.ts';
import { scan } from './capture/scan.ts';
import type { Endpoint } from './endpoint.ts';

const received = kindNumber('received');
const sent = kindNumber('sent');
const mostWrites = 1000;
/** Connections of one endpoint that are looked at: those with the same address, live and ended. */
const mostListed = 32;

/**
 * Where each write but the first begins in what was received, in bytes from its start; at most the first 1,000. None where
 * the other end is elsewhere, is not listed any more, or the log of either does not go back to where the connection opened.
 */
export async function peerWrites(
  endpoints: Iterable<Endpoint>,
  capture: Capture,
  frame: FrameRef,
): Promise<number[]> {
  const { entries } = await capture.gather([frame.sequence]);
  const stream = entries.stream(0);
  if (entries.kind(0) !== received) return [];
  const opened = await wholeFrom(capture, stream);
  if (!opened?.local || !opened.remote) return [];
  const [here, there] = [formatAddress(opened.local), formatAddress(opened.remote)];
  for (const other of endpoints) {
    const query = { order: 'newest', find: here, nameOf: () => '' } as const;
    const writer = other.connections
      .window(query, 0, mostListed)
      .rows.find(({ local, remote }) => local && remote && isSame(local, there) && isSame(remote, here));
    if (writer === undefined || (await wholeFrom(other.capture, writer.connection)) === null) continue;
    const before = await bytesBefore(capture, stream, frame.sequence);
    return writesIn(other.capture, writer.connection, before + frame.within, frame.length);
  }
  return [];
}

/** What opened a stream of which all bytes are in the log; null for any other. */
async function wholeFrom(
  capture: Capture,
  stream: number,
): Promise<Extract<RecordDetail, { kind: 'opened' }> | null> {
  if (stream < capture.cleared) return null;
  const { detail } = await capture.info(stream);
  const isWhole = detail?.kind === 'opened' && detail.socket === 'stream' && !detail.carried;
  return isWhole ? detail : null;
}

const isSame = (address: Parameters<typeof formatAddress>[0], written: string): boolean =>
  formatAddress(address) === written;

async function bytesBefore(capture: Capture, stream: number, sequence: number): Promise<number> {
  let bytes = 0;
  await scan(capture, { from: stream, to: sequence }, (entries) => {
    for (let i = 0; i < entries.count; i++)
      if (entries.stream(i) === stream && entries.kind(i) === received) bytes += entries.length(i);
  });
  return bytes;
}

async function writesIn(capture: Capture, stream: number, from: number, length: number): Promise<number[]> {
  const writes: number[] = [];
  let at = 0;
  await scan(capture, { from: stream }, (entries) => {
    for (let i = 0; i < entries.count && at < from + length && writes.length < mostWrites; i++) {
      if (entries.stream(i) !== stream || entries.kind(i) !== sent) continue;
      if (at > from) writes.push(at - from);
      at += entries.length(i);
    }
    return at < from + length && writes.length < mostWrites;
  });
  return writes;
}
