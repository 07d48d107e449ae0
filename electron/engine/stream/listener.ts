/** A TCP or Unix listener: binds, accepts, counts whom it refuses, and stops without waiting for anyone. */
import { createServer, type Server } from 'node:net';
import type { Address } from '../../../shared/address.ts';
import type { EndpointStatus, ListenerState } from '../../../shared/domain.ts';
import type { ListenerSettings } from '../../../shared/settings/settings.ts';
import { failureOf, FailureError, type Failure } from '../../../shared/failure.ts';
import { noStream, type Recorder } from '../capture/recorder.ts';
import { monotonic } from '../clock.ts';
import type { HandlerOf, MakeHandler } from '../net/handler.ts';
import { hostPort, isAnyAddress, requireHost, requirePort, zoneFailure } from '../net/address.ts';
import { bind, bindPath } from './bind.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { Connections } from './connections.ts';
import { mostConnections } from '../net/descriptor-limit.ts';
import { acceptedReadMode } from '../net/read-mode.ts';
import { Tally } from '../net/tally.ts';
import { applySocketOptions } from './socket-options.ts';
import { StreamSocket, type ReadMode } from '../net/stream-socket.ts';
import { takeHandles, type SocketHandle } from '../net/taken-handles.ts';
import type { TlsRole } from '../layers/tls/handshake.ts';
import { noResources, type TlsResources } from '../layers/tls/identity.ts';
import { serverRole } from '../layers/tls/server-role.ts';
import {
  closeOnPath,
  identityOf,
  pathFailure,
  shownPath,
  unixAddress,
  type FileIdentity,
} from '../net/unix-path.ts';

export type ListenerStatus = Extract<EndpointStatus, { role: 'listener' }>;
/** `readMode`: 'data' forces the way of reading that needs nothing but documented Node. */
/** `handlerOf`: for the peers of each run; default: nothing is done with what they send. */
export type ListenerOptions = { readMode?: ReadMode; tls?: TlsResources; handlerOf?: HandlerOf };

/** One run, from `start` to `stop`. */
type Run = {
  settings: ListenerSettings;
  handler: MakeHandler | null;
  server: Server;
  refused: Tally;
  /** As of `monotonic`. */
  since: number;
  /** How connections are secured; null: not at all. */
  tls: TlsRole | null;
  /** Of the socket file, once it is made. */
  file: FileIdentity | null;
  /** Peers of a Unix socket have no address, so they are numbered. */
  peers: number;
};

/** How long a stopping listener lets queued bytes leave; a silent peer is reset after it. */
const stopDeadlineMs = 250;

export class Listener {
  readonly connections: Connections;
  #readMode: ReadMode | null;
  #tls: TlsResources;
  #handlerOf: HandlerOf;
  #state: ListenerState = 'stopped';
  #run: Run | null = null;
  #local: Address | null = null;
  #failure: Failure | null = null;
  #refusedTotal = 0;
  #stopping: Promise<void> | null = null;
  #cancelStart: (() => void) | null = null;

  constructor(recorder: Recorder, options: ListenerOptions = {}) {
    this.connections = new Connections(recorder);
    this.#readMode = options.readMode ?? null;
    this.#tls = options.tls ?? noResources;
    this.#handlerOf = options.handlerOf ?? (() => null);
  }

  get status(): ListenerStatus {
    const refused = this.#run?.refused.total ?? this.#refusedTotal;
    return {
      role: 'listener',
      state: this.#state,
      local: this.#local,
      failure: this.#failure,
      refused,
      udp: null,
    };
  }

  /**
   * Binds and listens; resolves with the real address. Rejects with a `FailureError` that keeps the system's code:
   * EADDRINUSE, EACCES, EADDRNOTAVAIL (bind(2)); ERR_SOCKET_BAD_PORT, LINK_LOCAL_WITHOUT_ZONE, UNKNOWN_ZONE before it
   * tries; EALREADY unless stopped; CANCELLED when `stop` came first. On a path: see `pathFailure` and `whyNotBound`.
   * A failure to listen is a record too, but for EADDRINUSE while somebody waits for the address.
   */
  async start(settings: ListenerSettings, isWaiting = false): Promise<Address> {
    requirePort(settings.port, 0);
    requireHost(settings.host);
    while (this.#stopping !== null) await this.#stopping;
    if (this.#run !== null) throw alreadyListening(settings);
    const limit = Math.min(settings.maxConnections || Infinity, mostConnections());
    const refused = new Tally((count) =>
      this.connections.recorder.recordDetail(noStream, { kind: 'note', note: 'refused', count, limit }),
    );
    const run: Run = {
      settings,
      handler: this.#handlerOf(settings),
      server: this.#newServer(),
      refused,
      since: monotonic(),
      tls: null,
      file: null,
      peers: 0,
    };
    run.server.maxConnections = limit;
    this.#run = run;
    this.#local = this.#failure = null;
    this.#setState('starting');
    const cancelled = new Promise<never>(
      (_, reject) => (this.#cancelStart = () => reject(cancelledStart(settings))),
    );
    try {
      return await Promise.race([this.#listen(run), cancelled]);
    } catch (error) {
      const failure = failureOf(error, placeOf(settings));
      if (this.#run === run) this.#fail(run, failure, !(isWaiting && failure.code === 'EADDRINUSE'));
      throw new FailureError(failure);
    } finally {
      if (this.#run === run) this.#cancelStart = null;
    }
  }

  /** Closes the port at once, then every connection, by force after a quarter of a second. Safe at any time. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => (this.#stopping = null));
    return this.#stopping;
  }

  get openSockets(): number {
    return this.connections.openCount + (this.#state === 'listening' ? 1 : 0);
  }

  /** A stream loses nothing: TCP sends again, and backpressure holds the peer back. */
  get lost(): number {
    return 0;
  }

  /** Replies count at once, for open connections too; everything else from the next start. */
  change({ reply }: ListenerSettings): void {
    const run = this.#run;
    if (run === null || JSON.stringify(reply) === JSON.stringify(run.settings.reply)) return;
    run.settings = { ...run.settings, reply };
    run.handler = this.#handlerOf(run.settings);
    for (const connection of this.connections.open) connection.changeHandler(run.handler);
  }

  /** After the log was cleared: says again what is listening and which connections are open. */
  carry(): void {
    if (this.#run !== null && this.#local !== null) this.#recordListening(this.#run, this.#local);
    this.connections.carry();
  }

  async #listen(run: Run): Promise<Address> {
    const { settings, server } = run;
    const isUnix = settings.transport === 'unix';
    const wrong = isUnix ? pathFailure(settings.path) : zoneFailure(settings.host);
    if (wrong !== null) throw new FailureError(wrong);
    // Known before the first connection, so that all are read the same way.
    this.#readMode ??= await acceptedReadMode();
    if (settings.transport === 'tls') run.tls = await serverRole(settings, this.#tls);
    if (this.#run !== run) throw cancelledStart(run.settings);
    const local = isUnix
      ? await bindPath(server, settings.path, settings.backlog)
      : await bind(server, settings);
    if (isUnix) run.file = identityOf(settings.path);
    if (this.#run !== run) {
      closeServer(run);
      throw cancelledStart(run.settings);
    }
    this.#local = local;
    run.since = monotonic();
    this.#setState('listening');
    this.#recordListening(run, local);
    return local;
  }

  /** `pauseOnConnect`: a socket that Node made is not read before somebody hears it. */
  #newServer(): Server {
    const server: Server = createServer({ allowHalfOpen: true, pauseOnConnect: true }).on('error', (error) =>
      this.#onServerError(server, error),
    );
    const take = (handle: SocketHandle): void =>
      this.#onConnection(server, StreamSocket.taken(handle, server));
    server.on('listening', () => {
      if (this.#readMode === 'buffer') takeHandles(server, take);
    });
    server.on('connection', (socket) => this.#onConnection(server, StreamSocket.accepted(socket)));
    server.on('drop', () => {
      this.#run?.refused.add();
      this.connections.changed();
    });
    return server;
  }

  /** A peer can be gone before we hear of it: its socket then has no address, and soon an error. */
  #onConnection(server: Server, stream: StreamSocket): void {
    if (this.#run?.server !== server) return stream.reset();
    const { handler, settings } = this.#run;
    const { afterPeerFinishes, options } = settings;
    applySocketOptions(stream.socket, options);
    new Connection(this.connections, stream, {
      origin: 'accepted',
      handler,
      highWaterBytes: options.highWaterBytes,
      afterPeerFinishes,
      idle: options,
      tls: this.#run.tls,
      ...knownAddresses(this.#run, this.#local),
    });
  }

  /** While starting, `bind` has the error; later one means that accepting failed (accept(2)), which is a record. */
  #onServerError(server: Server, error: Error): void {
    const run = this.#run;
    if (this.#state === 'listening' && run?.server === server) this.#recordFailure(run, failureOf(error));
  }

  async #stop(): Promise<void> {
    const run = this.#run;
    this.#cancelStart?.();
    this.#cancelStart = null;
    if (run === null) {
      this.#failure = null;
      this.#setState('stopped');
      return;
    }
    const wasListening = this.#local !== null;
    this.#run = null;
    this.#setState('stopping');
    // Frees the port at once; what it says about a server that never listened is no news.
    closeServer(run);
    const connections = this.connections.openCount;
    for (const connection of this.connections.open) connection.end('close', stopDeadlineMs);
    await this.connections.ended();
    run.refused.close();
    this.#refusedTotal = run.refused.total;
    this.#local = null;
    this.#setState('stopped');
    if (!wasListening) return;
    const durationMs = monotonic() - run.since;
    this.connections.recorder.recordDetail(noStream, { kind: 'stopped', connections, durationMs });
  }

  #fail(run: Run, failure: Failure, isRecorded: boolean): void {
    this.#run = null;
    closeServer(run);
    this.#failure = failure;
    this.#setState('failed');
    if (isRecorded) this.#recordFailure(run, failure);
  }

  #recordFailure(run: Run, { code, message }: Failure): void {
    const { transport, path } = run.settings;
    const { host, port } = transport === 'unix' ? unixAddress(shownPath(path)) : run.settings;
    const counters = { receivedBytes: 0, sentBytes: 0, unsentBytes: 0, durationMs: monotonic() - run.since };
    const detail = { kind: 'failed', during: 'listening', code, message, host, port, ...counters } as const;
    this.connections.recorder.recordDetail(noStream, detail);
  }

  #recordListening({ settings: { backlog } }: Run, local: Address): void {
    this.connections.recorder.recordDetail(noStream, { kind: 'listening', local, backlog });
  }

  #setState(state: ListenerState): void {
    this.#state = state;
    this.connections.changed();
  }
}

/** What a listener is told apart by: `host:port`, or its path. */
const placeOf = ({ transport, path, host, port }: ListenerSettings): string =>
  transport === 'unix' ? shownPath(path) : hostPort(host, port);

/** What it says about a server that never listened is no news. */
function closeServer({ settings, server, file }: Run): void {
  if (settings.transport === 'unix') closeOnPath(server, settings.path, file);
  else server.close(() => undefined);
}

/** Whoever reached one address is connected to it; of "any address" each socket has its own. */
function knownAddresses(run: Run, local: Address | null): Pick<ConnectionOptions, 'local' | 'remote'> {
  const { transport, path } = run.settings;
  if (transport === 'unix') return { local: unixAddress(path), remote: unixAddress('', ++run.peers) };
  return local === null || isAnyAddress(local.host) ? {} : { local };
}

function alreadyListening(settings: ListenerSettings): FailureError {
  const message = 'This server is already listening.';
  return new FailureError({ code: 'EALREADY', message, subject: placeOf(settings) });
}

function cancelledStart(settings: ListenerSettings): FailureError {
  const message = 'Stopped before it listened.';
  return new FailureError({ code: 'CANCELLED', message, subject: placeOf(settings) });
}
