/**
 * What node:dgram has no call for: its handle's way to stop and start receiving, the descriptor's number, and datagrams
 * without an event for each, which costs as much as keeping them.
 */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

type OnMessage = (status: number, handle: unknown, bytes: Uint8Array, from: RemoteInfo) => void;
/** `recvStart` and `recvStop` give 0 when they worked. `status`: bytes, or a negative error number. */
export type DatagramHandle = {
  recvStart(): number;
  recvStop(): number;
  onmessage: OnMessage;
  readonly fd?: number;
};

/** Far more than a loopback round trip. */
const testMs = 2000;
const probe = 'held';
let tested: Promise<boolean> | null = null;

/** Of a bound socket; null where this Node keeps it differently. */
export function handleOf(socket: Socket): DatagramHandle | null {
  for (const symbol of Object.getOwnPropertySymbols(socket)) {
    if (symbol.description !== 'state symbol') continue;
    const state: unknown = Reflect.get(socket, symbol);
    const handle: unknown = typeof state === 'object' && state !== null && Reflect.get(state, 'handle');
    return isHandle(handle) ? handle : null;
  }
  return null;
}

function isHandle(value: unknown): value is DatagramHandle {
  return (
    typeof value === 'object' &&
    value !== null &&
    'recvStart' in value &&
    'recvStop' in value &&
    'onmessage' in value &&
    typeof value.onmessage === 'function' &&
    typeof value.recvStart === 'function' &&
    typeof value.recvStop === 'function'
  );
}

/** Datagrams go to `receive` and no longer to 'message'; errors stay events. */
export function receiveFrom(
  handle: DatagramHandle,
  receive: (bytes: Uint8Array, host: string, port: number) => void,
): void {
  const { onmessage } = handle;
  handle.onmessage = (status, self, bytes, from) => {
    if (status < 0) onmessage(status, self, bytes, from);
    else receive(bytes, from.address, from.port);
  };
}

/** Whether all of this works on this Node, proved once per process by a real socket. */
export function handlesWork(): Promise<boolean> {
  tested ??= proved();
  return tested;
}

function proved(): Promise<boolean> {
  let finish: (works: boolean) => void = () => undefined;
  const result = new Promise<boolean>((resolve) => (finish = resolve));
  const socket = createSocket('udp4').on('error', () => finish(false));
  const timer = setTimeout(() => finish(false), testMs);
  let isHeld = true;
  socket.on('message', () => finish(false));
  socket.bind(0, '127.0.0.1', () => {
    const handle = handleOf(socket);
    if (handle === null || handle.recvStop() !== 0) return finish(false);
    const { port } = socket.address();
    receiveFrom(handle, (bytes, host, from) =>
      finish(!isHeld && String(bytes) === probe && host === '127.0.0.1' && from === port),
    );
    socket.send(probe, port, '127.0.0.1', () => {
      // Two turns of the loop, in which a datagram on loopback would have been read.
      setImmediate(() =>
        setImmediate(() => {
          isHeld = false;
          if (handle.recvStart() !== 0) finish(false);
        }),
      );
    });
  });
  return result.finally(() => {
    clearTimeout(timer);
    socket.close();
  });
}
