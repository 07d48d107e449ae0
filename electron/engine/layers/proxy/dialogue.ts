/** What is said to a proxy before the tunnel is open, without any input or output: that is `Tunnel`'s. */
import { FailureError } from '../../../../shared/failure.ts';
import type { Why } from '../../../../shared/why.ts';

/**
 * Yields bytes to send (where there are any) and how many to read next, at least 1; is given exactly so many. Returns when
 * the tunnel is open; throws a `FailureError` when it will not be. Never asks for bytes behind the proxy's answer.
 */
export type Dialogue = Generator<{ send?: Uint8Array; read: number }, void, Uint8Array>;
export type Credentials = { username: string; password: string };
/** `host`: a name or a literal address, without brackets. */
export type TunnelTarget = { host: string; port: number };

/** The subject, the proxy's address, is `Tunnel`'s to add. */
export const proxyFailure = (code: string, why: Why): FailureError => new FailureError({ code, why });

/** Bytes that came instead of an answer, short and printable. */
export function quote(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.subarray(0, 80)).toString('latin1');
  return `“${text.replace(/[^\x20-\x7e]/g, '.')}”`;
}
