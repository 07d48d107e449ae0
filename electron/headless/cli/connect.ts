/** `socketscope connect URL`. */
import { join } from 'node:path';
import { failureOf } from '../../../shared/failure.ts';
import { checkFilePlan, type FilePlan } from '../../../shared/file-plan.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import { capabilitiesOf, type Capabilities } from '../../../shared/settings/transports.ts';
import type { ClientSocket } from '../../engine/net/endpoint-socket.ts';
import { newClient } from '../../engine/sockets.ts';
import { CertificateStore } from '../../engine/layers/tls/certificate-store.ts';
import { KeyLog } from '../../engine/layers/tls/key-log.ts';
import { requireDistinctFiles } from './distinct-files.ts';
import { Feeder } from './feeder.ts';
import { readInputFiles } from './input-files.ts';
import { maxDatagramBytes, parseMessages, type Message } from './messages.ts';
import type { ConnectOptions } from './options.ts';
import { ManyTalk, manyPlanOf } from './many-talk.ts';
import { Repeating, sayingsOf, takeRepeated, type Repeated } from './repeating.ts';
import { withClientCertificates } from './run-certificates.ts';
import { tell } from '../terminal.ts';
import { withSaved } from './saved-messages.ts';
import { sequenceIn, SequenceTalk, Sequencing } from './sequencing.ts';
import { Session } from './session.ts';
import { clientSettings } from './settings.ts';
import { UsageError } from './usage-error.ts';

/** Connects, sends, and receives until something ends it; resolves with the exit code. Throws a `UsageError` first. */
export async function connect(url: string, options: ConnectOptions, workers: URL): Promise<number> {
  const checked = clientSettings(url, options);
  const transport = capabilitiesOf(checked);
  requireDistinctFiles(options);
  const many = manyPlanOf(options, checked);
  const sayings = many === null ? [] : await sayingsOf(options, transport);
  const messages = parseMessages(
    many === null ? await withSaved(options.messages, options.data) : [],
    { eol: options.eol ?? 'none', encoding: options.encoding, wrap: options.wrap },
    transport,
    filePlanOf(options, transport),
  );
  const repeated = many === null ? takeRepeated(options, messages) : null;
  if (options.sequence !== undefined && (options.messages.length > 0 || options.halfClose === true))
    throw new UsageError(texts.commandLine.problems.sequenceAlone);
  const files = await readInputFiles(options);
  const sequence = files.sequence === undefined ? null : await sequenceIn(files.sequence, options.data);
  const session = await Session.open(options, checked, url);
  const { endings, folder, recorder } = session;
  try {
    const store = new CertificateStore(join(folder.temporary, 'certificates'), workers);
    const settings = await withClientCertificates(checked, files, store);
    const keyLog = options.keylog === undefined ? null : new KeyLog(options.keylog);
    const client = newClient(settings, recorder, { certificates: store, keyLog });
    session.boundDisk(client.connections);
    const talk =
      many !== null
        ? new ManyTalk(session, client, many, sayings, transport)
        : sequence === null
          ? new Talk(session, client, options, { messages, repeated }, transport)
          : new SequenceTalk(session, client, new Sequencing(sequence, session, settings, options));
    if (talk instanceof ManyTalk) talk.begin(settings);
    else client.connect(settings);
    const ending = await endings.ended;
    if (ending.kind === 'timeout') sayTimeout(session, talk.hasOpened, options.timeout!);
    const isEarly = ['done', 'timeout', 'idle'].includes(ending.kind);
    if (isEarly && talk.isCutOff) session.fail(texts.commandLine.cutOff);
    await talk.stop();
    if (ending.kind === 'count') await session.sendRest(client.connections);
    await client.stop();
    if (talk instanceof Talk) talk.saySum();
    await keyLog?.written();
  } catch (error) {
    endings.end({ kind: 'done' });
    await session.close();
    throw error;
  }
  return session.close();
}

/** Throws a `UsageError`. */
function filePlanOf(
  { pieces = null, pieceEvery = 0 }: ConnectOptions,
  { hasBoundaries }: Capabilities,
): FilePlan {
  const plan = { pieces, everyMs: pieceEvery };
  const { datagram, pieceEveryAlone, setting } = texts.commandLine.problems;
  if (pieces === null && pieceEvery > 0) throw new UsageError(pieceEveryAlone);
  const [problem] = checkFilePlan(plan);
  if (problem !== undefined)
    throw new UsageError(
      setting(problem.field === 'pieces' ? '--pieces' : '--piece-every', texts.errors[problem.code]),
    );
  if (hasBoundaries && typeof pieces === 'number' && pieces > maxDatagramBytes)
    throw new UsageError(datagram('--pieces', pieces, maxDatagramBytes));
  return plan;
}

function sayTimeout(session: Session, hasOpened: boolean, seconds: number): void {
  if (hasOpened) tell(`${texts.commandLine.timedOut(seconds)}\n`);
  else session.fail(texts.commandLine.timedOutConnecting(seconds));
}

/** Follows the state of the connection: sends once it is open, ends when it has ended. */
class Talk {
  hasOpened = false;
  #session: Session;
  #client: ClientSocket;
  #transport: Capabilities;
  #feeder: Feeder;
  #repeating: Repeating | null;
  #isFinishing = false;
  #stopWatching: () => void;

  constructor(
    session: Session,
    client: ClientSocket,
    options: ConnectOptions,
    { messages, repeated }: { messages: readonly Message[]; repeated: Repeated | null },
    transport: Capabilities,
  ) {
    this.#session = session;
    this.#client = client;
    this.#transport = transport;
    const isTerminal = process.stdin.isTTY === true;
    const finishes = options.halfClose === true || (isTerminal && transport.hasConnections);
    const { recorder } = session;
    this.#feeder = new Feeder({
      ...{ recorder, connections: client.connections, transport, messages },
      filePlan: filePlanOf(options, transport),
      input: process.stdin,
      typedLineEnd: isTerminal ? (options.eol ?? 'lf') : null,
      isAwaited: finishes,
      isBehind: messages.length > 0 || repeated !== null,
      onSilence: () => tell(`${texts.commandLine.silentInput}\n`),
      onFailure: (path, error) => this.#onInputFailure(path, inWords(failureOf(error)).message),
      onRefused: (error) => this.#onRefused(inWords(failureOf(error)).message),
    });
    this.#repeating = repeated && this.#repeatingOf(repeated);
    session.outlivesRefusal = () => this.#repeating?.isDone === false && !repeated!.plan.stopsOnFailure;
    // A peer that greets before it listens must not cut off what it is to be told.
    session.countWaitsFor(this.#feeder.throughMessages.then(() => this.#startRepeating()));
    void this.#done.then(() => {
      if (finishes) this.#finish();
    });
    this.#stopWatching = recorder.onRecords(() => this.#look());
  }

  /** There was a connection, but not for long enough to send what the options say. */
  get isCutOff(): boolean {
    const isThrough = this.#feeder.isThroughMessages && this.#repeating?.isThrough !== false;
    return this.hasOpened && !isThrough;
  }

  stop(): void {
    this.#stopWatching();
    this.#feeder.stop();
    this.#repeating?.stop();
  }

  /** To be called when nothing waits to be sent any more. */
  saySum(): void {
    const sum = this.#repeating?.sum ?? null;
    if (sum !== null) tell(`${sum}\n`);
  }

  /** All that is to be sent is queued. */
  get #done(): Promise<unknown> {
    return Promise.all([this.#feeder.done, this.#repeating?.done]);
  }

  #repeatingOf(repeated: Repeated): Repeating {
    const { recorder, folder, endings } = this.#session;
    return new Repeating({
      ...{ ...repeated, recorder, capture: folder.capture, client: this.#client, transport: this.#transport },
      onEnded: (end, failure) => {
        if (end !== 'failure') return;
        const { notTaken, repeatFailed } = texts.commandLine;
        this.#session.fail(failure === null ? repeatFailed : notTaken(inWords(failure).message));
        endings.end({ kind: 'input' });
      },
      onRefused: (error) => this.#onRefused(inWords(failureOf(error)).message),
    });
  }

  #startRepeating(): void {
    if (this.#feeder.isThroughMessages) this.#repeating?.start();
  }

  #look(): void {
    const { state } = this.#client.status;
    const isOpen = state === 'open' || state === 'half-closed-by-peer';
    if (isOpen && !this.hasOpened) {
      this.hasOpened = true;
      this.#feeder.start();
    }
    if (state === 'half-closed-by-peer') this.#onPeerFinished();
    if (state === 'closed' || state === 'failed') this.#session.endings.end({ kind: 'done' });
    if (this.#isFinishing && !this.#transport.hasConnections) this.#endWhenSent();
  }

  /** What there is to send is still sent, then this side finishes too. */
  #onPeerFinished(): void {
    this.#feeder.endWhenSilent();
    // What has no end is not waited for.
    if (this.#repeating?.isEndless) this.#repeating.stop();
    if (this.#feeder.isDone && this.#repeating?.isDone !== false) this.#finish();
    else void this.#done.then(() => this.#finish());
  }

  #finish(): void {
    if (this.#isFinishing) return;
    this.#isFinishing = true;
    if (this.#transport.hasConnections) this.#client.disconnect('finish');
    else this.#endWhenSent();
  }

  /** Without connections there is no end that a peer could be told about: the run is over. */
  #endWhenSent(): void {
    if (this.#client.connections.queuedBytes === 0) this.#session.endings.end({ kind: 'done' });
  }

  #onRefused(message: string): void {
    this.#session.fail(texts.commandLine.notTaken(message));
    this.#session.endings.end({ kind: 'input' });
  }

  #onInputFailure(path: string | null, message: string): void {
    const { cannotReadFile, cannotReadInput } = texts.commandLine;
    this.#session.fail(path === null ? cannotReadInput(message) : cannotReadFile(path, message));
    this.#session.endings.end({ kind: 'input' });
  }
}
