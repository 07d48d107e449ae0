/** A UDP server: a bound socket that answers whoever sends to it. */
import { isIP } from 'node:net';
import type { Address } from '../../../shared/address.ts';
import type { EndpointStatus, ListenerState } from '../../../shared/domain.ts';
import type { HandlerOf } from '../net/handler.ts';
import type { ListenerSettings } from '../../../shared/settings/settings.ts';
import { failureOf, FailureError, type Failure } from '../../../shared/failure.ts';
import { noStream, type Recorder } from '../capture/recorder.ts';
import { monotonic } from '../clock.ts';
import type { ListenerSocket } from '../net/endpoint-socket.ts';
import { hostPort, lacksIpv6, requireHost, requirePort, zoneFailure } from '../net/address.ts';
import { resolveHost } from '../net/resolve.ts';
import { tellsDrops } from './kernel-drops.ts';
import { unresolved } from './names.ts';
import { UdpPeers, type PeersOptions } from './peers.ts';
import { UdpRun } from './udp-run.ts';

/** One start, from the call to the bound socket and on. */
type Attempt = {
  settings: ListenerSettings;
  run: UdpRun | null;
  cancel: () => void;
  /** Settles when the socket that is being made is bound or closed. */
  binding: Promise<unknown> | null;
};

export class UdpListener implements ListenerSocket {
  readonly connections: UdpPeers;
  #state: ListenerState = 'stopped';
  #attempt: Attempt | null = null;
  #local: Address | null = null;
  #failure: Failure | null = null;
  /** Of sockets that were closed. */
  #lostBefore: number | null = tellsDrops ? 0 : null;
  #stopping: Promise<void> | null = null;
  readonly #handlerOf: HandlerOf;

  /** `handlerOf`: for the peers of each run; default: nothing is done with what they send. */
  constructor(recorder: Recorder, options: PeersOptions & { handlerOf?: HandlerOf } = {}) {
    this.connections = new UdpPeers(recorder, options);
    this.#handlerOf = options.handlerOf ?? (() => null);
  }

  get status(): Extract<EndpointStatus, { role: 'listener' }> {
    return {
      role: 'listener',
      state: this.#state,
      local: this.#local,
      failure: this.#failure,
      // Whoever can send is heard.
      refused: 0,
      udp: this.#attempt?.run?.facts ?? null,
    };
  }

  get openSockets(): number {
    return this.#local === null ? 0 : 1;
  }

  /** Of all sockets of this endpoint since the program started; null where the system does not tell. */
  get lost(): number | null {
    return lostIn(this.#lostBefore, this.#attempt?.run ?? null);
  }

  /**
   * Binds; resolves with the real address. '' as host hears both families, or IPv4 alone where there is no IPv6. Rejects
   * with a `FailureError` that keeps the system's code: EADDRINUSE, EACCES, EADDRNOTAVAIL (bind(2)); before it tries
   * ERR_SOCKET_BAD_PORT, INVALID_ARGUMENT, LINK_LOCAL_WITHOUT_ZONE, UNKNOWN_ZONE, REUSEPORT_UNSUPPORTED; EALREADY unless
   * stopped; CANCELLED when `stop` came first. A failure to bind is a record too.
   */
  async start(settings: ListenerSettings, isWaiting = false): Promise<Address> {
    requirePort(settings.port, 0);
    requireHost(settings.host);
    while (this.#stopping !== null) await this.#stopping;
    if (this.#attempt !== null) throw failureAt(settings, 'EALREADY', 'This server is already listening.');
    const attempt: Attempt = { settings, run: null, cancel: () => undefined, binding: null };
    const cancelled = new Promise<never>((_, reject) => {
      attempt.cancel = () => reject(failureAt(settings, 'CANCELLED', 'Stopped before it listened.'));
    });
    this.#attempt = attempt;
    this.#local = this.#failure = null;
    this.#setState('starting');
    const since = monotonic();
    try {
      return await Promise.race([this.#bind(attempt), cancelled]);
    } catch (error) {
      const failure = failureOf(asListening(error), hostPort(settings.host, settings.port));
      const isRecorded = !(isWaiting && failure.code === 'EADDRINUSE');
      if (this.#attempt === attempt) this.#fail(settings, failure, isRecorded ? monotonic() - since : null);
      throw new FailureError(failure);
    }
  }

  /** Closes the port when queued datagrams have left, a quarter of a second later at most. Safe at any time. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => (this.#stopping = null));
    return this.#stopping;
  }

  /** Options, groups and replies of the running socket; the address counts from the next start. */
  change(settings: ListenerSettings): void {
    const attempt = this.#attempt;
    if (attempt === null) return;
    const { udp, reply } = settings;
    const isAnsweredAnew = JSON.stringify(reply) !== JSON.stringify(attempt.settings.reply);
    // What is not bound yet is bound as it was asked for, and has the options of now.
    attempt.settings = { ...attempt.settings, udp, reply };
    attempt.run?.socket.apply(udp);
    if (isAnsweredAnew) this.connections.changeHandler(this.#handlerOf(attempt.settings));
    this.connections.version++;
  }

  /** After the log was cleared: says again what is listening and which peers there are. */
  carry(): void {
    if (this.#local !== null) this.#recordListening(this.#local);
    this.connections.carry();
  }

  async #bind(attempt: Attempt): Promise<Address> {
    const { host } = attempt.settings;
    const local = host === '' ? '' : await this.#literal(host);
    if (this.#attempt !== attempt)
      throw failureAt(attempt.settings, 'CANCELLED', 'Stopped before it listened.');
    const binding = this.#open(attempt, local);
    attempt.binding = binding;
    return binding;
  }

  async #open(attempt: Attempt, local: string): Promise<Address> {
    const run = await this.#bindTo(attempt.settings, local);
    if (this.#attempt !== attempt) {
      await run.discard();
      throw failureAt(attempt.settings, 'CANCELLED', 'Stopped before it listened.');
    }
    const { options, udp } = attempt.settings;
    attempt.run = run;
    this.#local = run.socket.local;
    this.#setState('listening');
    this.#recordListening(this.#local);
    run.begin({
      udp,
      handler: this.#handlerOf(attempt.settings),
      highWaterBytes: options.highWaterBytes,
      remote: null,
    });
    return this.#local;
  }

  async #bindTo({ port, options, udp }: ListenerSettings, host: string): Promise<UdpRun> {
    const { ipv6Only, reusePort } = options;
    const { reuseAddress } = udp;
    const bind = (local: string): Promise<UdpRun> =>
      UdpRun.bind(this.connections, { host: local, port, ipv6Only, reusePort, reuseAddress });
    if (host !== '') return bind(host);
    try {
      return await bind('::');
    } catch (error) {
      if (ipv6Only || !lacksIpv6(failureOf(error).code)) throw error;
      return bind('0.0.0.0');
    }
  }

  async #literal(host: string): Promise<string> {
    const wrong = zoneFailure(host);
    if (wrong !== null) throw new FailureError(wrong);
    if (isIP(host) !== 0) return host;
    const { addresses, record } = await resolveHost(host);
    if (record !== null) this.connections.recorder.recordDetail(noStream, record);
    const [address] = addresses;
    if (address === undefined) throw unresolved(host, record?.code ?? 'ENOTFOUND');
    return address;
  }

  async #stop(): Promise<void> {
    const attempt = this.#attempt;
    const run = attempt?.run ?? null;
    if (run === null) {
      this.#attempt = this.#failure = null;
      attempt?.cancel();
      // Why it could not be bound is no news any more.
      await attempt?.binding?.catch(() => undefined);
      this.#setState('stopped');
      return;
    }
    this.#setState('stopping');
    const peers = this.connections.openCount;
    this.#noteUnsent(await run.close());
    const durationMs = monotonic() - run.since;
    this.#lostBefore = lostIn(this.#lostBefore, run);
    this.#attempt = this.#local = null;
    this.#setState('stopped');
    // One record for all: ten thousand peers of a socket have no ends of their own.
    this.connections.recorder.recordDetail(noStream, { kind: 'stopped', connections: peers, durationMs });
  }

  /** Peers have no ends of their own that could tell it. */
  #noteUnsent(length: number): void {
    if (length === 0) return;
    const message = 'Stopped before it was sent.';
    const detail = { kind: 'note', note: 'datagram-failed', code: 'CANCELLED', message, length } as const;
    this.connections.recorder.recordDetail(noStream, detail);
  }

  /** `durationMs`: null for what is no record, because somebody waits for the address. */
  #fail({ host, port }: ListenerSettings, failure: Failure, durationMs: number | null): void {
    this.#attempt = null;
    this.#failure = failure;
    this.#setState('failed');
    if (durationMs === null) return;
    const { code, message } = failure;
    const counters = { receivedBytes: 0, sentBytes: 0, unsentBytes: 0, durationMs };
    const detail = { kind: 'failed', during: 'listening', code, message, host, port, ...counters } as const;
    this.connections.recorder.recordDetail(noStream, detail);
  }

  /** Datagrams wait in the receive buffer, not in a backlog. */
  #recordListening(local: Address): void {
    this.connections.recorder.recordDetail(noStream, { kind: 'listening', local, backlog: 0 });
  }

  #setState(state: ListenerState): void {
    this.#state = state;
    this.connections.version++;
  }
}

/** Null as soon as one part is not known: a sum of some is no count. */
export const lostIn = (before: number | null, run: UdpRun | null): number | null => {
  if (before === null || run === null) return before;
  return run.lost === null ? null : before + run.lost;
};

/** A server's bind is called `listen` in messages, a client's `bind`: the words for people depend on it. */
function asListening(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  error.message = error.message.replace(/^bind (?=E)/, 'listen ');
  return error;
}

function failureAt({ host, port }: ListenerSettings, code: string, message: string): FailureError {
  return new FailureError({ code, message, subject: hostPort(host, port) });
}
