/** A capture by frames, as rows: each frame where its end was known, and every other record as it is. */
import type { ShownEncodings } from '../../../../shared/encodings/shown.ts';
import { FailureError, type Failure } from '../../../../shared/failure.ts';
import type { Framing } from '../../../../shared/framing/framer.ts';
import type { RecordKind } from '../../../../shared/records.ts';
import type { Texts } from '../../../../shared/texts/index.ts';
import { wordsIn } from '../../../../shared/texts/languages.ts';
import { previewLength, type Row } from '../../../../shared/wire/row-window.ts';
import type { Capture } from '../../capture/capture.ts';
import { damagedPreview, encodeDetail } from '../../capture/details.ts';
import { DamageError, kindNumber, type Entries } from '../../capture/format.ts';
import { goneDetail } from '../../capture/shortened.ts';
import type { Wanted } from '../matches.ts';
import { LiveRows } from '../live-rows.ts';
import type { PlacedRows } from '../row-source.ts';
import { withTorn } from '../torn-characters.ts';
import { FrameScan, mostFrames, type Framings } from './frame-scan.ts';
import type { FoundFrame, FoundRow } from './frame-table.ts';
import { siftOf } from './sift.ts';
import { frameBytes, frameEdges } from './stretch.ts';

/** Edges of a row that its bytes are drawn with. */
const mostEdges = 64;
/** Rows that are looked through for the one in which a byte lies: other connections' frames may stand before it. */
const mostLooked = 100_000;

export class FrameRows extends LiveRows implements PlacedRows {
  /** Where the log begins. */
  base: number;
  /** As of `Matches`. */
  #oldest: number;
  readonly #capture: Capture;
  readonly #framings: Framings;
  readonly #wanted: Wanted;
  readonly #scan: FrameScan;
  readonly #onClosed: () => void;

  /** `onClosed`: nothing of it is read any more. `most`: rows that are kept at most. */
  constructor(
    capture: Capture,
    framings: Framings,
    wanted: Wanted,
    onClosed: (rows: FrameRows) => void = () => undefined,
    most = mostFrames,
  ) {
    super();
    this.#capture = capture;
    this.#framings = framings;
    this.#wanted = wanted;
    this.base = capture.cleared;
    this.#oldest = capture.oldest;
    this.#onClosed = () => onClosed(this);
    const { connection } = wanted;
    const options = { connection, sift: siftOf(capture, wanted, framings), most };
    this.#scan = new FrameScan(capture, framings, () => this.tell(), options);
    this.grow();
  }

  get length(): number {
    return this.#notes + this.#scan.table.length;
  }

  /** Of what the size limit took, before all that was found. */
  get #notes(): number {
    return this.#oldest - this.base;
  }

  #rowAt(row: number): FoundRow | undefined {
    return row < this.#notes ? this.base : this.#scan.table.at(row - this.#notes);
  }

  get scannedTo(): number {
    return this.#scan.scannedTo;
  }

  get begun(): number {
    return this.#scan.begun;
  }

  get failure(): Failure | null {
    return this.#wanted.failure ?? this.#scan.failure;
  }

  /** What is in memory is read, too. */
  get reachable(): number {
    return this.#capture.length;
  }

  get words(): Texts {
    return wordsIn(this.#wanted.language);
  }

  get encodings(): ShownEncodings {
    return this.#wanted.encodings;
  }

  framingOf(kind: RecordKind): Framing | null {
    return kind === 'sent' || kind === 'received' ? this.#framings[kind] : null;
  }

  async rows(from: number, count: number): Promise<Row[]> {
    const first = Math.max(0, from - 1);
    const found: FoundRow[] = [];
    for (let row = first, end = Math.min(from + count, this.length); row < end; row++)
      found.push(this.#rowAt(row)!);
    const records = await this.#records(found.filter((each) => typeof each === 'number'));
    const frames = await this.#frames(found.filter((each) => typeof each !== 'number'));
    const rows = found.map((each) => (typeof each === 'number' ? records.shift()! : frames.shift()!));
    return rows
      .map((row, at) => ({ ...row, row: first + at, previousTime: rows[at - 1]?.time ?? row.time }))
      .slice(from - first);
  }

  async #records(sequences: readonly number[]): Promise<Row[]> {
    const rows = await this.#capture.rows(sequences, 0, this.base);
    return withTorn(this.#capture, rows, this.encodings, this.base);
  }

  /** `row` and `previousTime` are for the caller to set. */
  async #frames(frames: readonly FoundFrame[]): Promise<Row[]> {
    const { oldest } = this.#capture;
    const { entries } = await this.#capture.gather(
      frames.flatMap(({ sequence, last }) => [Math.max(oldest, sequence), Math.max(oldest, last)]),
    );
    const peers = await this.#capture.peers(frames.map(({ stream }) => stream));
    const rows: Row[] = [];
    for (const [at, frame] of frames.entries()) {
      const { sequence, within, last, length, offset, mark, why, direction, stream } = frame;
      const time = entries.time(2 * at + 1);
      const place = {
        row: 0,
        sequence,
        time,
        previousTime: time,
        connection: stream,
        peer: peers[at]!,
        length,
      };
      const note = (preview: Uint8Array): void =>
        void rows.push({ ...place, kind: 'note', preview, frame: null });
      try {
        if (sequence < oldest) throw new FailureError({ code: 'RECORD_GONE' });
        const { preview, edges } = await this.#shown(frame, entries, 2 * at);
        rows.push({ ...place, kind: direction, preview, frame: { within, last, offset, mark, why, edges } });
      } catch (error) {
        const { gone } = this.#capture;
        // Its beginning went, before it was asked for or while it was read.
        if (gone !== null && sequence < this.#capture.oldest) note(encodeDetail(goneDetail(gone)).slice());
        else if (error instanceof DamageError) note(damagedPreview(error.damage, false));
        else throw error;
      }
    }
    return rows;
  }

  /** `at`: the entry of its first record. */
  async #shown(
    frame: FoundFrame,
    entries: Entries,
    at: number,
  ): Promise<{ preview: Uint8Array; edges: number[] }> {
    const shown = Math.min(frame.length, previewLength);
    const from = entries.place(at) + frame.within;
    if (frame.within + shown <= entries.length(at))
      return { preview: await this.#capture.read(from, shown), edges: [] };
    const edges = await frameEdges(this.#capture, frame, { to: shown, most: mostEdges });
    return { preview: await frameBytes(this.#capture, frame, 0, shown), edges };
  }

  async rowOf(sequence: number, within: number): Promise<number> {
    const start = this.rowFrom(sequence);
    if (sequence < this.#oldest || sequence >= this.#capture.length) return start;
    const { entries } = await this.#capture.gather([sequence]);
    const [stream, kind] = [entries.stream(0), entries.kind(0)];
    let nearest = this.length;
    for (let row = start; row < Math.min(this.length, start + mostLooked); row++) {
      const found = this.#rowAt(row)!;
      if (found === sequence) return row;
      if (typeof found === 'number') {
        if (found > sequence) nearest = Math.min(nearest, row);
        continue;
      }
      if (found.last < sequence) continue;
      if (found.stream !== stream || kindNumber(found.direction) !== kind) {
        nearest = Math.min(nearest, row);
        continue;
      }
      const isOfIt = found.sequence === sequence;
      if (isOfIt && found.within > within) return Math.min(nearest, row);
      if (isOfIt ? within < found.within + found.length : found.last > sequence) return row;
      // It ends in this record, or before the byte: that may lie in the next one.
      nearest = row;
    }
    return nearest;
  }

  sequenceAt(row: number): number {
    const found = this.#rowAt(row)!;
    return typeof found === 'number' ? found : found.last;
  }

  rowFrom(sequence: number): number {
    return sequence < this.#oldest ? 0 : this.#notes + this.#scan.table.firstFrom(sequence);
  }

  shorten(): number {
    const notes = this.#notes;
    this.base = this.#capture.cleared;
    this.#oldest = this.#capture.oldest;
    return this.#scan.table.dropBelow(this.#oldest) + notes - this.#notes;
  }

  async hasRows(rows: PlacedRows, from: number, count: number): Promise<boolean[]> {
    const has: boolean[] = [];
    for (let row = from; row < from + count; row++) {
      const place = rows instanceof FrameRows ? rows.#rowAt(row) : rows.sequenceAt(row);
      if (place === undefined) has.push(false);
      else has.push(isSame(place, this.#rowAt(await this.#rowOfPlace(place))));
    }
    return has;
  }

  #rowOfPlace(place: FoundRow): Promise<number> {
    return typeof place === 'number' ? this.rowOf(place, 0) : this.rowOf(place.sequence, place.within);
  }

  payload({ sequence, length, frame }: Row, at: number, most: number): Promise<Uint8Array> {
    if (frame === null) return this.#capture.payload(sequence, at, most);
    return frameBytes(this.#capture, { sequence, length, ...frame }, at, most);
  }

  grow(): void {
    if (this.#wanted.failure === null && this.isRead) this.#scan.grow();
  }

  protected stop(): void {
    void this.halt();
  }

  /** Whoever reads it: no more is looked at. Resolves when nothing is. */
  async halt(): Promise<void> {
    await this.#scan.close();
    this.#onClosed();
    this.tell();
  }
}

const isSame = (one: FoundRow, other: FoundRow | undefined): boolean =>
  typeof one === 'number' || typeof other !== 'object'
    ? one === other
    : one.sequence === other.sequence && one.within === other.within && one.length === other.length;
