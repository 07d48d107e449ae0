/** The text encodings that messages are written and read in. */
import { decodeUtf8At } from '../payload/utf8.ts';
import type { Codec } from './codec.ts';

const encoder = new TextEncoder();
const utf8: Codec = {
  encode: (codePoint) => [...encoder.encode(String.fromCodePoint(codePoint))],
  step: decodeUtf8At,
};

/** The first is the usual one. `us-ascii` is strict: seven bits and no more. */
export const commonEncodings = [
  ...(['utf-8', 'utf-16le', 'utf-16be', 'us-ascii', 'iso-8859-1', 'windows-1252'] as const),
  ...(['gbk', 'gb18030', 'big5', 'shift_jis', 'euc-jp', 'euc-kr', 'koi8-r', 'ibm437', 'ibm850'] as const),
] as const;
/** What is met seldom, and found by its name. */
export const otherEncodings = [
  ...(['iso-8859-2', 'iso-8859-3', 'iso-8859-4', 'iso-8859-5', 'iso-8859-6', 'iso-8859-7'] as const),
  ...(['iso-8859-8', 'iso-8859-10', 'iso-8859-13', 'iso-8859-14', 'iso-8859-15', 'iso-8859-16'] as const),
  ...(['windows-874', 'windows-1250', 'windows-1251', 'windows-1253', 'windows-1254'] as const),
  ...(['windows-1255', 'windows-1256', 'windows-1257', 'windows-1258'] as const),
  ...(['koi8-u', 'ibm866', 'macintosh', 'x-mac-cyrillic'] as const),
  ...(['armscii-8', 'georgian-academy', 'georgian-ps', 'hp-roman8', 'ibm720', 'ibm737'] as const),
  ...(['ibm775', 'ibm852', 'ibm855', 'ibm856', 'ibm857', 'ibm858'] as const),
  ...(['ibm860', 'ibm861', 'ibm862', 'ibm863', 'ibm864', 'ibm865'] as const),
  ...(['ibm869', 'ibm922', 'ibm1046', 'ibm1124', 'ibm1125', 'ibm1129'] as const),
  ...(['ibm1161', 'ibm1162', 'ibm1163', 'koi8-ru', 'koi8-t', 'kz-1048'] as const),
  ...(['mac-centeurope', 'mac-croatian', 'mac-greek', 'mac-iceland', 'mac-romanian', 'mac-turkish'] as const),
  ...(['mik', 'ptcp154'] as const),
] as const;
export const encodingIds = [...commonEncodings, ...otherEncodings] as const;
export type EncodingId = (typeof encodingIds)[number];

export type CodecMakers = Readonly<Record<Exclude<EncodingId, 'utf-8'>, () => Codec>>;
let makers: CodecMakers | null = null;

/** For `all-codecs.ts`: the window needs UTF-8 alone until it shows bytes, and whatever reads or writes them brings the others. */
export const useCodecs = (all: CodecMakers): void => void (makers = all);

const codecs = new Map<EncodingId, Codec>();

/** Made when it is first asked for: a large table takes some tens of milliseconds. Others than UTF-8 after `all-codecs.ts`. */
export function codecOf(id: EncodingId): Codec {
  if (id === 'utf-8') return utf8;
  let codec = codecs.get(id);
  if (codec === undefined) codecs.set(id, (codec = makers![id]()));
  return codec;
}

/** What is written in UTF-8 needs no codec. */
export const codecBeside = (id: EncodingId = 'utf-8'): Codec | null => (id === 'utf-8' ? null : codecOf(id));
