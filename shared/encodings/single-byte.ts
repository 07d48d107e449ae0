/** Encodings of one byte for each character. */
import { codePointsOf, found, malformed, type Codec } from './codec.ts';

/** One byte each; `high` has the characters of 80 to FF. */
export function singleByte(high: readonly number[]): Codec {
  const bytes = new Map(high.map((codePoint, index) => [codePoint, [0x80 + index]] as const));
  let table: Uint16Array | null = null;
  return {
    table: () => (table ??= tableOf(high)),
    encode: (codePoint) => (codePoint < 0x80 ? [codePoint] : (bytes.get(codePoint) ?? null)),
    step: (all, at) => {
      const byte = all[at]!;
      const codePoint = byte < 0x80 ? byte : high[byte - 0x80];
      return codePoint === undefined || codePoint < 0 ? malformed() : found(codePoint, 1);
    },
  };
}

/** One byte is before a second one that is none. */
function tableOf(high: readonly number[]): Uint16Array {
  const table = new Uint16Array(0x10000);
  for (const [index, codePoint] of high.entries()) if (codePoint > 0) table[(0x80 + index) * 256] = codePoint;
  return table;
}

/** 80 to FF. */
const highHalf = Uint8Array.from({ length: 128 }, (_, index) => 0x80 + index);
/** By the platform's table. */
export const fromPlatform = (label: string): Codec =>
  singleByte(codePointsOf(new TextDecoder(label).decode(highHalf)).map((one) => (one === 0xfffd ? -1 : one)));

/** Every byte is the character of its number. */
export const latin1 = (): Codec => singleByte([...highHalf]);

// Some versions of Node read windows-1252 as ISO 8859-1; the other two are in no browser.
const windows1252High = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const ibm437High =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0';
const ibm850High =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0';

export const windows1252 = (): Codec =>
  singleByte([...codePointsOf(windows1252High), ...highHalf.subarray(32)]);
export const ibm437 = (): Codec => singleByte(codePointsOf(ibm437High));
export const ibm850 = (): Codec => singleByte(codePointsOf(ibm850High));
