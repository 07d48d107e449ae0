import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { addressWithKey } from '../../shared/wire/page-key.ts';
import type { Channel } from '../../shared/wire/channel.ts';
import type { Health } from '../engine/engine.ts';
import { type Exports } from './exports.ts';
import { bracketed, createGuard, isAny, type Refusal } from './guard.ts';
import { Key } from './key.ts';
import { answer, channelPath, routes, type Site } from './routes.ts';
import type { StaticFile } from './static-files.ts';
import { Strangers } from './strangers.ts';
import { awaitProof, closeCodes, maxMessageBytes, refuse, webChannel } from './web-channel.ts';

export type HttpOptions = {
  engine: { attach(channel: Channel): unknown; health(): Health };
  exports: Exports;
  files: ReadonlyMap<string, StaticFile>;
  /** A literal address or localhost. */
  host: string;
  /** 0 = any free port. */
  port: number;
};

/**
 * Any user of this machine can connect. Strangers are few, and the oldest makes room for the newest; those who have the
 * key are counted apart, so neither kind keeps the other out.
 */
const limits = {
  strangers: 256,
  /** Connections in all. */
  connections: 512,
  /** WebSockets that have not proved the key yet. */
  unproved: 64,
  channels: 32,
  /** Requests of one connection that wait for their answer: browsers send one, and hundreds fit into one segment. */
  pipelined: 8,
  headerBytes: 16 * 1024,
  headersMs: 5_000,
  requestMs: 10_000,
  /** Without a byte either way: a browser that fetches a file of the page over a slow tunnel needs far less. */
  silentMs: 30_000,
  checkMs: 1_000,
};

/** The page over HTTP and its channel over a WebSocket, for one engine. */
export class HttpServer {
  /** With the key, as a person opens it. */
  readonly address: string;
  readonly #engine: HttpOptions['engine'];
  readonly #server: Server;
  readonly #key = new Key();
  readonly #strangers = new Strangers<Duplex>(limits.strangers, (socket) => socket.destroy());
  readonly #unproved = new Strangers<WebSocket>(limits.unproved, (socket) => socket.terminate());
  #channels = 0;
  readonly #webSockets = new WebSocketServer({
    noServer: true,
    maxPayload: maxMessageBytes,
    perMessageDeflate: false,
  });

  private constructor({ engine, exports, files, host }: HttpOptions, server: Server) {
    const { port } = server.address() as AddressInfo;
    this.#engine = engine;
    this.#server = server;
    const origin = `http://${bracketed(isAny(host) ? '127.0.0.1' : host)}:${port}`;
    this.address = addressWithKey(origin, this.#key.text);
    this.#serve({
      guard: createGuard(host, port, this.#key),
      files,
      exports,
      health: () => engine.health(),
      trust: ({ socket }) => this.#strangers.delete(socket),
    });
  }

  /** Listens; rejects with the system's error when it cannot. */
  static async open(options: HttpOptions): Promise<HttpServer> {
    const server = createServer({
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersMs,
      requestTimeout: limits.requestMs,
      connectionsCheckingInterval: limits.checkMs,
    });
    server.maxConnections = limits.connections;
    server.timeout = limits.silentMs;
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
    this.#server.on('connection', (socket) => {
      this.#strangers.add(socket);
      socket.once('close', () => this.#strangers.delete(socket));
    });
    this.#server.on('clientError', ({ code }: NodeJS.ErrnoException, socket) => {
      socket.on('error', () => undefined);
      // A browser connects ahead of use: what is said to who asked nothing would answer what it asks at this moment.
      const isLate = code === 'ERR_HTTP_REQUEST_TIMEOUT';
      if (socket.writable && !isLate)
        socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      else socket.destroy();
    });
    const unanswered = new WeakMap<Duplex, number>();
    this.#server.on('request', (request, response) => {
      const { socket } = request;
      const ahead = unanswered.get(socket) ?? 0;
      if (ahead >= limits.pipelined) return void socket.destroy();
      unanswered.set(socket, ahead + 1);
      response.once('close', () => unanswered.set(socket, unanswered.get(socket)! - 1));
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
    const refusal = request.url === channelPath ? site.guard(request, 'channel') : { status: 404 as const };
    if (refusal) return endUpgrade(socket, refusal.status);
    const isProgram = request.headers.authorization !== undefined;
    if (isProgram && this.#channels >= limits.channels) return endUpgrade(socket, 503);
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      socket.off('error', onError);
      this.#strangers.delete(socket);
      if (isProgram) return this.#attach(webSocket);
      this.#unproved.add(webSocket);
      webSocket.once('close', () => this.#unproved.delete(webSocket));
      awaitProof(webSocket, socket, this.#key, () => {
        this.#unproved.delete(webSocket);
        this.#attach(webSocket);
      });
    });
  }

  #attach(webSocket: WebSocket): void {
    if (this.#channels >= limits.channels) return refuse(webSocket, closeCodes.tryAgainLater);
    this.#channels++;
    webSocket.once('close', () => this.#channels--);
    this.#engine.attach(webChannel(webSocket));
  }
}

function endUpgrade(socket: Duplex, status: Refusal['status'] | 404 | 503): void {
  socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
    socket.destroy(),
  );
}
