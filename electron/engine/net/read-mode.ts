/** Whether what a server accepts can be taken for sockets of our own, which read into one buffer. */
import { createServer, Socket, type Server } from 'node:net';
import { StreamSocket, type ReadMode } from './stream-socket.ts';
import { takeHandles, type SocketHandle } from './taken-handles.ts';

/** Far more than a loopback round trip; a machine without loopback gets the slower way of reading. */
const testMs = 2000;
const probe = 'one buffer';
let tested: Promise<ReadMode> | null = null;

/** 'buffer' where taking works on this Node, proved once per process by a real connection; else 'data'. */
export function acceptedReadMode(): Promise<ReadMode> {
  tested ??= takesHandles().then((works) => (works ? 'buffer' : 'data'));
  return tested;
}

function takesHandles(): Promise<boolean> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true }).on('error', () => finish(false));
  const client = new Socket().on('error', () => finish(false));
  let finish: (works: boolean) => void = () => undefined;
  const result = new Promise<boolean>((resolve) => (finish = resolve));
  const timer = setTimeout(() => finish(false), testMs);
  server.on('connection', (socket) => {
    // Node made a socket for what should have been taken.
    socket.destroy();
    finish(false);
  });
  const take = (handle: SocketHandle): void => {
    try {
      echoTaken(handle, server);
    } catch {
      // This Node keeps its sockets differently: the documented way of reading remains.
      finish(false);
    }
  };
  // The server must count as for its own sockets: else it would refuse nobody, or in the end everybody.
  client.on('data', (bytes) => {
    if (bytes.toString() !== probe) finish(false);
    server.getConnections((error, count) => (error === null && count === 1 ? client.end() : finish(false)));
  });
  client.on('close', () => server.getConnections((error, count) => finish(error === null && count === 0)));
  server.listen(0, '127.0.0.1', () => {
    if (!takeHandles(server, take)) return finish(false);
    const address = server.address();
    if (address !== null && typeof address === 'object')
      client.connect(address.port, '127.0.0.1').write(probe);
  });
  return result.finally(() => {
    clearTimeout(timer);
    client.destroy();
    server.close();
  });
}

function echoTaken(handle: SocketHandle, server: Server): void {
  const taken = StreamSocket.taken(handle, server);
  taken.receiver = (bytes) => taken.socket.write(Buffer.from(bytes));
  taken.socket.on('end', () => taken.socket.end()).resume();
}
