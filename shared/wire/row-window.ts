/** A window of log rows in one packed buffer: cheaper to make, send and read than an array of objects. */
import type { RowFrame } from '../frames.ts';
import { frameMarks, restWhys } from '../framing/framer.ts';
import { recordKinds, type RecordKind } from '../records.ts';

/** Bytes of a payload shown in the log. Details of events are never cut at this length. */
export const previewLength = 256;

export type Row = {
  /** Place in the view. */
  row: number;
  sequence: number;
  time: number;
  /** Time of the record in the row before; equal to `time` for the first row. */
  previousTime: number;
  kind: RecordKind;
  connection: number;
  /** `host:port` of the connection's peer; '' for records of the endpoint itself. */
  peer: string;
  length: number;
  /** First bytes of the payload, or the whole detail as UTF-8 JSON for events. */
  preview: Uint8Array;
  /** Null for a record. */
  frame: RowFrame | null;
  /** Bytes of a character that earlier payloads of its stream began, and that goes on in this one; missing: none. */
  before?: Uint8Array;
};
/** Of who does not show when the row before was. */
export type UntimedRow = Omit<Row, 'previousTime'>;
export type RowWindow = { rows: Row[] };

const fixedLength = 47;
const frameLength = 23;

/**
 * Little-endian; per row: 47 fixed bytes (row, sequence, time, previousTime f64; connection, length u32; kind, peer length
 * u8; preview length u32; 1 for a frame, and twice the length of what stands before), peer, preview, before. Of a frame, behind that: last, offset f64; within u32; mark, why,
 * count of edges u8; edges u16.
 */
export function encodeRows(rows: readonly Row[]): Uint8Array<ArrayBuffer> {
  const peers = new Map<string, Uint8Array>();
  let size = 4;
  for (const { peer, preview, before = nothing, frame } of rows) {
    let bytes = peers.get(peer);
    if (!bytes) peers.set(peer, (bytes = encoder.encode(peer).subarray(0, 255)));
    size += fixedLength + bytes.length + preview.length + before.length + frameBytes(frame);
  }
  const out = new Uint8Array(size);
  const data = new DataView(out.buffer);
  data.setUint32(0, rows.length, true);
  let at = 4;
  for (const row of rows) {
    const peer = peers.get(row.peer)!;
    data.setFloat64(at, row.row, true);
    data.setFloat64(at + 8, row.sequence, true);
    data.setFloat64(at + 16, row.time, true);
    data.setFloat64(at + 24, row.previousTime, true);
    data.setUint32(at + 32, row.connection, true);
    data.setUint32(at + 36, row.length, true);
    data.setUint8(at + 40, recordKinds.indexOf(row.kind));
    data.setUint8(at + 41, peer.length);
    data.setUint32(at + 42, row.preview.length, true);
    const { before = nothing } = row;
    data.setUint8(at + 46, (row.frame === null ? 0 : 1) + 2 * before.length);
    at += fixedLength;
    for (const part of [peer, row.preview, before]) {
      out.set(part, at);
      at += part.length;
    }
    if (row.frame !== null) putFrame(data, at, row.frame);
    at += frameBytes(row.frame);
  }
  return out;
}

/** At most 255 edges, all of them in the preview. */
const frameBytes = (frame: RowFrame | null): number =>
  frame === null ? 0 : frameLength + 2 * frame.edges.length;

function putFrame(data: DataView, at: number, { last, offset, within, mark, why, edges }: RowFrame): void {
  data.setFloat64(at, last, true);
  data.setFloat64(at + 8, offset, true);
  data.setUint32(at + 16, within, true);
  data.setUint8(at + 20, mark === null ? 0 : frameMarks.indexOf(mark) + 1);
  data.setUint8(at + 21, why === null ? 0 : restWhys.indexOf(why) + 1);
  data.setUint8(at + 22, edges.length);
  edges.forEach((edge, i) => data.setUint16(at + frameLength + 2 * i, edge, true));
}

function frameAt(data: DataView, at: number): RowFrame {
  return {
    last: data.getFloat64(at, true),
    offset: data.getFloat64(at + 8, true),
    within: data.getUint32(at + 16, true),
    mark: frameMarks[data.getUint8(at + 20) - 1] ?? null,
    why: restWhys[data.getUint8(at + 21) - 1] ?? null,
    edges: Array.from({ length: data.getUint8(at + 22) }, (_, i) =>
      data.getUint16(at + frameLength + 2 * i, true),
    ),
  };
}

/** Reads what `encodeRows` wrote. Throws RangeError on a truncated buffer. Previews are views of `bytes`. */
export function decodeRows(bytes: Uint8Array): RowWindow {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = data.getUint32(0, true);
  const rows: Row[] = [];
  let at = 4;
  for (let i = 0; i < count; i++) {
    const peerLength = data.getUint8(at + 41);
    const previewBytes = data.getUint32(at + 42, true);
    const peerAt = at + fixedLength;
    const previewAt = peerAt + peerLength;
    const flags = data.getUint8(at + 46);
    const beforeAt = previewAt + previewBytes;
    const end = beforeAt + (flags >> 1);
    if (end > bytes.length) throw new RangeError('row window is cut short');
    const frame = (flags & 1) === 0 ? null : frameAt(data, end);
    rows.push({
      row: data.getFloat64(at, true),
      sequence: data.getFloat64(at + 8, true),
      time: data.getFloat64(at + 16, true),
      previousTime: data.getFloat64(at + 24, true),
      connection: data.getUint32(at + 32, true),
      length: data.getUint32(at + 36, true),
      kind: recordKinds[data.getUint8(at + 40)] ?? 'note',
      peer: decoder.decode(bytes.subarray(peerAt, previewAt)),
      preview: bytes.subarray(previewAt, beforeAt),
      ...(end > beforeAt ? { before: bytes.subarray(beforeAt, end) } : {}),
      frame,
    });
    at = end + frameBytes(frame);
  }
  return { rows };
}

const nothing = new Uint8Array(0);
const encoder = new TextEncoder();
const decoder = new TextDecoder();
