/** Alerts (RFC 8446 6) by the reasons that OpenSSL has for those that it receives. */

const closeNotify = 0;
const fatal = 2;

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
  121: 'TLSV1_ALERT_ECH_REQUIRED',
};

/** `code`: as Node has it for the alert, TLS_UNKNOWN_ALERT for one without a name. */
export type Alert = { code: string; description: number; isFatal: boolean };

/** Null for a goodbye (close_notify), which is no failure. */
export function alertOf(level: number, description: number): Alert | null {
  if (description === closeNotify) return null;
  const reason = alertReasons[description];
  const code = reason === undefined ? 'TLS_UNKNOWN_ALERT' : `ERR_SSL_${reason}`;
  return { code, description, isFatal: level === fatal };
}
