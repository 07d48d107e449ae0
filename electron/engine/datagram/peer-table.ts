/** Peers by address and port, bounded: addresses in datagrams cost their sender nothing and may all be made up. */
import type { ConnectionInfo, ConnectionKey } from '../../../shared/contract.ts';
import type { ConnectionId } from '../../../shared/domain.ts';
import { infoOfKey, PeerOrder, windowOf, type PeerQuery, type PeerWindow } from '../net/peer-order.ts';
import type { Peer } from './peer.ts';

/** Peers of a socket that was closed which stay listed. */
const keptEnded = 200;

export class PeerTable {
  /** Changes when a peer comes or goes. */
  membership = 0;
  readonly #most: number;
  readonly #order = new PeerOrder<Peer>(this);
  /** By port and then by host: numbers are found without reading a text, and most ports have one host. */
  #byPort = new Map<number, Map<string, Peer>>();
  #byId = new Map<ConnectionId, Peer>();
  #oldest: Peer | null = null;
  #newest: Peer | null = null;
  #ended: ConnectionInfo[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** In the order they were first seen. */
  get open(): Iterable<Peer> {
    return this.#byId.values();
  }

  /** With those of closed sockets. */
  get listedCount(): number {
    return this.size + this.#ended.length;
  }

  /** Present peers in the order they were first seen, then those of closed sockets, the last seen first. */
  list(from: number, count: number, isReading: boolean): ConnectionInfo[] {
    const infos: ConnectionInfo[] = [];
    let row = 0;
    for (const peer of this.open) {
      if (infos.length === count) return infos;
      if (row++ >= from) infos.push(peer.info(isReading));
    }
    const skipped = Math.max(0, from - this.size);
    return infos.concat(this.#ended.slice(skipped, skipped + count - infos.length));
  }

  get first(): ConnectionId | null {
    const [first] = this.#byId.keys();
    return first ?? null;
  }

  window(query: PeerQuery, from: number, count: number, isReading: boolean): PeerWindow {
    return windowOf(this.#order, (peer) => peer.info(isReading), this.#ended, query, from, count);
  }

  infoOf(key: ConnectionKey, isReading: boolean): ConnectionInfo | null {
    return infoOfKey(this, (peer) => peer.info(isReading), this.#ended, key);
  }

  forgetEnded(): void {
    this.#ended = [];
  }

  get(id: ConnectionId): Peer | undefined {
    return this.#byId.get(id);
  }

  find(wireHost: string, port: number): Peer | undefined {
    return this.#byPort.get(port)?.get(wireHost);
  }

  /** Returns the peer seen least recently when there is no room for one more; it is out of the table then. */
  add(peer: Peer): Peer | null {
    const forgotten = this.#byId.size < this.#most ? null : this.#oldestThatMayGo();
    if (forgotten !== null) this.remove(forgotten);
    const hosts = this.#byPort.get(peer.port);
    if (hosts === undefined) this.#byPort.set(peer.port, new Map([[peer.wireHost, peer]]));
    else hosts.set(peer.wireHost, peer);
    this.#byId.set(peer.id, peer);
    this.membership++;
    this.#link(peer);
    return forgotten;
  }

  /** Makes it the last to be forgotten. */
  seen(peer: Peer): void {
    if (peer === this.#newest) return;
    this.#unlink(peer);
    this.#link(peer);
  }

  remove(peer: Peer): void {
    if (!this.#byId.delete(peer.id)) return;
    this.membership++;
    const hosts = this.#byPort.get(peer.port)!;
    hosts.delete(peer.wireHost);
    if (hosts.size === 0) this.#byPort.delete(peer.port);
    this.#unlink(peer);
  }

  /** The socket is closed: every peer is at its end. */
  end(endedAt: number): void {
    const ended: ConnectionInfo[] = [];
    for (let peer = this.#newest; peer !== null; peer = peer.older) {
      peer.endedAt = endedAt;
      peer.queuedBytes = 0;
      if (ended.length < keptEnded) ended.push(peer.info(true));
    }
    for (const peer of this.open) peer.handler?.closed();
    this.#ended = [...ended, ...this.#ended].slice(0, keptEnded);
    this.#byPort = new Map();
    this.#byId = new Map();
    this.#oldest = this.#newest = null;
    this.membership++;
  }

  /** There is at most one that may not go. */
  #oldestThatMayGo(): Peer | null {
    return this.#oldest?.isFixed ? this.#oldest.newer : this.#oldest;
  }

  #link(peer: Peer): void {
    peer.older = this.#newest;
    peer.newer = null;
    if (this.#newest === null) this.#oldest = peer;
    else this.#newest.newer = peer;
    this.#newest = peer;
  }

  #unlink(peer: Peer): void {
    if (peer.older === null) this.#oldest = peer.newer;
    else peer.older.newer = peer.newer;
    if (peer.newer === null) this.#newest = peer.older;
    else peer.newer.older = peer.older;
    peer.older = peer.newer = null;
  }
}
