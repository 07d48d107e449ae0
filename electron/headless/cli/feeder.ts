/** Sends the messages of the options and then standard input, never faster than the peer and the disk take it. */
import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import { FileCutter, type FilePlan } from '../../../shared/file-plan.ts';
import { lineEndBytes, type LineEnd, type Template } from '../../../shared/payload/payload.ts';
import { texts } from '../../../shared/texts/index.ts';
import { type Capabilities } from '../../../shared/settings/transports.ts';
import { monotonic } from '../../engine/clock.ts';
import type { PeerList } from '../../engine/net/endpoint-socket.ts';
import { sendFilled } from '../../engine/net/fillings.ts';
import { isPlainFile, openForReading, readAhead } from './input-files.ts';
import { maxDatagramBytes, type Message } from './messages.ts';
import type { WatchedRecorder } from './watched-recorder.ts';

export type FeederOptions = {
  recorder: WatchedRecorder;
  connections: PeerList;
  transport: Capabilities;
  messages: readonly Message[];
  /** How files go. */
  filePlan: FilePlan;
  input: Readable;
  /** Lines typed at a terminal end so; null: the input is sent as it comes. */
  typedLineEnd: LineEnd | null;
  /** Somebody waits for the end of what is sent, so silent input behind messages ends. */
  isAwaited: boolean;
  /** Input comes behind messages, these or one that is repeated. */
  isBehind: boolean;
  /** Input that nobody has closed counts as ended from now on. */
  onSilence: () => void;
  onFailure: (path: string | null, error: unknown) => void;
  /** The socket does not take what is sent: nothing more is. */
  onRefused: (error: unknown) => void;
};

/** Bytes that may wait to be sent before more is read. */
const mostQueuedBytes = 1024 * 1024;
/** A piece of a stream is one record, so it is no longer than a received one. */
const pieceBytes = 64 * 1024;
/** Standard input that says nothing for so long counts as ended, once something else has asked for the end. */
const silenceMs = 1000;
const lineFeed = 0x0a;
const mostLateMs = 1000;

export class Feeder {
  #options: FeederOptions;
  /** What was given in options is handed over. */
  #isThroughMessages = false;
  #isDone = false;
  #isStopped = false;
  readonly #abort = new AbortController();
  /** Of `--send-file`, while it is read. */
  #file: Readable | null = null;
  /** When input that nobody closes counts as ended: never, as long as it has said nothing, or whenever it is silent. */
  #silenceEnds: 'nothing' | 'unused-input' | 'input' = 'nothing';
  #silence: NodeJS.Timeout | null = null;
  #whenDone: () => void = () => undefined;
  #whenThroughMessages: () => void = () => undefined;
  /** Resolves when what the options say is queued, or never will be. */
  readonly throughMessages = new Promise<void>((resolve) => (this.#whenThroughMessages = resolve));
  /** Resolves when all that is to be sent is queued. */
  readonly done = new Promise<void>((resolve) => (this.#whenDone = resolve));

  constructor(options: FeederOptions) {
    this.#options = options;
  }

  /** Everything that the options say is queued. */
  get isThroughMessages(): boolean {
    return this.#isThroughMessages;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  /** To be called once, when there is a connection. */
  start(): void {
    void this.#feed();
  }

  /** From now on input that is silent for a second counts as ended, and a terminal at once. */
  endWhenSilent(): void {
    if (this.#silenceEnds === 'input') return;
    this.#silenceEnds = 'input';
    if (this.#options.typedLineEnd !== null) this.stop();
    else this.#watchSilence();
  }

  /** Nothing more is read or sent. */
  stop(): void {
    this.#isStopped = true;
    this.#abort.abort();
    this.#options.input.destroy();
    this.#file?.destroy();
    this.#finish();
  }

  async #feed(): Promise<void> {
    const { messages, input } = this.#options;
    for (const message of messages) {
      if ('template' in message) await this.#send(message.template);
      else await this.#sendFile(message.file);
      if (this.#isStopped) return;
    }
    this.#isThroughMessages = true;
    this.#whenThroughMessages();
    const { isAwaited, isBehind, typedLineEnd } = this.#options;
    // Not once it has said something: then it is in use, and what it still has to say must not be cut off.
    if (isAwaited && isBehind && typedLineEnd === null && this.#silenceEnds === 'nothing')
      this.#silenceEnds = 'unused-input';
    this.#watchSilence();
    await this.#sendStream(input, null);
    this.#finish();
  }

  async #sendFile(path: string): Promise<void> {
    const { filePlan, transport } = this.#options;
    try {
      if (filePlan.pieces === null && !transport.hasBoundaries && isPlainFile(path))
        return await this.#sendStream(readAhead(path), path);
      this.#file = openForReading(path, pieceBytes);
    } catch (error) {
      return this.#fail(path, error);
    }
    if (filePlan.pieces !== null) await this.#sendCut(this.#file, path, filePlan);
    else if (transport.hasBoundaries) await this.#sendWhole(this.#file, path);
    else await this.#sendStream(this.#file, path);
    this.#file = null;
  }

  /** One datagram. What has no end, as a device, is not read for ever. */
  async #sendWhole(file: Readable, path: string): Promise<void> {
    const pieces: Uint8Array[] = [];
    let length = 0;
    try {
      for await (const piece of file as AsyncIterable<Uint8Array>) {
        pieces.push(piece);
        length += piece.length;
        if (length > maxDatagramBytes)
          throw new Error(texts.commandLine.problems.longDatagram(maxDatagramBytes));
      }
    } catch (error) {
      if (!this.#isStopped) this.#fail(path, error);
      return;
    }
    await this.#sendBytes(Buffer.concat(pieces));
  }

  /** In pieces at their times, which do not add up; what was late is not made up for by more than a second. */
  async #sendCut(file: Readable, path: string, { pieces, everyMs }: FilePlan): Promise<void> {
    const cutter = new FileCutter(
      pieces,
      this.#options.transport.hasBoundaries ? maxDatagramBytes : undefined,
    );
    let due = monotonic();
    const sendAll = async (isEnd: boolean): Promise<void> => {
      for (let piece = cutter.take(isEnd); piece !== null; piece = cutter.take(isEnd)) {
        const early = due - monotonic();
        if (early > 0) await wait(early, undefined, { signal: this.#abort.signal }).catch(() => undefined);
        if (this.#isStopped) return;
        due = Math.max(due + everyMs, monotonic() - mostLateMs);
        await this.#sendBytes(piece);
      }
    };
    try {
      for await (const read of file as AsyncIterable<Uint8Array>) {
        cutter.push(read);
        await sendAll(false);
        if (this.#isStopped) return;
      }
      await sendAll(true);
    } catch (error) {
      if (!this.#isStopped) this.#fail(path, error);
    }
  }

  async #sendStream(stream: AsyncIterable<unknown>, path: string | null): Promise<void> {
    try {
      for await (const read of stream) {
        if (this.#isStopped) return;
        await this.#sendPieces(read as Buffer<ArrayBuffer>, path === null);
      }
    } catch (error) {
      // Stopping destroys the input while it is read: that is no failure of it.
      if (!this.#isStopped) this.#fail(path, error);
    }
  }

  async #sendPieces(read: Buffer<ArrayBuffer>, isInput: boolean): Promise<void> {
    const { typedLineEnd, transport } = this.#options;
    if (isInput) this.#endSilence();
    if (isInput && this.#silenceEnds === 'unused-input') this.#silenceEnds = 'nothing';
    const bytes = isInput && typedLineEnd !== null ? withEnds(read, typedLineEnd) : read;
    const most = transport.hasBoundaries ? maxDatagramBytes : pieceBytes;
    for (let at = 0; at < bytes.length && !this.#isStopped; at += most)
      await this.#sendBytes(bytes.subarray(at, at + most));
    if (isInput) this.#watchSilence();
  }

  #sendBytes(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.#send({ isFixed: true, fill: () => bytes });
  }

  async #send(template: Pick<Template, 'isFixed' | 'fill'>): Promise<void> {
    const { recorder, connections, transport } = this.#options;
    await this.#room();
    if (this.#isStopped) return;
    try {
      // A stream has no empty messages; a datagram may be empty.
      sendFilled(template, 'all', connections, recorder, (bytes) =>
        bytes.length > 0 || transport.hasBoundaries ? recorder.store(bytes) : null,
      );
    } catch (error) {
      this.#options.onRefused(error);
      this.stop();
    }
  }

  /** Resolves when little enough waits, or nothing can be sent any more. */
  async #room(): Promise<void> {
    const { recorder, connections } = this.#options;
    if (recorder.congested) await new Promise<void>((resolve) => recorder.onRelieved(resolve));
    if (connections.queuedBytes < mostQueuedBytes) return;
    await new Promise<void>((resolve) => {
      const stop = recorder.onRecords(() => {
        if (connections.queuedBytes >= mostQueuedBytes && connections.openCount > 0 && !this.#isStopped)
          return;
        stop();
        resolve();
      });
    });
  }

  #watchSilence(): void {
    this.#endSilence();
    if (this.#silenceEnds === 'nothing' || !this.#isThroughMessages || this.#isDone) return;
    // Input that came while this process was held up is read between a timer and the next immediate.
    const timer = setTimeout(
      () => setImmediate(() => this.#silence === timer && this.#endSilent()),
      silenceMs,
    );
    this.#silence = timer;
  }

  #endSilent(): void {
    this.#options.onSilence();
    this.stop();
  }

  #endSilence(): void {
    if (this.#silence) clearTimeout(this.#silence);
    this.#silence = null;
  }

  #fail(path: string | null, error: unknown): void {
    this.#options.onFailure(path, error);
    this.stop();
  }

  #finish(): void {
    this.#endSilence();
    this.#isDone = true;
    this.#whenThroughMessages();
    this.#whenDone();
  }
}

/** Every line feed that a terminal gives becomes the chosen end; the last line, ended by Ctrl-D, may have none. */
function withEnds(typed: Uint8Array<ArrayBuffer>, lineEnd: LineEnd): Uint8Array<ArrayBuffer> {
  if (lineEnd === 'lf') return typed;
  const lines: Uint8Array[] = [];
  for (let at = 0; at < typed.length;) {
    const feed = typed.indexOf(lineFeed, at);
    const end = feed < 0 ? typed.length : feed;
    lines.push(typed.subarray(at, end));
    if (feed >= 0) lines.push(lineEndBytes[lineEnd]);
    at = end + 1;
  }
  return Buffer.concat(lines);
}
