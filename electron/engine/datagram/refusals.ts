/** What a UDP socket does not do, as failures that the page explains. */
import type { Why } from '../../../shared/why.ts';
import { formatAddress, type Address } from '../../../shared/address.ts';
import { FailureError } from '../../../shared/failure.ts';

/** NOT_BOUND: an address was named while nothing is bound. */
export function notBound(host: string): FailureError {
  return new FailureError({ code: 'NOT_BOUND', subject: host });
}

/** READING_CANNOT_STOP: see `datagram-handle.ts`. */
export function cannotHold(): FailureError {
  return new FailureError({
    code: 'READING_CANNOT_STOP',
    why: { name: 'node-cannot-hold', node: process.versions.node },
  });
}

/** DATAGRAM_CONNECTED: what is sent on a connected socket goes to its remote alone (udp(7)). */
export function connectedTo(remote: Address | null, host: string): FailureError {
  const why: Why | undefined = remote
    ? { name: 'bound-to-remote', remote: formatAddress(remote) }
    : undefined;
  return new FailureError({ code: 'DATAGRAM_CONNECTED', subject: host, ...(why && { why }) });
}

/** QUEUE_FULL: as many datagrams wait as may. */
export function queueFull(): FailureError {
  return new FailureError({
    code: 'QUEUE_FULL',
    subject: '',
  });
}
