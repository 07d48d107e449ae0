/**
 * What the page may ask of the engine (`Commands`) and what the engine tells the page (`Events`).
 * All data are plain values that survive structured clone and the WebSocket codec: no BigInt, no undefined
 * inside objects (null instead), bytes as Uint8Array.
 */
import type { Earlier, Unpacked } from './decoding/context.ts';
import type { Address } from './address.ts';
import type { AnnotatedRecord, Annotation } from './annotations.ts';
import type {
  CertificateFiles,
  NewIdentity,
  StoredCertificate,
  TlsFacts,
  TlsLibrary,
} from './certificates.ts';
import type {
  ConnectionId,
  ConnectionState,
  EndKind,
  EndpointId,
  EndpointStatus,
  Target,
  ViewId,
} from './domain.ts';
import type { ExportFormat, ExportPlan, ExportPreview } from './export-formats.ts';
import type { Failure } from './failure.ts';
import type { FileEnd, FileFacts, FilePlan } from './file-plan.ts';
import type { FrameRef, Reading } from './frames.ts';
import type { OutsideName } from './payload/context.ts';
import type { PlacedPart } from './payload/fill.ts';
import type { WrittenMessage } from './payload/payload.ts';
import type { Filter } from './filter/filter.ts';
import type { Way } from './encodings/shown.ts';
import type { ComposerDraft, Drafts } from './drafts.ts';
import type { Refusal } from './importing/brought.ts';
import type { ImportedCapture } from './importing/captured.ts';
import type { MessageExport } from './importing/exporters.ts';
import type { Layout, Preferences } from './layout.ts';
import type { Diagnosis, NameAnswer, NetworkFacts } from './network-facts.ts';
import type { RecordDetail, RecordKind } from './records.ts';
import type { MessageFields, MessageId, SavedMessage } from './saved-messages.ts';
import type { ManyFacts, ManyPlan } from './many.ts';
import type { RepeatFacts, RepeatPlan } from './repeat.ts';
import type { StepRun } from './sequences/run.ts';
import type { EachFacts, PastRun, SavedSequence, SequenceFacts, SequenceId } from './sequences/saved.ts';
import type { Sequence } from './sequences/sequence.ts';
import type { Running } from './settings/running.ts';
import type { EndpointSettings } from './settings/settings.ts';
import type { Statistics, StatisticsPlan } from './statistics/statistics.ts';
import type {
  StreamDirection,
  StreamFile,
  StreamForm,
  StreamFound,
  StreamMatches,
  StreamPattern,
  StreamPieces,
  StreamRow,
  StreamSummary,
} from './stream-rows.ts';
import type { Timeline } from './timeline.ts';
import type { Verified } from './verdict.ts';
import type {
  Keeping,
  KnownWorkspaces,
  Opening,
  WorkspaceChoice,
  WorkspaceFile,
  WorkspaceId,
} from './workspaces.ts';

export type Endpoint = { id: EndpointId; settings: EndpointSettings };

export type EndpointSummary = {
  id: EndpointId;
  status: EndpointStatus;
  /** What its socket runs with; null while there is none. The settings may say something else by now. */
  running: Running | null;
  receivedBytes: number;
  sentBytes: number;
  /** Accepted from the user or a reply, not yet handed to the kernel. */
  queuedBytes: number;
  openConnections: number;
  /** All rows that `connections` can list: open ones and the most recently ended. */
  listedConnections: number;
  /** The open one that opened first; null while there is none. */
  firstConnection: ConnectionId | null;
  /** Changes whenever the list or anything in it changed. */
  connectionsVersion: number;
  /** Records in the log: those captured since it was last cleared. */
  records: number;
  /** What the size limit took of it: so many records, and so many bytes that were sent and received. Left out: nothing. */
  gone?: { records: number; bytes: number };
  /** Datagrams that the kernel dropped before this app could read them; 0 for streams, null where it does not tell. */
  lost: number | null;
  diskBytes: number;
  /** Set while the capture cannot take bytes (disk full): safe to `safeRecords`, sockets are paused. */
  captureFailure: Failure | null;
  /** True while `undoClear` can bring the cleared records back. */
  canUndoClear: boolean;
  /** Time of the first record of what was captured elsewhere; null of any other. */
  capturedAt: number | null;
  /** Changes with bookmarks, notes and tags: ask for `annotations` again. */
  annotationsVersion: string;
  /** How often each of the server's rules has answered since it began to listen; empty where none has. */
  answered: number[];
};

export type ViewSummary = {
  id: ViewId;
  rows: number;
  /** Records looked at so far, of `total`: a text filter searches the past in the background. */
  scanned: number;
  total: number;
  /** Bytes that were looked at and that are no row yet: of frames that have begun. */
  begun: number;
  failure: Failure | null;
  /** Rows that the size limit took since the view was opened: the numbers of the others are so much lower. */
  fallen?: number;
};

/** Long work of the engine that has not ended, or has failed and was not dismissed. */
export type SaveLogJob = {
  id: number;
  kind: 'save-log';
  endpoint: EndpointId;
  /** Of `total`, in records or other parts; 0 of 0 before it is known. */
  done: number;
  total: number;
  /** Nothing is written yet: what is to be removed is looked for. */
  isPreparing: boolean;
  /** `subject`: the place, as the path of the file. */
  failure: Failure | null;
};
/** Told of when it has ended, too, until it is dismissed or another one of the endpoint begins. */
export type RepeatJob = {
  id: number;
  kind: 'repeat';
  endpoint: EndpointId;
  /** Of `total`, in messages; 0: until it is stopped. */
  done: number;
  total: number;
  /** Of the last message that could not be sent; it may go on all the same. */
  failure: Failure | null;
  repeat: RepeatFacts;
};
/** Told of when it has ended, too, until it is dismissed or the sequence is run again. */
export type SequenceJob = {
  id: number;
  kind: 'sequence';
  endpoint: EndpointId;
  /** Steps that were gone through; nobody knows of how many. */
  done: number;
  total: number;
  failure: Failure | null;
  run: SequenceFacts;
};
/** One that is gone through on each new connection of the endpoint; `done`: runs that have ended. */
export type SequenceEachJob = {
  id: number;
  kind: 'sequence-each';
  endpoint: EndpointId;
  done: number;
  total: number;
  failure: Failure | null;
  each: EachFacts;
};
/** The same of a file that is sent; `done` and `total` in bytes. */
export type FileJob = {
  id: number;
  kind: 'send-file';
  endpoint: EndpointId;
  done: number;
  total: number;
  /** Why it could not be read, or not be sent. */
  failure: Failure | null;
  file: FileFacts;
};
/** The same of many connections of one client; `done` and `total` in connections that were begun. */
export type ManyJob = {
  id: number;
  kind: 'many';
  endpoint: EndpointId;
  done: number;
  total: number;
  /** Of the last message that could not be sent. Why connections failed is in `many`. */
  failure: Failure | null;
  many: ManyFacts;
};
/** A log that is gone through, or of which what is whole becomes a capture; `done` and `total` in bytes. */
export type CheckJob = {
  id: number;
  kind: 'verify' | 'repair';
  endpoint: EndpointId;
  done: number;
  total: number;
  failure: null;
};
/** A file of captured traffic that comes in; `done` and `total` in bytes of it. */
export type ImportJob = {
  id: number;
  kind: 'import';
  endpoint: null;
  /** Of the file. */
  name: string;
  done: number;
  total: number;
  failure: null;
};
export type Job =
  SaveLogJob | RepeatJob | SequenceJob | SequenceEachJob | FileJob | ManyJob | CheckJob | ImportJob;

export type Summary = {
  time: number;
  /** Changes when endpoints or their settings changed: ask for `workspace` again. */
  workspaceVersion: number;
  /** Null while the open workspace is no file. */
  workspaceFile: WorkspaceFile | null;
  /** Changes with saved messages: ask for `messages` again. */
  messagesVersion: number;
  /** Changes with saved sequences: ask for `sequences` again. */
  sequencesVersion: number;
  /** What could not be read of the data folder, and, while it lasts, cannot be written: told once; subject: the path. */
  notices: Failure[];
  endpoints: EndpointSummary[];
  views: ViewSummary[];
  streams: StreamSummary[];
  jobs: Job[];
  openSockets: number;
  diskBytes: number;
  receivedBytesPerSecond: number;
  sentBytesPerSecond: number;
  recordsPerSecond: number;
  /** Longest event-loop delay since the previous summary. */
  delayMs: number;
};

/** Byte `within` of a record. */
export type PlacedByte = { sequence: number; within: number };
/** The same of one direction of a connection. */
export type StreamPoint = PlacedByte & { connection: number; way: Way };

/** `bytes`: the first of them, at most `mostPreviewed`. `parts`: those that have some of these, at most `mostPreviewedParts`. */
export type Preview = { length: number; bytes: Uint8Array; parts: PlacedPart[] };
export const mostPreviewedParts = 1000;
export const mostPreviewed = 4096;

export type ConnectionInfo = {
  id: ConnectionId;
  /** What records of this connection carry as `connection`: the number of the record that opened it. */
  connection: number;
  origin: 'accepted' | 'initiated';
  state: ConnectionState;
  local: Address | null;
  remote: Address | null;
  /** `socks5://host:port` or `http://host:port` that it goes through; left out where there is none. */
  proxy?: string;
  openedAt: number;
  endedAt: number | null;
  receivedBytes: number;
  sentBytes: number;
  queuedBytes: number;
  /** Since when the peer has taken nothing although bytes wait; null while it reads. */
  notReadingSince: number | null;
  /** False while the user holds back reading. */
  isReading: boolean;
  /** Of a UDP peer: its last datagram in either direction; null for streams. */
  lastSeenAt: number | null;
  tls: TlsFacts | null;
  failure: Failure | null;
  /** Null before the first payload. */
  last: LastPayload | null;
};

/** What came or went last. */
export type LastPayload = { direction: 'sent' | 'received'; sequence: number; length: number };

/**
 * `preview`: the first bytes of its last payload; null where there is none, or it was cleared from the log. `before`: what
 * earlier payloads left of a character; missing: nothing.
 */
export type ListedConnection = ConnectionInfo & { preview: Uint8Array | null; before?: Uint8Array };

/** 'activity': who sent or got something last comes first; 'bytes': who sent and got most. */
export const connectionOrders = ['oldest', 'newest', 'activity', 'bytes'] as const;
export type ConnectionOrder = (typeof connectionOrders)[number];
/** `find`: part of an address or a name, whatever the case; '' finds all. */
export type ConnectionQuery = { order: ConnectionOrder; find: string };
/** `open` and `ended`: how many the query finds. Ended ones stand behind the open ones, the last one first. */
export type ConnectionWindow = { open: number; ended: number; rows: ListedConnection[] };
/** `isCut`: there is more than is told. */
export type ConnectionStreams = { sent: FrameRef | null; received: FrameRef | null; isCut: boolean };
/** By its number among live connections, or by that of its records. */
export type ConnectionKey = { id: ConnectionId } | { connection: number };

/** Everything of one record that is not its payload. */
export type RecordInfo = {
  sequence: number;
  time: number;
  previousTime: number | null;
  kind: RecordKind;
  connection: number;
  length: number;
  /** Of a payload: bytes of a character that earlier payloads of its stream began, and that goes on in it. */
  before: Uint8Array;
  detail: RecordDetail | null;
  /** The record that opened this record's connection: its addresses. */
  opening: RecordDetail | null;
  openingTime: number | null;
};

export type SavedFile = {
  /** Where the host wrote it. */
  path: string;
  /** Where the page can download it; null on the desktop, where `path` is what the user chose. */
  url: string | null;
  bytes: number;
};

export type Hello = {
  version: string;
  host: 'desktop' | 'headless';
  platform: string;
  /** Node (and Electron) versions, for the about box. */
  runtime: string;
  /** Decides which options of TLS are had. */
  tlsLibrary: TlsLibrary;
  dataFolder: string;
};

export type LocalAddress = {
  host: string;
  family: 'IPv4' | 'IPv6';
  interfaceName: string;
  internal: boolean;
};
/**
 * Bytes of the disk that captures leave to others, at most a tenth of it. `isFixed`: the command line says so for this
 * run, and what is saved counts again after it.
 */
export type KeepFree = { bytes: number; isFixed: boolean };
export type Workspace = {
  /** Which one is open: a page that knew another begins anew. */
  id: WorkspaceId;
  version: number;
  endpoints: Endpoint[];
  preferences: Preferences;
  layout: Layout;
  keepFree: KeepFree;
  /** Those that ran when the last run ended and were neither started nor dismissed since then. */
  wereRunning: EndpointId[];
};

export type Commands = {
  hello(): Hello;
  workspace(): Workspace;
  workspaces(): KnownWorkspaces;
  /**
   * Opens no socket and reads no other file; null where nothing was chosen. The channel of each page closes then: it comes
   * again. WORKSPACE_RUNS while something runs, without `stops`; all is as it was then, and where it cannot be read.
   */
  openWorkspace(choice: WorkspaceChoice, stops: boolean): Opening | null;
  /** Where it is from now on, with secrets such as a proxy's password or without; null where nothing was chosen. WORKSPACE_EXISTS for a name that is taken. */
  saveWorkspaceAs(name: string, hasSecrets: boolean): string | null;
  /** Where the file and the window differ. What is not kept is written beside the file. */
  settleWorkspace(keep: Keeping): void;
  drafts(): Drafts;
  savePreferences(preferences: Preferences): void;
  saveLayout(layout: Layout): void;
  /** DRAFT_NOT_KEPT when all drafts together would be more than is kept; what was kept of this one stays. */
  saveDraft(id: EndpointId, draft: ComposerDraft): void;
  messages(): SavedMessage[];
  /**
   * Before another one, or behind all; returns their ids. A key that others have goes to the new ones. INVALID_ARGUMENT
   * where there would be more than 1,000, MESSAGES_NOT_KEPT where all together would be more than is kept.
   */
  addMessages(messages: MessageFields[], before: MessageId | null): MessageId[];
  /** What is not named stays. What was written before is kept with the message. Throws as `addMessages`. */
  changeMessage(id: MessageId, change: Partial<MessageFields>): void;
  /** What was written before, the newest first; nothing of a message that is gone. */
  earlierMessages(id: MessageId): WrittenMessage[];
  /** In the order that they have. `folder`: that they are in then; null: as they are. */
  moveMessages(ids: MessageId[], before: MessageId | null, folder: string | null): void;
  /** Returns a number by which `restoreMessages` brings them back to their places, for the last 20 of this run. */
  removeMessages(ids: MessageId[]): number;
  restoreMessages(removal: number): void;
  /** Their names, in the order in which they were made. */
  sequences(): SavedSequence[];
  /** Null of one that is gone. */
  sequence(id: SequenceId): Sequence | null;
  /** INVALID_ARGUMENT where there would be more than 200, SEQUENCES_NOT_KEPT for more than 8 MiB of them. It need not be right. */
  addSequence(sequence: Sequence): SequenceId;
  /** A run that goes on goes on as it began. Throws as `addSequence`. */
  changeSequence(id: SequenceId, sequence: Sequence): void;
  /** Returns a number by which `restoreSequence` brings it back, for the last 20 of this run. */
  removeSequence(id: SequenceId): number;
  restoreSequence(removal: number): void;
  /** For all captures, at once and from now on. INVALID_ARGUMENT where the command line has fixed it. */
  setKeepFree(bytes: number): void;
  localAddresses(): LocalAddress[];

  addEndpoint(settings: EndpointSettings): EndpointId;
  /** Settings that shape a running socket take effect at its next start. */
  changeEndpoint(id: EndpointId, settings: EndpointSettings): void;
  /** Ends its sockets and deletes its capture. */
  removeEndpoint(id: EndpointId): void;

  /** Starts these of `Workspace.wereRunning`, and offers the others no more. */
  startAgain(ids: EndpointId[]): void;
  forgetRunning(): void;
  startListening(id: EndpointId): Address;
  stopListening(id: EndpointId): void;
  /** Resolves when the attempt has begun; its outcome is in the status and the log. */
  connect(id: EndpointId): void;
  /** Ends the client's connection, its attempt, or its automatic reconnect. */
  disconnect(id: EndpointId, how: EndKind): void;
  /** At most 512 rows of what the query finds. */
  connections(id: EndpointId, from: number, count: number, query: ConnectionQuery): ConnectionWindow;
  /** Null where it is not listed any more. */
  connection(id: EndpointId, key: ConnectionKey): ConnectionInfo | null;
  /** Takes ended ones off the list; the log keeps their records. */
  forgetEnded(id: EndpointId): void;
  endConnections(id: EndpointId, target: Target, how: EndKind): void;
  /** Holds back reading, so that the peer's window fills up, or reads again. */
  setReading(id: EndpointId, target: Target, reading: boolean): void;
  /** Connects once without checking the server's certificate; the connection stays marked as not verified. */
  connectAnyway(id: EndpointId): void;
  /** Listens as soon as the address is free; `stopListening` gives it up. */
  startWhenFree(id: EndpointId): void;
  /** Removes the socket file that nobody listens on any more, and nothing else. */
  removeStaleSocket(id: EndpointId): void;

  certificates(): StoredCertificate[];
  /** A leaf for these names and addresses, signed by the local CA, which is made at the first use. */
  makeIdentity(identity: NewIdentity): StoredCertificate;
  importCertificate(files: CertificateFiles): StoredCertificate;
  removeCertificate(id: string): void;
  /** Certificates as PEM, never keys; 'local' is the local CA. */
  saveCertificate(id: string): SavedFile | null;
  saveKeyLog(id: EndpointId): SavedFile | null;
  /**
   * Saved messages, and in our own format endpoints, where the host says; `saved` null when the person cancelled.
   * `refused`: what the format has no place for.
   */
  exportMessages(format: MessageExport): { saved: SavedFile | null; refused: Refusal[] };
  /** One as YAML; null when the person cancelled, INVALID_ARGUMENT for one that is not kept any more. */
  saveSequence(id: SequenceId): SavedFile | null;

  /** The life of the connection that a record belongs to, or of the attempt that never became one. */
  timeline(id: EndpointId, sequence: number): Timeline;
  /** What can be found out about the endpoint's present failure. Takes up to about 3 s. */
  diagnose(id: EndpointId): Diagnosis;
  networkFacts(): NetworkFacts;
  resolveName(host: string): NameAnswer[];

  /** Uploads a long message to an endpoint, in pieces of at most 512 KiB; returns the number of the staged message. */
  stage(id: EndpointId, stage: number | null, bytes: Uint8Array): number;
  unstage(stage: number): void;
  /**
   * Queues exactly these bytes, in order, for every target. Returns how many connections took them. A staged message is
   * gone with that; when it could not be sent it can be tried again. Of a written one, of at most 256 Ki characters, what
   * is made as it is sent is made anew for each target.
   */
  /** What would be sent, made as `send` makes it; nothing is sent or counted. Throws as `send` for what cannot be made. */
  preview(id: EndpointId, target: Target, message: WrittenMessage): Preview;
  send(id: EndpointId, target: Target, message: Uint8Array | { stage: number } | WrittenMessage): number;
  /**
   * Sends so again and again, at most 16 MiB each time; returns the number of the job, which `cancelJob` stops. Of a client
   * it goes on with the next connection. Throws as `send` for the first, and while four of the endpoint run.
   */
  startRepeat(
    id: EndpointId,
    target: Target,
    message: Uint8Array | { stage: number } | WrittenMessage,
    plan: RepeatPlan,
  ): number;
  /**
   * Many connections of a client at once; with a message, each sends it when it is open, made for it. Returns the number of
   * the job, which `cancelJob` stops. EISCONN while the client is connected, INVALID_ARGUMENT for UDP and for more than the
   * process may have.
   */
  startMany(
    id: EndpointId,
    plan: ManyPlan,
    message: Uint8Array | { stage: number } | WrittenMessage | null,
    repeat: RepeatPlan | null,
  ): number;
  /**
   * Goes through the steps on one connection, or with one peer; null: on each that opens from now on, as the steps are
   * then. Returns the number of the job, which `cancelJob` stops. INVALID_ARGUMENT for a peer that has gone, for steps that
   * cannot be gone through, and while the sequence runs.
   */
  startSequence(id: EndpointId, peer: ConnectionId | null, sequence: SequenceId, times: number): number;
  /** Its runs since the engine began, the newest first: those that go on, the last 50 that have ended, and the last that failed. */
  sequenceRuns(sequence: SequenceId): PastRun[];
  /** The newest go of each step of such a run, at most 1,000; none when it is kept no more. */
  sequenceSteps(run: number): StepRun[];

  /**
   * Sends a file that the page reads, as a job, and returns its number. Throws INVALID_ARGUMENT for pieces that a datagram
   * has no room for, and while too many run.
   */
  sendFile(id: EndpointId, target: Target, file: { name: string; size: number }, plan: FilePlan): number;
  /**
   * Its next bytes, at most 512 KiB; null when more may come, and how it ended where it is over, as behind the last. Throws
   * what it failed for.
   */
  filePiece(job: number, bytes: Uint8Array, isLast: boolean): FileEnd | null;
  /** Of captured traffic that the page reads: returns the number by which its pieces come. */
  beginImport(name: string, size: number): number;
  /** The next bytes, at most 512 KiB; null when more may come, and what became of it where it is over, as behind the last. */
  importPiece(number: number, bytes: Uint8Array, isLast: boolean): ImportedCapture | null;
  /** Nothing of it stays. */
  cancelImport(number: number): void;
  pauseFile(job: number, isPaused: boolean): void;
  /** The page cannot read it any further. */
  fileUnreadable(job: number): void;
  /**
   * Messages of this run may read it from now on, if the host has it so. Throws NAME_REFUSED, and the system's error for
   * a file that is not there.
   */
  allowName(name: OutsideName): void;

  /** `reading`: records, or the frames that the endpoint's settings of now cut out of its streams. */
  openView(id: EndpointId, filter: Filter, reading: Reading): ViewSummary;
  closeView(view: ViewId): void;
  /** At most 512 rows, packed as `shared/wire/row-window.ts` says. Rows that do not exist (yet) are left out. */
  rows(view: ViewId, from: number, count: number): Uint8Array;
  /** Row of byte `within` of a record in a view, or of the nearest later record. */
  rowOf(view: ViewId, sequence: number, within: number): number;
  /**
   * A byte for each of at most 512 equal stretches of the rows `from` to `end - 1`, with a bit for each of at most 8 `others`
   * that has a row there; of fewer rows, a byte for each, with a bit for those that have that row.
   */
  rowMarks(view: ViewId, others: ViewId[], from: number, end: number, parts: number): Uint8Array;
  /** The first row at a time, in milliseconds since the epoch, or later; their number where there is none. */
  rowAtTime(view: ViewId, time: number): number;
  /** Which record holds a byte of the payloads of the log, of one connection or of all; null behind the last one. */
  recordOfByte(
    id: EndpointId,
    connection: number | null,
    direction: StreamDirection,
    at: number,
  ): PlacedByte | null;
  /** A connection, or UDP peer, as a conversation; at most 8 of a page. */
  openStream(id: EndpointId, connection: number, direction: StreamDirection): StreamSummary;
  closeStream(stream: number): void;
  /** The rows that begin at places `from` to `to - 1`, at most 512. */
  streamRows(stream: number, form: StreamForm, from: number, to: number): StreamRow[];
  /** Place of byte `within` of a record, or of the nearest later record. */
  streamPlace(stream: number, sequence: number, within: number): number;
  /** The bytes at places `from` to `to - 1`, at most 256 KiB. */
  streamPieces(stream: number, from: number, to: number): StreamPieces;
  /** From a place on, or before it; in 8 MiB at most. */
  findInStream(stream: number, pattern: StreamPattern, from: number, isBackwards: boolean): StreamFound;
  /** All matches from a place on, at most 1,000; in 8 MiB at most. */
  matchesInStream(stream: number, pattern: StreamPattern, from: number): StreamMatches;
  /** What is at places `from` to `to - 1` as a file, as a job; as `saveLog`. */
  saveStream(stream: number, from: number, to: number, as: StreamFile): SavedFile | null;
  /** What a page cannot unpack by itself: at most a MiB of brotli, to a MiB at most. */
  unpackBrotli(bytes: Uint8Array): Unpacked;
  /** Goes through a log as a job, and names the first 200 damaged places; null when it was cancelled. */
  verifyLog(id: EndpointId): Verified | null;
  /** Makes a capture of what is whole of it, as a job; null when that was cancelled. */
  repairLog(id: EndpointId): EndpointId | null;
  record(id: EndpointId, sequence: number): RecordInfo;
  /** Records of the log that have a bookmark, a note or tags, in their order. */
  annotations(id: EndpointId): AnnotatedRecord[];
  /**
   * For 1 to 512 records; what is not named stays. Resolves when it is on the disk. INVALID_ARGUMENT where more than 10,000
   * would have something.
   */
  annotate(id: EndpointId, sequences: number[], change: Partial<Annotation>): void;
  /** At most 256 KiB of a record's payload. */
  payload(id: EndpointId, sequence: number, offset: number, length: number): Uint8Array;
  /** The same of a frame. */
  frameBytes(id: EndpointId, frame: FrameRef, offset: number, length: number): Uint8Array;
  /**
   * Both streams of a connection, by the number of the record that opened it, as stretches for `frameBytes`: at most 4 MiB
   * of each. null: nothing went that way.
   */
  connectionStreams(id: EndpointId, connection: number): ConnectionStreams;
  /**
   * What a message that begins there may have been packed with; null where that is not known, as where it is more than 8 MiB
   * behind what was asked for last of the stream.
   */
  packedBefore(id: EndpointId, point: StreamPoint): Earlier | null;
  /** Where each read but the first begins in a frame, at most the first 1,000 of them. */
  frameEdges(id: EndpointId, frame: FrameRef): number[];
  /**
   * Where each write of the other end begins in what was received, at most the first 1,000; none unless that is an endpoint
   * here, too.
   */
  peerWrites(id: EndpointId, frame: FrameRef): number[];
  /**
   * Where frames begin in each of 1 to 512 records, at most the first 1,000 of them; none where the settings of now cut
   * nothing, and in more than one of a log of more than 100,000 records.
   */
  frameStarts(id: EndpointId, sequences: number[]): number[][];
  clearLog(id: EndpointId): void;
  undoClear(id: EndpointId): void;
  /**
   * Writes what a view shows now, as a job that goes on when the view is closed. Null when the user cancelled the dialog
   * or the job, and when it failed: `Summary.jobs` says why.
   */
  saveLog(view: ViewId, format: ExportFormat): SavedFile | null;
  /**
   * The same as a plan says, where `chooseExport` has found a place; null: the person is asked. INVALID_ARGUMENT for a rule
   * that cannot be read, and for less than all of a log as a capture.
   */
  exportLog(view: ViewId, plan: ExportPlan, place: number | null): SavedFile | null;
  /** Asks the person where it goes; null when that was cancelled. */
  chooseExport(view: ViewId, plan: ExportPlan): { place: number; path: string } | null;
  /**
   * How that would begin, and what it would remove. The next one of a page ends the one before, as `endPreview` does:
   * CANCELLED.
   */
  previewExport(view: ViewId, plan: ExportPlan): ExportPreview;
  endPreview(): void;
  /**
   * Adds up what the messages of a log come to, from its beginning on and as it grows; returns its number. Close it.
   * INVALID_ARGUMENT while a page has eight.
   */
  openStatistics(id: EndpointId, plan: StatisticsPlan): number;
  statistics(id: number): Statistics;
  closeStatistics(id: number): void;
  /** What they are now, as CSV; null when the person cancelled. */
  saveStatistics(id: number): SavedFile | null;
  /** Ends a job that runs; one that has ended or failed is not told of any more. */
  cancelJob(id: number): void;
};

export type Events = {
  /** The next summary follows when this one has been answered. */
  summary(summary: Summary): void;
  /** A menu command of the desktop shell, by the name of an action of the page. */
  action(name: string): void;
  /** A capture file that the system or a command line named is here now. `file`: its name. */
  imported(imported: ImportedCapture, file: string): void;
  /** Another workspace was opened: the page begins anew, and its channel closes soon. */
  anew(): void;
};
