/** One bound socket with its peers, from bind to close: what listener and client have in common. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Address } from '../../../shared/address.ts';
import type { UdpFacts } from '../../../shared/domain.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import type { UdpSettings } from '../../../shared/settings/settings.ts';
import { noStream } from '../capture/recorder.ts';
import { monotonic } from '../clock.ts';
import { DropWatch } from './drop-watch.ts';
import { tellsDrops } from './kernel-drops.ts';
import type { Peer } from './peer.ts';
import type { PeersRun, UdpPeers } from './peers.ts';
import { UdpSocket, type BindOptions } from './udp-socket.ts';

/** How long queued datagrams may take to leave when the socket is to be closed. */
const drainMs = 250;
/** Turns of the event loop without a datagram, each of which asks the kernel: then it has none. */
const emptyTurns = 2;
/** What the kernel counts for a datagram in the receive buffer is never less, be it empty: its own bookkeeping alone is more. */
const leastBytesHeld = 256;

type BeginOptions = Omit<PeersRun, 'socket'> & { udp: UdpSettings };

export class UdpRun {
  /** As of `monotonic`. */
  readonly since = monotonic();
  readonly socket: UdpSocket;
  readonly #peers: UdpPeers;
  readonly #watch: DropWatch;
  /** Datagrams heard, for the end alone. */
  readonly #heard: () => number;

  /** Rejects with what `UdpSocket.open` says. To be followed by `begin` before the event loop goes on, or `discard`. */
  static async bind(peers: UdpPeers, options: BindOptions): Promise<UdpRun> {
    const note = (detail: RecordDetail): void => void peers.recorder.recordDetail(noStream, detail);
    const watch: DropWatch = new DropWatch(
      () => socket.drops(),
      (count, total) => note({ kind: 'note', note: 'dropped', count, total }),
      () => peers.isHeld,
    );
    let heard = 0;
    const socket: UdpSocket = await UdpSocket.open(options, {
      received: (bytes, wireHost, port) => {
        heard++;
        if (!watch.isAwake) watch.wake();
        peers.received(bytes, wireHost, port);
      },
      failed: (error) => peers.failed(error),
      note,
    });
    return new UdpRun(peers, socket, watch, () => heard);
  }

  private constructor(peers: UdpPeers, socket: UdpSocket, watch: DropWatch, heard: () => number) {
    this.#peers = peers;
    this.socket = socket;
    this.#watch = watch;
    this.#heard = heard;
  }

  get local(): Address {
    return this.socket.local;
  }

  get facts(): UdpFacts {
    return this.socket.facts;
  }

  /** Datagrams that the kernel dropped; null where it does not tell. */
  get lost(): number | null {
    return this.#watch.total;
  }

  /** Sets the options and hears datagrams from now on. Returns the client's remote. */
  begin({ udp, ...options }: BeginOptions): Peer | null {
    const remote = this.#peers.begin({ ...options, socket: this.socket });
    this.socket.apply(udp);
    if (tellsDrops) this.#watch.begin();
    return remote;
  }

  /** Closes a socket that never began. */
  async discard(): Promise<void> {
    await this.socket.close();
  }

  /**
   * Reads what has come, lets queued datagrams leave, counts what the kernel dropped to the last, and closes. Returns
   * bytes never sent.
   */
  async close(): Promise<number> {
    this.#peers.beginEnd();
    await this.#readRest();
    await this.#peers.drained(drainMs);
    await this.#watch.close();
    const closed = this.socket.close();
    const unsentBytes = this.#peers.finish();
    await closed;
    return unsentBytes;
  }

  /** A flood does not put the end off: when as many were read as the buffer can hold, all that was in it has been. */
  async #readRest(): Promise<void> {
    const last = this.#heard() + this.facts.receiveBufferBytes / leastBytesHeld;
    for (let empty = 0; empty < emptyTurns && this.#heard() < last;) {
      const before = this.#heard();
      await nextTurn();
      empty = this.#heard() === before ? empty + 1 : 0;
    }
  }
}
