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
import { Capture } from './capture/capture.ts';
import type { View } from './capture/view.ts';
import { Client } from './tcp/client.ts';
import type { Connections } from './tcp/connections.ts';
import { Listener } from './tcp/listener.ts';
import { invalid } from './validate.ts';

/** Far more than anyone means to send; beyond it a loop in a script or a page is at work. */
const maxQueuedBytes = 4 * 1024 ** 3;
/** How long the cleared records can be brought back. */
const undoMs = 60_000;

/** One endpoint of the workspace: its settings, its capture, and its sockets while it runs. */
export class Endpoint {
  readonly id: EndpointId;
  readonly capture: Capture;
  readonly #socket: Listener | Client;
  #settings: EndpointSettings;
  #purgeTimer: NodeJS.Timeout | null = null;

  constructor(id: EndpointId, settings: EndpointSettings, capture: Capture) {
    this.id = id;
    this.capture = capture;
    this.#settings = settings;
    this.#socket = settings.role === 'listener' ? new Listener(capture) : new Client(capture);
  }

  get settings(): EndpointSettings {
    return this.#settings;
  }

  get connections(): Connections {
    return this.#socket.connections;
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

  startListening(): Promise<Address> {
    const { socket, settings } = this.#as('listener');
    return socket.start(settings);
  }

  stopListening(): Promise<void> {
    return this.#as('listener').socket.stop();
  }

  connect(): void {
    const { socket, settings } = this.#as('client');
    socket.connect(settings);
  }

  disconnect(how: EndKind): void {
    this.#as('client').socket.disconnect(how);
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
}
