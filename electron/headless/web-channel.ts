import type { WebSocket } from 'ws';
import type { Channel } from '../../shared/channel.ts';
import { decodeMessage, encodeMessage } from '../../shared/codec.ts';
import { requireHonestSizes } from './message-sizes.ts';

/** A command carries at most 1 MiB of bytes; the rest is its envelope. */
export const maxMessageBytes = 1024 * 1024 + 16 * 1024;
/** What may wait for a page that does not read; it can come back and pull again what it needs. */
const maxQueuedBytes = 8 * 1024 * 1024;
const pingIntervalMs = 30_000;
/** For the closing handshake of a page that may have gone. */
const closeDeadlineMs = 500;

/** RFC 6455 section 7.4.1. */
const closeCodes = { goingAway: 1001, unsupported: 1003, malformed: 1007, tryAgainLater: 1013 } as const;

/** A page's WebSocket as a channel. Any fault of the page closes its channel and nothing else. */
export function webChannel(socket: WebSocket): Channel {
  let listener: ((message: unknown) => void) | null = null;
  const closeListeners: (() => void)[] = [];
  let answered = true;

  const end = (code: number): void => {
    if (socket.readyState !== socket.OPEN) return;
    socket.close(code);
    setTimeout(() => socket.terminate(), closeDeadlineMs).unref();
  };
  const ping = setInterval(() => {
    if (!answered) return socket.terminate();
    answered = false;
    socket.ping();
  }, pingIntervalMs);

  // 'close' follows every 'error' (too long a message, a broken frame, a reset) and says all that is needed.
  socket.on('error', () => void setTimeout(() => socket.terminate(), closeDeadlineMs).unref());
  socket.on('pong', () => (answered = true));
  socket.on('close', () => {
    clearInterval(ping);
    for (const onClose of closeListeners) onClose();
  });
  socket.on('message', (data: Buffer, isBinary) => {
    if (!isBinary) return end(closeCodes.unsupported);
    let message: unknown;
    try {
      // A plain view: a Buffer's slices and JSON are not those of the Uint8Array that the contract names.
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
      requireHonestSizes(bytes);
      message = decodeMessage(bytes);
    } catch {
      // Not our codec: nothing after it can be trusted to be in step.
      return end(closeCodes.malformed);
    }
    listener?.(message);
  });

  return {
    send: (message) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > maxQueuedBytes) return end(closeCodes.tryAgainLater);
      // Errors of a write arrive as 'error' too.
      socket.send(encodeMessage(message), () => undefined);
    },
    onMessage: (onMessage) => (listener = onMessage),
    onClose: (onClose) => closeListeners.push(onClose),
    close: () => end(closeCodes.goingAway),
  };
}
