/** Many connections from their beginning to their end: what they are told, how long they stay, what became of them. */
import type { Failure } from '../../../shared/failure.ts';
import type { ManyEnd, ManyFacts, ManyPlan } from '../../../shared/many.ts';
import type { ManyConnections, ManyEvents, PeerList } from '../net/endpoint-socket.ts';
import type { Talks } from './talks.ts';

const tellEveryMs = 250;
/** At the end of their time what is queued may still leave for so long; whoever stops them does not wait for it. */
const heldDeadlineMs = 30_000;
const stopDeadlineMs = 250;

export type ManyRunOptions = {
  plan: ManyPlan;
  talks: Talks;
  /** Of the client, which has no others meanwhile. */
  connections: () => PeerList;
  told?: (facts: ManyFacts, failure: Failure | null) => void;
};

export class ManyRun {
  /** Resolves once, when no connection is left. Never rejects. */
  readonly ended: Promise<ManyEnd>;
  readonly #options: ManyRunOptions;
  #before = { sentBytes: 0, receivedBytes: 0 };
  #many: ManyConnections | null = null;
  #talking = 0;
  #hold: NodeJS.Timeout | null = null;
  #telling: NodeJS.Timeout | null = null;
  #isHeld = false;
  #end: ManyEnd | null = null;
  #resolve: (end: ManyEnd) => void = () => undefined;

  constructor(options: ManyRunOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => (this.#resolve = resolve));
  }

  /** For `connectMany`. */
  readonly events: ManyEvents = {
    opened: (id) => {
      this.#talking++;
      void this.#options.talks.begin(id).then(() => {
        this.#talking--;
        this.#look();
      });
    },
  };

  /** To be called once, with what `connectMany` gave. */
  follow(many: ManyConnections): void {
    const { sentBytes, receivedBytes } = this.#options.connections();
    this.#before = { sentBytes, receivedBytes };
    this.#many = many;
    this.#telling = setInterval(() => this.#look(), tellEveryMs);
    void many.ended.then(() => this.#finish());
    this.#tell();
  }

  /** Ends all of them at once. */
  stop(): void {
    this.#many?.end('close', stopDeadlineMs);
  }

  get facts(): ManyFacts {
    const { plan, talks } = this.#options;
    const { sentBytes, receivedBytes } = this.#options.connections();
    const { sent, waiting, failed: notSent, leftOut } = talks.said;
    return {
      ...this.#many!.counts,
      ...{ plan, sent, waiting, notSent, leftOut, ended: this.#end },
      sentBytes: sentBytes - this.#before.sentBytes,
      receivedBytes: receivedBytes - this.#before.receivedBytes,
    };
  }

  /** Their time begins when all of them are there, and have said what has an end. */
  #look(): void {
    const { plan, talks } = this.#options;
    const isThrough = this.#many!.isSettled && (this.#talking === 0 || talks.isEndless);
    if (isThrough && plan.holdMs !== null && this.#end === null)
      this.#hold ??= setTimeout(() => this.#onHeld(), plan.holdMs);
    this.#tell();
  }

  #onHeld(): void {
    this.#isHeld = true;
    this.#options.talks.stop();
    this.#many!.end('close', heldDeadlineMs);
  }

  #tell(): void {
    this.#options.told?.(this.facts, this.#options.talks.failure);
  }

  #finish(): void {
    if (this.#hold !== null) clearTimeout(this.#hold);
    if (this.#telling !== null) clearInterval(this.#telling);
    this.#options.talks.stop();
    this.#end = this.#isHeld ? 'held' : this.#many!.isStopped ? 'stopped' : 'gone';
    this.#tell();
    this.#resolve(this.#end);
  }
}
