import type { Channel } from '../../shared/channel.ts';
import { decodeMessage, encodeMessage } from '../../shared/codec.ts';
import { FailureError } from '../../shared/failure.ts';

/** Opens the headless host's channel, of the same origin as the page. Rejects when it cannot be opened. */
export function openWebChannel(address = new URL('channel', location.href)): Promise<Channel> {
  const url = new URL(address);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  url.search = '';
  url.hash = '';
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => resolve(channelOf(socket));
    // A WebSocket's error event says nothing; the close event that follows it is where an attempt ends.
    socket.onclose = () =>
      reject(
        new FailureError({ code: 'CHANNEL_CLOSED', message: 'The host does not answer.', subject: url.host }),
      );
  });
}

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
