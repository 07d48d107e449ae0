/** The other ends: plain sockets that a test opens, and that end with it. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';

/** One end of a connection with the app. It keeps what it sees, and does nothing by itself. */
export class Peer {
  readonly socket: Socket;
  /** Everything received, as UTF-8. */
  text = '';
  /** The app has finished sending (FIN). */
  appFinished = false;
  isClosed = false;
  /** Code of this socket's failure: ECONNRESET when the app reset it. */
  code: string | null = null;
  #address = '';

  constructor(socket: Socket) {
    this.socket = socket;
    if (socket.connecting) socket.on('connect', () => (this.#address = addressOf(socket)));
    else this.#address = addressOf(socket);
    socket.setEncoding('utf8');
    socket.on('error', (error: NodeJS.ErrnoException) => (this.code = error.code ?? error.message));
    socket.on('data', (text) => (this.text += String(text)));
    socket.on('end', () => (this.appFinished = true));
    socket.on('close', () => (this.isClosed = true));
  }

  /** As the app shows it, also when the connection is gone. */
  get address(): string {
    return this.#address;
  }

  send(text: string): void {
    this.socket.write(text);
  }
}

function addressOf({ localAddress = '', localPort, localFamily }: Socket): string {
  return `${localFamily === 'IPv6' ? `[${localAddress}]` : localAddress}:${localPort}`;
}

/** A server of the test. Its peers are the app's clients, in the order they came. */
export class PeerServer {
  readonly peers: Peer[] = [];
  readonly port: number;
  readonly #server: Server;

  /** Takes a server that is listening. */
  constructor(server: Server) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => this.peers.push(new Peer(socket)));
  }

  /** Frees the port at once, and resets whoever is connected. */
  async close(): Promise<void> {
    for (const { socket } of this.peers) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}

export class Peers {
  readonly #peers: Peer[] = [];
  readonly #servers: PeerServer[] = [];

  /** Connects to the app; resolves when the connection is open. */
  async connect(port: number, host = '127.0.0.1'): Promise<Peer> {
    const peer = new Peer(connect({ port, host, allowHalfOpen: true }));
    this.#peers.push(peer);
    await once(peer.socket, 'connect');
    return peer;
  }

  /** Listens for the app's clients. */
  async listen(host = '127.0.0.1', port = 0): Promise<PeerServer> {
    const server = createServer({ allowHalfOpen: true }).listen(port, host);
    await once(server, 'listening');
    const peerServer = new PeerServer(server);
    this.#servers.push(peerServer);
    return peerServer;
  }

  /** A port that was free a moment ago. */
  async freePort(): Promise<number> {
    const server = await this.listen();
    const { port } = server;
    await server.close();
    return port;
  }

  async close(): Promise<void> {
    for (const { socket } of this.#peers) socket.destroy();
    for (const server of this.#servers) await server.close();
  }
}
