import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Engine } from '../engine/engine.ts';
import { type Exports } from './exports.ts';
import { bracketed, createGuard, isAny, type Refusal } from './guard.ts';
import { answer, channelPath, routes, type Site } from './routes.ts';
import type { StaticFile } from './static-files.ts';
import { Secrets } from './token.ts';
import { maxMessageBytes, webChannel } from './web-channel.ts';

export type HttpOptions = {
  engine: Pick<Engine, 'attach' | 'health'>;
  exports: Exports;
  files: ReadonlyMap<string, StaticFile>;
  /** A literal address or localhost. */
  host: string;
  /** 0 = any free port. */
  port: number;
};

/** Bounds for one page's requests with room to spare; a flood of them must not cost the engine its descriptors. */
const limits = {
  maxConnections: 256,
  maxChannels: 32,
  headerBytes: 16 * 1024,
  headersMs: 10_000,
  requestMs: 15_000,
};

/** The page over HTTP and its channel over a WebSocket, for one engine. */
export class HttpServer {
  /** With the token: opens the page once. */
  readonly url: string;
  readonly #engine: HttpOptions['engine'];
  readonly #server: Server;
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
  });

  private constructor({ engine, exports, files, host }: HttpOptions, server: Server) {
    const { port } = server.address() as AddressInfo;
    const secrets = new Secrets(port);
    this.#engine = engine;
    this.#server = server;
    this.url = `http://${bracketed(isAny(host) ? '127.0.0.1' : host)}:${port}/?token=${secrets.token}`;
    const guard = createGuard(host, port, secrets);
    this.#serve({ guard, secrets, files, exports, health: () => engine.health() });
  }

  /** Listens; rejects with the system's error when it cannot. */
  static async open(options: HttpOptions): Promise<HttpServer> {
    const server = createServer({
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
    });
    server.maxConnections = limits.maxConnections;
    await new Promise<void>((resolve, reject) => {
      // Rejects while it starts; later (out of descriptors) there is nobody to tell, and what is open goes on.
      server.on('error', reject);
      server.listen({ host: options.host, port: options.port }, resolve);
    });
    return new HttpServer(options, server);
  }

  /** Ends every connection; pages hear that the host goes away. */
  async close(): Promise<void> {
    for (const socket of this.#webSockets.clients) socket.close(1001);
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeIdleConnections();
    const deadline = setTimeout(() => {
      for (const socket of this.#webSockets.clients) socket.terminate();
      this.#server.closeAllConnections();
    }, 500);
    await closed;
    clearTimeout(deadline);
  }

  #serve(site: Site): void {
    const table = routes(site.files);
    this.#server.on('clientError', (_error, socket) => {
      socket.on('error', () => undefined);
      if (socket.writable)
        socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      else socket.destroy();
    });
    this.#server.on('request', (request, response) => {
      request.on('error', () => response.destroy());
      response.on('error', () => response.destroy());
      answer(site, table, request, response).catch(() => response.destroy());
    });
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(site, request, socket, head));
  }

  #upgrade(site: Site, request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // ws adds its own listener only after the handshake.
    const onError = (): void => void socket.destroy();
    socket.on('error', onError);
    const refusal =
      request.url === channelPath ? site.guard.check(request, 'channel') : { status: 404 as const };
    const isFull = this.#webSockets.clients.size >= limits.maxChannels;
    if (refusal || isFull) return endUpgrade(socket, refusal?.status ?? 503);
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off('error', onError);
      this.#engine.attach(webChannel(webSocket));
    });
  }
}

function endUpgrade(socket: Duplex, status: Refusal['status'] | 404 | 503): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    socket.destroy(),
  );
}
