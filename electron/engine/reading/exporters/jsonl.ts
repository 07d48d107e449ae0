/** One JSON object per record. Kinds and fields are documented in docs/command-line.md. */
import type { Annotation } from '../../../../shared/annotations.ts';
import { factsOf } from '../../../../shared/failure.ts';
import type { RecordDetail } from '../../../../shared/records.ts';
import { describeRecord, explain, sayWhy } from '../../../../shared/texts/index.ts';
import { formatAddress } from '../../../../shared/address.ts';
import { jsonForTerminal } from '../../../../shared/show/characters.ts';
import { formatIso } from '../../../../shared/show/times.ts';
import { decodedField } from './decoded.ts';
import type { Entry, Exporter, FrameFacts, WriteRecord } from './exporter.ts';

const writeObject: WriteRecord = async function* (entry, payload) {
  const start = jsonForTerminal(fieldsOf(entry));
  if (entry.detail !== null) return yield `${start}\n`;
  if (entry.frame !== undefined) return yield* frameObject(entry, entry.frame, payload);
  const pieces = payload[Symbol.asyncIterator]();
  // What is damaged at its beginning is told without any of it.
  const first = await pieces.next();
  // The payload comes last, so that it never has to be one string in memory.
  yield `${start.slice(0, -1)},"length":${entry.length},"hex":"`;
  try {
    for (let piece = first; piece.done !== true; piece = await pieces.next()) yield hexOf(piece.value);
  } catch (error) {
    // It makes its line short, not the file no JSON.
    yield '","damaged":true}\n';
    throw error;
  }
  const { decoded } = decodedField(entry);
  yield decoded === undefined ? '"}\n' : `","decoded":${jsonForTerminal(decoded)}}\n`;
};

/** A frame lies in memory anyway. */
async function* frameObject(
  entry: Entry,
  { offset, mark, why, payload: said }: FrameFacts,
  payload: AsyncIterable<Uint8Array>,
): AsyncGenerator<string> {
  for await (const bytes of payload) {
    const own = frameFields({ offset, mark, why, bytes, payload: said() });
    yield `${jsonForTerminal({ ...fieldsOf(entry), direction: entry.kind, ...own, ...decodedField(entry) })}\n`;
  }
}

/** What a frame, or what is left, has of its own. */
export function frameFields({
  offset,
  mark,
  why,
  bytes,
  payload,
}: Omit<FrameFacts, 'payload'> & { bytes: Uint8Array; payload: Uint8Array }): Record<string, unknown> {
  const place = { offset, length: bytes.length };
  if (why !== null) return { kind: 'rest', ...place, hex: hexOf(bytes), why };
  return { kind: 'frame', ...place, mark, hex: hexOf(bytes), payloadHex: hexOf(payload) };
}

const hexOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');

export const jsonl: Exporter = {
  extension: 'jsonl',
  liveEvents: 'written',
  takes: () => true,
  write: () => ({ record: writeObject }),
};

/** All fields but the payload's. */
export function fieldsOf(entry: Entry): Record<string, unknown> {
  const { sequence, time, kind, endpoint, connection, ends, detail, annotation } = entry;
  const said = annotation === undefined ? {} : annotationFields(annotation);
  const common = { sequence, time: formatIso(time), kind, endpoint, connection, ...ends, ...said };
  if (detail === null) return common;
  const damaged = isDamaged(detail) ? { damaged: true } : {};
  return { ...common, ...damaged, length: null, hex: null, ...specialFields(detail, entry.peer) };
}

const isDamaged = (detail: RecordDetail): boolean => detail.kind === 'note' && detail.note === 'damaged';

/** Only what there is. */
const annotationFields = ({ bookmarked, note, tags }: Annotation): Partial<Annotation> => ({
  ...(bookmarked ? { bookmarked } : {}),
  ...(note === '' ? {} : { note }),
  ...(tags.length === 0 ? {} : { tags }),
});

function specialFields(detail: RecordDetail, peer: string): Record<string, unknown> {
  switch (detail.kind) {
    case 'listening':
      return { local: detail.local, backlog: detail.backlog };
    case 'bound':
      return { local: detail.local, remote: detail.remote };
    case 'stopped':
      return { connections: detail.connections, durationMs: detail.durationMs };
    case 'resolved': {
      const { host, addresses, durationMs, code } = detail;
      return { host, addresses, durationMs, code };
    }
    case 'attempted': {
      const { remote, outcome, code, durationMs } = detail;
      return { remote, outcome, code, durationMs };
    }
    case 'opened':
      return {
        ...{ local: detail.local, remote: detail.remote },
        ...{ origin: detail.origin, proxy: detail.proxy ?? null },
      };
    case 'secured': {
      const { durationMs, messages = [], ...rest } = detail;
      const told = messages.map((message) => ({ ...message, time: formatIso(message.time) }));
      return { tls: { ...withoutKind(rest), messages: told }, durationMs };
    }
    case 'half-closed':
      return { by: detail.by, closeNotify: detail.closeNotify };
    case 'closed':
    case 'failed':
      return endFieldsOf(detail, peer);
    case 'note': {
      return { ...withoutKind(detail), text: describeRecord(detail, peer) };
    }
  }
}

const withoutKind = (detail: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(detail).filter(([name]) => name !== 'kind'));

function endFieldsOf(
  detail: Extract<RecordDetail, { kind: 'closed' | 'failed' }>,
  peer: string,
): Record<string, unknown> {
  const { receivedBytes, sentBytes, unsentBytes, durationMs } = detail;
  const totals = { receivedBytes, sentBytes, unsentBytes, durationMs };
  if (detail.kind === 'closed') {
    const { by, how } = detail;
    return { by, how, ...totals, code: null, cause: describeRecord(detail, peer) };
  }
  const { during, code, host, port } = detail;
  const subject = peer || (host === '' ? '' : formatAddress({ host, port }));
  const { what, cause } = explain({ ...factsOf(detail), subject }, during);
  return { during, message: sayWhy(detail), host, port, ...totals, code, cause: `${what}. ${cause}` };
}
