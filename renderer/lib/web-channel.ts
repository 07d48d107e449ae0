import type { Channel } from '../../shared/wire/channel.ts';
import { decodeMessage, encodeMessage } from '../../shared/wire/codec.ts';
import { FailureError } from '../../shared/failure.ts';
import { keyRefusedCode, type Proof } from '../../shared/wire/page-key.ts';

/**
 * Opens the headless host's channel, of the same origin as the page, and proves `key`. Rejects with KEY_MISSING,
 * KEY_REFUSED, or CHANNEL_CLOSED when it cannot be opened.
 */
export function openWebChannel(key: string | null): Promise<Channel> {
  const url = new URL('/channel', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  if (key === null) return Promise.reject(failed('KEY_MISSING', url));
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => socket.send(encodeMessage({ key } satisfies Proof));
    // The host's welcome: it says nothing to those whom it does not let in.
    socket.onmessage = () => resolve(channelOf(socket));
    // A WebSocket's error event says nothing; the close event that follows it is where an attempt ends.
    socket.onclose = ({ code }) =>
      reject(code === keyRefusedCode ? failed('KEY_REFUSED', url) : failed('CHANNEL_CLOSED', url));
  });
}

const failed = (code: string, { host }: URL) => new FailureError({ code, subject: host });

function channelOf(socket: WebSocket): Channel {
  let onMessage: (message: unknown) => void = () => undefined;
  let onClose: () => void = () => undefined;
  socket.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => onMessage(decodeMessage(new Uint8Array(data)));
  socket.onclose = () => onClose();
  return {
    send: (message) => socket.send(encodeMessage(message)),
    onMessage: (listener) => (onMessage = listener),
    onClose: (listener) => {
      onClose = listener;
      if (socket.readyState >= WebSocket.CLOSING) listener();
    },
    close: () => socket.close(),
  };
}
