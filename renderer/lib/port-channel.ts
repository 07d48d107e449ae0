import type { Channel } from '../../shared/wire/channel.ts';

/** True in the desktop app: its preload says so. */
export const isDesktop = (): boolean => 'socketscopeDesktop' in window;

/** Asks the desktop shell for a new port to the engine; the port of an earlier call is closed by that. */
export function openPortChannel(): Promise<Channel> {
  return new Promise((resolve) => {
    const onMessage = ({ source, data, ports }: MessageEvent<unknown>) => {
      const port = ports[0];
      if (source !== window || !port || !isPortMessage(data)) return;
      window.removeEventListener('message', onMessage);
      resolve(channelOf(port));
    };
    window.addEventListener('message', onMessage);
    window.postMessage({ type: 'socketscope:ask' }, location.origin);
  });
}

function isPortMessage(data: unknown): boolean {
  return typeof data === 'object' && data !== null && 'type' in data && data.type === 'socketscope:port';
}

function channelOf(port: MessagePort): Channel {
  let isClosed = false;
  let onClose: () => void = () => undefined;
  const end = () => {
    if (isClosed) return;
    isClosed = true;
    onClose();
  };
  port.addEventListener('close', end);
  return {
    send: (message) => port.postMessage(message),
    // Setting onmessage starts the port; until then it keeps what arrives.
    onMessage: (listener) => (port.onmessage = ({ data }: MessageEvent<unknown>) => listener(data)),
    onClose: (listener) => {
      onClose = listener;
      if (isClosed) listener();
    },
    close: () => {
      port.close();
      end();
    },
  };
}
