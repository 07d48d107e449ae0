/** What a run of `listen` or `connect` stands on: folder, capture, printer, output, and its end. */
import { isAbsolute } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { captureLimitOf } from '../../../shared/capture-limit.ts';
import type { ShownEncodings } from '../../../shared/encodings/shown.ts';
import type { EndpointSettings } from '../../../shared/settings/settings.ts';
import { shownEncodings } from '../../../shared/settings/text.ts';
import { messageDecodingOf } from '../../../shared/settings/decoding.ts';
import { capabilitiesOf } from '../../../shared/settings/transports.ts';
import { formatAddress } from '../../../shared/address.ts';
import { factsOf, failureOf, type Failure, type FailureFacts } from '../../../shared/failure.ts';
import type { RecordDetail } from '../../../shared/records.ts';
import { describeFinding, explain, inWords, texts } from '../../../shared/texts/index.ts';
import { diagnose } from '../../engine/doctor/diagnose.ts';
import type { PeerList } from '../../engine/net/endpoint-socket.ts';
import { requirePrivateFile } from '../../engine/disk/private-file.ts';
import { tell } from '../terminal.ts';
import { boundedFilter } from './bounded-filter.ts';
import { Endings } from './endings.ts';
import type { CommonOptions } from './options.ts';
import { requireDistinctFiles } from './distinct-files.ts';
import { openOutput, standardOutput, type Output } from './output.ts';
import { decodingOf, requireDecodedFormat } from './decoding.ts';
import { Printer, type PrinterOptions } from './printer.ts';
import { openRunFolder, type RunFolder } from './run-folder.ts';
import { RunStatistics } from './run-statistics.ts';
import { UsageError } from './usage-error.ts';
import { WatchedRecorder } from './watched-recorder.ts';

type Failed = Extract<RecordDetail, { kind: 'failed' }>;
/** What is needed of a failure to explain it. */
type Explained = FailureFacts & Pick<Failed, 'host' | 'port' | 'during'>;

/** A temporary capture is emptied when it has grown by so much and all of it is printed. */
const emptyEveryBytes = 256 * 1024 * 1024;

/** A peer that takes nothing for so long is not waited for. Slow ones pause for seconds, while the kernel's buffer empties. */
const stalledMs = 30_000;

/** Behind `--timeout`, a reader of the output who takes nothing for so long is not waited for. */
const unreadMs = 5_000;
/** The capture does not say when its disk fails: it is asked so often. */
const captureEveryMs = 200;

/** What `--pcapng` keeps, whatever is printed. */
const everything = {
  format: 'pcapng',
  tell: () => undefined,
  filter: () => true,
  framing: null,
  decoding: null,
  mostReceived: Infinity,
  onMost: () => undefined,
  showsSent: true,
} as const;

/** One for the text of both directions. */
const encodingsOf = ({ encoding }: CommonOptions, settings: EndpointSettings): ShownEncodings => ({
  ...shownEncodings(settings),
  sent: encoding,
  received: encoding,
});

/** `error`: nothing more could be written to it. */
type Written = { name: string; output: Output; printer: Printer; error: unknown };

export class Session {
  readonly endings = new Endings();
  readonly folder: RunFolder;
  readonly recorder: WatchedRecorder;
  /** Standard output or what `--out` names, and what `--pcapng` does. */
  readonly #written: Written[];
  readonly #statistics: RunStatistics | null;
  #settings: EndpointSettings;
  /** Of a run with many connections, those that fail are counted: none of them is its failure. */
  explainsFailures = true;
  /** More is sent whatever becomes of a datagram. */
  outlivesRefusal = (): boolean => false;
  #failure: Explained | null = null;
  /** The server's certificate was refused: there are options for that. */
  #isCertificate = false;
  #captureError: Failure | null = null;
  #unsentBytes = 0;
  #emptiedAt = 0;
  #beforeCount: Promise<void> = Promise.resolve();
  #hasFailed = false;
  readonly #last: string[] = [];
  #options: CommonOptions;

  private constructor(
    folder: RunFolder,
    { output, packets }: { output: Output; packets: Output | null },
    options: CommonOptions,
    settings: EndpointSettings,
    url: string,
  ) {
    this.folder = folder;
    this.#settings = settings;
    this.#options = options;
    const isListener = settings.role === 'listener';
    const printers = packets === null ? 1 : 2;
    this.recorder = new WatchedRecorder(folder.capture, (detail) => this.#onDetail(detail), printers);
    const { count = Infinity, format, frame: framing = null } = options;
    const filter = options.filter
      ? boundedFilter(options.filter, () => tell(`${texts.commandLine.filterTooSlow}\n`))
      : () => true;
    const all = {
      ...{ capture: folder.capture, recorder: this.recorder, url, isListener },
      transport: settings.transport,
      encodings: encodingsOf(options, settings),
      read: messageDecodingOf(options.decode ?? 'automatic', settings, options.registers),
    };
    const shown = {
      ...{ ...all, tell, format, filter, framing },
      decoding: decodingOf(options, settings),
      mostReceived: count,
      // Chunks are counted as they come, frames as they are found.
      onMost: () => framing !== null && this.#endByCount(),
      // What a person has just typed stands on the terminal already.
      showsSent: !(format === 'text' && output.isTerminal && !isListener && process.stdin.isTTY),
    };
    this.#written = [this.#write(output, options.out ?? texts.commandLine.standardOutput, shown)];
    if (packets !== null)
      this.#written.push(this.#write(packets, options.pcapng!, { ...all, ...everything }));
    this.#statistics = options.stats ? new RunStatistics(folder.capture, settings, url, options) : null;
    if (framing === null) this.#countChunks(count);
    if (!capabilitiesOf(settings).hasConnections) this.#endIdle(options.idleTimeout);
    void this.endings.urgent.then((reason) => {
      for (const written of this.#written) this.#hurryOutput(reason, written);
    });
    this.#watchCapture();
  }

  #write(output: Output, name: string, options: Omit<PrinterOptions, 'output' | 'onFailure'>): Written {
    const onFailure = (error: unknown): void => {
      // Told whatever else ends the run, or has ended it.
      written.error = error;
      this.endings.end({ kind: 'output' });
    };
    const written = {
      name,
      output,
      printer: new Printer({ ...options, output, onFailure }),
      error: null as unknown,
    };
    return written;
  }

  /** Throws a `UsageError` for a file or folder that cannot be used. */
  static async open(options: CommonOptions, settings: EndpointSettings, url: string): Promise<Session> {
    const { problems } = texts.commandLine;
    const { out, pcapng, capture = null, keylog, keepFree: keepFreeBytes } = options;
    requireDecodedFormat(options);
    if (keylog !== undefined)
      await requirePrivateFile(keylog).catch((error: unknown) => {
        throw new UsageError(problems.cannotWrite('--keylog', keylog, inWords(failureOf(error)).message));
      });
    const output = out === undefined ? standardOutput() : openOutput(out);
    const packets = pcapng === undefined ? null : openOutput(pcapng, '--pcapng');
    // What did not exist before has its identity now.
    requireDistinctFiles(options);
    const folder = await openRunFolder(capture, settings, { keepFreeBytes }, (notice) => {
      const { what, cause, tryThis } = explain(notice);
      tell(`${texts.commandLine.failed(what, cause, tryThis)}\n`);
    }).catch((error: unknown) => {
      const { message } = inWords(failureOf(error));
      throw new UsageError(
        capture === null ? problems.temporary(message) : problems.capture(capture, message),
      );
    });
    const session = new Session(folder, { output, packets }, options, settings, url);
    process.on('exit', folder.removeTemporary);
    session.endings.watchSignals(folder.removeTemporary);
    session.endings.endAfter(options.timeout);
    return session;
  }

  /** One that is kept takes what `--capture-limit` says, and what is still to be printed. One that nobody keeps must not fill the disk. Not while messages wait in it to be sent. */
  boundDisk(connections: PeerList): void {
    const { capture, isKept } = this.folder;
    if (isKept) {
      const needed = {
        sequence: () =>
          Math.min(this.#statistics?.next ?? Infinity, ...this.#written.map(({ printer }) => printer.next)),
        place: () => connections.lowestQueued,
      };
      return capture.limitTo(captureLimitOf(this.#settings), needed);
    }
    this.recorder.onRecords(() => {
      if (this.recorder.recordedBytes - this.#emptiedAt < emptyEveryBytes) return;
      this.#emptiedAt = this.recorder.recordedBytes;
      this.recorder.oncePrinted(() => {
        if (connections.queuedBytes > 0 || this.#statistics?.isDone === false) return;
        capture.clear();
        capture.purge();
      });
    });
  }

  #countChunks(count: number): void {
    const stopCounting = this.recorder.onRecords(() => {
      if (this.recorder.received < count) return;
      stopCounting();
      this.#endByCount();
    });
  }

  #endByCount(): void {
    void this.#beforeCount.then(() => this.endings.end({ kind: 'count' }));
  }

  /** `--count` does not end the run before. */
  countWaitsFor(promise: Promise<void>): void {
    this.#beforeCount = promise;
  }

  /** Behind `--count`: what is queued by now still goes out, answers too, for as long as peers take any of it. */
  async sendRest(connections: PeerList): Promise<void> {
    const { recorder, endings } = this;
    const most = recorder.sentBytes + connections.queuedBytes;
    await new Promise<void>((resolve) => {
      const stalled = setTimeout(() => done(), stalledMs);
      const done = (): void => {
        clearTimeout(stalled);
        stop();
        resolve();
      };
      let sent = recorder.sentBytes;
      const look = (): void => {
        const isOut = connections.queuedBytes === 0 || recorder.sentBytes >= most;
        if (isOut || endings.isUrgent) return done();
        if (recorder.sentBytes > sent) stalled.refresh();
        sent = recorder.sentBytes;
      };
      const stop = recorder.onRecords(look);
      void endings.urgent.then(done);
      look();
    });
  }

  /** Said on standard error; the exit code becomes 1. */
  fail(message: string): void {
    this.#hasFailed = true;
    tell(`${message}\n`);
  }

  /** The same, or no failure, behind all that is printed. */
  sayLast(message: string, isFailure: boolean): void {
    this.#hasFailed ||= isFailure;
    this.#last.push(`${message}\n`);
  }

  /** Prints the rest, completes the capture and removes what is temporary. The sockets are closed. Returns the exit code. */
  async close(): Promise<number> {
    await this.endings.ended;
    // Records of the end are told in the next turn.
    await nextTurn();
    await Promise.all(this.#written.map(({ printer }) => printer.drain()));
    for (const written of this.#written) {
      await written.printer.close();
      await this.#closeOutput(written);
    }
    this.endings.close();
    for (const message of this.#last) tell(message);
    await this.#tellStatistics();
    if (this.#unsentBytes > 0) this.fail(texts.commandLine.unsent(texts.units.bytes(this.#unsentBytes)));
    if (this.#failure !== null) await this.#explain(this.#failure);
    await this.folder.close().catch((error: unknown) => {
      this.#captureError ??= failureOf(error);
    });
    if (this.#captureError !== null) this.#failCapture(this.#captureError);
    return this.endings.signalCode ?? (this.#hasFailed ? 1 : 0);
  }

  async #tellStatistics(): Promise<void> {
    const told = await this.#statistics?.told();
    if (told === undefined) return;
    tell(told.text);
    if (told.problem !== null) this.fail(told.problem);
  }

  /** A UDP socket has no connections that could be closed one by one. */
  #endIdle(seconds: number | undefined): void {
    if (seconds === undefined) return;
    const timer = setTimeout(() => {
      tell(`${texts.commandLine.idle(seconds)}\n`);
      this.endings.end({ kind: 'idle' });
    }, seconds * 1000);
    this.recorder.onRecords(() => timer.refresh());
    void this.endings.ended.then(() => clearTimeout(timer));
  }

  async #closeOutput(written: Written): Promise<void> {
    const { output, name } = written;
    if (written.error === null)
      await output.close().catch((thrown: unknown) => {
        written.error = thrown;
      });
    if (written.error === null) return;
    const { code, message } = inWords(failureOf(written.error));
    // Whoever read the output has seen enough.
    if (code === 'EPIPE' || code === 'ECONNRESET') return;
    this.fail(texts.commandLine.cannotWrite(name, output.writtenBytes, message));
  }

  /** Whoever reads a FIFO has to be there; who has stopped reading is waited for, but `--timeout` ends that, too. */
  #hurryOutput(reason: 'signal' | 'timeout', { output, printer }: Written): void {
    if (!output.hasReader) return output.abandon();
    if (reason === 'signal') return;
    let before = output.writtenBytes;
    const timer = setInterval(() => {
      if (output.writtenBytes === before) output.abandon();
      before = output.writtenBytes;
    }, unreadMs).unref();
    void printer.drain().then(() => clearInterval(timer));
  }

  /** Sockets pause while the disk takes nothing, as in the window; a script has nobody who would make room. */
  #watchCapture(): void {
    const timer = setInterval(() => {
      const { failure } = this.folder.capture;
      if (failure === null) return;
      clearInterval(timer);
      this.#captureError = failure;
      this.endings.end({ kind: 'capture' });
    }, captureEveryMs).unref();
    void this.endings.ended.then(() => clearInterval(timer));
  }

  #failCapture(failure: Failure): void {
    const { code, message } = inWords(failure);
    const { captureFailed, withCode } = texts.commandLine;
    const { folder, safeLength } = this.folder.capture;
    this.fail(captureFailed(folder, safeLength, message.includes(code) ? message : withCode(message, code)));
  }

  /** A listener outlives the failures of its connections; a client does not. */
  #onDetail(detail: RecordDetail): void {
    const isListener = this.#settings.role === 'listener';
    const { kind } = detail;
    if (kind === 'listening' || kind === 'bound' || kind === 'opened')
      for (const { output } of this.#written) output.begin();
    const isOurs = isListener
      ? detail.kind === 'failed' && detail.during === 'listening'
      : this.explainsFailures;
    if (detail.kind === 'failed' && isOurs) this.#failure = detail;
    if (isListener || !this.explainsFailures) return;
    if (detail.kind === 'note' && detail.note === 'certificate-refused') this.#isCertificate = true;
    if (detail.kind === 'closed') this.#unsentBytes += detail.unsentBytes;
    if (detail.kind !== 'note' || detail.note !== 'datagram-failed') return;
    const { host, port } = this.#settings;
    this.#failure = { ...factsOf(detail), host, port, during: 'connecting' };
    // Nobody is there: nothing that is sent from now on would be heard, unless it is sent again and again.
    if (detail.code === 'ECONNREFUSED' && !this.outlivesRefusal()) this.endings.end({ kind: 'done' });
  }

  async #explain(detail: Explained): Promise<void> {
    const { code, host, port, during } = detail;
    // Behind a path there is no port.
    const subject = host === '' || isAbsolute(host) ? host : formatAddress({ host, port });
    const failure = { ...factsOf(detail), subject };
    const { what, cause, tryThis } = explain(failure, during);
    this.#hasFailed = true;
    const { failed, found, withCode } = texts.commandLine;
    // Scripts look for the code: it is named even where the sentence leaves it out.
    const named = what.includes(code) ? what : withCode(what, code);
    tell(`${failed(named, cause, tryThis)}\n`);
    if (this.#isCertificate) tell(`  ${texts.commandLine.certificateHint}\n`);
    // A script that has seen the code does not wait for what only a person reads.
    if (!(this.#options.diagnose ?? process.stderr.isTTY)) return;
    const patient = { id: '', settings: this.#settings, failure, refusedChain: null };
    const { findings } = await diagnose(patient, []);
    for (const finding of findings) tell(`  ${found(describeFinding(finding))}\n`);
  }
}
