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
/** libuv reads at most so many in one turn of the event loop; where it read fewer, the kernel had no more. */
const mostInTurn = process.platform === 'win32' ? 1 : 32;
/**
 * What the kernel counts for a datagram in the receive buffer beside its payload is never less: on Linux sk_buff and
 * skb_shared_info, which are longer yet on 64 bits; elsewhere at least the sender's address.
 */
const leastOverheadBytes = process.platform === 'linux' ? 448 : 16;

/** What was read so far, for the end alone; `heldBytes`: the least that the kernel counted for it. */
type Heard = { datagrams: number; heldBytes: number };
type BeginOptions = Omit<PeersRun, 'socket'> & { udp: UdpSettings };

export class UdpRun {
  /** As of `monotonic`. */
  readonly since = monotonic();
  readonly socket: UdpSocket;
  readonly #peers: UdpPeers;
  readonly #watch: DropWatch;
  readonly #heard: Heard;

  /** Rejects with what `UdpSocket.open` says. To be followed by `begin` before the event loop goes on, or `discard`. */
  static async bind(peers: UdpPeers, options: BindOptions): Promise<UdpRun> {
    const note = (detail: RecordDetail): void => void peers.recorder.recordDetail(noStream, detail);
    const watch: DropWatch = new DropWatch(
      () => socket.drops(),
      (count, total) => note({ kind: 'note', note: 'dropped', count, total }),
      () => peers.isHeld,
    );
    const heard: Heard = { datagrams: 0, heldBytes: 0 };
    const socket: UdpSocket = await UdpSocket.open(options, {
      received: (bytes, wireHost, port) => {
        heard.datagrams++;
        heard.heldBytes += leastOverheadBytes + bytes.length;
        if (!watch.isAwake) watch.wake();
        peers.received(bytes, wireHost, port);
      },
      failed: (error) => {
        // It ends libuv's turn: what lies behind it is read in the next.
        heard.datagrams += mostInTurn;
        heard.heldBytes += leastOverheadBytes;
        peers.failed(error);
      },
      note,
    });
    return new UdpRun(peers, socket, watch, heard);
  }

  private constructor(peers: UdpPeers, socket: UdpSocket, watch: DropWatch, heard: Heard) {
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
   * Lets queued datagrams leave, reads what has come, counts what the kernel dropped to the last, and closes. Returns
   * bytes never sent.
   */
  async close(): Promise<number> {
    this.#peers.beginEnd();
    await this.#peers.drained(drainMs);
    await this.#readRest();
    // What a flood brings while the kernel is asked would put the end off by as many turns as that takes.
    this.socket.pause();
    await this.#watch.close();
    const closed = this.socket.close();
    const unsentBytes = this.#peers.finish();
    await closed;
    return unsentBytes;
  }

  /** A flood does not put the end off: when as much was read as the buffer can hold, all that was in it has been. */
  async #readRest(): Promise<void> {
    const heard = this.#heard;
    const enough = heard.heldBytes + this.facts.receiveBufferBytes;
    // The rest of the present turn may not ask the kernel any more.
    await nextTurn();
    for (let before = -Infinity; heard.datagrams - before >= mostInTurn && heard.heldBytes <= enough;) {
      before = heard.datagrams;
      await nextTurn();
    }
  }
}
