import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import type { WrittenMessage } from '../../shared/payload/payload.ts';
import {
  moved,
  unnamed,
  type MessageFields,
  type MessageId,
  type SavedMessage,
} from '../../shared/saved-messages.ts';
import { texts } from '../../shared/texts/index.ts';
import { withKnown } from '../messages/with-known.ts';
import type { AppState } from './app.svelte.ts';
import type { EndpointState } from './endpoint.svelte.ts';

/** What is asked about one message at its place. */
/** A cell of its row in the table. */
export type MessageCell = 'key' | 'name' | 'text' | 'mode' | 'lineEnd' | 'folder' | 'note';
export type MessageQuestion = { id: MessageId; what: 'name' | 'folder' };

/** The saved messages as this page sees them: pulled anew whenever the engine tells of another version. */
export class MessagesState {
  list = $state.raw<readonly SavedMessage[]>([]);
  asking = $state.raw<MessageQuestion | null>(null);
  /** A message whose name and folder are being asked for. */
  saving = $state.raw<MessageFields | null>(null);
  /** Files that were dropped for an import. */
  bringing = $state.raw<readonly File[]>([]);
  /** The row that the table is to edit. */
  editing = $state.raw<{ id: MessageId; what: MessageCell } | null>(null);
  /** Earlier values that were asked for. */
  readonly earlier = new SvelteMap<MessageId, readonly WrittenMessage[]>();
  /** Of each endpoint, the message that was loaded into its composer last. */
  readonly loaded = new WeakMap<EndpointState, MessageId>();
  readonly #app: AppState;
  #shown = $state.raw<EndpointState | null>(null);
  /** `undo`: of the toast that offers it. */
  #removals: { removal: number; undo: () => void }[] = [];
  #removing: Promise<void> = Promise.resolve();

  constructor(app: AppState) {
    this.#app = app;
    // Of its own: what a component made first would end with it.
    $effect.root(() => {
      const version = $derived(app.summary?.messagesVersion ?? null);
      $effect(() => {
        if (app.connected && version !== null) untrack(() => void this.#pull());
      });
      $effect(() => {
        if (app.active !== null) this.#shown = app.active;
      });
    });
  }

  /** Where messages go: the endpoint that is shown, or was shown last. */
  get endpoint(): EndpointState | null {
    const { active, tabs, endpoints } = this.#app;
    if (active !== null) return active;
    if (this.#shown !== null && endpoints.includes(this.#shown)) return this.#shown;
    return tabs.find(({ endpoint }) => endpoint !== null)?.endpoint ?? null;
  }

  /** In the order in which each comes first; '' is none. */
  get folders(): string[] {
    return this.list.map(({ folder }) => folder).filter((folder, at, all) => all.indexOf(folder) === at);
  }

  find(id: MessageId | null): SavedMessage | null {
    return this.list.find((each) => each.id === id) ?? null;
  }

  /** Null where it was refused, which is then shown. */
  async add(fields: MessageFields, before: MessageId | null = null): Promise<MessageId | null> {
    const ids = await this.#app.attempt(() => this.#app.engine.addMessages([fields], before));
    await this.#pull();
    return ids?.[0] ?? null;
  }

  /** A new one, with its row of the table to be written. */
  async addNew(folder = ''): Promise<void> {
    const id = await this.add({ ...unnamed({ mode: 'text', text: '', lineEnd: 'none' }), folder });
    if (id === null) return;
    this.editing = { id, what: 'name' };
    this.#app.openTab('messages');
  }

  async duplicate(message: SavedMessage): Promise<void> {
    const { note, folder, written, target, repeatMs } = message;
    const name = texts.messages.copyOf(message.name);
    const next = this.list[this.list.findIndex(({ id }) => id === message.id) + 1];
    await this.add({ ...unnamed(written), name, note, folder, target, repeatMs }, next?.id ?? null);
  }

  /** Shown at once. */
  async change(id: MessageId, change: Partial<MessageFields>): Promise<void> {
    this.list = this.list.map((each) => {
      if (each.id === id) return { ...each, ...change };
      return change.key && each.key === change.key ? { ...each, key: null } : each;
    });
    await this.#done(() => this.#app.engine.changeMessage(id, change));
  }

  /** `folder`: that they are in then; null: as they are. */
  async move(ids: readonly MessageId[], before: MessageId | null, folder: string | null): Promise<void> {
    const list = moved(this.list, ids, before);
    this.list =
      folder === null ? list : list.map((each) => (ids.includes(each.id) ? { ...each, folder } : each));
    await this.#done(() => this.#app.engine.moveMessages([...ids], before, folder));
  }

  /** By one place among `shown`, some of all, in their order. */
  async step(ids: readonly MessageId[], by: 1 | -1, shown: readonly SavedMessage[]): Promise<void> {
    const places = ids.map((id) => shown.findIndex((each) => each.id === id)).filter((place) => place >= 0);
    const to = by < 0 ? Math.min(...places) - 1 : Math.max(...places) + 2;
    if (places.length === 0 || to < 0 || to > shown.length) return;
    const last = shown.at(-1);
    const behind = last && this.list[this.list.indexOf(last) + 1];
    await this.move(ids, (shown[to] ?? behind)?.id ?? null, null);
  }

  async remove(ids: readonly MessageId[]): Promise<void> {
    const going = this.list.filter(({ id }) => ids.includes(id));
    if (going.length === 0) return;
    this.list = this.list.filter((each) => !going.includes(each));
    this.#removing = this.#remove(going);
    await this.#removing;
  }

  async #remove(going: readonly SavedMessage[]): Promise<void> {
    const removal = await this.#app.attempt(() => this.#app.engine.removeMessages(going.map(({ id }) => id)));
    if (removal === null) return this.#pull();
    const { removed, undo: label, nameOf } = texts.messages;
    const undo = () => void this.#restore(removal);
    this.#removals.push({ removal, undo });
    this.#app.toast(removed(going.length, nameOf(going[0]!.name)), { label, run: undo });
    await this.#pull();
  }

  /** Brings back what was removed last here. */
  async undo(): Promise<void> {
    // The key may come before the engine has answered.
    await this.#removing;
    const last = this.#removals.at(-1);
    if (last !== undefined) await this.#restore(last.removal);
  }

  async askEarlier({ id, earlier }: SavedMessage): Promise<void> {
    const found = earlier === 0 ? [] : await this.#app.attempt(() => this.#app.engine.earlierMessages(id));
    if (found) this.earlier.set(id, found);
  }

  async #restore(removal: number): Promise<void> {
    const known = this.#removals.find((each) => each.removal === removal);
    if (known === undefined) return;
    this.#removals = this.#removals.filter((each) => each !== known);
    const toast = this.#app.toasts.find(({ action }) => action?.run === known.undo);
    if (toast) this.#app.dismissToast(toast.id);
    await this.#done(() => this.#app.engine.restoreMessages(removal));
  }

  async #done(work: () => Promise<void>): Promise<void> {
    await this.#app.attempt(work);
    await this.#pull();
  }

  /** What is asked for later is newer. */
  #pulls = 0;
  async #pull(): Promise<void> {
    const pull = ++this.#pulls;
    const list = await this.#app.attempt(
      () => this.#app.engine.messages(),
      ({ code }) => code === 'CHANNEL_CLOSED',
    );
    if (list && pull === this.#pulls) this.list = withKnown(this.list, list);
  }
}

/** Kept while the window is. */
const kept = new WeakMap<AppState, MessagesState>();

export function messagesOf(app: AppState): MessagesState {
  const known = kept.get(app) ?? new MessagesState(app);
  kept.set(app, known);
  return known;
}
