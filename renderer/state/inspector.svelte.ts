import type { Address } from '../../shared/address.ts';
import type { Commands, RecordInfo } from '../../shared/contract.ts';
import type { EndpointId } from '../../shared/domain.ts';
import type { FrameRef } from '../../shared/frames.ts';
import type { ByteRange } from '../lib/hex-rows.ts';
import { isPayload, type RecordDetail } from '../../shared/records.ts';
import type { Remote } from '../../shared/wire/rpc.ts';
import { asTyped } from '../../shared/typed.ts';
import { inspectedBytes } from '../../shared/values/inspected-bytes.ts';
import { edgesAt, noEdges, type Marks } from '../lib/byte-runs.ts';
import type { Joined } from './copy-rows.ts';
import { Payload } from './payload.svelte.ts';

export type InspectorEngine = Pick<
  Remote<Commands>,
  'record' | 'payload' | 'frameBytes' | 'frameEdges' | 'frameStarts' | 'peerWrites'
>;
export type Side = 'sent' | 'received';
/** What was sent and what was received of several records, as many bytes as fit. */
export type JoinedSides = Record<Side, Joined> & {
  isPart: boolean;
  range?: ByteRange;
  /** Where in some of the bytes stands what was looked for. */
  found?: (side: Side, within: ByteRange) => readonly ByteRange[];
};
/** Null as soon as something else is wanted. `range`: what is selected where they are of one record alone. */
export type ReadJoined = (isWanted: () => boolean) => Promise<JoinedSides | null>;

/** `isCut`: frames are told apart here, so that a chunk shows where they begin. */
export type ShowOptions = { frame?: FrameRef | null; several?: ReadJoined | null; isCut?: boolean };

/** The record that the pane shows, or several joined, and the selection that all views of its bytes share. */
export class InspectorState {
  record = $state.raw<RecordInfo | null>(null);
  payload = $state.raw<Payload | null>(null);
  /** Whose bytes they are, where they are not the record's. */
  frame = $state.raw<FrameRef | null>(null);
  /** The payloads of several selected rows; null where one record is shown. */
  joined = $state.raw<JoinedSides | null>(null);
  /** Which of them. */
  side = $state<Side>('received');
  /** The view that was used last: bytes are copied as they are seen. */
  usedView = $state<'hex' | 'text'>('hex');
  /** The selection goes from the anchor's byte to the cursor's, both with it, in any order. */
  #anchor = $state(0);
  #cursor = $state(0);
  /** Counts what a view should bring into sight: moves by key and jumps, not clicks. */
  revealed = $state(0);
  #found: JoinedSides['found'];
  #asked: { endpoint: EndpointId; sequence: number } | null = null;
  readonly #engine: InspectorEngine;

  constructor(engine: InspectorEngine) {
    this.#engine = engine;
  }

  // Getters and no `$derived`: an answer may come after the pane that shows this has gone, and a derived with it.
  get selection(): ByteRange {
    return {
      start: Math.min(this.#anchor, this.#cursor),
      end: Math.max(this.#anchor, this.#cursor) + 1,
    };
  }

  /** Of bytes from one to before another one. */
  marksOf(start: number, end: number): Marks {
    const found = this.#found?.(this.side, { start, end }) ?? [];
    return { selection: this.selection, cursor: this.#cursor, edges: this.payload?.edges ?? noEdges, found };
  }

  get cursor(): number {
    return this.#cursor;
  }

  /** The other end of the record's connection; null where there is none or it is not known. */
  get peer(): Address | null {
    return opened(this.record?.detail) ?? opened(this.record?.opening);
  }

  get isPayload(): boolean {
    return this.record !== null && isPayload(this.record.kind);
  }

  /** Shows a record, or none. The old one stays until the new one is here; failures reject. */
  async show(
    endpoint: EndpointId,
    sequence: number | null,
    { frame = null, several = null, isCut = false }: ShowOptions = {},
  ): Promise<void> {
    if (sequence === null) {
      this.#asked = null;
      this.#found = undefined;
      this.joined = null;
      this.#take(null, null);
      return;
    }
    const asked = { endpoint, sequence, frame };
    this.#asked = asked;
    const isWanted = () => this.#asked === asked;
    const [record, joined] = await Promise.all([
      this.#engine.record(endpoint, sequence),
      several?.(isWanted) ?? null,
    ]);
    if (!isWanted()) return;
    this.#found = joined?.found;
    if (joined && joined.sent.records + joined.received.records > 1) {
      this.joined = joined;
      this.record = record;
      const side = record.kind === 'sent' ? 'sent' : 'received';
      this.showSide(joined[side].records > 0 ? side : otherSide[side]);
      return;
    }
    this.joined = null;
    const length = frame?.length ?? (isPayload(record.kind) ? record.length : 0);
    const read = (offset: number, count: number) =>
      frame === null
        ? this.#engine.payload(endpoint, sequence, offset, count)
        : this.#engine.frameBytes(endpoint, frame, offset, count);
    const payload = new Payload(length, read);
    this.#take(record, payload, frame);
    if (joined?.range) this.select(joined.range.start, joined.range.end);
    if (length > 0) void this.#drawEdges(endpoint, record, payload, isCut);
  }

  /** When they are known: nobody waits for them, and without them the bytes are still all there. */
  async #drawEdges(
    endpoint: EndpointId,
    { sequence, kind }: RecordInfo,
    payload: Payload,
    isCut: boolean,
  ): Promise<void> {
    const { frame } = this;
    const whole = frame ?? { sequence, within: 0, last: sequence, length: payload.length };
    const none: number[] = [];
    const [here, peer] = await Promise.all([
      frame
        ? this.#engine.frameEdges(endpoint, frame)
        : isCut
          ? this.#engine.frameStarts(endpoint, [sequence]).then(([starts]) => starts!)
          : none,
      kind === 'received' ? this.#engine.peerWrites(endpoint, whole) : none,
    ]).catch(() => [none, none] as const);
    const inside = here.filter((at) => at > 0);
    if (frame) payload.reads = inside.length + 1;
    payload.writes = peer.length + 1;
    payload.edges = edgesAt(inside, peer);
  }

  /** What is known of the same record by now; its bytes and the selection stay. Failures reject. */
  async readAnew(): Promise<void> {
    const asked = this.#asked;
    if (asked === null || this.record?.sequence !== asked.sequence) return;
    const record = await this.#engine.record(asked.endpoint, asked.sequence);
    if (this.#asked === asked) this.record = record;
  }

  /** What stands before the bytes that are shown, of a character that goes on in them. */
  get before(): Uint8Array {
    if (this.frame !== null) return noBytes;
    return (this.joined === null ? this.record?.before : this.joined[this.side].before) ?? noBytes;
  }

  /** Shows what was sent, or what was received, of the joined rows. */
  showSide(side: Side): void {
    if (this.joined === null) return;
    const { bytes, edges } = this.joined[side];
    this.side = side;
    this.#take(
      this.record,
      new Payload(bytes.length, async (offset, count) => bytes.subarray(offset, offset + count), edges),
    );
  }

  /** Puts the cursor on a byte; with `extend` the selection's other end stays. */
  moveTo(offset: number, extend: boolean, reveal = true): void {
    const last = Math.max(0, (this.payload?.length ?? 0) - 1);
    this.#cursor = Math.min(last, Math.max(0, Math.floor(offset)));
    if (!extend) this.#anchor = this.#cursor;
    this.#wantValues();
    if (reveal) this.revealed++;
  }

  /** Selects a range with the cursor on its first byte; of none the byte where it would be. */
  select(start: number, end: number): void {
    this.moveTo(Math.max(start, end - 1), false, false);
    this.moveTo(start, true);
  }

  selectAll(): void {
    this.#anchor = 0;
    this.#cursor = Math.max(0, (this.payload?.length ?? 0) - 1);
    this.#wantValues();
  }

  /** The selected bytes; all of the record where only the cursor stands. */
  get copied(): ByteRange {
    return this.#anchor === this.#cursor ? { start: 0, end: this.payload?.length ?? 0 } : this.selection;
  }

  /** What `copied` says. Fetches it: look at its length first. */
  async readCopied(): Promise<Uint8Array> {
    const { start, end } = this.copied;
    return (await this.payload?.read(start, end)) ?? new Uint8Array(0);
  }

  #take(record: RecordInfo | null, payload: Payload | null, frame: FrameRef | null = null): void {
    this.payload?.close();
    this.frame = frame;
    this.record = record;
    this.payload = payload;
    this.#anchor = 0;
    this.#cursor = 0;
    this.#wantValues();
  }

  #wantValues(): void {
    const { start } = this.selection;
    this.payload?.want('values', start, start + inspectedBytes);
  }
}

const noBytes = new Uint8Array(0);
const otherSide = { sent: 'received', received: 'sent' } as const;

const opened = (detail: RecordDetail | null | undefined) =>
  detail?.kind === 'opened' ? detail.remote : null;

/** `1024` or `0x400`, within a payload of `length` bytes; null for anything else. */
export function parseOffset(text: string, length: number): number | null {
  const typed = asTyped(text).trim().replaceAll(/[,_]/g, '');
  if (!/^(\d+|0x[0-9a-f]+)$/i.test(typed)) return null;
  const offset = Number(typed);
  return offset < length ? offset : null;
}
