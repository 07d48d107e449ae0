/** What a peer speaks, by its first bytes. */

const methods = /^(GET|POST|PUT|HEAD|DELETE|OPTIONS|PATCH|CONNECT|TRACE|PRI) /;
/** Types of records (RFC 8446 5.1): change_cipher_spec, alert, handshake, application_data. */
const recordTypes = new Set([20, 21, 22, 23]);

/** True where the bytes can be the beginning of a TLS record: its type and the major version 3. */
export function hasFirstRecord([type, major = 3]: Uint8Array): boolean {
  return type !== undefined && recordTypes.has(type) && major === 3;
}

export type Spoken = {
  code: 'TLS_HTTP_REQUEST' | 'TLS_HTTP_ANSWER' | 'TLS_PLAIN_TEXT' | 'TLS_NOT_TLS';
  words: string;
};

/** For bytes that are no TLS record. */
export function spokenBy(bytes: Uint8Array): Spoken {
  const text = Buffer.from(bytes).toString('latin1');
  if (methods.test(text))
    return { code: 'TLS_HTTP_REQUEST', words: 'The peer sent an HTTP request without TLS' };
  if (text.startsWith('HTTP/'))
    return { code: 'TLS_HTTP_ANSWER', words: 'The peer answered with HTTP without TLS' };
  if (isText(bytes)) return { code: 'TLS_PLAIN_TEXT', words: 'The peer sent plain text instead of TLS' };
  return { code: 'TLS_NOT_TLS', words: 'The peer sent bytes that are not TLS' };
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
