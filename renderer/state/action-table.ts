import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { ActionName } from '../../shared/actions.ts';
import { commitEdits } from '../lib/commit-edits.ts';

type Handler = { run: () => void; enabled: () => boolean };

/** What each action does now. */
export class ActionTable {
  readonly #handlers = new SvelteMap<ActionName, readonly Handler[]>();

  /** Says what an action does while a pane shows; the last to register wins. Returns a function that takes it back. */
  on(name: ActionName, run: () => void, enabled: () => boolean = () => true): () => void {
    const handler = { run, enabled };
    const change = (from: (handlers: readonly Handler[]) => readonly Handler[]) =>
      // Called from effects, which must not depend on the table that they change.
      untrack(() => this.#handlers.set(name, from(this.#handlers.get(name) ?? [])));
    change((handlers) => [...handlers, handler]);
    return () => change((handlers) => handlers.filter((each) => each !== handler));
  }

  canRun(name: ActionName): boolean {
    return this.#handlers.get(name)?.at(-1)?.enabled() ?? false;
  }

  /** Does the action where it makes sense now, with the field being edited as it stands; nothing otherwise. */
  run(name: ActionName): void {
    commitEdits();
    const handler = this.#handlers.get(name)?.at(-1);
    if (handler?.enabled()) handler.run();
  }
}
