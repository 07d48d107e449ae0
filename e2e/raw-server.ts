/** A server of the test that keeps the exact bytes of its first client, or only counts and hashes them. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

export class RawServer {
  readonly #server: Server;
  readonly #sockets: Socket[] = [];
  readonly #chunks: Buffer[] = [];
  readonly #hash = createHash('sha256');
  readonly #keep: boolean;
  readonly port: number;
  length = 0;

  constructor(server: Server, keep: boolean) {
    this.#server = server;
    this.#keep = keep;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => {
      this.#sockets.push(socket);
      socket.on('error', () => undefined); // Its end is what the test looks at, if at anything.
      socket.on('data', (chunk) => this.#take(chunk));
    });
  }

  #take(chunk: Buffer): void {
    this.length += chunk.length;
    this.#hash.update(chunk);
    if (this.#keep) this.#chunks.push(chunk);
  }

  get hex(): string {
    return Buffer.concat(this.#chunks).toString('hex');
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }

  get sha256(): string {
    return this.#hash.copy().digest('hex');
  }

  forget(): void {
    this.#chunks.length = 0;
    this.length = 0;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

export async function rawServer(keep = true): Promise<RawServer> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return new RawServer(server, keep);
}
