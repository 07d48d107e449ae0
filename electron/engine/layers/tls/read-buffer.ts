/** Reading TLS into one buffer that is used again: a new one for each record keeps the garbage collector busy. */
import type { TLSSocket } from 'node:tls';

/** OpenSSL gives the plain text of one record at a time, which is at most this long (RFC 8446 5.1). */
const buffer = Buffer.allocUnsafeSlow(16 * 1024);

type Handle = { useUserBuffer?(memory: Uint8Array): void };
type Inner = { _handle?: Handle | null; [key: symbol]: unknown };

/**
 * Does for a socket over a stream what node:tls does with its option `onread` for others, and leaves out for these.
 * `receiver` gets memory that is used again. False where this Node keeps its sockets differently: 'data' has to be used.
 */
export function readIntoBuffer(socket: TLSSocket, receiver: (bytes: Uint8Array) => void): boolean {
  const inner = socket as unknown as Inner;
  const symbols = Object.getOwnPropertySymbols(inner);
  const memory = symbols.find(({ description }) => description === 'kBuffer');
  const callback = symbols.find(({ description }) => description === 'kBufferCb');
  const handle = inner._handle;
  if (memory === undefined || callback === undefined || typeof handle?.useUserBuffer !== 'function')
    return false;
  inner[memory] = buffer;
  inner[callback] = (length: number, bytes: Uint8Array): boolean => {
    receiver(bytes.subarray(0, length));
    return true;
  };
  handle.useUserBuffer(buffer);
  return true;
}
