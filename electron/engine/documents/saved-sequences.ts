import {
  mostSequences,
  mostSequencesBytes,
  sequenceBytes,
  type KeptSequence,
  type SavedSequence,
  type SequenceId,
} from '../../../shared/sequences/saved.ts';
import type { Sequence } from '../../../shared/sequences/sequence.ts';
import { FailureError } from '../../../shared/failure.ts';
import { newSequenceId } from '../schemas/sequences.ts';
import { invalid } from '../schemas/validate.ts';
import type { Document } from './document.ts';

export type Sequences = { sequences: KeptSequence[] };

/** Removals that can be undone, as long as what went is not more than is kept at all. */
const mostRemovals = 20;

/** The sequences of a workspace, in the order in which they were made. */
export class SavedSequences {
  readonly document: Document<Sequences>;
  readonly #removals = new Map<number, { kept: KeptSequence; at: number }>();
  /** Of those that were changed in this run. */
  readonly #versions = new Map<SequenceId, number>();
  #nextRemoval = 1;
  #version = 1;

  constructor(document: Document<Sequences>) {
    this.document = document;
  }

  get version(): number {
    return this.#version;
  }

  get #all(): readonly KeptSequence[] {
    return this.document.value.sequences;
  }

  get list(): SavedSequence[] {
    return this.#all.map(({ id, sequence: { name } }) => ({
      id,
      name,
      version: this.#versions.get(id) ?? 0,
    }));
  }

  /** Null of one that is gone. */
  find(id: SequenceId): Sequence | null {
    return this.#all.find((each) => each.id === id)?.sequence ?? null;
  }

  /** Throws INVALID_ARGUMENT and SEQUENCES_NOT_KEPT as `Commands.addSequence` says. */
  add(sequence: Sequence): SequenceId {
    const id = newSequenceId();
    this.#keep([...this.#all, { id, sequence }]);
    return id;
  }

  /** Of one that is gone nothing is kept. Throws as `add`. */
  change(id: SequenceId, sequence: Sequence): void {
    if (this.find(id) === null) return;
    this.#keep(this.#all.map((each) => (each.id === id ? { id, sequence } : each)));
    this.#versions.set(id, this.#version);
  }

  /** Returns the number that `restore` takes, as long as this runs. */
  remove(id: SequenceId): number {
    const removal = this.#nextRemoval++;
    const at = this.#all.findIndex((each) => each.id === id);
    if (at < 0) return removal;
    this.#removals.set(removal, { kept: this.#all[at]!, at });
    this.#forgetOldest();
    this.#keep(this.#all.toSpliced(at, 1));
    return removal;
  }

  /** Throws as `add`, and INVALID_ARGUMENT for what is too long ago. */
  restore(number: number): void {
    const removal = this.#removals.get(number);
    if (removal === undefined) throw invalid('removal');
    this.#keep(this.#all.toSpliced(removal.at, 0, removal.kept));
    this.#removals.delete(number);
  }

  /** All of them by others, such as those of a file. */
  replace(sequences: readonly KeptSequence[]): void {
    const before = new Map(this.#all.map(({ id, sequence }) => [id, JSON.stringify(sequence)]));
    this.#keep([...sequences]);
    for (const { id, sequence } of sequences)
      if (before.has(id) && before.get(id) !== JSON.stringify(sequence))
        this.#versions.set(id, this.#version);
  }

  #forgetOldest(): void {
    const size = () => bytesOf([...this.#removals.values()].map(({ kept }) => kept));
    for (const number of this.#removals.keys())
      if (this.#removals.size > mostRemovals || size() > mostSequencesBytes) this.#removals.delete(number);
  }

  #keep(sequences: KeptSequence[]): void {
    if (sequences.length > Math.max(mostSequences, this.#all.length))
      throw invalid('sequence', { name: 'at-most', most: mostSequences });
    if (bytesOf(sequences) > Math.max(mostSequencesBytes, bytesOf(this.#all)))
      throw new FailureError({ code: 'SEQUENCES_NOT_KEPT' });
    this.document.change({ sequences });
    this.#version++;
  }
}

const bytesOf = (all: readonly KeptSequence[]): number =>
  all.reduce((sum, { sequence }) => sum + sequenceBytes(sequence), 0);
