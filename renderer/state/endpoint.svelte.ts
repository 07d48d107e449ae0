import { SvelteSet } from 'svelte/reactivity';
import type {
  ConnectionId,
  ConnectionInfo,
  Endpoint,
  EndpointId,
  EndpointSettings,
  EndpointStatus,
  EndpointSummary,
} from '../../shared/contract.ts';
import type { Transport } from '../../shared/settings.ts';
import type { HintId } from '../../shared/layout.ts';
import type { AppState } from './app.svelte.ts';
import { ComposerState } from './composer.svelte.ts';
import { PeersState } from './peers.svelte.ts';

/** One endpoint as the page sees it. What the engine counts is derived from its newest summary, never copied. */
export class EndpointState {
  readonly id: EndpointId;
  settings: EndpointSettings = $state.raw() as EndpointSettings;
  /** Sequence of the record that the inspector shows. */
  selected = $state<number | null>(null);
  /** Connections that a message goes to; empty = all. */
  readonly selectedPeers = new SvelteSet<ConnectionId>();
  /** The log shows only this connection's records (their `connection` number); null = all. */
  filterStream = $state<number | null>(null);
  /** Whether the engine took the newest settings; nothing starts with older ones. */
  applied: Promise<boolean> = Promise.resolve(true);
  /** Settings changed while the socket was running: they count from the next start. */
  changedWhileRunning = $state(false);
  /** What it runs with, where the settings say another transport by now. */
  #runningTransport = $state<Transport | null>(null);
  /** UDP: a message goes to the address that a person typed; null while that is none yet. */
  sendsToTyped = $state(false);
  typedTarget = $state.raw<{ host: string; port: number } | null>(null);
  readonly composer = new ComposerState();
  readonly peers: PeersState;
  readonly #app: AppState;

  constructor(app: AppState, endpoint: Endpoint) {
    this.#app = app;
    this.id = endpoint.id;
    this.settings = endpoint.settings;
    this.peers = new PeersState(app, endpoint.id);
  }

  get summary(): EndpointSummary | null {
    return this.#app.summaryOf(this.id);
  }

  get status(): EndpointStatus | null {
    return this.summary?.status ?? null;
  }

  /** What its tab tells to do next, until it is dismissed. */
  get hint(): HintId | null {
    return this.#app.layout.hints[this.id] ?? null;
  }

  set hint(hint: HintId | null) {
    const others = Object.entries(this.#app.layout.hints).filter(([id]) => id !== this.id);
    const own: [string, HintId][] = hint === null ? [] : [[this.id, hint]];
    this.#app.changeLayout({ hints: Object.fromEntries([...others, ...own]) });
  }

  /** A client's open connection, where its list was asked for. */
  get connection(): ConnectionInfo | null {
    return this.peers.rows.find(({ endedAt }) => endedAt === null) ?? null;
  }

  /** The transport of the socket that runs, else the one to start with. */
  get transport(): Transport {
    return (this.running ? this.#runningTransport : null) ?? this.settings.transport;
  }

  /** Settings changed while the socket runs with `transport`. */
  keepRunningTransport(transport: Transport): void {
    this.changedWhileRunning = true;
    this.#runningTransport ??= transport;
  }

  /** Before a start: the settings are those of the socket again. */
  forgetChanges(): void {
    this.changedWhileRunning = false;
    this.#runningTransport = null;
  }

  /** A socket of this endpoint exists or is being made. */
  get running(): boolean {
    return isRunning(this.status);
  }
}

export function isRunning(status: EndpointStatus | null): boolean {
  if (!status) return false;
  if (status.role === 'listener')
    return ['starting', 'waiting', 'listening', 'stopping'].includes(status.state);
  return !['idle', 'closed', 'failed'].includes(status.state);
}
