/** What a UDP socket does not do, as failures that the page explains. */
import { formatAddress, type Address } from '../../../shared/address.ts';
import { FailureError } from '../../../shared/failure.ts';

/** NOT_BOUND: an address was named while nothing is bound. */
export function notBound(host: string): FailureError {
  return new FailureError({ code: 'NOT_BOUND', message: 'The UDP socket is not bound.', subject: host });
}

/** READING_CANNOT_STOP: see `datagram-handle.ts`. */
export function cannotHold(): FailureError {
  return new FailureError({
    code: 'READING_CANNOT_STOP',
    message: `Node ${process.versions.node} has no way to stop receiving datagrams.`,
    subject: '',
  });
}

/** DATAGRAM_CONNECTED: what is sent on a connected socket goes to its remote alone (udp(7)). */
export function connectedTo(remote: Address | null, host: string): FailureError {
  const to = remote === null ? '' : formatAddress(remote);
  const message = `The socket is connected to ${to} and sends to nobody else.`;
  return new FailureError({ code: 'DATAGRAM_CONNECTED', message, subject: host });
}

/** QUEUE_FULL: as many datagrams wait as may. */
export function queueFull(): FailureError {
  return new FailureError({
    code: 'QUEUE_FULL',
    message: 'Too much waits to be sent already.',
    subject: '',
  });
}
