import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { ConnectionInfo, Job, SequenceEachJob, SequenceJob } from '../../shared/contract.ts';
import type { ManyId } from '../../shared/layout.ts';
import type { StepRun } from '../../shared/sequences/run.ts';
import type { PastRun, SavedSequence, SequenceFacts, SequenceId } from '../../shared/sequences/saved.ts';
import type { Sequence } from '../../shared/sequences/sequence.ts';
import { texts } from '../../shared/texts/index.ts';
import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';

export const tabOfSequence = (id: SequenceId): ManyId => `sequence:${id}`;
/** Undone one after the other. */
const mostUndone = 100;
/** Of peers that one of is chosen from. */
const mostPeers = 200;
const isCut = ({ code }: { code: string }) => code === 'CHANNEL_CLOSED';

/** The sequences of the workspace as this page sees them: their names, and those that were opened. */
export class SequencesState {
  readonly #app: AppState;
  readonly #opened = new SvelteMap<SequenceId, SequenceState>();
  #pulls = 0;

  constructor(app: AppState) {
    this.#app = app;
    $effect.root(() => {
      const version = $derived(app.summary?.sequencesVersion ?? null);
      $effect(() => {
        if (app.connected && version !== null) untrack(() => void this.#pull());
      });
    });
  }

  get list(): readonly SavedSequence[] {
    return this.#app.sequences ?? [];
  }

  opened(id: SequenceId): SequenceState {
    const known = this.#opened.get(id) ?? new SequenceState(this.#app, id);
    this.#opened.set(id, known);
    return known;
  }

  /** Its tab is shown. */
  async add(sequence: Sequence): Promise<void> {
    const id = await this.#app.attempt(() => this.#app.engine.addSequence(sequence));
    if (id === null) return;
    await this.#pull();
    this.#app.openTab(tabOfSequence(id));
  }

  async remove({ id, name }: SavedSequence): Promise<void> {
    const { app, words } = { app: this.#app, words: texts.sequenceTab };
    const removal = await app.attempt(() => app.engine.removeSequence(id));
    if (removal === null) return;
    app.closeTab(tabOfSequence(id));
    const run = () =>
      void app
        .attempt(() => app.engine.restoreSequence(removal))
        .then(() => this.#pull())
        .then(() => app.openTab(tabOfSequence(id)));
    app.toast(words.removed(name || words.unnamed), { label: texts.messages.undo, run });
    await this.#pull();
  }

  async #pull(): Promise<void> {
    const pull = ++this.#pulls;
    const list = await this.#app.attempt(() => this.#app.engine.sequences(), isCut);
    if (list && pull === this.#pulls) this.#app.sequences = list;
  }
}

/** One sequence: its steps as they are written here, and its run. */
export class SequenceState {
  readonly id: SequenceId;
  /** Null before it has come. */
  sequence = $state.raw<Sequence | null>(null);
  chosen = $state.raw<readonly number[] | null>(null);
  times = $state(1);
  /** Null: the one that is proposed. */
  endpointId = $state<string | null>(null);
  /** 'each': new ones, from now on. */
  peerId = $state<number | 'each' | null>(null);
  /** Open ones of the endpoint. */
  peers = $state.raw<readonly ConnectionInfo[]>([]);
  /** The newest first. */
  past = $state.raw<readonly PastRun[]>([]);
  /** The run that somebody looks at; null: the newest one. */
  looked = $state<number | null>(null);
  /** Of the run that is looked at. */
  steps = $state.raw<readonly StepRun[]>([]);
  readonly #app: AppState;
  #version = -1;
  #saving = 0;
  #before: { sequence: Sequence; chosen: readonly number[] | null }[] = [];

  constructor(app: AppState, id: SequenceId) {
    this.#app = app;
    this.id = id;
  }

  /** The newest run that is told of. */
  get job(): SequenceJob | null {
    const isOurs = (job: Job): job is SequenceJob => job.kind === 'sequence' && job.run.sequence === this.id;
    return this.#app.summary?.jobs.findLast(isOurs) ?? null;
  }

  /** The newest one that goes through it on each new connection. */
  get eachJob(): SequenceEachJob | null {
    const isOurs = (job: Job): job is SequenceEachJob =>
      job.kind === 'sequence-each' && job.each.sequence === this.id;
    return this.#app.summary?.jobs.findLast(isOurs) ?? null;
  }

  get isRunning(): boolean {
    return this.job?.run.state === 'running' || this.eachJob?.each.isOn === true;
  }

  /** On each new connection, rather than on one that is there. */
  get isEach(): boolean {
    return this.eachJob?.each.isOn === true || this.peerId === 'each';
  }

  /** What is looked at: as it is told of where that is the newest, else as it was asked for. */
  get run(): SequenceFacts | null {
    const told = this.job?.run ?? null;
    const looked = this.past.find(({ run }) => run === this.looked) ?? null;
    if (looked !== null) return looked.run === told?.run ? told : looked;
    const newest = this.past[0] ?? null;
    return told !== null && told.run >= (newest?.run ?? 0) ? told : newest;
  }

  /** The same with what is told of earlier ones alone. */
  get pastRun(): PastRun | null {
    return this.past.find(({ run }) => run === this.run?.run) ?? null;
  }

  /** That it is run on: the chosen one, that of the last run, or the first with an open connection. */
  get endpoint(): EndpointState | null {
    const { endpoints } = this.#app;
    const each = this.eachJob?.each.isOn ? this.eachJob.endpoint : null;
    const wanted = each ?? this.endpointId ?? this.job?.endpoint ?? this.eachJob?.endpoint;
    const known = endpoints.find(({ id }) => id === wanted);
    return (
      known ?? endpoints.find(({ summary }) => (summary?.openConnections ?? 0) > 0) ?? endpoints[0] ?? null
    );
  }

  get peer(): ConnectionInfo | null {
    return this.peers.find(({ id }) => id === this.peerId) ?? this.peers[0] ?? null;
  }

  /** Asks again for what another page has changed. */
  async refresh(version: number): Promise<void> {
    if (version === this.#version || this.#saving > 0) return;
    const sequence = await this.#app.attempt(() => this.#app.engine.sequence(this.id), isCut);
    if (sequence === null || this.#saving > 0) return;
    this.#version = version;
    this.sequence = sequence;
  }

  async refreshPeers(): Promise<void> {
    const { endpoint } = this;
    if (endpoint === null) return void (this.peers = []);
    const query = { order: 'oldest', find: '' } as const;
    const window = await this.#app.attempt(
      () => this.#app.engine.connections(endpoint.id, 0, mostPeers, query),
      () => true,
    );
    if (window && endpoint === this.endpoint)
      this.peers = window.rows.filter(({ endedAt }) => endedAt === null);
  }

  async refreshPast(): Promise<void> {
    const past = await this.#app.attempt(() => this.#app.engine.sequenceRuns(this.id), isCut);
    if (past) this.past = past;
  }

  async refreshSteps(): Promise<void> {
    const { run } = this;
    if (run === null) return void (this.steps = []);
    const steps = await this.#app.attempt(() => this.#app.engine.sequenceSteps(run.run), isCut);
    if (steps && run.run === this.run?.run) this.steps = steps;
  }

  runOf(path: readonly number[]): StepRun | null {
    return this.steps.find((step) => step.path.join() === path.join()) ?? null;
  }

  change(sequence: Sequence, chosen: readonly number[] | null = this.chosen): void {
    const before = this.sequence;
    if (before === null) return;
    this.#before = [...this.#before, { sequence: before, chosen: this.chosen }].slice(-mostUndone);
    this.chosen = chosen;
    void this.#save(sequence);
  }

  undo(): void {
    const last = this.#before.pop();
    if (last === undefined) return;
    this.chosen = last.chosen;
    void this.#save(last.sequence);
  }

  async #save(sequence: Sequence): Promise<void> {
    this.sequence = sequence;
    this.#saving++;
    await this.#app.attempt(() => this.#app.engine.changeSequence(this.id, sequence));
    this.#saving--;
  }

  async start(): Promise<void> {
    const { endpoint, peer, times, id, isEach } = this;
    if (endpoint === null || (peer === null && !isEach)) return;
    this.looked = null;
    const target = isEach ? null : peer!.id;
    await this.#app.attempt(() => this.#app.engine.startSequence(endpoint.id, target, id, times));
  }

  async stop(): Promise<void> {
    const job = this.eachJob?.each.isOn ? this.eachJob : this.job;
    if (job !== null) await this.#app.attempt(() => this.#app.engine.cancelJob(job.id));
  }
}

const kept = new WeakMap<AppState, SequencesState>();

/** Kept while the window is. */
export function sequencesOf(app: AppState): SequencesState {
  const known = kept.get(app) ?? new SequencesState(app);
  kept.set(app, known);
  return known;
}
