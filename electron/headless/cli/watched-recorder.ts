/** A capture whose new records are told, and which holds sockets back while the printer is far behind. */
import { type RecordDetail, type RecordKind, isPayload } from '../../../shared/records.ts';
import type { Capture } from '../../engine/capture/capture.ts';
import type { Place, Recorder } from '../../engine/capture/recorder.ts';

/** What may wait for a slow reader of the output before peers are no longer read, and when they are read again. */
const heldBytes = 32 * 1024 * 1024;
const relievedBytes = 8 * 1024 * 1024;
/** A record costs about so much besides its bytes; a flood of one-byte chunks must count, too. */
const recordBytes = 128;

export class WatchedRecorder implements Recorder {
  /** Records of received bytes so far. */
  received = 0;
  /** Bytes handed to the kernel so far. */
  sentBytes = 0;
  /** Bytes of all records so far. */
  recordedBytes = 0;
  #capture: Capture;
  #onDetail: (detail: RecordDetail) => void;
  #whenPrinted: (() => void) | null = null;
  readonly #printers: number;
  /** Summed over the printers. */
  #waitingBytes = 0;
  #isHeld = false;
  #isTelling = false;
  #relieved = new Set<() => void>();
  #listeners = new Set<() => void>();

  /** `onDetail` gets each event as it is recorded. `printers`: so many are done with each record one day. */
  constructor(capture: Capture, onDetail: (detail: RecordDetail) => void = () => undefined, printers = 1) {
    this.#printers = printers;
    this.#capture = capture;
    this.#onDetail = onDetail;
  }

  get length(): number {
    return this.#capture.length;
  }

  get congested(): boolean {
    return this.#isHeld || this.#capture.congested;
  }

  /** `listener` runs in the turn after records were appended, once for all of them. */
  onRecords(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A printer is done with a record of `length` bytes. */
  printed(length: number): void {
    this.#waitingBytes -= length + recordBytes;
    if (this.#whenPrinted !== null && this.#waitingBytes === 0) {
      this.#whenPrinted();
      this.#whenPrinted = null;
    }
    if (!this.#isHeld || this.#whenPrinted !== null || this.#waitingBytes > relievedBytes) return;
    this.#isHeld = false;
    this.#relieve();
  }

  /** Holds the sockets back until everything is printed, and calls then. */
  oncePrinted(then: () => void): void {
    this.#whenPrinted = then;
    this.#isHeld = this.#waitingBytes > 0;
  }

  store(bytes: Uint8Array): Place {
    return this.#capture.store(bytes);
  }

  append(kind: RecordKind, stream: number, place: Place, length: number, time?: number): number {
    const sequence = this.#capture.append(kind, stream, place, length, time);
    this.#added(kind, length);
    return sequence;
  }

  record(kind: RecordKind, stream: number, bytes: Uint8Array, time?: number): number {
    const sequence = this.#capture.record(kind, stream, bytes, time);
    this.#added(kind, bytes.length);
    return sequence;
  }

  recordDetail(stream: number, detail: RecordDetail, time?: number): number {
    const sequence = this.#capture.recordDetail(stream, detail, time);
    this.#added(detail.kind, 0);
    this.#onDetail(detail);
    return sequence;
  }

  read(place: Place, length: number): Promise<Uint8Array> {
    return this.#capture.read(place, length);
  }

  readNow(place: Place, length: number): Uint8Array | null {
    return this.#capture.readNow(place, length);
  }

  lend(place: Place, length: number): Uint8Array | null {
    return this.#capture.lend(place, length);
  }

  giveBack(bytes: Uint8Array): void {
    this.#capture.giveBack(bytes);
  }

  onRelieved(listener: () => void): () => void {
    this.#relieved.add(listener);
    if (!this.#isHeld) this.#capture.onRelieved(() => this.#relieve());
    return () => this.#relieved.delete(listener);
  }

  #added(kind: RecordKind, length: number): void {
    if (kind === 'received') this.received++;
    if (kind === 'sent') this.sentBytes += length;
    this.recordedBytes += length;
    this.#waitingBytes += ((isPayload(kind) ? length : 0) + recordBytes) * this.#printers;
    if (this.#waitingBytes > heldBytes) this.#isHeld = true;
    if (this.#isTelling) return;
    this.#isTelling = true;
    setImmediate(() => {
      this.#isTelling = false;
      for (const listener of [...this.#listeners]) listener();
    });
  }

  #relieve(): void {
    // The disk may be behind as well: it tells when it is not.
    if (this.#capture.congested) return void this.#capture.onRelieved(() => this.#relieve());
    if (this.#isHeld) return;
    const listeners = [...this.#relieved];
    this.#relieved.clear();
    for (const listener of listeners) listener();
  }
}
