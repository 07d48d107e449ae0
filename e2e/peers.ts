/** The other ends: plain sockets that a test opens, and that end with it. */
import { createSocket, type RemoteInfo, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import {
  connect as connectTls,
  createServer as createTlsServer,
  type ConnectionOptions,
  type TlsOptions,
} from 'node:tls';

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
  /** 0 for a Unix socket. */
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** Takes a server that is listening. Of TLS a peer is who finished the handshake. */
  constructor(server: Server, opened: 'connection' | 'secureConnection' = 'connection') {
    this.#server = server;
    const address = server.address() as AddressInfo | string;
    this.port = typeof address === 'string' ? 0 : address.port;
    server.on('connection', (socket) => this.#sockets.add(socket));
    server.on(opened, (socket: Socket) => this.peers.push(new Peer(socket)));
    // A handshake that the app breaks off is what some tests are about.
    server.on('tlsClientError', () => undefined);
  }

  /** Frees the port at once, and resets whoever is connected. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    for (const { socket } of this.peers) socket.destroy();
    if (!this.#server.listening) return;
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** One UDP socket of the test. It keeps what it hears, and does nothing by itself. */
export class Datagrams {
  readonly socket: DatagramSocket;
  /** In the order they came, as UTF-8. */
  readonly heard: { text: string; from: number }[] = [];
  #isClosed = false;

  constructor(socket: DatagramSocket) {
    this.socket = socket;
    socket.on('message', (bytes: Buffer, { port }: RemoteInfo) =>
      this.heard.push({ text: bytes.toString(), from: port }),
    );
    // An ICMP answer of an app that stopped is no failure of a test.
    socket.on('error', () => undefined);
  }

  get port(): number {
    return this.socket.address().port;
  }

  get texts(): string[] {
    return this.heard.map(({ text }) => text);
  }

  send(text: string, port: number, host = '127.0.0.1'): void {
    this.socket.send(text, port, host);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.socket.close();
    await once(this.socket, 'close');
  }
}

export class Peers {
  readonly #peers: Peer[] = [];
  readonly #servers: PeerServer[] = [];
  readonly #datagrams: Datagrams[] = [];

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

  /** Connects with TLS. It resolves when the handshake is done or failed: then the peer has its code. */
  async connectTls(options: ConnectionOptions): Promise<Peer> {
    const socket = connectTls({ host: '127.0.0.1', ...options });
    const peer = new Peer(socket);
    this.#peers.push(peer);
    await Promise.race(['secureConnect', 'close'].map((event) => once(socket, event)));
    return peer;
  }

  async listenTls(options: TlsOptions): Promise<PeerServer> {
    const server = createTlsServer({ allowHalfOpen: true, ...options }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const peerServer = new PeerServer(server, 'secureConnection');
    this.#servers.push(peerServer);
    return peerServer;
  }

  /** Connects to a Unix socket of the app. */
  async connectPath(path: string): Promise<Peer> {
    const peer = new Peer(connect({ path, allowHalfOpen: true }));
    this.#peers.push(peer);
    await once(peer.socket, 'connect');
    return peer;
  }

  async listenPath(path: string): Promise<PeerServer> {
    const server = createServer({ allowHalfOpen: true }).listen(path);
    await once(server, 'listening');
    const peerServer = new PeerServer(server);
    this.#servers.push(peerServer);
    return peerServer;
  }

  /** A UDP socket on 127.0.0.1, or on any address to hear groups; `port` 0 is any. */
  async datagrams(host = '127.0.0.1', port = 0): Promise<Datagrams> {
    const socket = createSocket({ type: 'udp4', reuseAddr: port !== 0 });
    const datagrams = new Datagrams(socket);
    this.#datagrams.push(datagrams);
    socket.bind(port, host);
    await once(socket, 'listening');
    return datagrams;
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
    for (const datagrams of this.#datagrams) await datagrams.close();
  }
}
