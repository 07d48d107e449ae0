/** A recorder in memory for tests of sockets: every record and every byte stays at hand. */
import { readDetail } from '../../../shared/record-detail.ts';
import type { RecordDetail, RecordKind } from '../../../shared/records.ts';
import { newStream, type Place, type Recorder } from '../capture/recorder.ts';
import { now } from '../clock.ts';

export type TestRecord = {
  sequence: number;
  kind: RecordKind;
  stream: number;
  place: Place;
  length: number;
  time: number;
  detail: RecordDetail | null;
};

type Detail<K extends RecordKind> = Extract<RecordDetail, { kind: K }>;

export class TestRecorder implements Recorder {
  readonly records: TestRecord[] = [];
  /** False: only counts of received and sent bytes are kept, for tests of bounded memory. */
  readonly keepsBytes: boolean;
  /** True: `readNow` answers null, as for bytes that have left memory. */
  forgetful = false;
  congested = false;
  #blocks: { place: Place; bytes: Uint8Array }[] = [];
  #stored = 0;
  #onRelieved = new Set<() => void>();

  constructor(keepsBytes = true) {
    this.keepsBytes = keepsBytes;
  }

  get length(): number {
    return this.records.length;
  }

  store(bytes: Uint8Array): Place {
    const place = this.#stored;
    if (this.keepsBytes) this.#blocks.push({ place, bytes: Uint8Array.from(bytes) });
    this.#stored += bytes.length;
    return place;
  }

  append(kind: RecordKind, stream: number, place: Place, length: number, time = now()): number {
    return this.#push({ sequence: this.length, kind, stream, place, length, time, detail: null });
  }

  record(kind: RecordKind, stream: number, bytes: Uint8Array, time = now()): number {
    return this.append(kind, stream, this.store(bytes), bytes.length, time);
  }

  /** Throws for a detail that would not be read back from a capture. */
  recordDetail(stream: number, detail: RecordDetail, time = now()): number {
    const json = JSON.stringify(detail);
    if (readDetail(detail.kind, new TextEncoder().encode(json)) === null)
      throw new Error(`A record that nobody could read: ${json}`);
    const place = this.#stored;
    return this.#push({ sequence: this.length, kind: detail.kind, stream, place, length: 0, time, detail });
  }

  async read(place: Place, length: number): Promise<Uint8Array> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.#copy(place, length);
  }

  readNow(place: Place, length: number): Uint8Array | null {
    return this.forgetful ? null : this.#copy(place, length);
  }

  lend(place: Place, length: number): Uint8Array | null {
    return this.readNow(place, length);
  }

  giveBack(): void {
    // A copy is nobody else's.
  }

  onRelieved(listener: () => void): () => void {
    this.#onRelieved.add(listener);
    return () => this.#onRelieved.delete(listener);
  }

  /** Ends the congestion, as a disk does that has caught up. */
  relieve(): void {
    this.congested = false;
    const listeners = [...this.#onRelieved];
    this.#onRelieved.clear();
    for (const listener of listeners) listener();
  }

  details<K extends RecordKind>(kind: K): Detail<K>[] {
    return this.records.flatMap(({ detail }) => (detail?.kind === kind ? [detail as Detail<K>] : []));
  }

  of(stream: number): TestRecord[] {
    return this.records.filter((record) => record.stream === stream);
  }

  /** All bytes of one kind, in order. */
  bytes(kind: 'sent' | 'received', stream?: number): Buffer {
    const wanted = this.records.filter(
      (record) => record.kind === kind && (stream ?? record.stream) === record.stream,
    );
    return Buffer.concat(wanted.map(({ place, length }) => this.#copy(place, length)));
  }

  /** Records that end a connection. */
  ends(): TestRecord[] {
    return this.records.filter(({ kind }) => kind === 'closed' || kind === 'failed');
  }

  #push(record: TestRecord): number {
    if (record.stream === newStream) record.stream = record.sequence;
    this.records.push(record);
    return record.sequence;
  }

  #copy(place: Place, length: number): Uint8Array {
    const out = new Uint8Array(length);
    if (!this.keepsBytes || length === 0) return out;
    let filled = 0;
    for (let index = this.#blockAt(place); filled < length; index++) {
      const block = this.#blocks[index]!;
      const part = block.bytes.subarray(place + filled - block.place).subarray(0, length - filled);
      out.set(part, filled);
      filled += part.length;
    }
    return out;
  }

  /** The last block that begins at or before `place`. */
  #blockAt(place: Place): number {
    let low = 0;
    let high = this.#blocks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#blocks[middle]!.place <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
