import type { MessagePortMain } from 'electron';
import type { Channel } from '../shared/wire/channel.ts';

type Port = Pick<MessagePortMain, 'close' | 'postMessage' | 'start'> & {
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
};

/** A channel over one end of a MessageChannelMain. It closes when the page reloads, crashes or goes. */
export function portChannel(port: Port): Channel {
  let isClosed = false;
  let onClose: () => void = () => undefined;
  const end = () => {
    if (isClosed) return;
    isClosed = true;
    onClose();
  };
  port.on('close', end);
  return {
    send: (message) => {
      // The page may have gone since this was asked for; its next one pulls again.
      if (!isClosed) port.postMessage(withOwnBytes(message));
    },
    onMessage: (listener) => {
      port.on('message', ({ data }) => listener(data));
      // A port keeps its messages until it is started, so none is missed.
      port.start();
    },
    onClose: (listener) => {
      onClose = listener;
    },
    close: () => {
      port.close();
      end();
    },
  };
}

/**
 * Structured clone copies the whole memory behind a view: a preview of a few bytes would carry a 16 MiB segment along.
 * Bytes stand directly in a message (an answer), never deeper: the contract's results are bytes or plain values.
 */
function withOwnBytes(message: unknown): unknown {
  if (typeof message !== 'object' || message === null) return message;
  return Object.fromEntries(Object.entries(message).map(([key, value]) => [key, ownBytes(value)]));
}

function ownBytes(value: unknown): unknown {
  if (!(value instanceof Uint8Array) || value.byteLength === value.buffer.byteLength) return value;
  // Not value.slice(): a Buffer's slice is again a view.
  return new Uint8Array(value);
}
