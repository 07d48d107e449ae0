/** `--clients N`: many connections at once, and what became of them. */
import { checkMany, type ManyPlan } from '../../../shared/many.ts';
import { transports, type Capabilities } from '../../../shared/settings/transports.ts';
import type { ClientSettings } from '../../../shared/settings/settings.ts';
import { explain, inWords, texts } from '../../../shared/texts/index.ts';
import { mostConnections } from '../../engine/net/descriptor-limit.ts';
import type { ClientSocket } from '../../engine/net/endpoint-socket.ts';
import { ManyRun } from '../../engine/repeat/many-run.ts';
import { Talks, type Saying } from '../../engine/repeat/talks.ts';
import { flagOf, requireTransport } from './option-fields.ts';
import type { ConnectOptions, Ramp } from './options.ts';
import { ownerOf } from './repeating.ts';
import type { Session } from './session.ts';
import { UsageError } from './usage-error.ts';

/** What one connection can do, and many cannot. */
const ofOne = ['sequence', 'halfClose', 'pieces', 'pieceEvery'] as const;
const optionOf = { clients: '--clients', rampMs: '--ramp', holdMs: '--hold' } as const;

/** Null without `--clients`. Throws a `UsageError`. */
export function manyPlanOf(options: ConnectOptions, settings: ClientSettings): ManyPlan | null {
  const { clients, ramp, hold } = options;
  const { problems } = texts.commandLine;
  if (clients === undefined) {
    const alone = (['ramp', 'hold'] as const).find((name) => options[name] !== undefined);
    if (alone !== undefined) throw new UsageError(problems.needsClients(flagOf(alone)));
    return null;
  }
  requireTransport(settings.transport, '--clients', (each) => transports[each].hasConnections);
  const other = ofOne.find((name) => options[name] !== undefined);
  if (other !== undefined) throw new UsageError(problems.clientsAlone(flagOf(other)));
  const most = mostConnections();
  if (clients > most)
    throw new UsageError(problems.setting('--clients', texts.whys['too-many-clients']({ most })));
  const plan = { clients, rampMs: rampMsOf(ramp, clients), holdMs: hold === undefined ? null : hold * 1000 };
  const [problem] = checkMany(plan);
  if (problem !== undefined)
    throw new UsageError(problems.setting(optionOf[problem.field], texts.errors[problem.code]));
  return plan;
}

function rampMsOf(ramp: Ramp | undefined, clients: number): number {
  if (ramp === undefined) return 0;
  return 'seconds' in ramp ? ramp.seconds * 1000 : (clients / ramp.perSecond) * 1000;
}

/** Follows all of them, and ends the run with the last. */
export class ManyTalk {
  readonly isCutOff = false;
  readonly #session: Session;
  readonly #client: ClientSocket;
  readonly #plan: ManyPlan;
  readonly #run: ManyRun;
  readonly #talks: Talks;
  #hasBegun = false;

  constructor(
    session: Session,
    client: ClientSocket,
    plan: ManyPlan,
    sayings: readonly Saying[],
    transport: Capabilities,
  ) {
    const { recorder, folder } = session;
    this.#session = session;
    this.#client = client;
    this.#plan = plan;
    session.explainsFailures = false;
    this.#talks = new Talks(ownerOf({ recorder, capture: folder.capture, client, transport }), sayings);
    this.#run = new ManyRun({ plan, talks: this.#talks, connections: () => client.connections });
  }

  get hasOpened(): boolean {
    return this.#hasBegun && this.#run.facts.opened > 0;
  }

  /** Throws as `connectMany`. */
  begin(settings: ClientSettings): void {
    this.#run.follow(this.#client.connectMany!(settings, this.#plan, this.#run.events));
    this.#hasBegun = true;
    void this.#run.ended.then(() => this.#session.endings.end({ kind: 'done' }));
  }

  async stop(): Promise<void> {
    if (!this.#hasBegun) return;
    this.#run.stop();
    await this.#run.ended;
    const { manySum, manyCause, notTaken } = texts.commandLine;
    const { facts } = this.#run;
    this.#session.sayLast(manySum(facts), false);
    for (const { failure, during, count } of facts.causes) {
      const { what } = explain(failure, during);
      const named = what.includes(failure.code) ? what : texts.commandLine.withCode(what, failure.code);
      this.#session.sayLast(manyCause(count, named), true);
    }
    const { failure } = this.#talks;
    if (failure !== null) this.#session.sayLast(notTaken(inWords(failure).message), true);
  }
}
