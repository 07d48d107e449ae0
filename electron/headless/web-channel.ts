import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Channel } from '../../shared/wire/channel.ts';
import { decodeMessage, encodeMessage } from '../../shared/wire/codec.ts';
import { keyRefusedCode, welcome, type Proof } from '../../shared/wire/page-key.ts';
import type { Key } from './key.ts';
import { checkSizes } from './message-sizes.ts';

/** A command carries at most 1 MiB of bytes; the rest is its envelope. */
export const maxMessageBytes = 1024 * 1024 + 16 * 1024;
/** What may wait for a page that does not read; it can come back and pull again what it needs. */
const maxQueuedBytes = 8 * 1024 * 1024;
const pingIntervalMs = 30_000;
/** For the closing handshake of a page that may have gone. */
const closeDeadlineMs = 500;

/** RFC 6455 section 7.4.1. */
export const closeCodes = {
  goingAway: 1001,
  unsupported: 1003,
  malformed: 1007,
  policyViolation: 1008,
  tryAgainLater: 1013,
} as const;

/** A page proves its key with its first words; until then it may send little, and not for long. */
const proofMs = 5_000;
const mostProofBytes = 4 * 1024;

/** Throws for what is not of our codec. */
function read(data: Buffer): unknown {
  // A plain view: a Buffer's slices and JSON are not those of the Uint8Array that the contract names.
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.length);
  checkSizes(bytes);
  return decodeMessage(bytes);
}

/**
 * Ends a page's socket: in order, or without it soon, whatever the page sends meanwhile. An 'error' that nobody hears
 * would end the host; 'close' follows each.
 */
export function refuse(socket: WebSocket, code: number): void {
  socket.on('error', () => socket.terminate());
  socket.close(code);
  setTimeout(() => socket.terminate(), closeDeadlineMs).unref();
}

/**
 * Calls `onProved` in the turn in which the first message proved the key, before any other message is heard. Otherwise
 * the socket is closed: with `keyRefusedCode` after a wrong proof, with 1008 without one in 5 s. `stream` carries it.
 */
export function awaitProof(socket: WebSocket, stream: Duplex, key: Key, onProved: () => void): void {
  let bytes = 0;
  const count = (part: Buffer): void => {
    bytes += part.length;
    if (bytes > mostProofBytes) socket.terminate();
  };
  const end = (code: number): void => {
    socket.off('message', onMessage);
    refuse(socket, code);
  };
  // No wrong key: the page of a busy machine may try again.
  const timer = setTimeout(() => end(closeCodes.policyViolation), proofMs).unref();
  const onError = (): void => socket.terminate();
  const onClose = (): void => clearTimeout(timer);
  const onMessage = (data: Buffer, isBinary: boolean): void => {
    clearTimeout(timer);
    if (!isBinary || !isProof(data, key)) return end(keyRefusedCode);
    stream.off('data', count);
    socket.off('message', onMessage).off('error', onError).off('close', onClose);
    socket.send(encodeMessage(welcome), () => undefined);
    onProved();
  };
  stream.on('data', count);
  socket.on('message', onMessage).on('error', onError).on('close', onClose);
}

function isProof(data: Buffer, key: Key): boolean {
  try {
    const proof = read(data) as Partial<Proof> | null;
    return key.is(proof?.key);
  } catch {
    // Not our codec, so not our page.
    return false;
  }
}

/** A page's WebSocket as a channel. Any fault of the page closes its channel and nothing else. */
export function webChannel(socket: WebSocket): Channel {
  let listener: ((message: unknown) => void) | null = null;
  const closeListeners: (() => void)[] = [];
  let answered = true;

  const end = (code: number): void => {
    if (socket.readyState === socket.OPEN) refuse(socket, code);
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
      message = read(data);
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
