import { formatAddress } from '../../shared/address.ts';
import type { Commands, RecordInfo } from '../../shared/contract.ts';
import type { EndpointId } from '../../shared/domain.ts';
import type { ByteRange } from '../lib/hex-rows.ts';
import { isPayload, type RecordDetail } from '../../shared/records.ts';
import type { Remote } from '../../shared/wire/rpc.ts';
import { asTyped } from '../../shared/typed.ts';
import { inspectedBytes } from '../lib/value-inspector.ts';
import type { Marks } from '../lib/byte-runs.ts';
import { Payload } from './payload.svelte.ts';

export type InspectorEngine = Pick<Remote<Commands>, 'record' | 'payload'>;

/** The record that the pane shows, and the selection that all views of its bytes share. */
export class InspectorState {
  record = $state.raw<RecordInfo | null>(null);
  payload = $state.raw<Payload | null>(null);
  /** The view that was used last: bytes are copied as they are seen. */
  usedView = $state<'hex' | 'text'>('hex');
  /** The selection goes from the anchor's byte to the cursor's, both with it, in any order. */
  #anchor = $state(0);
  #cursor = $state(0);
  /** Counts what a view should bring into sight: moves by key and jumps, not clicks. */
  revealed = $state(0);
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

  get marks(): Marks {
    return { selection: this.selection, cursor: this.#cursor };
  }

  get cursor(): number {
    return this.#cursor;
  }

  /** `127.0.0.1:51122` of the record's connection; '' where there is none or it is not known. */
  get peer(): string {
    const remote = opened(this.record?.detail) ?? opened(this.record?.opening);
    return remote ? formatAddress(remote) : '';
  }

  get isPayload(): boolean {
    return this.record !== null && isPayload(this.record.kind);
  }

  /** Shows a record, or none. The old one stays until the new one is here; failures reject. */
  async show(endpoint: EndpointId, sequence: number | null): Promise<void> {
    if (sequence === null) {
      this.#asked = null;
      this.#take(null, null);
      return;
    }
    const asked = { endpoint, sequence };
    this.#asked = asked;
    const record = await this.#engine.record(endpoint, sequence);
    if (this.#asked !== asked) return;
    const length = isPayload(record.kind) ? record.length : 0;
    this.#take(record, new Payload(this.#engine, endpoint, sequence, length));
  }

  /** Puts the cursor on a byte; with `extend` the selection's other end stays. */
  moveTo(offset: number, extend: boolean, reveal = true): void {
    const last = Math.max(0, (this.payload?.length ?? 0) - 1);
    this.#cursor = Math.min(last, Math.max(0, Math.floor(offset)));
    if (!extend) this.#anchor = this.#cursor;
    this.#wantValues();
    if (reveal) this.revealed++;
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

  #take(record: RecordInfo | null, payload: Payload | null): void {
    this.payload?.close();
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

const opened = (detail: RecordDetail | null | undefined) =>
  detail?.kind === 'opened' ? detail.remote : null;

/** `1024` or `0x400`, within a payload of `length` bytes; null for anything else. */
export function parseOffset(text: string, length: number): number | null {
  const typed = asTyped(text).trim().replaceAll(/[,_]/g, '');
  if (!/^(\d+|0x[0-9a-f]+)$/i.test(typed)) return null;
  const offset = Number(typed);
  return offset < length ? offset : null;
}
