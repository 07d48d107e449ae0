/** An engine without sockets for tests of panes: records from a function, over the same channel protocol as the real one. */
import type { Earlier } from '../../shared/decoding/context.ts';
import { EarlierFrames } from '../../shared/decoding/earlier.ts';
import { inflate } from '../../shared/decoding/inflate.ts';
import type { AnnotatedRecord } from '../../shared/annotations.ts';
import type { Channel } from '../../shared/wire/channel.ts';
import type { Commands, EndpointSummary, Events, Job, RecordInfo, Summary } from '../../shared/contract.ts';
import { readFilter, type Filter } from '../../shared/filter/filter.ts';
import type { ListenerSettings } from '../../shared/settings/settings.ts';
import { defaultListener } from '../../shared/settings/endpoint.ts';
import { emptyLayout, usualPreferences } from '../../shared/layout.ts';
import type { RecordDetail } from '../../shared/records.ts';
import { encodeRows, previewLength, type Row } from '../../shared/wire/row-window.ts';
import { serveRpc, type Local, type Remote } from '../../shared/wire/rpc.ts';

export type TestRecord =
  | { kind: 'sent' | 'received'; payload: Uint8Array; length?: number }
  | { kind: RecordDetail['kind']; detail: RecordDetail };

export const testPeer = { host: '127.0.0.1', port: 51122, family: 'IPv4' } as const;
export const opening: TestRecord = {
  kind: 'opened',
  detail: {
    kind: 'opened',
    socket: 'stream',
    origin: 'accepted',
    local: { ...testPeer, port: 9000 },
    remote: testPeer,
    carried: false,
  },
};
const encoder = new TextEncoder();
export const received = (text: string): TestRecord => ({ kind: 'received', payload: encoder.encode(text) });
export const sent = (text: string): TestRecord => ({ kind: 'sent', payload: encoder.encode(text) });

const settings: ListenerSettings = { ...defaultListener(), name: 'echo lab' };
const startTime = Date.UTC(2026, 10, 20, 14, 2, 11);

export class TestEngine {
  count: number;
  /** Records before this one were cleared. */
  first = 0;
  /** Rows that a size limit took before them. */
  fallen = 0;
  canUndoClear = false;
  lost: number | null = 0;
  /** Row windows asked for and not answered; `most` were so at once. */
  underWay = 0;
  most = 0;
  rowRequests = 0;
  payloadBytes = 0;
  /** Answers to `rows` wait for this. */
  hold: Promise<void> = Promise.resolve();
  jobs: Job[] = [];
  annotations: AnnotatedRecord[] = [];
  readonly filters: Filter[] = [];
  /** Commands that a test answers itself, set before the channel opens. */
  more: Partial<Local<Commands>> = {};
  #views = new Map<number, Filter>();
  /** What filters find has not been looked for yet. */
  isSearching = false;
  #page: Remote<Events> | null = null;
  readonly #record: (sequence: number) => TestRecord;

  constructor(count: number, record: (sequence: number) => TestRecord) {
    this.count = count;
    this.#record = record;
  }

  static of(records: readonly TestRecord[]): TestEngine {
    return new TestEngine(records.length, (sequence) => records[sequence]!);
  }

  openChannel = (): Promise<Channel> => {
    const [page, engine] = channelPair();
    this.#page = serveRpc<Commands, Events>(engine, this.#commands() as Local<Commands>);
    return Promise.resolve(page);
  };

  /** Tells the page the present counts, and waits until it has drawn them. */
  async summarize(): Promise<void> {
    await this.#page?.summary(this.#summary());
  }

  #rowsOf(filter: Filter): number[] | null {
    if (isOfTrack(filter)) return [];
    const read = readFilter(filter.text);
    if (filter.text === '' || !read.ok) return null;
    if (this.isSearching) return [];
    const all = Array.from({ length: this.count - this.first }, (_, i) => this.first + i);
    return all.filter((sequence) => {
      const record = this.#record(sequence);
      return read.filter.test({
        kind: record.kind,
        connection: 0,
        ...{ length: 'payload' in record ? record.payload.length : 0, frame: null },
        annotation: this.annotations.find((each) => each.sequence === sequence) ?? null,
        ...{ time: startTime + sequence * 1.5, previous: startTime + (sequence - 1) * 1.5 },
        somePiece: (passes) => 'payload' in record && passes(record.payload),
        someSentence: (passes) => 'detail' in record && passes(JSON.stringify(record.detail)),
        somePeer: (passes) => passes(`${testPeer.host}:${testPeer.port}`, ''),
        someDecoded: () => false,
      });
    });
  }

  #sequenceOf(filter: Filter, row: number): number | undefined {
    const rows = this.#rowsOf(filter);
    if (rows) return rows[row];
    return row < this.count - this.first ? this.first + row : undefined;
  }

  #row(row: number, sequence: number): Row {
    const record = this.#record(sequence);
    const preview =
      'detail' in record
        ? encoder.encode(JSON.stringify(record.detail))
        : record.payload.slice(0, previewLength);
    return {
      row,
      sequence,
      time: startTime + sequence * 1.5,
      previousTime: startTime + Math.max(0, sequence - 1) * 1.5,
      kind: record.kind,
      connection: 0,
      peer: `${testPeer.host}:${testPeer.port}`,
      length: 'detail' in record ? preview.length : (record.length ?? record.payload.length),
      preview,
      frame: null,
    };
  }

  #viewSummary(id: number) {
    const filter = this.#views.get(id)!;
    const total = this.count - this.first;
    return {
      id,
      rows: this.#rowsOf(filter)?.length ?? total,
      scanned: this.isSearching ? 0 : total,
      total,
      begun: 0,
      failure: null,
      ...(this.fallen > 0 && { fallen: this.fallen }),
    };
  }

  #summary(): Summary {
    const endpoint: EndpointSummary = {
      id: 'lab',
      status: { role: 'listener', state: 'listening', local: null, failure: null, refused: 0, udp: null },
      running: null,
      receivedBytes: 0,
      sentBytes: 0,
      queuedBytes: 0,
      openConnections: 0,
      listedConnections: 0,
      firstConnection: null,
      connectionsVersion: 0,
      records: this.count - this.first,
      lost: this.lost,
      diskBytes: 0,
      captureFailure: null,
      canUndoClear: this.canUndoClear,
      capturedAt: null,
      annotationsVersion: `${this.annotations.length}-${this.first}`,
      answered: [],
    };
    return {
      time: startTime,
      workspaceVersion: 1,
      workspaceFile: null,
      messagesVersion: 1,
      sequencesVersion: 1,
      notices: [],
      endpoints: [endpoint],
      views: [...this.#views.keys()].map((id) => this.#viewSummary(id)),
      streams: [],
      jobs: this.jobs,
      openSockets: 0,
      diskBytes: 0,
      receivedBytesPerSecond: 0,
      sentBytesPerSecond: 0,
      recordsPerSecond: 0,
      delayMs: 0,
    };
  }

  async #answerRows(view: number, from: number, count: number): Promise<Uint8Array> {
    this.rowRequests++;
    this.most = Math.max(this.most, ++this.underWay);
    await this.hold;
    this.underWay--;
    const filter = this.#views.get(view)!;
    const rows: Row[] = [];
    for (let row = from; row < from + count; row++) {
      const sequence = this.#sequenceOf(filter, row);
      if (sequence !== undefined) rows.push(this.#row(row, sequence));
    }
    return encodeRows(rows);
  }

  #info(sequence: number): RecordInfo {
    const { time, previousTime, kind, connection, length } = this.#row(0, sequence);
    const record = this.#record(sequence);
    const detail = 'detail' in record ? record.detail : null;
    const openingDetail = 'detail' in opening ? opening.detail : null;
    return {
      sequence,
      time,
      previousTime,
      kind,
      connection,
      length,
      before: new Uint8Array(0),
      detail,
      opening: openingDetail,
      openingTime: startTime,
    };
  }

  #commands(): Partial<Local<Commands>> {
    return {
      hello: () => ({
        version: '0',
        host: 'headless',
        platform: 'linux',
        runtime: '',
        tlsLibrary: 'OpenSSL',
        dataFolder: '',
      }),
      workspace: () => ({
        id: 'own',
        version: 1,
        endpoints: [{ id: 'lab', settings }],
        preferences: usualPreferences,
        layout: emptyLayout,
        keepFree: { bytes: 0, isFixed: false },
        wereRunning: [],
      }),
      localAddresses: () => [],
      annotations: () => this.annotations,
      drafts: () => ({}),
      savePreferences: () => undefined,
      saveLayout: () => undefined,
      saveDraft: () => undefined,
      openView: (_, filter) => {
        const id = this.#views.size + 1;
        this.#views.set(id, filter);
        if (!isOfTrack(filter)) this.filters.push(filter);
        return this.#viewSummary(id);
      },
      closeView: () => undefined,
      rows: (view, from, count) => this.#answerRows(view, from, count),
      rowOf: (view, sequence) => {
        const rows = this.#rowsOf(this.#views.get(view)!);
        return rows ? rows.findIndex((each) => each >= sequence) : sequence - this.first;
      },
      rowAtTime: () => 0,
      rowMarks: () => new Uint8Array(0),
      record: (_, sequence) => this.#info(sequence),
      payload: (_, sequence, offset, length) => {
        const record = this.#record(sequence);
        const whole = 'detail' in record ? new Uint8Array(0) : record.payload;
        const total = 'detail' in record ? 0 : (record.length ?? whole.length);
        const bytes = new Uint8Array(Math.max(0, Math.min(length, total - offset, 256 * 1024)));
        // A payload said to be longer than its bytes repeats them.
        for (let i = 0; i < bytes.length; i++) bytes[i] = whole[(offset + i) % whole.length]!;
        this.payloadBytes += bytes.length;
        return bytes;
      },
      clearLog: () => {
        this.first = this.count;
        this.canUndoClear = true;
      },
      undoClear: () => {
        this.first = 0;
        this.canUndoClear = false;
      },
      saveLog: () => ({ path: '/tmp/log.txt', url: null, bytes: 1000 }),
      ...this.more,
    };
  }
}

/** Two ends of one pipe that copies what it carries, a task later, as a real one does. */
function channelPair(): [Channel, Channel] {
  const { port1, port2 } = new MessageChannel();
  return [ends(port1), ends(port2)];
}

const ends = (port: MessagePort): Channel => ({
  send: (message) => port.postMessage(message),
  onMessage: (listener) => (port.onmessage = ({ data }) => listener(data)),
  onClose: () => undefined,
  close: () => port.close(),
});

/** What marks the track is no filter of a person, and there is nothing to be marked here. */
const isOfTrack = ({ text }: Filter): boolean => text === 'is:failed' || text === 'is:marked';

const inflateRaw = (packed: Uint8Array, earlier: Uint8Array) =>
  inflate(packed, { form: 'raw', limit: 1024 * 1024, earlier });

/** What a WebSocket message behind these may have been packed with. */
export function earlierOf(...records: readonly TestRecord[]): Earlier | null {
  const frames = new EarlierFrames(inflateRaw);
  for (const record of records) if ('payload' in record) frames.add(record.payload);
  return frames.earlier;
}
