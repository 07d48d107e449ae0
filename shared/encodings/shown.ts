/** Which encoding the bytes of a log are read in. */
import type { EncodingId } from './encodings.ts';

export type Way = 'sent' | 'received';
/** What one connection, by the number of its records, is read in, whatever all others are. */
export type OwnEncoding = { connection: number; way: Way; encoding: EncodingId };
export type TextEncodings = Record<Way, EncodingId> & { own: OwnEncoding[] };
/** `carries`: a payload may go on with a character that the one before it began, as in a stream; datagrams do not. */
export type ShownEncodings = TextEncodings & { carries: boolean };

export const allUtf8: ShownEncodings = { sent: 'utf-8', received: 'utf-8', own: [], carries: false };
/** More of them than anybody sets by hand: the oldest makes room. */
export const mostOwnEncodings = 200;

const ownOf = ({ own }: Pick<TextEncodings, 'own'>, connection: number, way: Way): OwnEncoding | null =>
  own.find((each) => each.connection === connection && each.way === way) ?? null;

/** What the bytes that a connection sent or received are read in. */
export const encodingOf = (encodings: TextEncodings, connection: number, way: Way): EncodingId =>
  (encodings.own.length === 0 ? null : ownOf(encodings, connection, way))?.encoding ?? encodings[way];

/** The connection has one of its own. */
export const hasOwnEncoding = (encodings: TextEncodings, connection: number, way: Way): boolean =>
  ownOf(encodings, connection, way) !== null;

/** `encoding` null: what all others are read in. */
export function withOwnEncoding(
  encodings: TextEncodings,
  connection: number,
  way: Way,
  encoding: EncodingId | null,
): TextEncodings {
  const others = encodings.own.filter((each) => each.connection !== connection || each.way !== way);
  const own = encoding === null ? others : [...others, { connection, way, encoding }];
  return { ...encodings, own: own.slice(-mostOwnEncodings) };
}
