/** Details of events as the bytes that a capture keeps of them. */
import { formatAddress, type Address } from '../../../shared/address.ts';
import type { Damage } from '../../../shared/failure.ts';
import { readDetail } from '../../../shared/record-detail.ts';
import { isPayload, type RecordDetail, type RecordKind } from '../../../shared/records.ts';
import { blockEntries, entryBytes, fileNumber } from './format.ts';

/** A detail that is longer is damaged: ours have a few hundred bytes. */
export const maxDetailBytes = 65_535;

const encoder = new TextEncoder();

/** For details of the usual size, so that none of them costs memory of its own. */
const scratch = new Uint8Array(4096);

/** The bytes are good until the next call. */
export function encodeDetail(detail: RecordDetail): Uint8Array {
  const text = textOf(detail);
  // UTF-8 takes at most three bytes for each unit of a string.
  if (text.length * 3 > scratch.length) return encoder.encode(text);
  return scratch.subarray(0, encoder.encodeInto(text, scratch).written);
}

/** The JSON of a detail. Those that every connection has are written out: JSON.stringify takes four times as long. */
function textOf(detail: RecordDetail): string {
  switch (detail.kind) {
    case 'opened': {
      const { socket, origin, local, remote, carried, proxy } = detail;
      const through = proxy === undefined ? '' : `,"proxy":${JSON.stringify(proxy)}`;
      return `{"kind":"opened","socket":"${socket}","origin":"${origin}","local":${addressText(local)},"remote":${addressText(remote)},"carried":${carried}${through}}`;
    }
    case 'half-closed':
      return `{"kind":"half-closed","by":"${detail.by}","closeNotify":${detail.closeNotify}}`;
    case 'closed': {
      const { by, how, receivedBytes, sentBytes, unsentBytes, durationMs } = detail;
      return `{"kind":"closed","by":"${by}","how":"${how}","receivedBytes":${receivedBytes},"sentBytes":${sentBytes},"unsentBytes":${unsentBytes},"durationMs":${durationMs}}`;
    }
    default:
      return JSON.stringify(detail);
  }
}

/** Paths and zones may hold anything, an IPv4 address nothing that JSON escapes. */
const addressText = (address: Address | null): string =>
  address?.family === 'IPv4'
    ? `{"host":"${address.host}","port":${address.port},"family":"IPv4"}`
    : JSON.stringify(address);

/** Null for payloads and for bytes that are not a detail of this kind, as a damaged file may hold. */
export const decodeDetail = (kind: RecordKind, bytes: Uint8Array): RecordDetail | null =>
  isPayload(kind) ? null : readDetail(kind, bytes);

/** In the place of what a record would show: what of it is damaged. `isEntry`: nothing is known about the record. */
export function damagedPreview({ code, file, from, end }: Damage, isEntry: boolean): Uint8Array {
  const before = isEntry ? fileNumber(file, 'index') * blockEntries : 0;
  const records = isEntry ? { first: before + from / entryBytes, last: before + end / entryBytes - 1 } : null;
  return encodeDetail({ kind: 'note', note: 'damaged', code, file, from, end, records }).slice();
}

/** How the log names the peer of the connection that this record opened. */
export function peerLabel(detail: RecordDetail): string {
  if (detail.kind === 'opened') return detail.remote === null ? '' : formatAddress(detail.remote);
  if (detail.kind === 'attempted') return formatAddress(detail.remote);
  return detail.kind === 'resolved' ? detail.host : '';
}
