/** Prints the records of a capture in their order, at the pace of the output. */
import { formatAddress } from '../../../shared/address.ts';
import type { MessageDecoding } from '../../../shared/decoding/choice.ts';
import type { ExportFormat } from '../../../shared/export-formats.ts';
import { readingIn } from '../../../shared/encodings/reading.ts';
import { encodingOf, type ShownEncodings } from '../../../shared/encodings/shown.ts';
import type { FilterSubject, FilterTest } from '../../../shared/filter/operator.ts';
import { transports, urlOf, type Transport } from '../../../shared/settings/transports.ts';
import type { Framing } from '../../../shared/framing/framer.ts';
import { isPayload, type RecordDetail } from '../../../shared/records.ts';
import { texts } from '../../../shared/texts/index.ts';
import type { Capture } from '../../engine/capture/capture.ts';
import { now } from '../../engine/clock.ts';
import { decodeDetail } from '../../engine/capture/details.ts';
import { kindOf, type Entries } from '../../engine/capture/format.ts';
import { noStream } from '../../engine/capture/recorder.ts';
import { scan } from '../../engine/capture/scan.ts';
import { subjectOf } from '../../engine/reading/filter-subject.ts';
import { EarlierMessages, earlierOf } from '../../engine/reading/earlier-messages.ts';
import { toldDecoded, type Decoding } from '../../engine/reading/exporters/decoded.ts';
import {
  unknownEnds,
  type Ends,
  type Entry,
  type RecordWriter,
} from '../../engine/reading/exporters/exporter.ts';
import { exporters } from '../../engine/reading/exporters/exporters.ts';
import { JoinedWrites } from '../../engine/reading/exporters/joined-writes.ts';
import { eventLine } from '../../engine/reading/exporters/text.ts';
import { tailBefore, tornBefore, type TornPayload } from '../../engine/reading/torn-characters.ts';
import { FramedStreams, type FramedEntry } from './framed-streams.ts';
import type { Output } from './output.ts';
import type { WatchedRecorder } from './watched-recorder.ts';

export type PrinterOptions = {
  capture: Capture;
  recorder: WatchedRecorder;
  output: Output;
  /** Where events go that are no part of the output. */
  tell: (line: string) => void;
  format: ExportFormat;
  transport: Transport;
  url: string;
  isListener: boolean;
  /** What bytes are read in. */
  encodings: ShownEncodings;
  /** What passes is printed. */
  filter: FilterTest;
  /** What is printed in place of chunks; null: chunks. */
  framing: Framing | null;
  /** As what payloads are read, beside what they are; null: as nothing. */
  decoding: Decoding | null;
  /** As what the filter reads them. */
  read: MessageDecoding;
  /** Received records, or frames, to print; the capture may hold more that came before the sockets were closed. */
  mostReceived: number;
  /** So many have come. */
  onMost: () => void;
  /** False where the user has typed what is sent on the terminal that shows it. */
  showsSent: boolean;
  /** Nothing can be printed any more. */
  onFailure: (error: unknown) => void;
};

/** Index entries that are read at a time. */
const entriesAtOnce = 512;
/** Bytes of a payload that are in memory at a time; whole lines of the hex format. */
const pieceBytes = 256 * 1024;
/** Output that is joined to one write while there is more to print. */
const joinedBytes = 64 * 1024;

export class Printer {
  #options: PrinterOptions;
  #writer: RecordWriter;
  #joined: JoinedWrites;
  #endpoint: string;
  #next = 0;
  #received = 0;
  /** Time of the entry before; null for the first. */
  #previous: number | null = null;
  #connections = new Map<number, { ends: Ends; peer: string }>();
  /** Of a UDP client until it is bound: programs that read its lines look for that one first. */
  #before: Entry[] | null = null;
  /** Of a UDP client: its own socket. */
  #own: { ends: Ends; peer: string } = { ends: unknownEnds, peer: '' };
  #earlier: ReturnType<typeof earlierOf>;
  #framed: FramedStreams | null;
  #silence: NodeJS.Timeout | null = null;
  #isRunning = false;
  #failed = false;
  #whenIdle: (() => void)[] = [];
  #stopWatching: () => void;

  constructor(options: PrinterOptions) {
    this.#options = options;
    this.#endpoint = options.url;
    this.#earlier = earlierOf(new EarlierMessages(options.capture));
    const { format, transport, isListener, output, framing } = options;
    this.#framed = framing && new FramedStreams(framing);
    const isDecoded = options.decoding !== null;
    this.#writer = exporters[format].write({ transport, isLive: true, showsPeer: isListener, isDecoded });
    this.#joined = new JoinedWrites((bytes) => output.write(bytes), joinedBytes);
    if (format === 'jsonl' && !transports[transport].hasConnections && !isListener) this.#before = [];
    this.#stopWatching = options.recorder.onRecords(() => this.#wake());
  }

  /** Resolves when everything that is recorded is with the output, or nothing can be any more. */
  async drain(): Promise<void> {
    this.#wake();
    if (this.#isRunning) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  /** The record that is printed next. */
  get next(): number {
    return this.#next;
  }

  /** True when no record waits. */
  get isIdle(): boolean {
    return !this.#isRunning && this.#next === this.#options.capture.length;
  }

  /** After `drain`, when nothing is recorded any more. */
  async close(): Promise<void> {
    this.#stopWatching();
    clearTimeout(this.#silence ?? undefined);
    const { foot } = this.#writer;
    if (this.#failed || foot === undefined) return;
    await this.#joined.add(foot);
    await this.#joined.flush().catch(this.#options.onFailure);
  }

  #wake(): void {
    if (this.#isRunning || this.#failed || this.#next === this.#options.capture.length) return;
    this.#run(() => this.#print());
  }

  #run(work: () => Promise<void>): void {
    this.#isRunning = true;
    work().then(
      () => this.#rest(),
      (error: unknown) => {
        this.#failed = true;
        this.#rest();
        this.#options.onFailure(error);
      },
    );
  }

  #rest(): void {
    this.#isRunning = false;
    // Something was recorded between the last look and now.
    if (!this.#failed && this.#next < this.#options.capture.length) return this.#wake();
    this.#waitForSilence();
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  /** Everything is printed: a frame that ends by a pause has no record that would tell. */
  #waitForSilence(): void {
    clearTimeout(this.#silence ?? undefined);
    const due = this.#framed?.due ?? Infinity;
    if (this.#failed || due === Infinity) return;
    this.#silence = setTimeout(() => this.#onSilence(), Math.max(0, due - now()));
  }

  #onSilence(): void {
    // Else what is printed next tells how late it is.
    if (this.#isRunning || this.#next < this.#options.capture.length) return;
    this.#run(async () => {
      await this.#printFrames(this.#framed!.elapse(now()));
      await this.#joined.flush();
    });
  }

  async #print(): Promise<void> {
    const { head } = this.#writer;
    if (this.#next === 0 && head !== undefined && head.length > 0) await this.#joined.add(head);
    await scan(this.#options.capture, { from: this.#next, most: entriesAtOnce }, async (entries) => {
      for (let i = 0; i < entries.count; i++, this.#next++) await this.#printRecord(entries, i);
    });
    await this.#joined.flush();
  }

  async #printRecord(entries: Entries, i: number): Promise<void> {
    const { capture, recorder } = this.#options;
    const kind = kindOf(entries.kind(i));
    const [place, length, stream] = [entries.place(i), entries.length(i), entries.stream(i)];
    if (kind === 'sent' && this.#passesOver) {
      this.#previous = entries.time(i);
      return recorder.printed(length);
    }
    const isEvent = !isPayload(kind);
    const detail = entries.isDamaged(i)
      ? (await capture.info(this.#next)).detail
      : isEvent
        ? decodeDetail(kind, await capture.read(place, length))
        : null;
    const told = { sequence: this.#next, time: entries.time(i), kind, stream, detail };
    const isOver = kind === 'closed' || kind === 'failed';
    if (isOver) await this.#printFrames(this.#framed?.finish(stream) ?? []);
    if (!isEvent || detail !== null) {
      const entry = this.#entryOf(told, isEvent ? 0 : length);
      if (isEvent) await this.#printEntry(entry, this.#stored(place));
      else if (this.#framed !== null) await this.#frame(this.#framed, this.#read(entry, stream), place);
      else await this.#printEntry(await this.#readOn(entry, stream, place), this.#stored(place));
    }
    if (isOver || (detail?.kind === 'note' && detail.note === 'forgotten')) this.#connections.delete(stream);
    recorder.printed(isEvent ? 0 : length);
  }

  /** Nothing is made of what is sent. */
  get #passesOver(): boolean {
    const { format, showsSent } = this.#options;
    return this.#framed === null && this.#before === null && !(exporters[format].takes('sent') && showsSent);
  }

  #entryOf(
    record: {
      sequence: number;
      time: number;
      kind: Entry['kind'];
      stream: number;
      detail: RecordDetail | null;
    },
    length: number,
  ): Entry {
    const { stream, detail, ...rest } = record;
    if (detail?.kind === 'listening') this.#endpoint = urlOf(this.#options.transport, detail.local);
    if (detail?.kind === 'bound') this.#own = endsOf(detail);
    if (detail?.kind === 'opened') this.#connections.set(stream, endsOf(detail));
    const { ends, peer } = this.#connections.get(stream) ?? this.#own;
    const connection = stream === noStream ? null : stream;
    return { ...rest, endpoint: this.#endpoint, connection, ends, peer, length, detail };
  }

  /** With what it is read in. */
  #read(entry: Entry, stream: number, before?: Uint8Array): Entry {
    const { encodings } = this.#options;
    if (entry.kind !== 'sent' && entry.kind !== 'received') return entry;
    const encoding = encodingOf(encodings, stream, entry.kind);
    return { ...entry, reading: readingIn(encoding, before, before !== undefined && encodings.carries) };
  }

  /** With what the payloads before it have left of a character, too. */
  async #readOn(entry: Entry, stream: number, place: number): Promise<Entry> {
    const { capture, encodings } = this.#options;
    const first = entry.length === 0 ? nothing : await this.#stored(place).bytes(0, 1);
    return this.#read(entry, stream, await tornBefore(capture, { ...entry, stream }, first, encodings, 0));
  }

  async #frame(framed: FramedStreams, entry: Entry, place: number): Promise<void> {
    for await (const piece of this.#stored(place).pieces(entry.length))
      await this.#printFrames(framed.push(entry, piece));
  }

  async #printFrames(frames: readonly FramedEntry[]): Promise<void> {
    for (const { entry, bytes } of frames) await this.#printEntry(entry, inMemory(bytes));
  }

  async #printEntry(entry: Entry, source: Source): Promise<void> {
    const exporter = exporters[this.#options.format];
    const previous = this.#previous;
    this.#previous = entry.time;
    if (entry.detail !== null && exporter.liveEvents !== 'written') {
      await this.#tellEvent(entry);
      if (exporter.liveEvents === 'told') return;
    }
    if (this.#before !== null) return this.#printFirst(entry, this.#before);
    if (!this.#isWanted(entry)) return;
    if (!exporter.takes(entry.kind) || (entry.kind === 'sent' && !this.#options.showsSent)) return;
    if (!(await this.#options.filter(this.#subjectOf(entry, previous, source))))
      return this.#tellAddress(entry);
    const { decoding } = this.#options;
    const payload = source.pieces(entry.length);
    const told =
      decoding === null ? { entry, payload } : toldDecoded(entry, payload, decoding, this.#earlier);
    for await (const part of this.#writer.record(told.entry, told.payload)) await this.#joined.add(part);
  }

  /** Counts what was received. What is left of a stream is no frame, and goes with those before it. */
  #isWanted({ kind, frame }: Entry): boolean {
    if (kind !== 'received') return true;
    const { mostReceived, onMost } = this.#options;
    if (frame !== undefined && frame.why !== null) return this.#received < mostReceived;
    this.#received++;
    if (this.#received === mostReceived) onMost();
    return this.#received <= mostReceived;
  }

  #subjectOf(
    { sequence, kind, connection, length, time, detail, peer, frame, reading }: Entry,
    previous: number | null,
    { bytes }: Source,
  ): FilterSubject {
    return subjectOf({
      ...(frame === undefined ? {} : { frame, framePayload: () => frame.payload() }),
      decoding: this.#options.read,
      ...{ kind, stream: connection ?? noStream, length, time, previous, words: texts },
      ...(reading ? { encoding: reading.encoding, before: async () => reading.before } : {}),
      tail:
        frame === undefined ? this.#tailOf({ sequence, kind, stream: connection ?? noStream }) : undefined,
      bytes,
      detail: () => detail,
      peer: () => peer,
    });
  }

  /** What is looked for may begin in what a stream carried before. */
  #tailOf(payload: TornPayload): ((most: number) => Promise<Uint8Array>) | undefined {
    const { capture, encodings } = this.#options;
    if (!encodings.carries || !isPayload(payload.kind) || payload.stream === noStream) return undefined;
    return (most) => tailBefore(capture, payload, { most, base: capture.cleared });
  }

  /** What came before a UDP client was bound follows that; nothing does where it never is. */
  async #printFirst(entry: Entry, before: Entry[]): Promise<void> {
    if (entry.kind === 'resolved') return void before.push(entry);
    this.#before = null;
    const inOrder = entry.kind === 'bound' ? [entry, ...before] : [...before, entry];
    for (const one of inOrder) await this.#printEntry(one, this.#stored(0));
  }

  /** Programs wait for it, be it filtered out. */
  #tellAddress({ detail }: Entry): void {
    if (detail?.kind === 'listening')
      this.#options.tell(`${texts.commandLine.listeningOn(this.#endpoint)}\n`);
  }

  async #tellEvent(entry: Entry): Promise<void> {
    const { detail } = entry;
    // What was received before an event is seen before it, where both go to one terminal.
    await this.#joined.flush();
    const { isListener } = this.#options;
    // The failure that ends the run is explained at its end.
    if (detail?.kind === 'failed' && (!isListener || entry.connection === null)) return;
    if (detail?.kind === 'listening') this.#tellAddress(entry);
    else this.#options.tell(eventLine(entry, { isLive: true, showsPeer: false }));
  }

  /** The payload at `place` of the capture. */
  #stored(place: number): Source {
    const { capture } = this.#options;
    const bytes: Source['bytes'] = (from, most) =>
      capture.readNow(place + from, most) ?? capture.read(place + from, most);
    return {
      bytes,
      pieces: async function* (length) {
        for (let at = 0; at < length; at += pieceBytes)
          yield await bytes(at, Math.min(pieceBytes, length - at));
      },
    };
  }
}

const nothing = new Uint8Array(0);

/** Where the bytes of what is printed are. */
type Source = {
  bytes(from: number, most: number): Uint8Array | Promise<Uint8Array>;
  pieces(length: number): AsyncGenerator<Uint8Array>;
};

const inMemory = (whole: Uint8Array): Source => ({
  bytes: (from, most) => whole.subarray(from, from + most),
  pieces: async function* () {
    yield whole;
  },
});

const endsOf = ({ local, remote }: Ends): { ends: Ends; peer: string } => ({
  ends: { local, remote },
  peer: remote === null ? '' : formatAddress(remote),
});
