/** What is done to the bytes of a message by the kinds 'upper' and 'timestamp'. Pure. */
import type { EncodingId } from '../../../shared/encodings/encodings.ts';
import { decodeEscapedIn, encodeEscapedIn } from '../../../shared/encodings/escaped.ts';

/**
 * Text in upper case by Unicode's rules for no language (ß becomes SS); malformed bytes stay, and so does a letter whose capital
 * the encoding lacks. Linear in the length.
 */
export function upperCase(bytes: Uint8Array, encoding: EncodingId = 'utf-8'): Uint8Array {
  const text = decodeEscapedIn(bytes, encoding);
  const has = (one: string): boolean => encodeEscapedIn(one, encoding) !== null;
  const capital = (letter: string): string => {
    const upper = letter.toUpperCase();
    return has(upper) ? upper : letter;
  };
  return (
    encodeEscapedIn(text.toUpperCase(), encoding) ??
    encodeEscapedIn(Array.from(text, capital).join(''), encoding)!
  );
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Local time as asctime(3) writes it, without the line end: `Fri Nov 20 14:02:11 2026`, `Sun Nov  1 …`. */
export function asctime(date: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const day = String(date.getDate()).padStart(2, ' ');
  return `${days[date.getDay()]} ${months[date.getMonth()]} ${day} ${time} ${date.getFullYear()}`;
}
