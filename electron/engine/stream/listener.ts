/** A TCP or Unix listener: binds, accepts, counts whom it refuses, and stops without waiting for anyone. */
import { createServer, type Server } from 'node:net';
import { failureOf, FailureError } from '../../../shared/failure.ts';
import type { ListenerSettings } from '../../../shared/settings/settings.ts';
import type { Recorder } from '../capture/recorder.ts';
import { monotonic } from '../clock.ts';
import { isAnyAddress, zoneFailure } from '../net/address.ts';
import { mostConnections } from '../net/descriptor-limit.ts';
import type { HandlerOf, MakeHandler } from '../net/handler.ts';
import { prepared, type LayersOf, type ReadyLayer } from '../net/layer.ts';
import { ListenerLife, type Bound, type ListenerStatus, type Start } from '../net/listener-life.ts';
import { acceptedReadMode } from '../net/read-mode.ts';
import { StreamSocket, type ReadMode } from '../net/stream-socket.ts';
import { takeHandles, type SocketHandle } from '../net/taken-handles.ts';
import { Tally } from '../net/tally.ts';
import {
  closeOnPath,
  identityOf,
  pathFailure,
  shownPath,
  unixAddress,
  type FileIdentity,
} from '../net/unix-path.ts';
import { bind, bindPath } from './bind.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { Connections } from './connections.ts';
import { applySocketOptions } from './socket-options.ts';

/**
 * `readMode`: 'data' forces the way of reading that needs nothing but documented Node. `handlerOf`: for the peers of each
 * run; default: nothing is done with what they send. `layersOf`: what stands between each socket and its peer.
 */
export type ListenerOptions = {
  readMode?: ReadMode;
  handlerOf?: HandlerOf;
  layersOf?: LayersOf<ListenerSettings>;
};

type Run = Bound & {
  readonly start: Start;
  readonly server: Server;
  /** Of the socket file. */
  readonly file: FileIdentity | null;
  readonly layers: readonly ReadyLayer[];
  handler: MakeHandler | null;
  /** Peers of a Unix socket have no address, so they are numbered. */
  peers: number;
};

/** How long a stopping listener lets queued bytes leave; a silent peer is reset after it. */
const stopDeadlineMs = 250;

export class Listener extends ListenerLife<Run, Connections> {
  readonly #layersOf: LayersOf<ListenerSettings>;
  readonly #handlerOf: HandlerOf;
  #readMode: ReadMode | null;
  /** Of the last start. */
  #refused: Tally | null = null;

  constructor(recorder: Recorder, options: ListenerOptions = {}) {
    super(new Connections(recorder));
    this.#readMode = options.readMode ?? null;
    this.#layersOf = options.layersOf ?? (() => []);
    this.#handlerOf = options.handlerOf ?? (() => null);
  }

  get status(): ListenerStatus {
    return { ...this.commonStatus, refused: this.#refused?.total ?? 0, udp: null };
  }

  get openSockets(): number {
    return this.connections.openCount + (this.state === 'listening' ? 1 : 0);
  }

  /** A stream loses nothing: TCP sends again, and backpressure holds the peer back. */
  get lost(): number {
    return 0;
  }

  /** Replies count at once, for open connections too; everything else from the next start. */
  change({ reply, framing, encodings }: ListenerSettings): void {
    const { current, run } = this;
    if (current === null) return;
    const { settings } = current;
    const isSame =
      JSON.stringify([reply, framing]) === JSON.stringify([settings.reply, settings.framing]) &&
      (reply.kind !== 'rules' || encodings.received === settings.encodings.received);
    current.settings = { ...settings, reply, framing, encodings };
    if (isSame) return;
    if (run === null) return;
    run.handler = this.#handlerOf(current.settings);
    for (const connection of this.connections.open) connection.changeHandler(run.handler);
  }

  /** On a path: see `pathFailure` and `whyNotBound`; LINK_LOCAL_WITHOUT_ZONE, UNKNOWN_ZONE and what the layers need. */
  protected async bind(start: Start): Promise<Run> {
    const { settings } = start;
    const isUnix = settings.transport === 'unix';
    const wrong = isUnix ? pathFailure(settings.path) : zoneFailure(settings.host);
    if (wrong !== null) throw new FailureError(wrong);
    // Known before the first connection, so that all are read the same way.
    this.#readMode ??= await acceptedReadMode();
    const layers = await Promise.all(this.#layersOf(settings).map(prepared));
    start.requireWanted();
    const server = this.#newServer(settings);
    start.letGo = () => closeServer(settings, server, null);
    try {
      const local = isUnix
        ? await bindPath(server, settings.path, settings.backlog)
        : await bind(server, settings);
      const file = isUnix ? identityOf(settings.path) : null;
      const handler = this.#handlerOf(start.settings);
      return { start, local, since: monotonic(), server, file, layers, handler, peers: 0 };
    } catch (error) {
      start.letGo();
      throw error;
    }
  }

  protected discard({ start, server, file }: Run): void {
    closeServer(start.settings, server, file);
  }

  protected begin(): void {
    // Connections are taken as soon as there is a run.
  }

  /** Frees the port at once. */
  protected async close(run: Run): Promise<void> {
    this.discard(run);
    for (const connection of this.connections.open) connection.end('close', stopDeadlineMs);
    await this.connections.ended();
    this.#refused?.close();
  }

  protected override placeOf(settings: ListenerSettings): { host: string; port: number } {
    const { transport, path } = settings;
    return transport === 'unix' ? { host: shownPath(path), port: 0 } : super.placeOf(settings);
  }

  protected override subjectOf(settings: ListenerSettings): string {
    return settings.transport === 'unix' ? shownPath(settings.path) : super.subjectOf(settings);
  }

  protected backlogOf({ backlog }: ListenerSettings): number {
    return backlog;
  }

  /** `pauseOnConnect`: a socket that Node made is not read before somebody hears it. */
  #newServer({ maxConnections }: ListenerSettings): Server {
    const limit = Math.min(maxConnections || Infinity, mostConnections());
    const refused = new Tally((count) => this.record({ kind: 'note', note: 'refused', count, limit }));
    this.#refused = refused;
    const server: Server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    server.maxConnections = limit;
    const take = (handle: SocketHandle): void =>
      this.#onConnection(server, StreamSocket.taken(handle, server));
    server.on('error', (error) => this.#onServerError(server, error));
    server.on('listening', () => {
      if (this.#readMode === 'buffer') takeHandles(server, take);
    });
    server.on('connection', (socket) => this.#onConnection(server, StreamSocket.accepted(socket)));
    server.on('drop', () => {
      refused.add();
      this.connections.changed();
    });
    return server;
  }

  /** A peer can be gone before we hear of it: its socket then has no address, and soon an error. */
  #onConnection(server: Server, stream: StreamSocket): void {
    const { run } = this;
    if (run?.server !== server || this.state !== 'listening') return stream.reset();
    const { afterPeerFinishes, options } = run.start.settings;
    applySocketOptions(stream.socket, options);
    new Connection(this.connections, stream, {
      origin: 'accepted',
      handler: run.handler,
      highWaterBytes: options.highWaterBytes,
      afterPeerFinishes,
      idle: options,
      layers: run.layers,
      ...knownAddresses(run),
    });
  }

  /** While starting, `bind` has the error; later one means that accepting failed (accept(2)), which is a record. */
  #onServerError(server: Server, error: Error): void {
    const { run } = this;
    if (this.state === 'listening' && run?.server === server)
      this.recordFailure(run.start.settings, failureOf(error), run.since);
  }
}

/** What it says about a server that never listened is no news. */
function closeServer({ transport, path }: ListenerSettings, server: Server, file: FileIdentity | null): void {
  if (transport === 'unix') closeOnPath(server, path, file);
  else server.close(() => undefined);
}

/** Whoever reached one address is connected to it; of "any address" each socket has its own. */
function knownAddresses(run: Run): Pick<ConnectionOptions, 'local' | 'remote'> {
  const { transport, path } = run.start.settings;
  if (transport === 'unix') return { local: unixAddress(path), remote: unixAddress('', ++run.peers) };
  return isAnyAddress(run.local.host) ? {} : { local: run.local };
}
