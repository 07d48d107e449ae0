/** An engine without sockets for tests of the whole page: endpoints and connections as a test says. */
import type { WrittenMessage } from '../../shared/payload/payload.ts';
import type { CertificateInfo, StoredCertificate, TlsLibrary } from '../../shared/certificates.ts';
import type { Channel } from '../../shared/wire/channel.ts';
import type {
  Commands,
  ConnectionInfo,
  ConnectionQuery,
  Endpoint,
  Events,
  Job,
  KeepFree,
  ListedConnection,
  Preview,
} from '../../shared/contract.ts';
import type { EndpointSettings } from '../../shared/settings/settings.ts';
import type { EndpointStatus, Target } from '../../shared/domain.ts';
import { FailureError, type Failure } from '../../shared/failure.ts';
import type { Drafts } from '../../shared/drafts.ts';
import { emptyLayout, usualPreferences, type Layout, type Preferences } from '../../shared/layout.ts';
import { isRunning, runningOf } from '../../shared/settings/running.ts';
import { moved, type SavedMessage } from '../../shared/saved-messages.ts';
import type { StepRun } from '../../shared/sequences/run.ts';
import type { KeptSequence, PastRun } from '../../shared/sequences/saved.ts';
import { serveRpc, type Local, type Remote } from '../../shared/wire/rpc.ts';
import type { WorkspaceFile } from '../../shared/workspaces.ts';

export class TestHost {
  endpoints: Endpoint[] = [];
  preview: Preview = { length: 0, bytes: new Uint8Array(), parts: [] };
  preferences: Preferences = usualPreferences;
  layout: Layout = emptyLayout;
  drafts: Drafts = {};
  /** Of each draft that is to be kept. */
  draftFailure: Failure | null = null;
  workspaceFile: WorkspaceFile | null = null;
  wereRunning: string[] = [];
  keepFree: KeepFree = { bytes: 256 * 2 ** 20, isFixed: false };
  status: EndpointStatus | null = null;
  /** What its sockets were started with, where that is not what their settings say now. */
  ran: EndpointSettings | null = null;
  #peers: readonly (ConnectionInfo & Partial<ListedConnection>)[] = [];
  #peersVersion = 0;
  lost: number | null = 0;
  /** The page learns of them with the next summary. */
  jobs: Job[] = [];
  /** Every `send` and `endConnections`, as asked. */
  readonly sent: { target: Target; bytes: number[]; written?: WrittenMessage }[] = [];
  readonly ended: { target: Target; how: string }[] = [];
  /** Of every pull of the list of peers. */
  readonly queries: ConnectionQuery[] = [];
  certificates: StoredCertificate[] = [];
  tlsLibrary: TlsLibrary = 'OpenSSL';
  /** Every other command that does something, as asked. */
  readonly asked: { name: string; args: unknown[] }[] = [];
  /** What changes, sends, makes or imports throws this. */
  failure: Failure | null = null;
  /** Commands that a test answers itself, set before the channel opens. */
  more: Partial<Local<Commands>> = {};
  /** Answers to `workspace` wait for this; they tell what was so when they were asked. */
  hold: Promise<void> = Promise.resolve();
  workspacesAsked = 0;
  #version = 1;
  #page: Remote<Events> | null = null;
  #port: MessagePort | null = null;
  #onClose: () => void = () => undefined;

  /** One endpoint, its tab open and its socket in `status`. */
  static with(settings: EndpointSettings, status: EndpointStatus): TestHost {
    const host = new TestHost();
    host.endpoints = [{ id: 'lab', settings }];
    host.status = status;
    host.ran = settings;
    host.layout = { ...emptyLayout, openTabs: ['lab'], activeTab: 'lab' };
    return host;
  }

  /** The page learns of them with the next summary. */
  get saved(): SavedMessage[] {
    return this.#saved;
  }

  set saved(messages: SavedMessage[]) {
    this.#saved = messages;
    this.#savedVersion++;
  }

  #saved: SavedMessage[] = [];
  #removed: SavedMessage[] = [];
  #savedVersion = 1;
  #added = 0;
  /** The page learns of them with the next summary. */
  get sequences(): readonly KeptSequence[] {
    return this.#sequences;
  }

  set sequences(sequences: readonly KeptSequence[]) {
    this.#sequences = sequences;
    this.#sequencesVersion++;
  }

  #sequences: readonly KeptSequence[] = [];
  #sequencesVersion = 1;
  #removedSequence: readonly KeptSequence[] = [];
  /** Of any run, but for those of `stepsOfRuns`. */
  stepRuns: StepRun[] = [];
  readonly stepsOfRuns = new Map<number, StepRun[]>();
  pastRuns: PastRun[] = [];
  /** Of any message. */
  earlier: WrittenMessage[] = [];

  /** As while the host does not run. */
  isGone = false;

  openChannel = (): Promise<Channel> => {
    if (this.isGone) return Promise.reject(new FailureError({ code: 'CHANNEL_CLOSED' }));
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    this.#page = serveRpc<Commands, Events>(
      channelOf(port1, () => undefined),
      this.#commands(),
    );
    return Promise.resolve(channelOf(port2, (listener) => (this.#onClose = listener)));
  };

  /** The page learns of them with the next summary. */
  notices: Failure[] = [];

  changeKeepFree(keepFree: KeepFree): void {
    this.keepFree = keepFree;
    this.#version++;
  }

  /** The channel ends, as when the host is stopped. */
  loseChannel(): void {
    this.#port?.close();
    this.#onClose();
  }

  get peers(): readonly (ConnectionInfo & Partial<ListedConnection>)[] {
    return this.#peers;
  }

  /** The page learns of it with the next summary. */
  set peers(peers: readonly (ConnectionInfo & Partial<ListedConnection>)[]) {
    this.#peers = peers;
    this.#peersVersion++;
  }

  /** Tells the page the present state, and waits until it has drawn it. */
  async summarize(): Promise<void> {
    const { status } = this;
    await this.#page?.summary({
      time: Date.now(),
      workspaceVersion: this.#version,
      workspaceFile: this.workspaceFile,
      messagesVersion: this.#savedVersion,
      sequencesVersion: this.#sequencesVersion,
      notices: this.notices,
      endpoints: this.endpoints.map(({ id, settings }) => ({
        id,
        status: status ?? idleStatus(settings),
        running: isRunning(status) ? runningOf(this.ran ?? settings, settings) : null,
        receivedBytes: 0,
        sentBytes: 0,
        queuedBytes: 0,
        openConnections: this.peers.filter((peer) => peer.endedAt === null).length,
        listedConnections: this.peers.length,
        firstConnection: this.peers.find((peer) => peer.endedAt === null)?.id ?? null,
        connectionsVersion: this.#peersVersion,
        records: 0,
        lost: this.lost,
        diskBytes: 0,
        captureFailure: null,
        canUndoClear: false,
        capturedAt: null,
        annotationsVersion: '0-0',
        answered: [],
      })),
      views: [],
      streams: [],
      jobs: this.jobs,
      openSockets: this.peers.length,
      diskBytes: 0,
      receivedBytesPerSecond: 0,
      sentBytesPerSecond: 0,
      recordsPerSecond: 0,
      delayMs: 0,
    });
  }

  #noted(name: string): (...args: unknown[]) => undefined {
    return (...args) => void this.asked.push({ name, args });
  }

  #keep(stored: StoredCertificate): StoredCertificate {
    this.certificates = [...this.certificates, stored];
    return stored;
  }

  #commands(): Local<Commands> {
    const viewOf = (id: number) => ({ id, rows: 0, scanned: 0, total: 0, begun: 0, failure: null });
    const table: Partial<Local<Commands>> = {
      hello: () => ({
        version: '1.2.3',
        host: 'headless',
        platform: 'linux',
        runtime: 'Node',
        tlsLibrary: this.tlsLibrary,
        dataFolder: '/data',
      }),
      workspace: async () => {
        const { endpoints, preferences, layout, keepFree, wereRunning } = this;
        const workspace = {
          id: 'own',
          version: this.#version,
          endpoints,
          preferences,
          layout,
          keepFree,
          wereRunning,
        };
        this.workspacesAsked++;
        await this.hold;
        return workspace;
      },
      messages: () => this.saved,
      addMessages: (messages, before) => {
        if (this.failure) throw new FailureError(this.failure);
        const added = messages.map((each) => ({ ...each, id: `added${++this.#added}`, earlier: 0 }));
        const ids = added.map(({ id }) => id);
        this.saved = moved([...this.saved, ...added], ids, before);
        return ids;
      },
      changeMessage: (id, change) => {
        if (this.failure) throw new FailureError(this.failure);
        this.saved = this.saved.map((each) => (each.id === id ? { ...each, ...change } : each));
      },
      earlierMessages: () => this.earlier,
      moveMessages: (ids, before, folder) => {
        const list = moved(this.saved, ids, before);
        this.saved = list.map((each) =>
          folder !== null && ids.includes(each.id) ? { ...each, folder } : each,
        );
      },
      removeMessages: (ids) => {
        this.#removed = this.saved;
        this.saved = this.saved.filter(({ id }) => !ids.includes(id));
        return 1;
      },
      restoreMessages: () => void (this.saved = this.#removed),
      sequences: () =>
        this.sequences.map(({ id, sequence: { name } }) => ({ id, name, version: this.#sequencesVersion })),
      sequence: (id) => this.sequences.find((each) => each.id === id)?.sequence ?? null,
      addSequence: (sequence) => {
        const id = `s${++this.#added}`;
        this.sequences = [...this.sequences, { id, sequence }];
        return id;
      },
      changeSequence: (id, sequence) => {
        this.sequences = this.sequences.map((each) => (each.id === id ? { id, sequence } : each));
      },
      removeSequence: (id) => {
        this.#removedSequence = this.sequences;
        this.sequences = this.sequences.filter((each) => each.id !== id);
        return 1;
      },
      restoreSequence: () => void (this.sequences = this.#removedSequence),
      startSequence: (...args) => {
        this.asked.push({ name: 'startSequence', args });
        return 1;
      },
      sequenceRuns: () => this.pastRuns,
      sequenceSteps: (run) => this.stepsOfRuns.get(run) ?? this.stepRuns,
      setKeepFree: (bytes) => {
        if (this.failure) throw new FailureError(this.failure);
        this.changeKeepFree({ bytes, isFixed: false });
      },
      drafts: () => this.drafts,
      savePreferences: (preferences) => void (this.preferences = preferences),
      saveLayout: (layout) => void (this.layout = layout),
      saveDraft: (id, draft) => {
        if (this.draftFailure) throw new FailureError(this.draftFailure);
        this.drafts = { ...this.drafts, [id]: draft };
      },
      annotations: () => [],
      localAddresses: () => [
        { host: '192.168.1.20', family: 'IPv4', interfaceName: 'eth0', internal: false },
      ],
      startAgain: (ids) => {
        this.asked.push({ name: 'startAgain', args: [ids] });
        this.wereRunning = [];
        this.#version++;
      },
      forgetRunning: () => {
        this.wereRunning = [];
        this.#version++;
      },
      addEndpoint: (settings) => {
        const id = `added${this.endpoints.length}`;
        this.endpoints = [...this.endpoints, { id, settings }];
        return id;
      },
      changeEndpoint: (id, settings) => {
        if (this.failure) throw new FailureError(this.failure);
        this.endpoints = this.endpoints.map((each) => (each.id === id ? { id, settings } : each));
        this.#version++;
      },
      removeEndpoint: (id) => {
        this.endpoints = this.endpoints.filter((each) => each.id !== id);
        this.#version++;
      },
      connections: (_, from, count, query) => {
        this.queries.push(query);
        const found = this.peers.filter(({ remote }) => String(remote?.port).includes(query.find));
        const open = found.filter((peer) => peer.endedAt === null);
        if (query.order === 'newest') open.reverse();
        const listed = [...open, ...found.filter((peer) => peer.endedAt !== null)];
        const rows = listed.slice(from, from + count).map((row) => ({ preview: null, ...row }));
        return { open: open.length, ended: found.length - open.length, rows };
      },
      connection: (_, key) =>
        this.peers.find((peer) => ('id' in key ? peer.id === key.id : peer.connection === key.connection)) ??
        null,
      forgetEnded: () => void (this.peers = this.peers.filter((peer) => peer.endedAt === null)),
      endConnections: (_, target, how) => void this.ended.push({ target, how }),
      setReading: this.#noted('setReading'),
      connectAnyway: this.#noted('connectAnyway'),
      stopListening: this.#noted('stopListening'),
      startMany: (...args) => {
        if (this.failure) throw new FailureError(this.failure);
        this.asked.push({ name: 'startMany', args });
        return 1;
      },
      startRepeat: (...args) => {
        if (this.failure) throw new FailureError(this.failure);
        this.asked.push({ name: 'startRepeat', args });
        return 1;
      },
      cancelJob: this.#noted('cancelJob'),
      saveKeyLog: (id) => {
        this.asked.push({ name: 'saveKeyLog', args: [id] });
        return { path: '/data/keys.log', url: null, bytes: 100 };
      },
      certificates: () => this.certificates,
      makeIdentity: (identity) => {
        if (this.failure) throw new FailureError(this.failure);
        this.asked.push({ name: 'makeIdentity', args: [identity] });
        return this.#keep({ ...certificate('made'), name: identity.name });
      },
      importCertificate: (files) => {
        if (this.failure) throw new FailureError(this.failure);
        this.asked.push({ name: 'importCertificate', args: [files] });
        return this.#keep({ ...certificate('imported'), name: files.name, kind: files.kind });
      },
      removeCertificate: (id) => {
        this.certificates = this.certificates.filter((each) => each.id !== id);
      },
      saveCertificate: (id) => ({ path: `/data/${id}.pem`, url: null, bytes: 900 }),
      preview: () => this.preview,
      send: (_, target, message) => {
        if (this.failure) throw new FailureError(this.failure);
        const written = 'text' in message ? { written: message } : {};
        this.sent.push({ target, bytes: message instanceof Uint8Array ? [...message] : [], ...written });
        return Array.isArray(target) ? target.length : 1;
      },
      sendFile: () => 1,
      filePiece: (...[, , isLast]) => (isLast ? 'done' : null),
      openView: () => viewOf(1),
      closeView: () => undefined,
      rows: () => new Uint8Array(4),
      ...this.more,
    };
    return table as Local<Commands>;
  }
}

const idleStatus = (settings: EndpointSettings): EndpointStatus =>
  settings.role === 'listener' ? { ...listening, state: 'stopped', local: null } : idle;

const channelOf = (port: MessagePort, onClose: Channel['onClose']): Channel => ({
  send: (message) => port.postMessage(message),
  onMessage: (listener) => (port.onmessage = ({ data }) => listener(data)),
  onClose,
  close: () => port.close(),
});

const loopback = { host: '127.0.0.1', family: 'IPv4' } as const;

export const listening: Extract<EndpointStatus, { role: 'listener' }> = {
  role: 'listener',
  state: 'listening',
  local: { ...loopback, port: 9000 },
  failure: null,
  refused: 0,
  udp: null,
};

export const connected: Extract<EndpointStatus, { role: 'client' }> = {
  role: 'client',
  state: 'open',
  local: { ...loopback, port: 50_000 },
  remote: { ...loopback, port: 9000 },
  failure: null,
  ended: null,
  retryAt: null,
  retries: 0,
  udp: null,
  refusedChain: null,
  notVerified: null,
};

export const idle: Extract<EndpointStatus, { role: 'client' }> = {
  ...connected,
  state: 'idle',
  local: null,
  remote: null,
};

/** An open connection from port 50000 + `id`. */
export const peer = (id: number): ConnectionInfo => ({
  id,
  connection: id,
  origin: 'accepted',
  state: 'open',
  local: { ...loopback, port: 9000 },
  remote: { ...loopback, port: 50_000 + id },
  openedAt: Date.now(),
  endedAt: null,
  receivedBytes: 10,
  sentBytes: 20,
  queuedBytes: 0,
  notReadingSince: null,
  isReading: true,
  lastSeenAt: null,
  tls: null,
  failure: null,
  last: null,
});

export const leaf: CertificateInfo = {
  subject: 'CN=lab.example',
  issuer: 'CN=Lab CA',
  alternativeNames: ['DNS:lab.example', 'IP Address:127.0.0.1'],
  validFrom: Date.UTC(2020, 0, 1),
  validTo: Date.UTC(2021, 0, 1),
  serialNumber: '0A',
  fingerprint: 'AA:BB',
  key: 'EC P-256',
  isAuthority: false,
};

export const certificate = (name: string): StoredCertificate => ({
  id: `id-${name}`,
  kind: 'identity',
  name,
  origin: 'made',
  chain: [{ ...leaf, subject: `CN=${name}`, alternativeNames: [`DNS:${name}.example`] }],
});
