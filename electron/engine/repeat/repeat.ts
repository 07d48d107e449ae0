/** Sends again and again, at its times or as fast as it is taken, until something ends it. */
import { setImmediate as soon } from 'node:timers';
import { failureOf, type Failure } from '../../../shared/failure.ts';
import type { RepeatEnd, RepeatFacts, RepeatPlan } from '../../../shared/repeat.ts';
import { monotonic } from '../clock.ts';
import type { Queued } from '../net/fate.ts';
import { Spread } from '../net/spread.ts';
import { Rate } from './rate.ts';
import { Schedule } from './schedule.ts';

/** `count` messages, each handed to `taken` targets. */
export type Sent = { taken: number; count: number };

/** What it sends, and to whom. */
export type RepeatPort = {
  /** Sends the next, several where they are joined, but no more than `most`. Throws as `Endpoint.send`. */
  send(most: number): Sent | Promise<Sent>;
  /** How many more may be queued now: nothing waits without bound for a peer that takes nothing, or a slow disk. */
  room(): number;
  /** Nobody takes one, and nobody will. */
  isOver(): boolean;
  /** Of what was queued, the network has given back so many, since whenever. */
  givenBack(): number;
  /** What of it is not yet with the kernel, or never will be. */
  readonly queued: Queued;
  /** Of one message, as far as it is known. */
  length(): number | null;
};

export type RepeatOptions = {
  port: RepeatPort;
  plan: RepeatPlan;
  /**
   * Part of the time in which the thread may go round without work, so that a message is not late for a timer, which
   * tells milliseconds only. Sockets are served meanwhile, each time round.
   */
  spinPart: number;
  /** Milliseconds; default: a quarter of a second. */
  tellEveryMs?: number;
  /** Also after the end, until nothing that was queued waits. */
  told: (facts: ToldFacts, failure: Failure | null) => void;
};
export type ToldFacts = Omit<RepeatFacts, 'said' | 'plan' | 'target' | 'remote'>;

/** A timer that is set to this long before the time has come round by then. */
const spinMs = 2;
/** As long as it may send before others have their turn: stopping it is one of them. */
const turnMs = 2;
const usualTellMs = 250;
/** While there is no room, it is looked for so often. */
const roomEveryMs = 1;
/** It is behind when the next one is so late, and a whole period. */
const behindMs = 50;

export class Repeat {
  /** Resolves once, when it is over. Never rejects. */
  readonly ended: Promise<RepeatEnd>;
  readonly #options: RepeatOptions;
  readonly #schedule: Schedule;
  readonly #spinMs: number;
  readonly #lateness = new Spread();
  readonly #rate = new Rate();
  readonly #givenBackBefore: number;
  #resolve: (end: RepeatEnd) => void = () => undefined;
  #end: RepeatEnd | null = null;
  #failure: Failure | null = null;
  #done = 0;
  #notTaken = 0;
  #lastAt = 0;
  #timer: NodeJS.Timeout | null = null;
  #turn: NodeJS.Immediate | null = null;
  readonly #telling: NodeJS.Timeout;

  /** Sends the first at once; what is thrown for it is thrown. */
  constructor(options: RepeatOptions, seed = Math.floor(Math.random() * 2 ** 31)) {
    const { plan, port, spinPart, tellEveryMs = usualTellMs } = options;
    this.#options = options;
    this.#spinMs = Math.min(spinMs, plan.everyMs * spinPart);
    this.ended = new Promise((resolve) => (this.#resolve = resolve));
    this.#givenBackBefore = port.givenBack();
    this.#lastAt = monotonic();
    port.queued.onSettled = () => this.#onSettled();
    // The first has no jitter of its own to wait for: its time is when it was asked for.
    this.#schedule = new Schedule(plan, this.#lastAt, seed);
    const first = port.isOver() ? null : port.send(this.#left);
    this.#telling = setInterval(() => this.#look(), tellEveryMs);
    if (first === null) this.#finish('gone');
    else if (first instanceof Promise) void this.#await(first);
    else {
      this.#count(first);
      this.#step();
    }
    if (this.#end === null) this.#tell();
  }

  /** Nothing is sent any more from now on; what is queued still goes out. */
  stop(): void {
    this.#finish('stopped');
  }

  get #left(): number {
    return (this.#options.plan.times ?? Infinity) - this.#done;
  }

  get #failed(): number {
    return this.#notTaken + this.#unsent;
  }

  /** Of what was taken. */
  get #unsent(): number {
    const { port } = this.#options;
    return port.givenBack() - this.#givenBackBefore + port.queued.lost;
  }

  /** Some of what was queued is with the kernel now, or never will be. */
  #onSettled(): void {
    const { waiting, lost } = this.#options.port.queued;
    if (this.#end !== null) return waiting === 0 ? this.#tellLast() : undefined;
    if (lost > 0 && this.#options.plan.stopsOnFailure) return this.#finish('failure');
    // In a turn of its own: whether somebody is left is known when the connection has told of its end.
    if (this.#left <= 0 && waiting === 0 && this.#turn === null) this.#nextTurn();
  }

  readonly #step = (): void => {
    this.#timer = this.#turn = null;
    const { port } = this.#options;
    const begun = monotonic();
    for (let now = begun, room = 0; this.#end === null; now = monotonic()) {
      if (this.#left <= 0) return this.#finishTimes();
      const lateMs = this.#schedule.lateMs(now);
      if (lateMs < 0) return this.#wait(-lateMs);
      if (now - begun > turnMs) return this.#nextTurn();
      if (room <= 0 && (room = port.room()) <= 0) return this.#waitForRoom();
      const before = this.#done;
      if (!this.#sendOne(now)) return;
      room -= this.#done - before;
    }
  };

  /** What still waits may be lost: `#onSettled` comes here again. */
  #finishTimes(): void {
    const { isOver, queued } = this.#options.port;
    if (queued.waiting > 0) return;
    this.#finish(queued.lost > 0 && isOver() ? 'gone' : 'times');
  }

  /** False where it goes on later. */
  #sendOne(now: number): boolean {
    const { port, plan } = this.#options;
    this.#schedule.leaveOut(now);
    if (plan.everyMs > 0) this.#lateness.add(this.#schedule.lateMs(now));
    this.#lastAt = now;
    try {
      const sent = port.send(this.#left);
      if (sent instanceof Promise) {
        void this.#await(sent);
        return false;
      }
      this.#count(sent);
    } catch (error) {
      this.#countFailed(error);
    }
    return true;
  }

  async #await(sending: Promise<Sent>): Promise<void> {
    try {
      this.#count(await sending);
    } catch (error) {
      this.#countFailed(error);
    }
    if (this.#end === null) this.#step();
  }

  #count({ taken, count }: Sent): void {
    if (taken > 0) {
      this.#advance(count);
      if (this.#unsent > 0) this.#stopOnFailure();
    } else if (this.#options.port.isOver()) this.#finish('gone');
    else {
      this.#notTaken += count;
      this.#advance(count);
      this.#stopOnFailure();
    }
  }

  #countFailed(error: unknown): void {
    this.#failure = failureOf(error);
    this.#notTaken++;
    this.#advance(1);
    this.#stopOnFailure();
  }

  #advance(count: number): void {
    const isFirst = this.#done === 0;
    this.#done += count;
    this.#schedule.take();
    if (isFirst) this.#rate.look(this.#lastAt, this.#done, this.#lastAt, 0);
  }

  #stopOnFailure(): void {
    if (this.#options.plan.stopsOnFailure) this.#finish('failure');
  }

  #wait(ms: number): void {
    if (ms > this.#spinMs) this.#timer = setTimeout(this.#step, Math.max(1, Math.floor(ms - this.#spinMs)));
    else this.#nextTurn();
  }

  #nextTurn(): void {
    this.#turn = soon(this.#step);
  }

  #waitForRoom(): void {
    this.#timer = setTimeout(this.#step, roomEveryMs);
  }

  #look(): void {
    if (this.#end === null && this.#left > 0 && this.#options.port.isOver()) return this.#finish('gone');
    if (this.#unsent > 0 && this.#options.plan.stopsOnFailure) return this.#finish('failure');
    this.#tell();
  }

  #tell(): void {
    this.#options.told(this.facts, this.#failure);
  }

  #tellLast(): void {
    clearInterval(this.#telling);
    this.#tell();
  }

  /** As of now. */
  get facts(): ToldFacts {
    const { plan, port } = this.#options;
    const now = monotonic();
    const slackMs = Math.max(usualTellMs, plan.everyMs * 1.5 + plan.jitterMs);
    return {
      length: port.length(),
      sent: Math.max(0, this.#done - this.#failed - port.queued.waiting),
      waiting: port.queued.waiting,
      failed: this.#failed,
      leftOut: this.#schedule.leftOut,
      perSecond: this.#rate.look(now, this.#done, this.#lastAt, this.#end === null ? slackMs : Infinity),
      lateP99Ms: this.#lateness.quantile(0.99),
      isBehind: this.#end === null && this.#schedule.lateMs(now) > Math.max(behindMs, plan.everyMs),
      ended: this.#end,
    };
  }

  #finish(end: RepeatEnd): void {
    if (this.#end !== null) return;
    this.#end = end;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#turn !== null) clearImmediate(this.#turn);
    if (this.#options.port.queued.waiting === 0) this.#tellLast();
    else this.#tell();
    this.#resolve(end);
  }
}
