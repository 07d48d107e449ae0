/** What is said to each of many peers, to each at times of its own, from when it is there. */
import type { Failure } from '../../../shared/failure.ts';
import { failureOf } from '../../../shared/failure.ts';
import type { Template } from '../../../shared/payload/payload.ts';
import { usualRepeat, type RepeatEnd, type RepeatPlan } from '../../../shared/repeat.ts';
import type { ConnectionId } from '../../../shared/domain.ts';
import type { Copies } from './copies.ts';
import { Repeat } from './repeat.ts';
import { copiesOf, repeatPort, type RepeatOwner } from './repeat-port.ts';

/** `repeat`: again and again; null: once. */
export type Saying = { template: Template; repeat: RepeatPlan | null };
export type Said = { sent: number; waiting: number; failed: number; leftOut: number };

const once: RepeatPlan = { ...usualRepeat, times: 1 };
/** Each of thousands. */
const tellEveryMs = 1000;

export class Talks {
  readonly #owner: RepeatOwner;
  readonly #sayings: readonly { template: Template; plan: RepeatPlan; copies: Copies | null }[];
  readonly #running = new Set<Repeat>();
  readonly #said = { sent: 0, waiting: 0, failed: 0, leftOut: 0 };
  #failure: Failure | null = null;
  #isStopped = false;

  /** Throws for fixed bytes beyond `mostRepeatedBytes`. */
  constructor(owner: RepeatOwner, sayings: readonly Saying[]) {
    this.#owner = owner;
    this.#sayings = sayings.map(({ template, repeat }) => {
      const plan = repeat ?? once;
      return { template, plan, copies: copiesOf(owner, template, plan) };
    });
  }

  /** To all of them so far. */
  get said(): Said {
    return { ...this.#said };
  }

  /** Of the last message that could not be sent. */
  get failure(): Failure | null {
    return this.#failure;
  }

  /** What is said has no end. */
  get isEndless(): boolean {
    return this.#sayings.some(({ plan }) => plan.times === null);
  }

  /** Says all of it, one behind the other. Resolves with how that ended; never rejects. */
  async begin(id: ConnectionId): Promise<RepeatEnd> {
    for (const { template, plan, copies } of this.#sayings) {
      if (this.#isStopped) return 'stopped';
      const end = await this.#say(id, template, plan, copies);
      if (end !== 'times') return end;
    }
    return 'times';
  }

  /** Nothing more is said to anybody. */
  stop(): void {
    this.#isStopped = true;
    for (const repeat of this.#running) repeat.stop();
  }

  async #say(
    id: ConnectionId,
    template: Template,
    plan: RepeatPlan,
    copies: Copies | null,
  ): Promise<RepeatEnd> {
    let before: Said = { sent: 0, waiting: 0, failed: 0, leftOut: 0 };
    const told = (now: Said, failure: Failure | null): void => {
      for (const count of ['sent', 'waiting', 'failed', 'leftOut'] as const)
        this.#said[count] += now[count] - before[count];
      before = now;
      this.#failure = failure ?? this.#failure;
    };
    try {
      const port = repeatPort(this.#owner, [id], template, plan, copies);
      // Going round for the sake of one would keep the thread busy for all.
      const repeat = new Repeat({ port, plan, spinPart: 0, tellEveryMs, told });
      this.#running.add(repeat);
      const end = await repeat.ended;
      this.#running.delete(repeat);
      return end;
    } catch (error) {
      this.#said.failed++;
      this.#failure = failureOf(error);
      return 'failure';
    }
  }
}
