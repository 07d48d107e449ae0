/** A text encoding: what a character is as bytes, and back. */
import type { TextStep } from '../payload/utf8.ts';

export type Codec = {
  /** The bytes of a character; null where the encoding has none for it. */
  encode(codePoint: number): readonly number[] | null;
  /** Reads the character that begins at `at`, which must be in `bytes`. */
  step(bytes: Uint8Array, at: number): TextStep;
  /** Of encodings of one and two bytes: characters by their bytes, 0 for those of which `step` has to be asked. */
  table?(): Uint16Array;
};

/** No encoding has a lower byte behind another one: the table's places below are of bytes that stand alone. */
export const leastTrail = 0x30;

export const found = (codePoint: number, length: number): TextStep => ({ ok: true, codePoint, length });
/** No character, whatever follows. */
export const malformed = (length = 1): TextStep => ({ ok: false, length, cut: false });
/** More bytes may make one of them. */
export const cutOff = (length: number): TextStep => ({ ok: false, length, cut: true });

export const codePointsOf = (text: string): number[] =>
  Array.from(text, (character) => character.codePointAt(0)!);

/** The bytes of a text; null where the encoding lacks one of its characters. */
export function encodeText(text: string, codec: Codec): Uint8Array<ArrayBuffer> | null {
  const bytes: number[] = [];
  for (const character of text) {
    const own = codec.encode(character.codePointAt(0)!);
    if (own === null) return null;
    for (const byte of own) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}
