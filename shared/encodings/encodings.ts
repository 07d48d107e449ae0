/** The text encodings that messages are written and read in. */
import { decodeUtf8At } from '../payload/utf8.ts';
import type { Codec } from './codec.ts';
import { multiByte, shapes } from './multi-byte.ts';
import { fromPlatform, ibm437, ibm850, latin1, singleByte, windows1252 } from './single-byte.ts';
import { utf16 } from './utf-16.ts';

const encoder = new TextEncoder();
const utf8: Codec = {
  encode: (codePoint) => [...encoder.encode(String.fromCodePoint(codePoint))],
  step: decodeUtf8At,
};

/** The first is the usual one. `us-ascii` is strict: seven bits and no more. */
const makers = {
  'utf-8': () => utf8,
  'utf-16le': () => utf16(true),
  'utf-16be': () => utf16(false),
  'us-ascii': () => singleByte([]),
  'iso-8859-1': latin1,
  'windows-1252': windows1252,
  gbk: () => multiByte(shapes.gbk),
  gb18030: () => multiByte(shapes.gb18030),
  big5: () => multiByte(shapes.big5),
  shift_jis: () => multiByte(shapes.shift_jis),
  'euc-jp': () => multiByte(shapes['euc-jp']),
  'euc-kr': () => multiByte(shapes['euc-kr']),
  'koi8-r': () => fromPlatform('koi8-r'),
  ibm437,
  ibm850,
} as const satisfies Record<string, () => Codec>;

export type EncodingId = keyof typeof makers;
export const encodingIds = Object.keys(makers) as readonly EncodingId[];

const codecs = new Map<EncodingId, Codec>();

/** Made when it is first asked for: a large table takes some tens of milliseconds. */
export function codecOf(id: EncodingId): Codec {
  let codec = codecs.get(id);
  if (codec === undefined) codecs.set(id, (codec = makers[id]()));
  return codec;
}

/** What is written in UTF-8 needs no codec. */
export const codecBeside = (id: EncodingId = 'utf-8'): Codec | null => (id === 'utf-8' ? null : codecOf(id));
