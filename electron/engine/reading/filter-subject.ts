/** What a filter asks of a record, answered for whoever can read its bytes: the log's search, or the command line. */
import type { Annotation } from '../../../shared/annotations.ts';
import type { MessageDecoding } from '../../../shared/decoding/choice.ts';
import type { EncodingId } from '../../../shared/encodings/encodings.ts';
import type { FilterSubject } from '../../../shared/filter/operator.ts';
import { joinBytes } from '../../../shared/payload/join.ts';
import { isPayload, type RecordDetail, type RecordKind } from '../../../shared/records.ts';
import { describeBesidePeer, describeRecord, type Texts } from '../../../shared/texts/index.ts';
import { peerLabel } from '../capture/details.ts';
import { noStream } from '../capture/recorder.ts';
import { decodedMessage, mostDecodedBytes } from './decoded-message.ts';
import { overEdgeOf } from './over-edges.ts';

/** A longer payload is looked at in pieces, so that memory stays bounded; a match may lie across a border by so much. */
const pieceBytes = 16 * 1024 * 1024;
const overlapBytes = 64 * 1024;

type Later<T> = T | Promise<T>;

export type SubjectParts = {
  kind: RecordKind;
  stream: number;
  /** Of the payload. */
  length: number;
  /** Of the record, and of the one before it; null where there is none. */
  time: number;
  previous: number | null;
  /** Of a frame; left out for a record. */
  frame?: FilterSubject['frame'];
  /** What a person said of it; left out: nothing. */
  annotation?: Annotation | null;
  /** What the payload is read in; default UTF-8. */
  encoding?: EncodingId;
  /** As what it is decoded; default: as what it looks like. */
  decoding?: MessageDecoding | undefined;
  /** Of a frame: what it carries. */
  framePayload?: ((bytes: Uint8Array) => Uint8Array) | undefined;
  /** What the payloads before it have left of a character, for one that begins with these bytes; left out: nothing. */
  before?: (first: Uint8Array) => Promise<Uint8Array>;
  /** What its stream carried last before it, at most so many bytes; left out: nothing. */
  tail?: ((most: number) => Later<Uint8Array>) | undefined;
  /** In which events are searched. */
  words: Texts;
  /** Part of the payload, at most 16 MiB, to be used until the next one is asked for. */
  bytes(from: number, length: number): Later<Uint8Array>;
  /** Null for what is no detail. */
  detail(): Later<RecordDetail | null>;
  /** Of its connection; '' where nobody knows. */
  peer(): Later<string>;
  /** What a person calls a peer; '' for no name. Left out where there are no names. */
  nameOf?: (peer: string) => string;
};

/** Rejects, or throws, with what the parts do. */
export function subjectOf(parts: SubjectParts): FilterSubject {
  const { kind, stream, length, time, previous, frame = null, annotation = null } = parts;
  const { tail, encoding = 'utf-8' } = parts;
  const pieces: FilterSubject['somePiece'] = (passes, isWhole = false) => {
    const own = length === 0 ? new Uint8Array(0) : parts.bytes(0, Math.min(length, pieceBytes));
    const first = isWhole && parts.before ? whole(own, parts.before) : own;
    if (length <= pieceBytes && !(first instanceof Promise)) return passes(first);
    return somePiece(parts, first, passes);
  };
  return {
    kind,
    connection: stream === noStream ? null : stream,
    ...{ length, time, previous, frame, annotation },
    encoding,
    somePiece: pieces,
    ...(tail &&
      length > 0 && {
        overEdge: overEdgeOf({ encoding, somePiece: pieces, before: tail, torn: parts.before }),
      }),
    someSentence: (passes) => someSentence(parts, passes),
    somePeer: (passes) => somePeer(parts, passes),
    someDecoded: (passes) => someDecoded(parts, passes),
  };
}

async function whole(
  own: Later<Uint8Array>,
  before: NonNullable<SubjectParts['before']>,
): Promise<Uint8Array> {
  const bytes = await own;
  const torn = await before(bytes);
  return torn.length === 0 ? bytes : joinBytes([torn, bytes]);
}

async function somePiece(
  { length, bytes }: SubjectParts,
  first: Later<Uint8Array>,
  passes: (bytes: Uint8Array) => boolean,
): Promise<boolean> {
  if (passes(await first)) return true;
  for (let at = pieceBytes; at < length; at += pieceBytes - overlapBytes) {
    const from = at - overlapBytes;
    if (passes(await bytes(from, Math.min(pieceBytes, length - from)))) return true;
  }
  return false;
}

/** A log shows the one sentence or the other, as its width allows. */
export const sentencesOf = (detail: RecordDetail, peer: string, words: Texts): string[] => [
  describeRecord(detail, peer, words),
  describeBesidePeer(detail, words),
];

async function someSentence(parts: SubjectParts, passes: (sentence: string) => boolean): Promise<boolean> {
  const detail = await parts.detail();
  return detail !== null && sentencesOf(detail, await parts.peer(), parts.words).some((each) => passes(each));
}

/** For who is asked no more than the index knows. */
export const unread = {
  ...{ somePiece: () => false, someSentence: () => false, somePeer: () => false, someDecoded: () => false },
};

function someDecoded(
  { kind, length, bytes, decoding, framePayload }: SubjectParts,
  passes: Parameters<FilterSubject['someDecoded']>[0],
): Later<boolean> {
  if (!isPayload(kind) || length === 0) return false;
  const look = (whole: Uint8Array): boolean => {
    const own = framePayload && (() => framePayload(whole));
    const decoded = decodedMessage(kind, { whole, ...(own && { payload: own }) }, decoding);
    return decoded !== null && passes(decoded);
  };
  const read = bytes(0, Math.min(length, mostDecodedBytes));
  return read instanceof Promise ? read.then(look) : look(read);
}

/** Of an attempt, which has no connection yet, whom it is about. */
async function somePeer(
  { kind, stream, detail, peer, nameOf }: SubjectParts,
  passes: (address: string, name: string) => boolean,
): Promise<boolean> {
  const own = stream === noStream && !isPayload(kind) ? await detail() : null;
  const label = own === null ? await peer() : peerLabel(own);
  return label !== '' && passes(label, nameOf?.(label) ?? '');
}
