import type { Direction } from '../../shared/domain.ts';
import { directionOf } from '../../shared/show/directions.ts';
import { previewPieces, type Piece } from '../../shared/show/preview.ts';
import { readDetail } from '../../shared/record-detail.ts';
import { isPayload, type RecordDetail, type RecordKind } from '../../shared/records.ts';
import { previewLength, type Row } from '../../shared/wire/row-window.ts';
import { describeBesidePeer, describeRecord, texts } from '../../shared/texts/index.ts';

/** A row ready to be drawn: made once when it arrives. */
export type LogRow = Omit<Row, 'preview'> & {
  direction: Direction;
  /** Of payloads; empty for events. */
  pieces: readonly Mark[];
  /** Of events and failures; '' for payloads. */
  sentence: string;
  /** The same for a row that names the peer in a column of its own. */
  besidePeer: string;
};

/** A piece of a preview as the row shows it. */
export type Mark = { type: Piece['type']; text: string };

/** More marks than fit into the widest log. */
const mostMarks = 80;

export function logRowOf({ preview, ...row }: Row): LogRow {
  const direction = directionOf(row.kind);
  return {
    ...row,
    direction,
    pieces: isPayload(row.kind) ? marksOf(preview, row.length) : [],
    ...(isPayload(row.kind) ? noSentences : sentencesOf(readDetail(row.kind, preview), row.kind, row.peer)),
  };
}

/** What a row shows of the first bytes of `length`: no text of a peer is ever markup. */
export function marksOf(preview: Uint8Array, length: number): Mark[] {
  if (length === 0) return [{ type: 'cut', text: texts.log.emptyDatagram }];
  const pieces = previewPieces(preview, Math.max(length, preview.length)).slice(0, mostMarks);
  return pieces.map((piece) => ({ type: piece.type, text: markText(piece) }));
}

function markText(piece: Piece): string {
  switch (piece.type) {
    case 'text':
      return piece.text;
    case 'control':
      return piece.name;
    case 'malformed':
    case 'hex':
      return piece.hex;
    case 'cut':
      return texts.log.more(piece.bytes);
  }
}

/** The whole payload is in the row. */
export const isWhole = ({ length }: Pick<Row, 'length'>): boolean => length <= previewLength;

type Sentences = Pick<LogRow, 'sentence' | 'besidePeer'>;
const noSentences: Sentences = { sentence: '', besidePeer: '' };

function sentencesOf(detail: RecordDetail | null, kind: RecordKind, peer: string): Sentences {
  const name = texts.inspector.kinds[kind];
  const unread = { sentence: name, besidePeer: name };
  if (detail === null) return unread;
  try {
    const sentence = describeRecord(detail, peer, texts);
    return { sentence, besidePeer: peer === '' ? sentence : describeBesidePeer(detail, texts) };
  } catch {
    // A field that the sentence needs is missing: the row stays, and says what kind of record it is.
    return unread;
  }
}
