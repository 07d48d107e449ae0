import type {
  Address,
  EndKind,
  EndpointId,
  EndpointSettings,
  EndpointSummary,
  Filter,
  RecordInfo,
  Target,
} from '../../shared/contract.ts';
import { FailureError } from '../../shared/failure.ts';
import { type Capture } from './capture/capture.ts';
import type { View } from './capture/view.ts';
import { Client } from './tcp/client.ts';
import type { Connections } from './tcp/connections.ts';
import { Listener } from './tcp/listener.ts';
import { invalid } from './validate.ts';

/** Far more than anyone means to send; beyond it a loop in a script or a page is at work. */
const maxQueuedBytes = 4 * 1024 ** 3;
/** How long cleared records can be brought back. A restart ends it too. */
const undoMs = 60_000;
/** How soon to look again whether the cleared files may go. */
const purgeRetryMs = 1000;

/** One endpoint of the workspace: its settings, its capture, and its sockets while it runs. */
export class Endpoint {
  readonly id: EndpointId;
  readonly capture: Capture;
  readonly #listener: Listener | null;
  readonly #client: Client | null;
  #settings: EndpointSettings;
  #purgeTimer: NodeJS.Timeout | null = null;

  constructor(id: EndpointId, settings: EndpointSettings, capture: Capture) {
    this.id = id;
    this.capture = capture;
    this.#settings = settings;
    this.#listener = settings.role === 'listener' ? new Listener(capture) : null;
    this.#client = settings.role === 'client' ? new Client(capture) : null;
  }

  get settings(): EndpointSettings {
    return this.#settings;
  }

  get connections(): Connections {
    return this.#socket.connections;
  }

  get openSockets(): number {
    return this.connections.openCount + (this.#listener?.status.state === 'listening' ? 1 : 0);
  }

  get summary(): EndpointSummary {
    const { connections, capture } = this;
    return {
      id: this.id,
      status: this.#socket.status,
      receivedBytes: connections.receivedBytes,
      sentBytes: connections.sentBytes,
      queuedBytes: connections.queuedBytes,
      openConnections: connections.openCount,
      listedConnections: connections.listedCount,
      connectionsVersion: connections.version,
      records: capture.length - capture.cleared,
      diskBytes: capture.diskBytes,
      captureFailure: capture.failure,
      canUndoClear: capture.canUndoClear,
    };
  }

  /** The role is what an endpoint is; everything else takes effect at the next start. */
  change(settings: EndpointSettings): void {
    if (settings.role !== this.#settings.role)
      throw invalid('role', 'A server cannot become a client, nor a client a server.');
    this.#settings = settings;
  }

  async startListening(): Promise<Address> {
    if (!this.#listener || this.#settings.role !== 'listener')
      throw invalid('id', 'This endpoint is not a server.');
    return this.#listener.start(this.#settings);
  }

  async stopListening(): Promise<void> {
    if (!this.#listener) throw invalid('id', 'This endpoint is not a server.');
    await this.#listener.stop();
  }

  connect(): void {
    if (!this.#client || this.#settings.role !== 'client')
      throw invalid('id', 'This endpoint is not a client.');
    this.#client.connect(this.#settings);
  }

  disconnect(how: EndKind): void {
    if (!this.#client) throw invalid('id', 'This endpoint is not a client.');
    this.#client.disconnect(how);
  }

  /** Stores the bytes once and queues them for every target; returns how many connections took them. */
  send(target: Target, bytes: Uint8Array): number {
    if (bytes.length === 0) throw invalid('message', 'An empty message sends nothing.');
    const { connections } = this;
    if (connections.openCount === 0) return 0;
    if (connections.queuedBytes + bytes.length > maxQueuedBytes)
      throw new FailureError({
        code: 'QUEUE_FULL',
        message: 'Too much waits to be sent already.',
        subject: this.id,
      });
    return connections.send(target, this.capture.store(bytes), bytes.length);
  }

  openView(filter: Filter): View {
    return this.capture.openView(filter);
  }

  record(sequence: number): Promise<RecordInfo> {
    return this.capture.info(sequence);
  }

  payload(sequence: number, offset: number, length: number): Promise<Uint8Array> {
    return this.capture.payload(sequence, offset, length);
  }

  /** Empties the log. What it held can be brought back for a minute. */
  clearLog(): void {
    this.capture.clear();
    this.#socket.carry();
    this.#schedulePurge();
  }

  /** Brings back what the last `clearLog` hid. Throws when it is too late. */
  undoClear(): void {
    this.capture.undoClear();
    if (this.#purgeTimer) clearTimeout(this.#purgeTimer);
  }

  /** Ends the sockets, by force if they do not end soon; the capture stays open. */
  async stop(): Promise<void> {
    await this.#socket.stop();
  }

  /** Ends everything; resolves when the capture is complete on disk. */
  async close(): Promise<void> {
    if (this.#purgeTimer) clearTimeout(this.#purgeTimer);
    await this.stop();
    await this.capture.close();
  }

  get #socket(): Listener | Client {
    return (this.#listener ?? this.#client)!;
  }

  #schedulePurge(delayMs = undoMs): void {
    if (this.#purgeTimer) clearTimeout(this.#purgeTimer);
    this.#purgeTimer = setTimeout(() => {
      // Messages that were queued before the log was cleared are still read from it.
      if (this.connections.needsCleared) this.#schedulePurge(purgeRetryMs);
      else this.capture.purge();
    }, delayMs);
  }
}
