import { onDestroy } from 'svelte';
import { fieldProblems } from './field-problems.ts';

type Field<T> = {
  id: string;
  value: () => T;
  isTaken: (typed: T) => boolean;
  isSame: (a: T, b: T) => boolean;
  /** What was typed and can be taken, when the person leaves the field. */
  oncommit: (typed: T) => void;
};

/** What is being typed into a field. What cannot be taken stays typed, and holds back what depends on the field. */
export class Edited<T> {
  /** Null while the field shows its value. */
  typed = $state.raw<T | null>(null);
  readonly #field: Field<T>;
  readonly #problems = fieldProblems();

  /** Made while its component is. */
  constructor(field: Field<T>) {
    this.#field = field;
    onDestroy(() => this.#problems?.delete(field.id));
  }

  get shown(): T {
    return this.typed ?? this.#field.value();
  }

  edit(next: T | null): void {
    this.typed = next;
    if (next !== null && !this.#field.isTaken(next)) this.#problems?.add(this.#field.id);
    else this.#problems?.delete(this.#field.id);
  }

  commit(): void {
    const next = this.typed;
    if (next === null || !this.#field.isTaken(next)) return;
    this.edit(null);
    if (!this.#field.isSame(next, this.#field.value())) this.#field.oncommit(next);
  }
}
