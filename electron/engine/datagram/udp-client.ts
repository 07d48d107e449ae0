/** A UDP client: a bound socket with a remote of its own, connected to it (connect(2)) or open to answers of others. */
import { isIP } from 'node:net';
import type { ClientSettings, UdpSettings } from '../../../shared/settings/settings.ts';
import type { ClientState, EndKind, EndpointStatus } from '../../../shared/domain.ts';
import { factsOf, failed, FailureError, failureOf, type Failure } from '../../../shared/failure.ts';
import { noTraffic, type RecordDetail } from '../../../shared/records.ts';
import { groupOf } from '../../../shared/settings/udp.ts';
import { noStream, type Recorder } from '../capture/recorder.ts';
import { monotonic } from '../clock.ts';
import type { ClientSocket } from '../net/endpoint-socket.ts';
import { addressOf, hostPort, requireHost, requirePort } from '../net/address.ts';
import { addressesOf, type Lookup } from '../net/resolve.ts';
import { tellsDrops } from './kernel-drops.ts';
import { unusable } from './names.ts';
import { UdpPeers, type PeersOptions } from './peers.ts';
import type { Peer } from './peer.ts';
import { lostIn } from './udp-listener.ts';
import { UdpRun } from './udp-run.ts';
import { toWire } from './wire-address.ts';

type During = Extract<RecordDetail, { kind: 'failed' }>['during'];

/** One go, from the name to the bound socket and on. */
type Go = {
  settings: ClientSettings;
  /** As of `monotonic`. */
  start: number;
  run: UdpRun | null;
  remote: Peer | null;
  during: During;
  /** Settles when the socket that is being made is bound or closed. */
  binding: Promise<unknown> | null;
};

export class UdpClient implements ClientSocket {
  readonly connections: UdpPeers;
  readonly #lookup: Lookup | undefined;
  #state: ClientState = 'idle';
  #go: Go | null = null;
  #failure: Failure | null = null;
  #lostBefore: number | null = tellsDrops ? 0 : null;
  #stopping: Promise<void> | null = null;

  constructor(recorder: Recorder, options: PeersOptions = {}) {
    this.connections = new UdpPeers(recorder, options);
    this.#lookup = options.lookup;
  }

  get status(): Extract<EndpointStatus, { role: 'client' }> {
    return {
      role: 'client',
      state: this.#state,
      local: this.#go?.run?.socket.local ?? null,
      remote: this.#go?.remote?.remote ?? null,
      failure: this.#failure,
      ended: this.#state === 'closed' ? { by: 'us', how: 'close' } : null,
      retryAt: null,
      retries: 0,
      udp: this.#go?.run?.facts ?? null,
      refusedChain: null,
      notVerified: null,
    };
  }

  get openSockets(): number {
    return this.#state === 'open' || this.#stopping !== null ? 1 : 0;
  }

  /** Of all sockets of this endpoint since the program started; null where the system does not tell. */
  get lost(): number | null {
    return lostIn(this.#lostBefore, this.#go?.run ?? null);
  }

  /**
   * Begins to resolve and bind; the outcome is in `status` and the log. Nothing is sent for it. Throws a `FailureError`
   * for settings that cannot be tried (ERR_SOCKET_BAD_PORT, INVALID_ARGUMENT), and EISCONN while it has a socket.
   */
  connect(settings: ClientSettings): void {
    requirePort(settings.port, 1);
    requirePort(settings.localPort, 0);
    requireHost(settings.host);
    requireHost(settings.localHost);
    if (settings.host === '') throw invalidHost();
    if (this.#go !== null || this.#stopping !== null)
      throw new FailureError({ code: 'EISCONN', why: { name: 'bound-already' } });
    const go: Go = {
      settings,
      start: monotonic(),
      run: null,
      remote: null,
      during: 'resolving',
      binding: null,
    };
    this.#go = go;
    this.#failure = null;
    this.#setState('resolving');
    this.#begin(go).catch((error: unknown) => {
      if (this.#go === go) this.#fail(go, error);
    });
  }

  /** Closes the socket when queued datagrams have left; 'reset' and 'finish' mean nothing else to UDP. */
  disconnect(how: EndKind): Promise<void> {
    return this.#end(how);
  }

  /** The same; resolves when no socket is open. Safe at any time. */
  stop(): Promise<void> {
    return this.#end('close');
  }

  /** Options and groups of the bound socket; addresses count from the next time. */
  change(settings: ClientSettings): void {
    const go = this.#go;
    if (go === null) return;
    const { udp } = settings;
    // What is not bound yet is bound as it was asked for, and has the options of now.
    go.settings = { ...go.settings, udp: { ...udp, connected: go.settings.udp.connected } };
    if (this.#state === 'open') go.run?.socket.apply(udp);
    this.connections.version++;
  }

  /** After the log was cleared: says again what is bound and which peers there are. */
  carry(): void {
    if (this.#go !== null && this.#state === 'open') this.#recordBound(this.#go);
    this.connections.carry();
  }

  async #begin(go: Go): Promise<void> {
    const address = await this.#resolve(go);
    if (this.#go !== go) return;
    go.during = 'connecting';
    this.#setState('connecting');
    go.binding = this.#bind(go, address);
    await go.binding;
  }

  async #bind(go: Go, address: string): Promise<void> {
    const { localHost, localPort, port, options, udp } = go.settings;
    const run = await UdpRun.bind(this.connections, {
      host: localHost || (isIP(address) === 6 ? '::' : '0.0.0.0'),
      port: localPort,
      ipv6Only: options.ipv6Only,
      reusePort: options.reusePort,
      reuseAddress: udp.reuseAddress,
    });
    try {
      const wireHost = toWire(address, run.socket.family);
      if (this.#go === go && isConnected(udp, address)) await run.socket.connect(wireHost, port);
      if (this.#go === go) return this.#open(go, run, wireHost);
    } catch (error) {
      await run.discard();
      throw error;
    }
    await run.discard();
  }

  #open(go: Go, run: UdpRun, wireHost: string): void {
    const { port, udp, options } = go.settings;
    go.run = run;
    go.remote = null;
    this.#setState('open');
    this.#recordBound(go, wireHost);
    if (udp.connected && groupOf(wireHost) !== null) this.#noteGroup();
    go.remote = run.begin({
      udp,
      handler: null,
      highWaterBytes: options.highWaterBytes,
      remote: { wireHost, port },
      onEnded: (how) => void this.disconnect(how),
    });
  }

  async #resolve(go: Go): Promise<string> {
    const { host, localHost, connectTimeoutMs: timeoutMs } = go.settings;
    const addresses = await addressesOf(host, {
      ...{ lookup: this.#lookup, timeoutMs },
      record: (resolved) => this.#go === go && this.#record(resolved),
    });
    const address = addresses.find((found) => localHost === '' || isIP(found) === isIP(localHost));
    if (address === undefined) throw unusable(host, 'EADDRNOTAVAIL');
    return address;
  }

  #end(how: EndKind): Promise<void> {
    this.#stopping ??= this.#close(how).finally(() => {
      this.#stopping = null;
      this.connections.version++;
    });
    return this.#stopping;
  }

  async #close(how: EndKind): Promise<void> {
    const go = this.#go;
    if (go === null) return;
    const { run, remote } = go;
    if (run === null || remote === null) {
      this.#go = null;
      // Why it could not be bound is no news any more.
      await go.binding?.catch(() => undefined);
      this.#record({ kind: 'closed', by: 'us', how, ...noTraffic(monotonic() - go.start) });
    } else {
      const unsentBytes = await run.close();
      this.#lostBefore = lostIn(this.#lostBefore, run);
      this.#go = null;
      // The one end of the socket, on the stream of its remote; strangers that it heard have none of their own.
      remote.recordEnd(this.connections.recorder, how, unsentBytes);
    }
    this.#setState('closed');
  }

  #fail(go: Go, error: unknown): void {
    this.#go = null;
    const { host, port, localHost, localPort } = go.settings;
    const isLocal = go.during === 'connecting' && error instanceof Error && error.message.startsWith('bind ');
    const at = isLocal ? { host: localHost, port: localPort } : { host, port };
    const failure = failureOf(error, hostPort(at.host, at.port));
    this.#failure = failure;
    this.#setState('failed');
    const counters = noTraffic(monotonic() - go.start);
    this.#record({ kind: 'failed', during: go.during, ...factsOf(failure), ...at, ...counters });
  }

  #recordBound({ run, settings, remote }: Go, wireHost = remote?.wireHost ?? ''): void {
    const { udp, port } = settings;
    const connectedTo = isConnected(udp, wireHost) ? addressOf(wireHost, port) : null;
    this.#record({ kind: 'bound', local: run!.local, remote: connectedTo });
  }

  #noteGroup(): void {
    const option = 'udp.connected';
    this.#record({ kind: 'note', note: 'option-failed', option, ...failed('GROUP_NOT_CONNECTED') });
  }

  #record(detail: RecordDetail): void {
    this.connections.recorder.recordDetail(noStream, detail);
  }

  #setState(state: ClientState): void {
    this.#state = state;
    this.connections.version++;
  }
}

/** connect(2) to a group would keep out everybody who answers. */
const isConnected = ({ connected }: UdpSettings, address: string): boolean =>
  connected && groupOf(address) === null;

function invalidHost(): FailureError {
  return new FailureError({ code: 'INVALID_ARGUMENT', subject: 'host', why: { name: 'host-missing' } });
}
