/** Prints the records of a capture in their order, at the pace of the output. */
import { formatAddress } from '../../../shared/address.ts';
import type { ExportFormat } from '../../../shared/export-formats.ts';
import type { FilterSubject, FilterTest } from '../../../shared/filter/operators.ts';
import { transports, urlOf, type Transport } from '../../../shared/settings/transports.ts';
import { isPayload, type RecordDetail } from '../../../shared/records.ts';
import { texts } from '../../../shared/texts/index.ts';
import type { Capture } from '../../engine/capture/capture.ts';
import { decodeDetail } from '../../engine/capture/details.ts';
import { kindOf, type Entries } from '../../engine/capture/format.ts';
import { noStream } from '../../engine/capture/recorder.ts';
import { scan } from '../../engine/capture/scan.ts';
import { subjectOf } from '../../engine/reading/filter-subject.ts';
import {
  unknownEnds,
  type Ends,
  type Entry,
  type RecordWriter,
} from '../../engine/reading/exporters/exporter.ts';
import { exporters } from '../../engine/reading/exporters/exporters.ts';
import { JoinedWrites } from '../../engine/reading/exporters/joined-writes.ts';
import { eventLine } from '../../engine/reading/exporters/text.ts';
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
  /** What passes is printed. */
  filter: FilterTest;
  /** Received records to print; the capture may hold more that came before the sockets were closed. */
  mostReceived: number;
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
  #connections = new Map<number, { ends: Ends; peer: string }>();
  /** Of a UDP client until it is bound: programs that read its lines look for that one first. */
  #before: Entry[] | null = null;
  /** Of a UDP client: its own socket. */
  #own: { ends: Ends; peer: string } = { ends: unknownEnds, peer: '' };
  #isRunning = false;
  #failed = false;
  #whenIdle: (() => void)[] = [];
  #stopWatching: () => void;

  constructor(options: PrinterOptions) {
    this.#options = options;
    this.#endpoint = options.url;
    const { format, transport, isListener, output } = options;
    this.#writer = exporters[format].write({ isLive: true, showsPeer: isListener });
    this.#joined = new JoinedWrites((bytes) => output.write(bytes), joinedBytes);
    if (format === 'jsonl' && !transports[transport].hasConnections && !isListener) this.#before = [];
    this.#stopWatching = options.recorder.onRecords(() => this.#wake());
  }

  /** Resolves when everything that is recorded is with the output, or nothing can be any more. */
  async drain(): Promise<void> {
    this.#wake();
    if (this.#isRunning) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  /** True when no record waits. */
  get isIdle(): boolean {
    return !this.#isRunning && this.#next === this.#options.capture.length;
  }

  /** After `drain`, when nothing is recorded any more. */
  async close(): Promise<void> {
    this.#stopWatching();
    const { foot } = this.#writer;
    if (this.#failed || foot === undefined) return;
    await this.#joined.add(foot);
    await this.#joined.flush().catch(this.#options.onFailure);
  }

  #wake(): void {
    if (this.#isRunning || this.#failed || this.#next === this.#options.capture.length) return;
    this.#isRunning = true;
    this.#print().then(
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
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  async #print(): Promise<void> {
    const { head } = this.#writer;
    if (this.#next === 0 && head !== undefined) await this.#joined.add(head);
    await scan(this.#options.capture, { from: this.#next, most: entriesAtOnce }, async (entries) => {
      for (let i = 0; i < entries.count; i++, this.#next++) await this.#printRecord(entries, i);
    });
    await this.#joined.flush();
  }

  async #printRecord(entries: Entries, i: number): Promise<void> {
    const { capture, recorder } = this.#options;
    const kind = kindOf(entries.kind(i));
    const [place, length, stream] = [entries.place(i), entries.length(i), entries.stream(i)];
    const isEvent = !isPayload(kind);
    const detail = entries.isDamaged(i)
      ? (await capture.info(this.#next)).detail
      : isEvent
        ? decodeDetail(kind, await capture.read(place, length))
        : null;
    const told = { sequence: this.#next, time: entries.time(i), kind, stream, detail };
    if (!isEvent || detail !== null) await this.#printEntry(this.#entryOf(told, isEvent ? 0 : length), place);
    const isOver = kind === 'closed' || kind === 'failed';
    if (isOver || (detail?.kind === 'note' && detail.note === 'forgotten')) this.#connections.delete(stream);
    recorder.printed(isEvent ? 0 : length);
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

  async #printEntry(entry: Entry, place: number): Promise<void> {
    const exporter = exporters[this.#options.format];
    if (entry.detail !== null && !exporter.hasLiveEvents) return this.#tellEvent(entry);
    if (this.#before !== null) return this.#printFirst(entry, this.#before);
    if (entry.kind === 'received' && ++this.#received > this.#options.mostReceived) return;
    if (!exporter.takes(entry.kind) || (entry.kind === 'sent' && !this.#options.showsSent)) return;
    if (!(await this.#options.filter(this.#subjectOf(entry, place)))) return this.#tellAddress(entry);
    for await (const part of this.#writer.record(entry, this.#payload(place, entry.length)))
      await this.#joined.add(part);
  }

  #subjectOf({ kind, connection, length, detail, peer }: Entry, place: number): FilterSubject {
    const { capture } = this.#options;
    return subjectOf({
      ...{ kind, stream: connection ?? noStream, length, words: texts },
      bytes: (from, most) => capture.readNow(place + from, most) ?? capture.read(place + from, most),
      detail: () => detail,
      peer: () => peer,
    });
  }

  /** What came before a UDP client was bound follows that; nothing does where it never is. */
  async #printFirst(entry: Entry, before: Entry[]): Promise<void> {
    if (entry.kind === 'resolved') return void before.push(entry);
    this.#before = null;
    const inOrder = entry.kind === 'bound' ? [entry, ...before] : [...before, entry];
    for (const one of inOrder) await this.#printEntry(one, 0);
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

  async *#payload(place: number, length: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < length; at += pieceBytes) {
      const piece = Math.min(pieceBytes, length - at);
      yield (
        this.#options.capture.readNow(place + at, piece) ??
        (await this.#options.capture.read(place + at, piece))
      );
    }
  }
}

const endsOf = ({ local, remote }: Ends): { ends: Ends; peer: string } => ({
  ends: { local, remote },
  peer: remote === null ? '' : formatAddress(remote),
});
