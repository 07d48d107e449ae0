import '../../shared/encodings/all-codecs.ts';
import type { Address } from '../../shared/address.ts';
import { captureLimitOf } from '../../shared/capture-limit.ts';
import type { ClientSettings, EndpointSettings, ListenerSettings } from '../../shared/settings/settings.ts';
import type { EndKind, EndpointId, EndpointStatus, Target } from '../../shared/domain.ts';
import type { EndpointSummary, PlacedByte, Preview, RecordInfo, StreamPoint } from '../../shared/contract.ts';
import type { Earlier } from '../../shared/decoding/context.ts';
import type { Reading } from '../../shared/frames.ts';
import type { Filter } from '../../shared/filter/filter.ts';
import { FailureError, failureOf } from '../../shared/failure.ts';
import type { ManyPlan } from '../../shared/many.ts';
import type { Parsed } from '../../shared/payload/parts.ts';
import { compile, parseMessage, type Template, type WrittenMessage } from '../../shared/payload/payload.ts';
import { namerOf, peerNamesOf } from '../../shared/peer-names.ts';
import { isPayload } from '../../shared/records.ts';
import type { StreamDirection } from '../../shared/stream-rows.ts';
import { messageDecodingOf } from '../../shared/settings/decoding.ts';
import { shownEncodings } from '../../shared/settings/text.ts';
import type { StatisticsPlan } from '../../shared/statistics/statistics.ts';
import { isRunning, isSameSocket, runningOf } from '../../shared/settings/running.ts';
import { framingOf } from '../../shared/framing/settings.ts';
import { capabilitiesOf } from '../../shared/settings/transports.ts';
import type { Annotations } from './capture/annotations.ts';
import { type Capture } from './capture/capture.ts';
import { Clearing } from './clearing.ts';
import { CommandOrder } from './command-order.ts';
import { noStream, type Place, type Extent } from './capture/recorder.ts';
import { goneOf } from './capture/shortened.ts';
import { answersWith } from './handlers/replies.ts';
import { RuleCounts } from './handlers/rule-counts.ts';
import { recordOfByte, type ByteWanted } from './reading/find-place.ts';
import type { Framings } from './reading/frames/frame-scan.ts';
import { Lens } from './reading/frames/lens.ts';
import { wantedOf } from './reading/matches.ts';
import type { StatisticsReading } from './reading/statistics/statistics-reading.ts';
import { StatisticsReadings } from './reading/statistics/statistics-readings.ts';
import { tornBefore, type TornPayload } from './reading/torn-characters.ts';
import type { View } from './reading/view.ts';
import { EarlierMessages } from './reading/earlier-messages.ts';
import type { Views } from './reading/views.ts';
import { newestReceived } from './newest-received.ts';
import { connectionsOf, previewFilled, sendFilled, type Message, type Received } from './net/fillings.ts';
import type {
  ClientSocket,
  ListenerSocket,
  ManyConnections,
  ManyEvents,
  PeerList,
} from './net/endpoint-socket.ts';
import { makerOf, newClient, newListener, type SocketMaker } from './sockets.ts';
import type { Fate } from './net/fate.ts';
import { removeStaleSocket } from './net/unix-path.ts';
import type { TlsResources } from './layers/tls/identity.ts';
import type { KeyLog } from './layers/tls/key-log.ts';
import { invalid } from './schemas/validate.ts';
import { WaitForAddress } from './wait-for-address.ts';

/** Far more than anyone means to send; beyond it a loop in a script or a page is at work. */
const maxQueuedBytes = 4 * 1024 ** 3;
/** The capture keeps in memory what a slow or full disk does not take: peers are paused, and this stops a caller too. */
const maxWaitingBytes = 256 * 1024 ** 2;

/** Why a port that was free before is not: another has it, or the system keeps it for itself. */
const portRefusals: readonly string[] = ['EADDRINUSE', 'EACCES'];

/** One endpoint of the workspace: its settings, its capture, and its sockets while it runs. */
export class Endpoint {
  readonly id: EndpointId;
  readonly capture: Capture;
  readonly annotations: Annotations;
  /** Time of the first record that there was when it was opened; null: there was none. */
  capturedAt: number | null = null;
  /** Resolves as soon as it begins to close: what was asked for its sake is not waited for any more. */
  readonly ending: Promise<null>;
  #tellEnding = (): void => undefined;
  #listener: ListenerSocket | null = null;
  #client: ClientSocket | null = null;
  #settings: EndpointSettings;
  /** The socket's, where one was started; null: how the last one ended is of no account for the settings of now. */
  #ran: EndpointSettings | null = null;
  /** What `#listener` or `#client` was made by. */
  #maker: SocketMaker | null = null;
  #wait: WaitForAddress | null = null;
  #lastPort: number;
  /** Since it began to listen. */
  readonly #answered = new RuleCounts();
  readonly #clearing: Clearing;
  readonly #order = new CommandOrder();
  readonly #tls: TlsResources;
  readonly #views: Views;
  readonly #lens: Lens;
  readonly #earlier: EarlierMessages;
  readonly #statistics: StatisticsReadings;

  constructor(
    id: EndpointId,
    settings: EndpointSettings,
    capture: Capture,
    annotations: Annotations,
    views: Views,
    tls: TlsResources,
    lastPort = 0,
  ) {
    this.id = id;
    this.#lastPort = lastPort;
    this.capture = capture;
    this.annotations = annotations;
    this.#views = views;
    this.#lens = new Lens(capture, views);
    this.#earlier = new EarlierMessages(capture);
    this.#statistics = new StatisticsReadings(capture);
    this.#settings = settings;
    this.#tls = tls;
    this.ending = new Promise((resolve) => (this.#tellEnding = () => resolve(null)));
    // Messages that were queued before the log was cleared are still read from it.
    this.#clearing = new Clearing(capture, () => this.connections.needsCleared);
    this.#makeSocket(settings);
    this.#limitCapture();
  }

  get settings(): EndpointSettings {
    return this.#settings;
  }

  /** What a person calls a peer's address. */
  get nameOf(): ReturnType<typeof namerOf> {
    return namerOf(this.#settings);
  }

  get keyLog(): KeyLog | null {
    return this.#tls.keyLog;
  }

  get connections(): PeerList {
    return this.#socket.connections;
  }

  get openSockets(): number {
    return this.#socket.openSockets;
  }

  get summary(): EndpointSummary {
    const { connections, capture } = this;
    const status = this.status;
    return {
      id: this.id,
      status,
      running: this.#ran !== null && isRunning(status) ? runningOf(this.#ran, this.#settings) : null,
      receivedBytes: connections.receivedBytes,
      sentBytes: connections.sentBytes,
      queuedBytes: connections.queuedBytes,
      openConnections: connections.openCount,
      listedConnections: connections.listedCount,
      firstConnection: connections.firstOpen,
      connectionsVersion: connections.version,
      records: capture.length - capture.cleared,
      ...goneOf(capture),
      lost: this.#socket.lost,
      diskBytes: capture.diskBytes,
      captureFailure: capture.failure,
      canUndoClear: capture.canUndoClear,
      capturedAt: this.#settings.importedFrom === '' ? null : this.capturedAt,
      annotationsVersion: this.annotations.version,
      answered: this.#settings.role === 'listener' ? this.#answered.of(this.#settings.reply.rules) : [],
    };
  }

  /** The role is what an endpoint is. A running socket takes over what it can; the rest counts from its next start. */
  change(settings: EndpointSettings): void {
    if (settings.role !== this.#settings.role) throw invalid('role', { name: 'role-fixed' });
    const before = this.#settings;
    if (!isRunning(this.status) && !isSameSocket(before, settings)) this.#ran = null;
    this.#settings = settings;
    if (settings.captureLimitMiB !== before.captureLimitMiB) this.#limitCapture();
    if (settings.transport !== before.transport) return;
    const apply = (): void => {
      if (settings.role === 'listener') this.#listener?.change(settings);
      else this.#client?.change(settings);
    };
    // Of what is ended meanwhile nothing is left that could change.
    this.#order.begin(apply).catch(() => undefined);
  }

  async startListening(): Promise<Address> {
    const settings = this.#listenerSettings();
    const { address } = await this.#order.begin(async (stillWanted) => {
      if (this.#wait !== null) {
        this.#endWait();
        await this.#socket.stop();
      }
      if (makerOf(settings) !== this.#maker) await this.#takeTransport(settings);
      stillWanted();
      if (!this.#isListening) {
        this.#ran = settings;
        this.#answered.clear();
      }
      return { address: this.#listenAgain(settings) };
    });
    return address;
  }

  /** Of a server on any free port: the one that it had last, in an earlier run too; 0: none. */
  get lastPort(): number {
    return this.#lastPort;
  }

  async #listenAgain(settings: ListenerSettings): Promise<Address> {
    if (settings.port !== 0 || capabilitiesOf(settings).hasPath) return this.#listener!.start(settings);
    const address = await this.#listenAnywhere(settings, this.#lastPort);
    this.#lastPort = address.port;
    return address;
  }

  /** Any free port is `port`, which it had before, where that is free: whoever was told of it finds it again. */
  async #listenAnywhere(settings: ListenerSettings, port: number): Promise<Address> {
    const listener = this.#listener!;
    if (port === 0) return listener.start(settings);
    try {
      return await listener.start({ ...settings, port }, portRefusals);
    } catch (error) {
      const { code } = failureOf(error);
      if (!portRefusals.includes(code)) throw error;
      this.capture.recordDetail(noStream, { kind: 'note', note: 'port-not-kept', port, code });
      return listener.start(settings);
    }
  }

  /**
   * Listens as soon as nobody else has the address; `stopListening` gives it up. Rejects with EALREADY while listening.
   * Any other failure than EADDRINUSE ends the wait and is in the status and the log.
   */
  async startWhenFree(): Promise<void> {
    const settings = this.#listenerSettings();
    await this.#order.begin(() => this.#beginWait(settings));
  }

  #beginWait(settings: ListenerSettings): void {
    if (this.#wait !== null) return;
    if (this.#isListening) {
      throw new FailureError({ code: 'EALREADY', why: { name: 'listening-already' } });
    }
    this.#ran = settings;
    this.#answered.clear();
    const wait = new WaitForAddress(settings, this.capture, {
      start: async () => {
        await this.#takeTransport(settings);
        if (this.#wait === wait) await this.#listener!.start(settings, ['EADDRINUSE']);
      },
      onOver: () => {
        if (this.#wait === wait) this.#wait = null;
      },
    });
    this.#wait = wait;
  }

  /** Deletes the socket file of `path` when nobody answers there, and nothing else; see `removeStaleSocket`. */
  async removeStaleSocket(): Promise<void> {
    const settings = this.#listenerSettings();
    if (!capabilitiesOf(settings).hasPath) throw invalid('transport', { name: 'no-socket-file' });
    await this.#order.begin(() => removeStaleSocket(settings.path));
  }

  async stopListening(): Promise<void> {
    this.#listenerSettings();
    await this.stop();
  }

  async connect(): Promise<void> {
    await this.#connect(this.#clientSettings());
  }

  /** Once, whatever certificate the server shows; the settings stay as they are. */
  async connectAnyway(): Promise<void> {
    const settings = this.#clientSettings();
    await this.#connect(settings, { ...settings, tls: { ...settings.tls, verify: false } });
  }

  async #connect(settings: ClientSettings, used = settings): Promise<void> {
    await this.#order.begin(async (stillWanted) => {
      if (makerOf(settings) !== this.#maker) await this.#takeTransport(settings);
      stillWanted();
      this.#client!.connect(used);
      this.#ran = settings;
    });
  }

  /** Many connections of this client at once; see `ClientSocket`. Rejects with INVALID_ARGUMENT where it has none. */
  connectMany(plan: ManyPlan, events: ManyEvents): Promise<ManyConnections> {
    const settings = this.#clientSettings();
    return this.#order.begin(async (stillWanted) => {
      if (makerOf(settings) !== this.#maker) await this.#takeTransport(settings);
      stillWanted();
      const many = this.#client!.connectMany?.(settings, plan, events);
      if (many === undefined) throw invalid('transport', { name: 'no-many' });
      this.#ran = settings;
      return many;
    });
  }

  disconnect(how: EndKind): void {
    if (!this.#client) throw invalid('id', { name: 'no-client' });
    const client = this.#client;
    void this.#order.end(() => client.disconnect(how));
  }

  /** Stores the bytes once and queues them for every target; returns how many connections took them. */
  send(target: Target, bytes: Uint8Array, fate?: Fate): number {
    return this.#send(target, { isFixed: true, fill: () => bytes }, undefined, fate);
  }

  /** The same for what a person wrote; where it is made anew for each target, stored for each, and sent to all or none. */
  sendWritten(target: Target, written: WrittenMessage): number | Promise<number> {
    const template = templateOf(written);
    if (!template.asksReceived) return this.#send(target, template);
    return this.received(target).then((received) => this.#send(target, template, received));
  }

  /** As `sendWritten` would make it for the first of the targets. */
  async preview(target: Target, written: WrittenMessage): Promise<Preview> {
    const { parts } = parsedOf(written);
    const received = compile({ parts }).asksReceived ? await this.received(target) : undefined;
    return previewFilled(parts, target, this.connections, this.capture, received);
  }

  /** What the targets sent last, for a message that asks for it. */
  received(target: Target): Promise<Received> {
    return newestReceived(this.capture, connectionsOf(target, this.connections));
  }

  #send(target: Target, message: Message, received?: Received, fate?: Fate): number {
    let length = 0;
    return sendFilled(
      message,
      target,
      this.connections,
      this.capture,
      (bytes) => {
        length += bytes.length;
        return this.mayStore(bytes.length, length) ? this.capture.store(bytes) : null;
      },
      received,
      fate,
    );
  }

  /** The same for bytes that lie in the capture already: a message of one page's `Staging`, staged here. */
  sendStaged(target: Target, extents: readonly Extent[]): number {
    const length = extents.reduce((sum, extent) => sum + extent.length, 0);
    if (!this.mayStore(length)) return 0;
    if (extents.length > 1 && capabilitiesOf(this.#settings).hasBoundaries)
      throw invalid('message', { name: 'one-datagram' });
    const { connections } = this;
    let taken = 0;
    for (const { place, length } of extents) taken = Math.max(taken, connections.send(target, place, length));
    // What lies in front of the log's beginning may be read, but not be named any more.
    if (extents.some(({ place }) => this.#clearing.isCleared(place))) connections.beforeClear?.();
    return taken;
  }

  /**
   * Whether somebody is there for a message of so many bytes. Throws where it cannot be queued, with others of it `together`:
   * QUEUE_FULL, INVALID_ARGUMENT for an empty one of a stream, and the capture's failure.
   */
  mayStore(length: number, together = length): boolean {
    this.#checkLength(length);
    if (!this.#hasTargets) return false;
    this.#checkQueues(together);
    return true;
  }

  /** A part of a message that is sent later. Throws as `send` does while the disk takes nothing. */
  store(piece: Uint8Array): Place {
    this.#checkDisk();
    return this.capture.store(piece);
  }

  async room(): Promise<void> {
    if (this.capture.congested) await new Promise<void>((resolve) => this.capture.onRelieved(resolve));
  }

  /** As of `Clearing`. */
  hold(from = 0): () => void {
    return this.#clearing.hold(from);
  }

  openView(filter: Filter, reading: Reading): View {
    const framings = reading === 'frames' ? framingsOf(this.settings) : null;
    return this.#views.open(filter, peerNamesOf(this.settings), framings);
  }

  /** What its messages come to from now on; close it by `closeStatistics`. */
  openStatistics(plan: StatisticsPlan): StatisticsReading {
    const { connection, filter: text, reading } = plan;
    const encodings = shownEncodings(this.settings);
    const decoding = messageDecodingOf(plan.decoder ?? 'automatic', this.settings);
    return this.#statistics.open({
      plan,
      wanted: wantedOf(
        { connection, text, encodings, decoding },
        peerNamesOf(this.settings),
        this.annotations,
      ),
      framings: reading === 'frames' ? framingsOf(this.settings) : null,
      isDatagram: capabilitiesOf(this.settings).hasBoundaries,
    });
  }

  closeStatistics(reading: StatisticsReading): void {
    this.#statistics.close(reading);
  }

  /** As the contract says. */
  packedBefore(point: StreamPoint): Promise<Earlier | null> {
    return this.#earlier.before(point);
  }

  openStream(connection: number, direction: StreamDirection): ReturnType<Views['converse']> {
    return this.#views.converse({ connection, direction }, () => shownEncodings(this.settings));
  }

  /** As `recordOfByte` in `find-place.ts`, from where the log begins. */
  recordOfByte(wanted: ByteWanted): Promise<PlacedByte | null> {
    return recordOfByte(this.capture, this.capture.cleared, wanted);
  }

  frameStarts(sequences: readonly number[]): Promise<number[][]> {
    return this.#lens.startsIn(sequences, framingsOf(this.settings));
  }

  async record(sequence: number): Promise<RecordInfo> {
    const info = await this.capture.info(sequence);
    const { kind, connection: stream, length } = info;
    const hasBytes = isPayload(kind) && length > 0;
    const first = hasBytes ? await this.payload(sequence, 0, 1).catch(() => nothing) : nothing;
    return { ...info, before: await this.before({ sequence, kind, stream }, first) };
  }

  /** Bytes of a character that earlier payloads began, of one that begins with `first`. */
  before(payload: TornPayload, first: Uint8Array): Promise<Uint8Array> {
    return tornBefore(this.capture, payload, first, shownEncodings(this.settings), this.capture.cleared);
  }

  payload(sequence: number, offset: number, length: number): Promise<Uint8Array> {
    return this.capture.payload(sequence, offset, length);
  }

  /** Empties the log. What it held can be brought back for a minute. */
  clearLog(): void {
    this.connections.beforeClear?.();
    this.#clearing.clear();
    this.#wait?.carry();
    this.#socket.carry();
  }

  /** Brings back what the last `clearLog` hid. Throws when it is too late. */
  undoClear(): void {
    this.#clearing.undo();
  }

  /** Ends the sockets, by force if they do not end soon; the capture stays open. */
  async stop(): Promise<void> {
    await this.#order.end(() => {
      this.#endWait();
      return this.#socket.stop();
    });
  }

  /** Ends everything, the capture whatever becomes of the sockets; resolves when it is complete on disk. */
  async close(): Promise<void> {
    this.#tellEnding();
    this.#clearing.close();
    try {
      await this.stop();
      await this.keyLog?.written();
      await this.annotations.written();
    } finally {
      await this.capture.close();
    }
  }

  get #hasTargets(): boolean {
    return this.connections.openCount > 0 || !capabilitiesOf(this.#settings).hasConnections;
  }

  #checkLength(length: number): void {
    if (length === 0 && !capabilitiesOf(this.#settings).hasBoundaries)
      throw invalid('message', { name: 'empty-message' });
  }

  #checkQueues(length: number): void {
    const { connections } = this;
    if (connections.isFull || connections.queuedBytes + length > maxQueuedBytes) throw queueFull(this.id);
    this.#checkDisk();
  }

  #checkDisk(): void {
    if (this.capture.waitingBytes <= maxWaitingBytes) return;
    throw this.capture.failure === null ? queueFull(this.id) : new FailureError(this.capture.failure);
  }

  #limitCapture(): void {
    this.capture.limitTo(captureLimitOf(this.#settings), {
      sequence: () => this.#clearing.heldFrom,
      place: () => this.connections.lowestQueued,
    });
  }

  #listenerSettings(): ListenerSettings {
    this.#requireSockets();
    if (this.#settings.role !== 'listener') throw invalid('id', { name: 'no-server' });
    return this.#settings;
  }

  #requireSockets(): void {
    if (this.#settings.importedFrom !== '') throw invalid('id', { name: 'only-captured' });
  }

  #clientSettings(): ClientSettings {
    this.#requireSockets();
    if (this.#settings.role !== 'client') throw invalid('id', { name: 'no-client' });
    return this.#settings;
  }

  /** A stream and a datagram socket are different things: what the other one was comes to its end first. */
  async #takeTransport(settings: EndpointSettings): Promise<void> {
    if (makerOf(settings) === this.#maker) return;
    await this.#socket.stop();
    this.#makeSocket(settings);
  }

  #makeSocket(settings: EndpointSettings): void {
    this.#maker = makerOf(settings);
    if (settings.role === 'listener') {
      const handlerOf = answersWith({ counts: this.#answered });
      this.#listener = newListener(settings, this.capture, this.#tls, handlerOf);
    } else this.#client = newClient(settings, this.capture, this.#tls);
  }

  #endWait(): void {
    this.#wait?.end();
    this.#wait = null;
  }

  get status(): EndpointStatus {
    const { status } = this.#socket;
    if (this.#ran === null && !isRunning(status)) return unused(status);
    if (this.#wait === null || status.role !== 'listener' || status.state === 'listening') return status;
    return { ...status, state: 'waiting', local: null, failure: null };
  }

  /** Or about to: another start is refused. */
  get #isListening(): boolean {
    return ['listening', 'starting'].includes(this.#socket.status.state);
  }

  get #socket(): ListenerSocket | ClientSocket {
    return (this.#listener ?? this.#client)!;
  }
}

const nothing = new Uint8Array(0);

/** As of a socket that was never started. */
function unused(status: EndpointStatus): EndpointStatus {
  const nothing = { local: null, failure: null, udp: null };
  if (status.role === 'listener') return { ...status, ...nothing, state: 'stopped', refused: 0 };
  const none = {
    remote: null,
    ended: null,
    retryAt: null,
    retries: 0,
    refusedChain: null,
    notVerified: null,
  };
  return { ...status, ...nothing, ...none, state: 'idle' };
}

/** Datagrams are messages already. */
export function framingsOf(settings: EndpointSettings): Framings {
  const { sent, received } = settings.framing;
  if (capabilitiesOf(settings).hasBoundaries) return { sent: null, received: null };
  return { sent: framingOf(sent), received: framingOf(received) };
}

const queueFull = (subject: EndpointId): FailureError => new FailureError({ code: 'QUEUE_FULL', subject });

/** Throws INVALID_ARGUMENT for what cannot be read. */
export const templateOf = (written: WrittenMessage): Template => compile(parsedOf(written));

function parsedOf(written: WrittenMessage): Parsed {
  const parsed = parseMessage(written);
  const [problem] = parsed.problems;
  if (problem === undefined) return parsed;
  throw invalid('message', { name: 'unreadable', problem: problem.code, start: problem.start });
}
