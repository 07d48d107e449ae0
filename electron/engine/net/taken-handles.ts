/** Connections of a server without the socket that Node makes for each: ours would be a second one. */
import type { Server } from 'node:net';

/** What Node's sockets stand on. It has no public name: the self-test in read-mode.ts proves that it is as told here. */
export type SocketHandle = { readonly fd?: number; readonly writeQueueSize?: number };
type OnConnection = (error: number, client?: SocketHandle) => void;
type InnerServer = {
  _handle?: { onconnection?: OnConnection } | null;
  _connections: number;
};

/**
 * From now on `take` gets what `server` accepts, instead of its 'connection' listeners. To be called at 'listening',
 * before anything can be accepted. Who is over `maxConnections`, and a failed accept(2), stay with Node, which drops the
 * first and emits 'error' for the second. False where this Node's servers are made differently.
 */
export function takeHandles(server: Server, take: (handle: SocketHandle) => void): boolean {
  const inner = server as unknown as InnerServer;
  const listening = inner._handle;
  const byNode = listening?.onconnection;
  if (typeof byNode !== 'function' || typeof inner._connections !== 'number') return false;
  listening!.onconnection = (error, client) => {
    const isFull = inner._connections >= (server.maxConnections ?? Infinity);
    if (error !== 0 || isFull || client === undefined) return byNode.call(listening, error, client);
    // Counted down when the socket that has this server as its `_server` is destroyed.
    inner._connections++;
    take(client);
  };
  return true;
}
