/** What a peer speaks, by its first bytes. */

const methods = /^(GET|POST|PUT|HEAD|DELETE|OPTIONS|PATCH|CONNECT|TRACE|PRI) /;
/** Types of records (RFC 8446 5.1): change_cipher_spec, alert, handshake, application_data. */
const recordTypes = new Set([20, 21, 22, 23]);

/** True where the bytes can be the beginning of a TLS record: its type and the major version 3. */
export function hasFirstRecord([type, major = 3]: Uint8Array): boolean {
  return type !== undefined && recordTypes.has(type) && major === 3;
}

export type Spoken = 'TLS_HTTP_REQUEST' | 'TLS_HTTP_ANSWER' | 'TLS_PLAIN_TEXT' | 'TLS_NOT_TLS';

/** For bytes that are no TLS record. */
export function spokenBy(bytes: Uint8Array): Spoken {
  const text = Buffer.from(bytes).toString('latin1');
  if (methods.test(text)) return 'TLS_HTTP_REQUEST';
  if (text.startsWith('HTTP/')) return 'TLS_HTTP_ANSWER';
  return isText(bytes) ? 'TLS_PLAIN_TEXT' : 'TLS_NOT_TLS';
}

/** ASCII or UTF-8 without controls other than tab, LF and CR; a character may be cut off at the end. */
function isText(bytes: Uint8Array): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return text !== '' && !/[^\P{Cc}\t\n\r]/u.test(text);
  } catch {
    // Not UTF-8, so no text.
    return false;
  }
}
