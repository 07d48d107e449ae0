/** Alerts in the clear (RFC 8446 6), by the reasons that OpenSSL has for those that it receives. */

const closeNotify = 0;
const fatal = 2;
const alertRecord = 21;
const recordBytes = 7;

/** By description. Those without a reason of OpenSSL's own were never used after SSL 3. */
export const alertReasons: Readonly<Record<number, string>> = {
  10: 'SSLV3_ALERT_UNEXPECTED_MESSAGE',
  20: 'SSLV3_ALERT_BAD_RECORD_MAC',
  21: 'TLSV1_ALERT_DECRYPTION_FAILED',
  22: 'TLSV1_ALERT_RECORD_OVERFLOW',
  30: 'SSLV3_ALERT_DECOMPRESSION_FAILURE',
  40: 'SSLV3_ALERT_HANDSHAKE_FAILURE',
  41: 'SSLV3_ALERT_NO_CERTIFICATE',
  42: 'SSLV3_ALERT_BAD_CERTIFICATE',
  43: 'SSLV3_ALERT_UNSUPPORTED_CERTIFICATE',
  44: 'SSLV3_ALERT_CERTIFICATE_REVOKED',
  45: 'SSLV3_ALERT_CERTIFICATE_EXPIRED',
  46: 'SSLV3_ALERT_CERTIFICATE_UNKNOWN',
  47: 'SSLV3_ALERT_ILLEGAL_PARAMETER',
  48: 'TLSV1_ALERT_UNKNOWN_CA',
  49: 'TLSV1_ALERT_ACCESS_DENIED',
  50: 'TLSV1_ALERT_DECODE_ERROR',
  51: 'TLSV1_ALERT_DECRYPT_ERROR',
  60: 'TLSV1_ALERT_EXPORT_RESTRICTION',
  70: 'TLSV1_ALERT_PROTOCOL_VERSION',
  71: 'TLSV1_ALERT_INSUFFICIENT_SECURITY',
  80: 'TLSV1_ALERT_INTERNAL_ERROR',
  86: 'TLSV1_ALERT_INAPPROPRIATE_FALLBACK',
  90: 'TLSV1_ALERT_USER_CANCELLED',
  100: 'TLSV1_ALERT_NO_RENEGOTIATION',
  109: 'TLSV13_ALERT_MISSING_EXTENSION',
  110: 'TLSV1_UNSUPPORTED_EXTENSION',
  111: 'TLSV1_CERTIFICATE_UNOBTAINABLE',
  112: 'TLSV1_UNRECOGNIZED_NAME',
  113: 'TLSV1_BAD_CERTIFICATE_STATUS_RESPONSE',
  114: 'TLSV1_BAD_CERTIFICATE_HASH_VALUE',
  115: 'TLSV1_ALERT_UNKNOWN_PSK_IDENTITY',
  116: 'TLSV13_ALERT_CERTIFICATE_REQUIRED',
  120: 'TLSV1_ALERT_NO_APPLICATION_PROTOCOL',
};

/** `code`: as Node has it for the alert, TLS_UNKNOWN_ALERT for one without a name. */
export type Alert = { code: string; description: number };

/** The alert that ended a conversation of nothing but alerts; null where something else was said, or only goodbye. */
export function alertIn(bytes: Uint8Array): Alert | null {
  if (bytes.length === 0 || bytes.length % recordBytes !== 0) return null;
  let last: Alert | null = null;
  for (let at = 0; at < bytes.length; at += recordBytes) {
    const [type, major, , high, low, level, description = 0] = bytes.subarray(at, at + recordBytes);
    if (type !== alertRecord || major !== 3 || high !== 0 || low !== 2) return null;
    if (description === closeNotify) continue;
    const reason = alertReasons[description];
    last = { code: reason === undefined ? 'TLS_UNKNOWN_ALERT' : `ERR_SSL_${reason}`, description };
    if (level === fatal) return last;
  }
  return last;
}
