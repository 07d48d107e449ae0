import { SvelteSet } from 'svelte/reactivity';
import { formatAddress, type Address } from '../../shared/address.ts';
import type { ConnectionId, EndpointId, EndpointStatus } from '../../shared/domain.ts';
import type { ConnectionInfo, Endpoint, EndpointSummary } from '../../shared/contract.ts';
import type { FrameRef } from '../../shared/frames.ts';
import type { SetupPart } from '../../shared/layout.ts';
import type { EndpointSettings, Transport } from '../../shared/settings/settings.ts';
import { isRunning, type Running } from '../../shared/settings/running.ts';
import type { HintId } from '../../shared/settings/ready-made.ts';
import { capabilitiesOf, type Capabilities } from '../../shared/settings/transports.ts';
import type { Desk } from './desk.ts';
import { ComposerState } from './composer.svelte.ts';
import { PeersState } from './peers.svelte.ts';

/** `id`: to send to it; null while it is looked for, and where it is listed no more. `name`: '' while it is looked for. */
export type ShownPeer = { connection: number; id: ConnectionId | null; name: string };

/** A record, or the frame that begins in it. */
export type Selected = { sequence: number; frame: FrameRef | null };

/** One endpoint as the page sees it. What the engine counts is derived from its newest summary, never copied. */
export class EndpointState {
  readonly id: EndpointId;
  settings: EndpointSettings = $state.raw() as EndpointSettings;
  #selected = $state.raw<Selected | null>(null);
  /** The part of the set-up that was asked for last; another object for each time. */
  wanted = $state.raw<{ readonly part: SetupPart; readonly focused: string | null } | null>(null);
  /** A greeting was chosen, and is still to be written in the set-up. */
  wantsGreeting = $state(false);
  /** Connections that a message goes to; empty = the first one. */
  readonly selectedPeers = new SvelteSet<ConnectionId>();
  /** The log shows only this peer's records; null = all. */
  shownPeer = $state.raw<ShownPeer | null>(null);
  /** Whether the engine took the newest settings; nothing starts with older ones. */
  applied: Promise<boolean> = Promise.resolve(true);
  /** 'shown': to the selected peers, else to the one that the log shows, else to all. 'typed': UDP, to `typedTarget`. */
  aim = $state<'shown' | 'all' | 'typed'>('shown');
  /** Null while what a person typed is no address yet. */
  typedTarget = $state.raw<{ host: string; port: number } | null>(null);
  /**
   * The target as long as nobody chose one: who came first. It stays that when it ends while others are there, so that
   * its message goes to no other.
   */
  first = $state<ConnectionId | null>(null);
  readonly composer = new ComposerState();
  readonly peers: PeersState;
  readonly #desk: Desk;
  /** How often a target was looked up: the last one counts. */
  #aims = 0;

  constructor(desk: Desk, endpoint: Endpoint) {
    this.#desk = desk;
    this.id = endpoint.id;
    this.settings = endpoint.settings;
    this.peers = new PeersState(desk, endpoint.id);
  }

  /** Sequence of the record that the pane shows, or in which the frame begins. */
  get selected(): number | null {
    return this.#selected?.sequence ?? null;
  }

  get selectedFrame(): FrameRef | null {
    return this.#selected?.frame ?? null;
  }

  select(sequence: number | null, frame: FrameRef | null = null): void {
    this.#selected = sequence === null ? null : { sequence, frame };
  }

  /** The connection of the only peer that the log shows; null = all. */
  get shownConnection(): number | null {
    return this.shownPeer?.connection ?? null;
  }

  /** With each summary: the open connection that opened first. */
  noteFirst(open: ConnectionId | null): void {
    if (open === null || this.first === null) this.first = open;
  }

  /** Messages go to this connection from now on; one that takes none changes nothing. */
  async aimAt(connection: number): Promise<void> {
    if (this.settings.role !== 'listener') return;
    const wish = ++this.#aims;
    try {
      const peer = await this.#desk.engine.connection(this.id, { connection });
      if (peer?.endedAt === null && wish === this.#aims) this.aimAtPeer(peer.id);
    } catch {
      // The channel closed: who was the target still is.
    }
  }

  /** The same for one that is known to be open. */
  aimAtPeer(id: ConnectionId): void {
    this.aim = 'shown';
    this.selectedPeers.clear();
    this.selectedPeers.add(id);
  }

  /** Shows the records of one connection, or of all. Messages go to whom the log shows, until another one is chosen. */
  async showOnly(connection: number | null): Promise<void> {
    this.shownPeer = connection === null ? null : { connection, id: null, name: '' };
    if (connection === null) return;
    this.aim = 'shown';
    this.selectedPeers.clear();
    const wish = ++this.#aims;
    const found = await this.#peerOf(connection);
    if (this.shownConnection !== connection) return;
    this.shownPeer = found;
    // It stays the target when all are shown again.
    if (found.id !== null && found.isOpen && wish === this.#aims) this.aimAtPeer(found.id);
  }

  async #peerOf(connection: number): Promise<ShownPeer & { isOpen: boolean }> {
    try {
      const peer = await this.#desk.engine.connection(this.id, { connection });
      const remote = peer?.remote ?? (await this.#remoteOf(connection));
      const name = remote ? formatAddress(remote) : `#${connection}`;
      return { connection, id: peer?.id ?? null, name, isOpen: peer?.endedAt === null };
    } catch {
      // The channel closed, or the log was cleared: the filter stays, by its number.
      return { connection, id: null, name: `#${connection}`, isOpen: false };
    }
  }

  /** As its opening record names it: it may be listed no more. */
  async #remoteOf(connection: number): Promise<Address | null> {
    const { detail } = await this.#desk.engine.record(this.id, connection);
    return detail?.kind === 'opened' ? detail.remote : null;
  }

  get summary(): EndpointSummary | null {
    return this.#desk.summaryOf(this.id);
  }

  get status(): EndpointStatus | null {
    return this.summary?.status ?? null;
  }

  /** What its tab tells to do next, until it is dismissed. */
  get hint(): HintId | null {
    return this.#desk.layout.hints[this.id] ?? null;
  }

  set hint(hint: HintId | null) {
    const others = Object.entries(this.#desk.layout.hints).filter(([id]) => id !== this.id);
    const own: [string, HintId][] = hint === null ? [] : [[this.id, hint]];
    this.#desk.changeLayout({ hints: Object.fromEntries([...others, ...own]) });
  }

  /** A client's open connection, where its list was asked for. */
  get connection(): ConnectionInfo | null {
    return this.peers.rows.find(({ endedAt }) => endedAt === null) ?? null;
  }

  /** What its socket runs with; null while there is none. */
  get ran(): Running | null {
    return this.summary?.running ?? null;
  }

  /** The transport of the socket that runs, else the one to start with. */
  get transport(): Transport {
    return this.ran?.transport ?? this.settings.transport;
  }

  /** What that transport is and can. */
  get capabilities(): Capabilities {
    return capabilitiesOf(this);
  }

  /** A socket of this endpoint exists or is being made. */
  get running(): boolean {
    return isRunning(this.status);
  }
}
