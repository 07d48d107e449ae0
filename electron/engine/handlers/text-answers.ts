/** What is done to the bytes of a message by the kinds 'upper' and 'timestamp'. Pure. */
import { decodeEscaped, encodeEscaped } from '../../../shared/payload/escaped-utf8.ts';

/** UTF-8 in upper case by Unicode's rules for no language (ß becomes SS); malformed bytes stay. Linear in the length. */
export const upperCase = (bytes: Uint8Array): Uint8Array => encodeEscaped(decodeEscaped(bytes).toUpperCase());

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Local time as asctime(3) writes it, without the line end: `Fri Nov 20 14:02:11 2026`, `Sun Nov  1 …`. */
export function asctime(date: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const day = String(date.getDate()).padStart(2, ' ');
  return `${days[date.getDay()]} ${months[date.getMonth()]} ${day} ${time} ${date.getFullYear()}`;
}
