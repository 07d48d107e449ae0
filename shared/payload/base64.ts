/** RFC 4648. */

/** A multiple of three, so that no padding stands inside; few enough to be arguments of one call. */
const atOnce = 3 * 4096;

/** In one line, with the alphabet of section 4. Linear in the length. */
export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += atOnce)
    parts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + atOnce))));
  return parts.join('');
}

/** Either alphabet (sections 4 and 5), with its padding or without, over any lines; null for what is none. */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> | null {
  const written = text.replaceAll(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/');
  const digits = written.replace(/={1,2}$/, '');
  const isPadded = digits.length === written.length || written.length % 4 === 0;
  if (!isPadded || !/^[A-Za-z0-9+/]*$/.test(digits) || digits.length % 4 === 1) return null;
  return Uint8Array.from(atob(digits), (character) => character.charCodeAt(0));
}
