/** Why a handshake failed, in codes that can be explained: what the peer spoke instead of TLS, or how it went. */
import { alertIn } from './alerts.ts';
import { hasFirstRecord, spokenBy } from './first-bytes.ts';

export type HandshakeError = Error & { code: string };

export function handshakeError(code: string, message: string): HandshakeError {
  return Object.assign(new Error(message), { code });
}

/** OpenSSL 3.5 (Node 24) calls alerts `SSL/TLS_ALERT_…` that were `SSLV3_ALERT_…`: one name for each is told. */
export function withOldName(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  const [, alert] = /^ERR_SSL_SSL\/TLS_(ALERT_.*)$/.exec(error.code ?? '') ?? [];
  return alert === undefined ? error : Object.assign(error, { code: `ERR_SSL_SSLV3_${alert}` });
}

/** Words of OpenSSL, of the system and of ours that say only that it ended, where the peer itself said why. */
const vague = /^(ERR_SSL_(?!SSLV3_|TLSV1_|TLSV13_)|ECONN|EPIPE$|TLS_)/;

/** `error`, or what is the matter where the peer's first bytes are no TLS record (RFC 8446 5.1) or nothing but an alert. */
export function toldByFirstBytes(
  firstBytes: Uint8Array,
  error: NodeJS.ErrnoException,
): NodeJS.ErrnoException {
  if (firstBytes.length === 0) return error;
  if (!hasFirstRecord(firstBytes)) {
    const { code, words } = spokenBy(firstBytes);
    return handshakeError(code, `${words}: ${quoted(firstBytes)}`);
  }
  const alert = vague.test(error.code ?? '') ? alertIn(firstBytes) : null;
  if (alert === null) return error;
  const message = `The peer said nothing but the alert ${alert.description}.`;
  return handshakeError(alert.code, message);
}

/** A FIN or close_notify before the handshake was done. */
export function closedDuringHandshake(bytes: number): HandshakeError {
  const after = bytes === 0 ? 'without a word' : 'in the middle of it';
  return handshakeError(
    'TLS_CLOSED_IN_HANDSHAKE',
    `The peer ended the connection during the TLS handshake, ${after}.`,
  );
}

export function handshakeTimeout(bytes: number, timeMs: number): HandshakeError {
  return bytes === 0
    ? handshakeError('TLS_SILENT', `The peer said nothing within ${timeMs} ms.`)
    : handshakeError('TLS_HANDSHAKE_TIMEOUT', `The TLS handshake was not done within ${timeMs} ms.`);
}

/** An alert that the peer sent: OpenSSL has a reason for each (`ERR_SSL_TLSV1_ALERT_UNKNOWN_CA`). */
export const isAlert = ({ code = '' }: NodeJS.ErrnoException): boolean =>
  /^ERR_SSL_(SSLV3|TLSV1|TLSV13)_/.test(code);

function quoted(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 40)).toString('latin1');
  return `“${text.replaceAll(/[^\x20-\x7e]/g, '·')}”`;
}
