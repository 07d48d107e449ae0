/** A TCP listener: binds, accepts, counts whom it refuses, and stops without waiting for anyone. */
import { createServer, type Server, type Socket } from 'node:net';
import type { Address, EndpointStatus, ListenerSettings, ListenerState } from '../../../shared/contract.ts';
import { failureOf, FailureError, type Failure } from '../../../shared/failure.ts';
import { noStream, now, type Recorder } from '../capture/recorder.ts';
import { hostPort, requireHost, requirePort, zoneFailure } from './address.ts';
import { bind } from './bind.ts';
import { Connection } from './connection.ts';
import { Connections } from './connections.ts';
import { mostConnections } from './descriptor-limit.ts';
import { acceptedReadMode } from './read-mode.ts';
import { RefusedCounter } from './refused-counter.ts';
import { StreamSocket, type ReadMode } from './stream-socket.ts';

export type ListenerStatus = Extract<EndpointStatus, { role: 'listener' }>;
/** `readMode`: 'data' forces the way of reading that needs nothing but documented Node. */
export type ListenerOptions = { readMode?: ReadMode };

/** One run, from `start` to `stop`. */
type Run = { settings: ListenerSettings; server: Server; refused: RefusedCounter; since: number };

/** How long a stopping listener lets queued bytes leave; a silent peer is reset after it. */
const stopDeadlineMs = 250;

export class Listener {
  readonly connections: Connections;
  #readMode: ReadMode | null;
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
  }

  get status(): ListenerStatus {
    const refused = this.#run?.refused.total ?? this.#refusedTotal;
    return { role: 'listener', state: this.#state, local: this.#local, failure: this.#failure, refused };
  }

  /**
   * Binds and listens; resolves with the real address. Rejects with a `FailureError` that keeps the system's code:
   * EADDRINUSE, EACCES, EADDRNOTAVAIL (bind(2)); ERR_SOCKET_BAD_PORT, LINK_LOCAL_WITHOUT_ZONE, UNKNOWN_ZONE before it
   * tries; EALREADY unless stopped; CANCELLED when `stop` came first. A failure to listen is a record too.
   */
  async start(settings: ListenerSettings): Promise<Address> {
    requirePort(settings.port, 0);
    requireHost(settings.host);
    while (this.#stopping !== null) await this.#stopping;
    if (this.#run !== null) throw alreadyListening(settings);
    const limit = Math.min(settings.maxConnections || Infinity, mostConnections());
    const refused = new RefusedCounter(this.connections.recorder, limit);
    const run: Run = { settings, server: this.#newServer(), refused, since: now() };
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
      if (this.#run === run) this.#fail(run, error);
      throw new FailureError(failureOf(error, hostPort(settings.host, settings.port)));
    } finally {
      if (this.#run === run) this.#cancelStart = null;
    }
  }

  /** Closes the port at once, then every connection, by force after a quarter of a second. Safe at any time. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop().finally(() => (this.#stopping = null));
    return this.#stopping;
  }

  /** After the log was cleared: says again what is listening and which connections are open. */
  carry(): void {
    if (this.#run !== null && this.#local !== null) this.#recordListening(this.#run, this.#local);
    this.connections.carry();
  }

  async #listen(run: Run): Promise<Address> {
    const wrong = zoneFailure(run.settings.host);
    if (wrong !== null) throw new FailureError(wrong);
    // Known before the first connection, so that all are read the same way.
    this.#readMode ??= await acceptedReadMode();
    if (this.#run !== run) throw cancelledStart(run.settings);
    const local = await bind(run.server, run.settings);
    if (this.#run !== run) {
      run.server.close();
      throw cancelledStart(run.settings);
    }
    this.#local = local;
    run.since = now();
    this.#setState('listening');
    this.#recordListening(run, local);
    return local;
  }

  /** `pauseOnConnect`: the handle moves to a socket of our own before anything is read. */
  #newServer(): Server {
    const server: Server = createServer({ allowHalfOpen: true, pauseOnConnect: true }).on('error', (error) =>
      this.#onServerError(server, error),
    );
    server.on('connection', (socket) => this.#onConnection(server, socket));
    server.on('drop', () => {
      this.#run?.refused.add();
      this.connections.version++;
    });
    return server;
  }

  #onConnection(server: Server, accepted: Socket): void {
    // A peer can be gone before we hear of it: its socket then has no address, and soon an error.
    const stream = StreamSocket.accepted(this.#readMode ?? 'data', accepted);
    if (this.#run?.server !== server) return void stream.socket.resetAndDestroy();
    const { reply, afterPeerFinishes } = this.#run.settings;
    new Connection(this.connections, stream, { origin: 'accepted', reply, afterPeerFinishes });
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
    run.server.close(() => undefined);
    const connections = this.connections.openCount;
    for (const connection of this.connections.open) connection.end('close', stopDeadlineMs);
    await this.connections.ended();
    run.refused.close();
    this.#refusedTotal = run.refused.total;
    this.#local = null;
    this.#setState('stopped');
    if (!wasListening) return;
    const durationMs = now() - run.since;
    this.connections.recorder.recordDetail(noStream, { kind: 'stopped', connections, durationMs });
  }

  #fail(run: Run, error: unknown): void {
    this.#run = null;
    run.server.close(() => undefined);
    const failure = failureOf(error, hostPort(run.settings.host, run.settings.port));
    this.#failure = failure;
    this.#setState('failed');
    this.#recordFailure(run, failure);
  }

  #recordFailure(run: Run, { code, message }: Failure): void {
    const { host, port } = run.settings;
    const counters = { receivedBytes: 0, sentBytes: 0, unsentBytes: 0, durationMs: now() - run.since };
    const detail = { kind: 'failed', during: 'listening', code, message, host, port, ...counters } as const;
    this.connections.recorder.recordDetail(noStream, detail);
  }

  #recordListening({ settings: { backlog } }: Run, local: Address): void {
    this.connections.recorder.recordDetail(noStream, { kind: 'listening', local, backlog });
  }

  #setState(state: ListenerState): void {
    this.#state = state;
    this.connections.version++;
  }
}

function alreadyListening({ host, port }: ListenerSettings): FailureError {
  return new FailureError({
    code: 'EALREADY',
    message: 'This server is already listening.',
    subject: hostPort(host, port),
  });
}

function cancelledStart({ host, port }: ListenerSettings): FailureError {
  return new FailureError({
    code: 'CANCELLED',
    message: 'Stopped before it listened.',
    subject: hostPort(host, port),
  });
}
