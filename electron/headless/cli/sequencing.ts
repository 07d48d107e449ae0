/** `--sequence FILE`: the steps are gone through on the connection, or on each one that is accepted. */
import type { ConnectionInfo } from '../../../shared/contract.ts';
import { formatAddress } from '../../../shared/address.ts';
import type { Sequence } from '../../../shared/sequences/sequence.ts';
import type { SequenceRun } from '../../../shared/sequences/run.ts';
import { readSequence, type FileProblem } from '../../../shared/sequences/yaml.ts';
import { stepAt } from '../../../shared/sequences/edit.ts';
import { isKeptMessage, withMessages } from '../../../shared/sequences/messages.ts';
import { problemsOf, stepsOf } from '../../../shared/sequences/sequence.ts';
import { formatDuration } from '../../../shared/show/times.ts';
import { explain, explainSequenceProblem, texts } from '../../../shared/texts/index.ts';
import { capabilitiesOf } from '../../../shared/settings/transports.ts';
import type { EndpointSettings } from '../../../shared/settings/settings.ts';
import type { ClientSocket, PeerList } from '../../engine/net/endpoint-socket.ts';
import type { HandlerOf } from '../../engine/net/handler.ts';
import { runSequence } from '../../engine/sequences/run.ts';
import { tell } from '../terminal.ts';
import { onEachPeer } from './each-peer.ts';
import type { InputFile } from './input-files.ts';
import type { CommonOptions } from './options.ts';
import { messagesIn } from './saved-messages.ts';
import type { Session } from './session.ts';
import { UsageError } from './usage-error.ts';

/**
 * Throws a `UsageError` with each mistake at its place; what may not be meant is only told. `folder`: where messages are
 * saved that it names; undefined: the usual one.
 */
export async function sequenceIn({ path, bytes }: InputFile, folder: string | undefined): Promise<Sequence> {
  const { problemAt, warningAt } = texts.sequences;
  const text = textOf(path, bytes);
  const read = readSequence(text);
  if (!read.ok)
    throw new UsageError(read.problems.map((problem) => placed(problemAt, path, problem)).join('\n'));
  for (const warning of read.warnings) tell(`${placed(warningAt, path, warning)}\n`);
  return withSavedMessages(read.sequence, path, folder);
}

/** Looks only where a step names one. */
async function withSavedMessages(
  sequence: Sequence,
  path: string,
  folder: string | undefined,
): Promise<Sequence> {
  const steps = [...stepsOf(sequence.steps)].map(({ step }) => step);
  if (!steps.some((step) => step.kind === 'talk' && isKeptMessage(step.send))) return sequence;
  const found = withMessages(sequence, await messagesIn(folder));
  const problems = problemsOf(found).map((problem) => {
    const step = stepAt(sequence.steps, problem.path);
    const name = step?.kind === 'talk' && isKeptMessage(step.send) ? step.send.name : '';
    const said = explainSequenceProblem({ ...problem, found: name, choices: [] });
    return texts.sequences.problemIn(path, texts.sequences.step(problem.path, step?.name ?? ''), said);
  });
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
  return found;
}

const placed = (
  say: (path: string, line: number, column: number, message: string) => string,
  path: string,
  problem: FileProblem,
): string => say(path, problem.line, problem.column, explainSequenceProblem(problem));

function textOf(path: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(texts.commandLine.problems.fileNoUtf8('--sequence', path));
  }
}

/** Goes through the sequence with any number of peers. */
export class Sequencing {
  readonly #sequence: Sequence;
  readonly #session: Session;
  readonly #settings: EndpointSettings;
  readonly #options: CommonOptions;
  readonly #abort = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(sequence: Sequence, session: Session, settings: EndpointSettings, options: CommonOptions) {
    this.#sequence = sequence;
    this.#session = session;
    this.#settings = settings;
    this.#options = options;
  }

  /** Resolves when it is through. `connection`: its number in records. */
  async start(connections: PeerList, connection: number): Promise<void> {
    const info = connections.find({ connection });
    if (info === null) return;
    const isOneOfMany = this.#settings.role === 'listener' && info.remote !== null;
    const running = this.#run(connections, info, isOneOfMany ? formatAddress(info.remote!) : '');
    this.#running.add(running);
    await running;
    this.#running.delete(running);
  }

  /** Each peer has the sequence to itself, whatever else is done with what it sends. */
  onEach(handlerOf: HandlerOf, connections: () => PeerList): HandlerOf {
    return onEachPeer(handlerOf, (connection) => void this.start(connections(), connection));
  }

  /** Cancels what runs; resolves when all of it has said how it ended. */
  async stop(): Promise<void> {
    this.#abort.abort();
    await Promise.all(this.#running);
  }

  async #run(connections: PeerList, { id, connection }: ConnectionInfo, peer: string): Promise<void> {
    const { recorder, folder } = this.#session;
    const { encoding, frame: framing = null } = this.#options;
    const surface = {
      ...{ log: folder.capture, recorder, connections, encoding, framing, from: connection },
      hasBoundaries: capabilitiesOf(this.#settings).hasBoundaries,
      onRecords: (listener: () => void) => recorder.onRecords(listener),
      told: () => undefined,
    };
    this.#report(await runSequence(this.#sequence, id, surface, this.#abort.signal), peer);
  }

  #report({ steps, state, done, failed, ms }: SequenceRun, peer: string): void {
    const { step, stepFailed, ended } = texts.sequences;
    const all = [...stepsOf(this.#sequence.steps)];
    const names = new Map(all.map((each) => [each.path.join(), each.step.name]));
    for (const { path, tries, failure, failed: times } of steps) {
      if (times === 0 || failure === null) continue;
      const named = step(path, names.get(path.join()) ?? '');
      this.#session.fail(stepFailed(peer, named, tries, explain(failure).what));
    }
    if (state === 'running') return;
    const sum = ended(peer, state, done, failed, formatDuration(ms));
    if (state === 'passed') tell(`${sum}\n`);
    else this.#session.fail(sum);
  }
}

/** A connection on which a sequence says what is sent, and when it is over. */
export class SequenceTalk {
  hasOpened = false;
  readonly isCutOff = false;
  readonly #session: Session;
  readonly #client: ClientSocket;
  readonly #sequencing: Sequencing;
  readonly #stopWatching: () => void;

  constructor(session: Session, client: ClientSocket, sequencing: Sequencing) {
    this.#session = session;
    this.#client = client;
    this.#sequencing = sequencing;
    this.#stopWatching = session.recorder.onRecords(() => this.#look());
  }

  async stop(): Promise<void> {
    this.#stopWatching();
    await this.#sequencing.stop();
  }

  #look(): void {
    if (this.hasOpened) return;
    const { connections, status } = this.#client;
    const [first] = connections.list(0, 1);
    const { state } = status;
    if (first !== undefined && (state === 'open' || state === 'half-closed-by-peer' || state === 'closed')) {
      this.hasOpened = true;
      void this.#talk(first.connection);
    } else if (state === 'closed' || state === 'failed') this.#session.endings.end({ kind: 'done' });
  }

  async #talk(connection: number): Promise<void> {
    const { connections } = this.#client;
    await this.#sequencing.start(connections, connection);
    await this.#session.sendRest(connections);
    this.#session.endings.end({ kind: 'done' });
  }
}
