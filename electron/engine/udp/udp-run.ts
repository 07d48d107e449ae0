/** One bound socket with its peers, from bind to close: what listener and client have in common. */
import type { EndKind, UdpFacts } from '../../../shared/contract.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import type { ReplySettings, UdpSettings } from '../../../shared/settings.ts';
import { noStream, now } from '../capture/recorder.ts';
import { DropWatch } from './drop-watch.ts';
import { tellsDrops } from './kernel-drops.ts';
import type { Peer } from './peer.ts';
import type { UdpPeers } from './peers.ts';
import { UdpSocket, type BindOptions } from './udp-socket.ts';

/** How long queued datagrams may take to leave when the socket is to be closed. */
const drainMs = 250;

export type BeginOptions = {
  udp: UdpSettings;
  reply: ReplySettings | null;
  highWaterBytes: number;
  remote: { wireHost: string; port: number } | null;
  onEnded?: (how: EndKind) => void;
};

export class UdpRun {
  readonly since = now();
  readonly socket: UdpSocket;
  readonly #peers: UdpPeers;
  readonly #watch: DropWatch;

  /** Rejects with what `UdpSocket.open` says. To be followed by `begin` before the event loop goes on, or `discard`. */
  static async bind(peers: UdpPeers, options: BindOptions): Promise<UdpRun> {
    const note = (detail: RecordDetail): void => void peers.recorder.recordDetail(noStream, detail);
    const watch: DropWatch = new DropWatch(
      () => socket.drops(),
      (count, total) => note({ kind: 'note', note: 'dropped', count, total }),
      () => peers.isHeld,
    );
    const socket: UdpSocket = await UdpSocket.open(options, {
      received: (bytes, wireHost, port) => {
        if (!watch.isAwake) watch.wake();
        peers.received(bytes, wireHost, port);
      },
      failed: (error) => peers.failed(error),
      note,
    });
    return new UdpRun(peers, socket, watch);
  }

  private constructor(peers: UdpPeers, socket: UdpSocket, watch: DropWatch) {
    this.#peers = peers;
    this.socket = socket;
    this.#watch = watch;
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

  /** Lets queued datagrams leave, counts what the kernel dropped to the last, and closes. Returns bytes never sent. */
  async close(): Promise<number> {
    await this.#peers.drained(drainMs);
    await this.#watch.close();
    const closed = this.socket.close();
    const unsentBytes = this.#peers.finish();
    await closed;
    return unsentBytes;
  }
}
