/** Options of a stream that the kernel keeps: TCP_NODELAY and SO_KEEPALIVE (tcp(7), socket(7)). */
import type { Socket } from 'node:net';
import type { SocketOptions } from '../../../shared/settings/settings.ts';

/**
 * To be called on the socket that lives: an accepted socket's handle has moved by then. A Unix socket has neither option
 * and ignores both. Node gives the delay to the kernel in whole seconds.
 */
export function applySocketOptions(
  socket: Socket,
  { noDelay, keepAlive, keepAliveDelayMs }: SocketOptions,
): void {
  socket.setNoDelay(noDelay);
  socket.setKeepAlive(keepAlive, keepAliveDelayMs);
}
