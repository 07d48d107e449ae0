import { asUtf8, type TextReading } from '../../shared/encodings/reading.ts';
import { allUtf8, type ShownEncodings } from '../../shared/encodings/shown.ts';
import type { Finder, FoundRange } from '../../shared/filter/found.ts';
import type { RowFrame } from '../../shared/frames.ts';
import type { Direction } from '../../shared/domain.ts';
import { directionOf } from '../../shared/show/directions.ts';
import { frameWords } from '../../shared/show/frame-words.ts';
import { previewPieces, type Piece } from '../../shared/show/preview.ts';
import { readDetail } from '../../shared/record-detail.ts';
import { isPayload, type RecordDetail, type RecordKind } from '../../shared/records.ts';
import { previewLength, type Row } from '../../shared/wire/row-window.ts';
import { readingOf, wayOf } from './text-encodings.ts';
import { describeBesidePeer, describeRecord, texts } from '../../shared/texts/index.ts';

/** A row ready to be drawn: made once when it arrives. */
export type LogRow = Omit<Row, 'before'> & {
  direction: Direction;
  /** Of payloads; empty for events. */
  pieces: readonly Mark[];
  /** Of events and failures; '' for payloads. */
  sentence: string;
  /** The sentence in pieces. */
  said: readonly Mark[];
  /** The same for a row that names the peer in a column of its own. */
  besidePeer: readonly Mark[];
};

/** A piece of a preview as the row shows it. */
export type Mark = { type: Piece['type'] | 'amiss'; text: string; isFound?: true };

/** More marks than fit into the widest log. */
const mostMarks = 80;

/**
 * `finder`: marks what the log's filter looks for; `more`: what its expressions found. `encodings`: of the log. `starts`:
 * where frames begin in a chunk.
 */
export function logRowOf(
  { before, ...row }: Row,
  finder: Finder | null = null,
  more: readonly FoundRange[] = [],
  encodings: ShownEncodings = allUtf8,
  starts: readonly number[] = [],
): LogRow {
  const { preview } = row;
  const direction = directionOf(row.kind);
  // A frame is whole.
  const own = row.frame === null ? encodings : { ...encodings, carries: false };
  const reading = readingOf(own, row.connection, wayOf(row.kind), before);
  const edges = row.frame?.edges ?? starts;
  return {
    ...row,
    direction,
    pieces: isPayload(row.kind)
      ? [...amissOf(row.frame), ...marksOf(preview, row.length, finder, more, reading, edges)]
      : [],
    ...(isPayload(row.kind)
      ? noSentences
      : sentencesOf(readDetail(row.kind, preview), row.kind, row.peer, finder)),
  };
}

/** What does not fit about a frame, before its bytes. */
function amissOf(frame: RowFrame | null): Mark[] {
  const amiss = frameWords(frame);
  return amiss === null ? [] : [{ type: 'amiss', text: amiss }];
}

/** What a row shows of the first bytes of `length`: no text of a peer is ever markup. */
export function marksOf(
  preview: Uint8Array,
  length: number,
  finder: Finder | null = null,
  more: readonly FoundRange[] = [],
  reading: TextReading = asUtf8,
  edges: readonly number[] = [],
): Mark[] {
  if (length === 0) return [{ type: 'cut', text: texts.log.emptyDatagram }];
  const whole = Math.max(length, preview.length);
  const found = finder?.inBytes(preview, more, reading);
  const pieces = previewPieces(preview, whole, found, reading, edges);
  return pieces.slice(0, mostMarks).map((piece) => mark(piece.type, markText(piece), piece.isFound));
}

const mark = (type: Mark['type'], text: string, isFound: true | undefined): Mark =>
  isFound ? { type, text, isFound } : { type, text };

function markText(piece: Piece): string {
  switch (piece.type) {
    case 'text':
    case 'blank':
      return piece.text;
    case 'control':
      return piece.name;
    case 'malformed':
    case 'hex':
      return piece.hex;
    case 'edge':
      return '';
    case 'torn':
      return `${piece.hex}…`;
    case 'cut':
      return texts.log.more(piece.bytes);
  }
}

/** Two frames whose ends came in the same read. */
export const isOneRead = (one: LogRow | null, next: LogRow | null): boolean =>
  !!one?.frame &&
  one.frame.last === next?.frame?.last &&
  one.connection === next.connection &&
  one.kind === next.kind;

/** The whole payload is in the row. */
export const isWhole = ({ length }: Pick<Row, 'length'>): boolean => length <= previewLength;

type Sentences = Pick<LogRow, 'sentence' | 'said' | 'besidePeer'>;
const noSentences: Sentences = { sentence: '', said: [], besidePeer: [] };

function sentencesOf(
  detail: RecordDetail | null,
  kind: RecordKind,
  peer: string,
  finder: Finder | null,
): Sentences {
  const told = (sentence: string, besidePeer = sentence): Sentences => ({
    sentence,
    said: sentenceMarks(sentence, finder),
    besidePeer: sentenceMarks(besidePeer, finder),
  });
  const name = texts.inspector.kinds[kind];
  if (detail === null) return told(name);
  try {
    const sentence = describeRecord(detail, peer, texts);
    return told(sentence, peer === '' ? sentence : describeBesidePeer(detail, texts));
  } catch {
    // A field that the sentence needs is missing: the row stays, and says what kind of record it is.
    return told(name);
  }
}

function sentenceMarks(sentence: string, finder: Finder | null): Mark[] {
  const marks: Mark[] = [];
  let at = 0;
  for (const { from, to } of finder?.inSentence(sentence) ?? []) {
    if (from > at) marks.push({ type: 'text', text: sentence.slice(at, from) });
    marks.push({ type: 'text', text: sentence.slice(from, to), isFound: true });
    at = to;
  }
  return [...marks, { type: 'text', text: sentence.slice(at) }];
}
