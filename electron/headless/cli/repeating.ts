/** `--every`: the last of what is to be sent, again and again. */
import { readFileSync, statSync } from 'node:fs';
import { checkRepeat, mostRepeatedBytes, type RepeatEnd, type RepeatPlan } from '../../../shared/repeat.ts';
import { failureOf, type Failure } from '../../../shared/failure.ts';
import type { Template } from '../../../shared/payload/payload.ts';
import { isRunning } from '../../../shared/settings/running.ts';
import type { Capabilities } from '../../../shared/settings/transports.ts';
import { inWords, texts } from '../../../shared/texts/index.ts';
import type { Capture } from '../../engine/capture/capture.ts';
import type { ClientSocket, ListenerSocket } from '../../engine/net/endpoint-socket.ts';
import { connectionsOf } from '../../engine/net/fillings.ts';
import { newestReceived } from '../../engine/newest-received.ts';
import { Repeat, type ToldFacts } from '../../engine/repeat/repeat.ts';
import { repeatPort, type RepeatOwner } from '../../engine/repeat/repeat-port.ts';
import type { Saying } from '../../engine/repeat/talks.ts';
import { invalid } from '../../engine/schemas/validate.ts';
import { parseMessages, type Message } from './messages.ts';
import type { CommonOptions, SendOptions } from './options.ts';
import { withSaved } from './saved-messages.ts';
import { UsageError } from './usage-error.ts';
import type { WatchedRecorder } from './watched-recorder.ts';

export type Repeated = { template: Template; plan: RepeatPlan };
type RepeatOptions = Pick<SendOptions, 'every' | 'times' | 'jitter' | 'stopOnFailure' | 'joined'>;

const optionOf = { everyMs: '--every', jitterMs: '--jitter', times: '--times' } as const;

/** Takes the last of the messages for itself; null without `--every`. Throws a `UsageError`. */
export function takeRepeated(options: RepeatOptions, messages: Message[]): Repeated | null {
  const { problems } = texts.commandLine;
  const { every, times, jitter, stopOnFailure, joined } = options;
  if (every === undefined) {
    const given = {
      '--times': times,
      '--jitter': jitter,
      '--stop-on-failure': stopOnFailure,
      '--joined': joined,
    };
    const [alone] = Object.entries(given).find(([, value]) => value !== undefined) ?? [];
    if (alone !== undefined) throw new UsageError(problems.needsEvery(alone));
    return null;
  }
  const plan = {
    ...{ everyMs: every, jitterMs: jitter ?? 0, times: times ?? null },
    ...{ stopsOnFailure: stopOnFailure ?? false, joins: joined ?? false },
  };
  const [problem] = checkRepeat(plan);
  if (problem !== undefined)
    throw new UsageError(problems.setting(optionOf[problem.field], texts.errors[problem.code]));
  const last = messages.pop();
  if (last === undefined) throw new UsageError(problems.everyWithoutMessage);
  return { plan, template: templateOf(last) };
}

/** What is said to each of many, the last of it again where `--every` says so. Throws a `UsageError`. */
export async function sayingsOf(
  options: SendOptions & Pick<CommonOptions, 'encoding'>,
  transport: Capabilities,
): Promise<Saying[]> {
  const { data, eol = 'none', encoding, wrap } = options;
  const messages = parseMessages(await withSaved(options.messages, data), { eol, encoding, wrap }, transport);
  const repeated = takeRepeated(options, messages);
  return [
    ...messages.map((message) => ({ template: templateOf(message), repeat: null })),
    ...(repeated === null ? [] : [{ template: repeated.template, repeat: repeated.plan }]),
  ];
}

const templateOf = (message: Message): Template =>
  'template' in message ? message.template : templateOfFile(message.file);

function templateOfFile(path: string): Template {
  const { cannotRead, longFile, noPlainFile } = texts.commandLine.problems;
  const facts = statSync(path);
  if (!facts.isFile()) throw new UsageError(noPlainFile('--send-file', path));
  if (facts.size > mostRepeatedBytes) throw new UsageError(longFile('--send-file', path, mostRepeatedBytes));
  try {
    const bytes = Uint8Array.from(readFileSync(path));
    return { isFixed: true, asksReceived: false, fill: () => bytes };
  } catch (error) {
    throw new UsageError(cannotRead('--send-file', path, inWords(failureOf(error)).message));
  }
}

export type RepeatingOptions = Repeated & {
  recorder: WatchedRecorder;
  capture: Capture;
  client: ClientSocket | ListenerSocket;
  transport: Capabilities;
  /** Nothing more is sent: how it came to its end. */
  onEnded: (end: RepeatEnd, failure: Failure | null) => void;
  /** The first could not be sent. */
  onRefused: (error: unknown) => void;
};

export class Repeating {
  readonly #options: RepeatingOptions;
  #repeat: Repeat | null = null;
  #told: ToldFacts | null = null;
  #end: RepeatEnd | null = null;
  #isOver = false;
  #resolve = (): void => undefined;
  /** Resolves when nothing more is sent, or never will be. */
  readonly done = new Promise<void>((resolve) => (this.#resolve = resolve));

  constructor(options: RepeatingOptions) {
    this.#options = options;
  }

  /** All that was asked for was sent; of what has no end, that it has begun. */
  get isThrough(): boolean {
    return this.#options.plan.times === null ? this.#told !== null : this.#end === 'times';
  }

  /** It goes on until somebody stops it. */
  get isEndless(): boolean {
    return this.#options.plan.times === null;
  }

  get isDone(): boolean {
    return this.#isOver;
  }

  /** To be called once, when there is a connection. */
  start(): void {
    if (this.#isOver) return;
    const { plan } = this.#options;
    let failure: Failure | null = null;
    const told = (facts: ToldFacts, why: Failure | null): void => void ([this.#told, failure] = [facts, why]);
    try {
      this.#repeat = new Repeat({ port: this.#port(), plan, spinPart: 1, told });
    } catch (error) {
      this.#options.onRefused(error);
      return this.stop();
    }
    void this.#repeat.ended.then((end) => {
      this.#end = end;
      this.#finish();
      this.#options.onEnded(end, failure);
    });
  }

  stop(): void {
    this.#repeat?.stop();
    this.#finish();
  }

  /** What has become of it; null before it began. */
  get sum(): string | null {
    const facts = this.#repeat?.facts ?? this.#told;
    return facts && texts.commandLine.repeated({ ...facts, times: this.#options.plan.times });
  }

  #finish(): void {
    this.#isOver = true;
    this.#resolve();
  }

  #port() {
    const { template, plan } = this.#options;
    const owner = ownerOf(this.#options);
    return repeatPort(owner, 'all', template, plan);
  }
}

type Sockets = Pick<RepeatingOptions, 'recorder' | 'capture' | 'client' | 'transport'>;

/** The sockets of a run, as what sends again and again sees them. */
export function ownerOf({ recorder, capture, client, transport }: Sockets): RepeatOwner {
  return {
    ...{ recorder, hasBoundaries: transport.hasBoundaries },
    get connections() {
      return client.connections;
    },
    get logBegin() {
      return capture.cleared;
    },
    mayStore(length) {
      if (length === 0 && !transport.hasBoundaries) throw invalid('message', { name: 'empty-message' });
      return client.connections.openCount > 0 || !transport.hasConnections;
    },
    isStopped: () => !isRunning(client.status) || client.status.state === 'half-closed-by-us',
    received: (target) => newestReceived(capture, connectionsOf(target, client.connections)),
  };
}
