/** One run of a sequence on one connection, or with one peer of a UDP socket. */
import { setMaxListeners } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ConnectionInfo } from '../../../shared/contract.ts';
import type { ConnectionId } from '../../../shared/domain.ts';
import type { EncodingId } from '../../../shared/encodings/encodings.ts';
import { FailureError, failureOf } from '../../../shared/failure.ts';
import type { Framing } from '../../../shared/framing/framer.ts';
import {
  compile,
  parseMessage,
  type Template,
  type WrittenMessage,
} from '../../../shared/payload/payload.ts';
import { ValueError } from '../../../shared/payload/functions/value.ts';
import type { SequenceRun, StepRun } from '../../../shared/sequences/run.ts';
import type { PeerEnd, Sequence, Step, TalkStep } from '../../../shared/sequences/sequence.ts';
import type { Recorder } from '../capture/recorder.ts';
import { monotonic, now } from '../clock.ts';
import type { PeerList } from '../net/endpoint-socket.ts';
import { sendFilled } from '../net/fillings.ts';
import { Inbox, type Message, type SequenceLog } from './inbox.ts';
import { lookOf, type Look, type Match } from './matching.ts';

/** Of one peer: a loop that only sends goes no faster than it is taken. */
const mostQueuedBytes = 1024 * 1024;

export type SequenceSurface = {
  log: SequenceLog;
  recorder: Recorder;
  connections: PeerList;
  /** What was received is cut into messages so; null: it is not. */
  framing: Framing | null;
  hasBoundaries: boolean;
  encoding: EncodingId;
  /** Calls soon after records were appended. Returns what ends that. */
  onRecords(listener: () => void): () => void;
  /** What the peer sent from this record on is looked at. */
  from: number;
  /** Often: `steps` is called only where somebody wants to see them. */
  told(progress: Progress, steps: () => StepRun[]): void;
};
export type Progress = Omit<SequenceRun, 'steps'>;

const refuse = (code: string, message = ''): never => {
  throw new FailureError({ code, message });
};

class Stopped extends Error {}

/**
 * Runs to the end, with what `withMessages` has put in the place of saved messages, and says how it came to that; what fails is in the run, never thrown. `signal` ends it at once.
 */
export async function runSequence(
  sequence: Sequence,
  connection: ConnectionId,
  surface: SequenceSurface,
  signal: AbortSignal,
): Promise<SequenceRun> {
  const run = new Running(sequence, connection, surface, signal);
  return run.run();
}

class Running {
  readonly #sequence: Sequence;
  readonly #connection: ConnectionId;
  readonly #surface: SequenceSurface;
  readonly #signal: AbortSignal;
  readonly #began = monotonic();
  readonly #steps = new Map<string, StepRun>();
  readonly #templates = new Map<TalkStep, Template>();
  readonly #looks = new Map<TalkStep, Look>();
  readonly #values = new Map<string, Uint8Array>();
  readonly #inbox: Inbox;
  #received: Uint8Array | null = null;
  #state: SequenceRun['state'] = 'running';
  #failed = 0;
  #done = 0;
  #at: number[] = [];
  /** Calls at the next thing that may be what is waited for. */
  #wake: () => void = () => undefined;
  #hasNews = false;

  constructor(sequence: Sequence, connection: ConnectionId, surface: SequenceSurface, signal: AbortSignal) {
    this.#sequence = sequence;
    this.#connection = connection;
    this.#surface = surface;
    this.#signal = signal;
    // As many runs as there are peers may follow one signal.
    setMaxListeners(0, signal);
    const { log, framing, hasBoundaries } = surface;
    this.#inbox = new Inbox(log, () => this.#info?.connection, surface.from, framing, hasBoundaries);
    const encoder = new TextEncoder();
    for (const { name, text } of sequence.values) this.#values.set(name, encoder.encode(text));
  }

  async run(): Promise<SequenceRun> {
    const news = (): void => {
      this.#hasNews = true;
      this.#wake();
    };
    const stop = this.#surface.onRecords(news);
    this.#signal.addEventListener('abort', news);
    try {
      await this.#list(this.#sequence.steps, []);
      this.#state = 'passed';
    } catch (error) {
      if (error instanceof Stopped) this.#state = this.#signal.aborted ? 'cancelled' : 'passed';
      else this.#state = 'failed';
    } finally {
      stop();
      this.#signal.removeEventListener('abort', news);
      this.#inbox.close();
    }
    this.#tell();
    return { ...this.#progress, steps: this.#stepRuns() };
  }

  get #progress(): Progress {
    return {
      ...{ state: this.#state, at: this.#at, done: this.#done, failed: this.#failed },
      ms: monotonic() - this.#began,
    };
  }

  readonly #stepRuns = (): StepRun[] => [...this.#steps.values()].map((step) => ({ ...step }));

  #tell(): void {
    this.#surface.told(this.#progress, this.#stepRuns);
  }

  get #info(): ConnectionInfo | null {
    return this.#surface.connections.find({ id: this.#connection });
  }

  async #list(steps: readonly Step[], way: readonly number[]): Promise<void> {
    for (const [at, step] of steps.entries()) await this.#step(step, [...way, at]);
  }

  /** Throws what it failed for, where that ends the list that it stands in. */
  async #step(step: Step, path: number[]): Promise<void> {
    const { again, then } = step.onFailure;
    const before = this.#steps.get(path.join());
    const run: StepRun = {
      ...{ path, state: 'running', tries: 0, passed: before?.passed ?? 0, failed: before?.failed ?? 0 },
      ...{ began: now(), ms: 0, from: this.#surface.log.length, record: null, failure: null },
    };
    this.#steps.set(path.join(), run);
    const began = monotonic();
    for (;;) {
      this.#goOn();
      this.#at = path;
      run.tries++;
      this.#tell();
      try {
        await this.#act(step, path, run);
        run.state = 'passed';
        run.passed++;
        break;
      } catch (error) {
        if (error instanceof Stopped) {
          run.state = this.#signal.aborted ? 'cancelled' : 'passed';
          run.ms = monotonic() - began;
          throw error;
        }
        run.failure = failureOf(error);
        if (run.tries <= again) continue;
        run.state = 'failed';
        run.failed++;
        this.#failed++;
        run.ms = monotonic() - began;
        if (then === 'stop') throw error;
        break;
      }
    }
    run.ms = monotonic() - began;
    this.#done++;
    this.#tell();
  }

  async #act(step: Step, path: number[], run: StepRun): Promise<void> {
    switch (step.kind) {
      case 'talk':
        if (step.send !== null) await this.#send(step);
        if (step.expect !== '') await this.#expect(step, run);
        return;
      case 'wait':
        return this.#until(monotonic() + step.ms, () => null).then(() => undefined);
      case 'loop':
        for (let time = 0; step.times === null || time < step.times; time++) {
          await this.#list(step.steps, path);
          // What waits for nothing must not hold up all others.
          await nextTurn();
          this.#goOn();
        }
        return;
      case 'end':
        if (!this.#isOpen) refuse('SEQUENCE_ENDED');
        return this.#surface.connections.end([this.#connection], step.how);
      case 'peer-ends':
        return this.#peerEnds(step.how, step.withinMs);
      case 'stop':
        throw new Stopped();
    }
  }

  #goOn(): void {
    if (this.#signal.aborted) throw new Stopped();
  }

  get #isOpen(): boolean {
    const info = this.#info;
    return info !== null && info.endedAt === null;
  }

  async #send(step: TalkStep): Promise<void> {
    const { recorder, connections } = this.#surface;
    await this.#until(Infinity, () => {
      const { queuedBytes = 0 } = this.#info ?? {};
      return (!recorder.congested && queuedBytes < mostQueuedBytes) || !this.#isOpen ? true : null;
    });
    let template = this.#templates.get(step);
    // Saved messages stand in their places by now.
    if (template === undefined)
      this.#templates.set(step, (template = compile(parseMessage(step.send as WrittenMessage))));
    const { isFixed, fill } = template;
    const own = {
      received: this.#received,
      value: (name: string) => {
        const value = this.#values.get(name);
        if (value === undefined) throw new ValueError('value-not-set');
        return value;
      },
    };
    const message = {
      isFixed,
      fill: (context: Parameters<Template['fill']>[0]) => fill({ ...context, ...own }),
    };
    const taken = sendFilled(message, [this.#connection], connections, recorder, (bytes) =>
      bytes.length > 0 || this.#surface.hasBoundaries ? recorder.store(bytes) : null,
    );
    if (taken === 0) refuse('SEQUENCE_ENDED');
  }

  async #expect(step: TalkStep, run: StepRun): Promise<void> {
    let look = this.#looks.get(step);
    if (look === undefined) this.#looks.set(step, (look = lookOf(step, this.#surface.encoding)));
    const deadline = monotonic() + step.withinMs;
    let message: Message | null = this.#inbox.open;
    for (;;) {
      for (; message !== null; message = await this.#inbox.take()) {
        this.#goOn();
        const match = look(message.bytes);
        if (match !== null) return this.#found(message, match, run);
        run.record = message.record;
      }
      if (!this.#hasNews && !this.#isOpen) refuse('SEQUENCE_ENDED');
      const isLate = await this.#until(Math.min(deadline, this.#inbox.due), () =>
        this.#hasNews ? true : null,
      );
      this.#hasNews = false;
      message = await this.#inbox.take();
      if (isLate === null && message === null && monotonic() >= deadline) refuse('SEQUENCE_NO_ANSWER');
    }
  }

  #found({ bytes, record }: Message, { values, used }: Match, run: StepRun): void {
    for (const [name, value] of values) this.#values.set(name, value);
    this.#received = this.#inbox.hasMessages ? bytes : bytes.slice(0, used);
    this.#inbox.consume(used);
    run.record = record;
  }

  async #peerEnds(how: PeerEnd, withinMs: number): Promise<void> {
    const end = await this.#until(monotonic() + withinMs, () => endOf(this.#info));
    if (end === null) return refuse('SEQUENCE_NOT_ENDED');
    if (how !== 'any' && how !== end && !(how === 'finish' && end === 'close'))
      refuse('SEQUENCE_ENDED_OTHERWISE');
  }

  /** What `found` gives as soon as that is something; null: it did not until the deadline, as of `monotonic`. Throws when cancelled. */
  async #until<T>(deadline: number, found: () => T | null): Promise<T | null> {
    for (;;) {
      this.#goOn();
      const result = found();
      if (result !== null) return result;
      const left = deadline - monotonic();
      if (left <= 0) return null;
      await new Promise<void>((resolve) => {
        const timer = left === Infinity ? undefined : setTimeout(resolve, Math.ceil(left));
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = () => undefined;
    }
  }
}

/** Null while the peer has not ended. */
function endOf(info: ConnectionInfo | null): Exclude<PeerEnd, 'any'> | null {
  if (info === null) return 'close';
  if (info.endedAt === null) return info.state === 'half-closed-by-peer' ? 'finish' : null;
  return info.failure?.code === 'ECONNRESET' ? 'reset' : 'close';
}
