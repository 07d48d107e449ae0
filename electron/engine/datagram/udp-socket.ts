/** One bound datagram socket of node:dgram: its options, what the kernel granted, and how receiving is held back. */
import { createSocket, type RemoteInfo, type Socket, type SocketOptions } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Address } from '../../../shared/address.ts';
import type { UdpFacts } from '../../../shared/domain.ts';
import { factsOf, failed, failureOf, type FailureFacts } from '../../../shared/failure.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import { groupOf } from '../../../shared/settings/udp.ts';
import type { MulticastGroup, UdpSettings } from '../../../shared/settings/settings.ts';
import { addressOf } from '../net/address.ts';
import { handleOf, handlesWork, receiveFrom, type DatagramHandle } from './datagram-handle.ts';
import { inodeOf, kernelDrops, receiveBufferLimit } from './kernel-drops.ts';
import { Memberships, requireInterface } from './memberships.ts';
import { requireReusePort } from './reuse-port.ts';
import type { SenderSocket } from './udp-sender.ts';
import type { UdpFamily } from './wire-address.ts';

type Note = Extract<RecordDetail, { kind: 'note' }>;
/** `host`: a literal local address. */
export type BindOptions = {
  host: string;
  port: number;
  ipv6Only: boolean;
  reusePort: boolean;
  reuseAddress: boolean;
};
export type UdpSocketEvents = {
  /** `bytes` belong to the receiver. */
  received(bytes: Uint8Array, wireHost: string, port: number): void;
  /** Of a connected socket: an ICMP answer to what was sent. The socket stays usable. */
  failed(error: Error): void;
  note(note: Note): void;
};

/** What Node sets on an IPv6 socket for IPv6 alone, also where the socket has IPv4 too: ipv6(7) and ip(7) each have one. */
const perFamily: readonly (keyof UdpSettings)[] = ['ttl', 'multicastTtl', 'multicastLoopback'];

/** Smaller than this no system's default is: less is not worth asking for. */
const leastBufferBytes = 4096;

export class UdpSocket implements SenderSocket {
  readonly family: UdpFamily;
  readonly #socket: Socket;
  readonly #events: UdpSocketEvents;
  readonly #handle: DatagramHandle | null;
  readonly #inode: string | null;
  readonly #limit: number | null;
  /** IPv4 goes through it too. */
  readonly #isDual: boolean;
  readonly #memberships: Memberships;
  /** It is bound to this group, which alone brings nothing: ip(7), ipv6(7). */
  readonly #ownGroup: MulticastGroup | null;
  #local: Address;
  #facts: UdpFacts;
  #applied: UdpSettings | null = null;
  #isConnected = false;
  #closed: Promise<void> | null = null;

  /**
   * Binds. Rejects with the system's error: EADDRINUSE, EACCES, EADDRNOTAVAIL (bind(2)), or REUSEPORT_UNSUPPORTED.
   * `events` hears of nothing before the code that awaits this has run.
   */
  static async open(options: BindOptions, events: UdpSocketEvents): Promise<UdpSocket> {
    const { host, port, ipv6Only, reusePort, reuseAddress } = options;
    if (reusePort) await requireReusePort('options.reusePort');
    const isProved = await handlesWork();
    const limit = await receiveBufferLimit();
    const type = isIPv6(host) ? 'udp6' : 'udp4';
    // Hosts are literal here, so nothing is asked and nothing is put off.
    const lookup: SocketOptions['lookup'] = (name, _options, callback) =>
      callback(null, name, type === 'udp6' ? 6 : 4);
    const given: SocketOptions & { reusePort: boolean } = {
      type,
      reuseAddr: reuseAddress,
      reusePort,
      ipv6Only: type === 'udp6' && ipv6Only,
      lookup,
    };
    const socket = createSocket(given).on('error', () => undefined);
    try {
      await bind(socket, host, port);
      return new UdpSocket(socket, host, events, isProved, limit, host === '::' && !ipv6Only);
    } catch (error) {
      socket.close();
      throw error;
    }
  }

  private constructor(
    socket: Socket,
    host: string,
    events: UdpSocketEvents,
    isProved: boolean,
    limit: number | null,
    isDual: boolean,
  ) {
    const handle = handleOf(socket);
    this.#socket = socket;
    this.family = isIPv6(host) ? 'udp6' : 'udp4';
    this.#ownGroup = groupOf(host);
    this.#events = events;
    this.#handle = isProved ? handle : null;
    this.#inode = inodeOf(handle?.fd);
    this.#limit = limit;
    this.#isDual = isDual;
    this.#memberships = new Memberships(socket, events.note);
    this.#local = this.#readLocal();
    this.#facts = this.#readFacts();
    if (this.#handle !== null) receiveFrom(this.#handle, events.received);
    else
      socket.on('message', (bytes: Uint8Array, { address, port }: RemoteInfo) =>
        events.received(bytes, address, port),
      );
    socket.on('error', (error) => events.failed(error));
  }

  get local(): Address {
    return this.#local;
  }

  get facts(): UdpFacts {
    return this.#facts;
  }

  /** connect(2) was called: it sends to its remote, whatever `send` is told. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /** False where this Node gives no way to stop receiving. */
  get canHold(): boolean {
    return this.#handle !== null;
  }

  /** connect(2): hears no other from now on. `wireHost` is of the socket's family. Rejects with the system's error. */
  async connect(wireHost: string, port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#socket.connect(port, wireHost, (error?: Error | null) => (error ? reject(error) : resolve()));
    });
    this.#isConnected = true;
    this.#local = this.#readLocal();
  }

  send(bytes: Uint8Array, wireHost: string, port: number, done: (error: Error | null) => void): void {
    try {
      if (this.#isConnected) this.#socket.send(bytes, done);
      else this.#socket.send(bytes, port, wireHost, done);
    } catch (error) {
      // node:dgram checks some arguments by throwing: to the sender it is a failure like the kernel's.
      process.nextTick(done, error);
    }
  }

  /** Leaves datagrams with the kernel, which drops and counts what its buffer has no room for. For `ReadHolds`. */
  pause(): void {
    this.#handle?.recvStop();
  }

  resume(): void {
    if (this.#closed === null) this.#handle?.recvStart();
  }

  /** Takes over what has changed since the last call. What the system does not take becomes a note. */
  apply(udp: UdpSettings): void {
    const before = this.#applied;
    this.#applied = udp;
    const set = (option: keyof UdpSettings, unset: unknown, act: () => void): void => {
      if (udp[option] !== (before === null ? unset : before[option])) this.#set(option, act);
    };
    set('receiveBufferBytes', 0, () => {
      if (udp.receiveBufferBytes > 0)
        ask(udp.receiveBufferBytes, (size) => this.#socket.setRecvBufferSize(size));
    });
    set('sendBufferBytes', 0, () => {
      if (udp.sendBufferBytes > 0) ask(udp.sendBufferBytes, (size) => this.#socket.setSendBufferSize(size));
    });
    set('broadcast', false, () => this.#socket.setBroadcast(udp.broadcast));
    set('ttl', 0, () => {
      if (udp.ttl > 0) this.#socket.setTTL(udp.ttl);
    });
    set('multicastTtl', 1, () => this.#socket.setMulticastTTL(udp.multicastTtl));
    set('multicastLoopback', true, () => this.#socket.setMulticastLoopback(udp.multicastLoopback));
    set('multicastInterface', '', () => {
      requireInterface(udp.multicastInterface);
      this.#socket.setMulticastInterface(this.#interface(udp));
    });
    this.#facts = this.#readFacts();
    this.#memberships.apply(this.#groups(udp));
  }

  /** Datagrams that the kernel dropped so far; null where it does not tell. */
  drops(): Promise<number | null> {
    return kernelDrops(this.#inode, this.family);
  }

  /** Idempotent; resolves when the port is free. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => this.#socket.close(() => resolve()));
    return this.#closed;
  }

  /** The group of its address too, unless its line says from whom, or where. */
  #groups({ groups }: UdpSettings): MulticastGroup[] {
    const own = this.#ownGroup;
    const isListed = groups.some(({ group }) => group.toLowerCase() === own?.group.toLowerCase());
    return own === null || isListed ? groups : [own, ...groups];
  }

  /** '' goes back to the system's choice (ip(7), ipv6(7)). */
  #interface({ multicastInterface }: UdpSettings): string {
    return multicastInterface || (this.family === 'udp4' ? '0.0.0.0' : '::%0');
  }

  #set(option: keyof UdpSettings, act: () => void): void {
    try {
      act();
      if (this.#isDual && perFamily.includes(option)) this.#noteFailed(option, failed('IPV6_ALONE'));
    } catch (error) {
      this.#noteFailed(option, factsOf(failureOf(error)));
    }
  }

  #noteFailed(option: keyof UdpSettings, facts: FailureFacts): void {
    this.#events.note({ kind: 'note', note: 'option-failed', option: `udp.${option}`, ...facts });
  }

  #readLocal(): Address {
    const { address, port } = this.#socket.address();
    return addressOf(address, port);
  }

  #readFacts(): UdpFacts {
    return {
      receiveBufferBytes: this.#socket.getRecvBufferSize(),
      sendBufferBytes: this.#socket.getSendBufferSize(),
      receiveBufferLimit: this.#limit,
    };
  }
}

function bind(socket: Socket, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address: host, port, exclusive: true }, () => {
      socket.off('error', reject);
      resolve();
    });
  });
}

/** Linux grants less in silence; others refuse what is too much: half of it is asked for, and so on. */
function ask(bytes: number, set: (bytes: number) => void): void {
  for (let size = bytes; ; size = Math.floor(size / 2)) {
    try {
      return set(size);
    } catch (error) {
      if (size / 2 < leastBufferBytes) throw error;
    }
  }
}
