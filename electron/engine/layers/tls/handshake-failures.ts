/** Why a handshake failed, in codes that can be explained: what the peer spoke instead of TLS, or how it went. */
import { failed, FailureError, type FailureFacts } from '../../../../shared/failure.ts';
import { alertReasons, type Alert } from './alerts.ts';
import { hasFirstRecord, spokenBy } from './first-bytes.ts';

export const handshakeError = (facts: FailureFacts): FailureError => new FailureError(facts);

const alertNames = new Set(Object.values(alertReasons));

/**
 * One name for each alert: OpenSSL 3.5 (Node 24) calls some `SSL/TLS_ALERT_…` that were `SSLV3_ALERT_…`, and BoringSSL
 * has `TLSV1_ALERT_…` where OpenSSL has `TLSV13_ALERT_…` or `TLSV1_…`.
 */
export function withUsualName(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  const [, alert] = /^ERR_SSL_(?:SSL\/TLS|TLSV1)_ALERT_(.*)$/.exec(error.code ?? '') ?? [];
  if (alert === undefined) return error;
  const names = [`TLSV1_ALERT_${alert}`, `SSLV3_ALERT_${alert}`, `TLSV13_ALERT_${alert}`, `TLSV1_${alert}`];
  const usual = names.find((name) => alertNames.has(name));
  return usual === undefined ? error : Object.assign(error, { code: `ERR_SSL_${usual}` });
}

/** Words of OpenSSL and BoringSSL, of the system and of ours that say only that it ended, where the peer itself said why. */
const vague = /^(ERR_SSL_(?!SSLV3_|TLSV1_|TLSV13_)|ECONN|EPIPE$|TLS_)/;

/** `error`, or what is the matter where the peer's first bytes are no TLS record (RFC 8446 5.1) or it sent an alert. */
export function toldByPeer(
  firstBytes: Uint8Array,
  alert: Alert | null,
  error: NodeJS.ErrnoException,
): NodeJS.ErrnoException {
  if (firstBytes.length === 0) return error;
  if (!hasFirstRecord(firstBytes)) {
    return handshakeError({ code: spokenBy(firstBytes), message: quoted(firstBytes) });
  }
  if (alert === null || !vague.test(error.code ?? '')) return error;
  return handshakeError(failed(alert.code, { name: 'tls-alert', alert: alert.description }));
}

/** A FIN or close_notify before the handshake was done. */
export const closedDuringHandshake = (): FailureError => handshakeError(failed('TLS_CLOSED_IN_HANDSHAKE'));

export const handshakeTimeout = (bytes: number): FailureError =>
  handshakeError(failed(bytes === 0 ? 'TLS_SILENT' : 'TLS_HANDSHAKE_TIMEOUT'));

/** An alert that the peer sent: there is a reason for each (`ERR_SSL_TLSV1_ALERT_UNKNOWN_CA`). */
export const isAlert = ({ code = '' }: NodeJS.ErrnoException): boolean =>
  /^ERR_SSL_(SSLV3|TLSV1|TLSV13)_/.test(code);

function quoted(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 40)).toString('latin1');
  return `“${text.replaceAll(/[^\x20-\x7e]/g, '·')}”`;
}
