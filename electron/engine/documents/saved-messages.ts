import { FailureError } from '../../../shared/failure.ts';
import type { WrittenMessage } from '../../../shared/payload/payload.ts';
import {
  changed,
  keptBytes,
  moved,
  mostMessages,
  mostMessagesBytes,
  restored,
  type KeptMessage,
  type MessageFields,
  type MessageId,
  type MessageKey,
  type Removal,
  type SavedMessage,
} from '../../../shared/saved-messages.ts';
import { newMessageId } from '../schemas/saved-messages.ts';
import { invalid } from '../schemas/validate.ts';
import type { Document } from './document.ts';

export type Messages = { messages: KeptMessage[] };

/** Removals that can be undone, as long as what went is not more than is kept of messages at all. */
const mostRemovals = 20;

/** The messages of a workspace. Each change is one of few fields, so that two pages lose nothing of each other. */
export class SavedMessages {
  readonly document: Document<Messages>;
  readonly #removals = new Map<number, Removal<KeptMessage>>();
  #nextRemoval = 1;
  #version = 1;

  constructor(document: Document<Messages>) {
    this.document = document;
  }

  get version(): number {
    return this.#version;
  }

  get #all(): readonly KeptMessage[] {
    return this.document.value.messages;
  }

  /** Without what was written before. */
  get list(): SavedMessage[] {
    return this.#all.map(({ history, ...message }) => ({ ...message, earlier: history.length }));
  }

  /** Of one that is gone nothing. */
  earlierOf(id: MessageId): WrittenMessage[] {
    return this.#all.find((each) => each.id === id)?.history ?? [];
  }

  /** Throws INVALID_ARGUMENT and MESSAGES_NOT_KEPT as `Commands.addMessages` says. */
  add(messages: readonly MessageFields[], before: MessageId | null): MessageId[] {
    const added = messages.map((fields) => ({ ...fields, id: newMessageId(), history: [] }));
    const ids = added.map(({ id }) => id);
    this.#keep(moved(withoutKeys([...this.#all, ...added], added), ids, before));
    return ids;
  }

  /** Of one that is gone nothing is kept. Throws as `add`. */
  change(id: MessageId, change: Partial<MessageFields>): void {
    if (!this.#all.some((each) => each.id === id)) return;
    const others = withoutKeys(this.#all, [{ id, key: change.key ?? null }]);
    this.#keep(others.map((each) => (each.id === id ? changed(each, change) : each)));
  }

  /** `folder`: that they are in then; null: as they are. */
  move(ids: readonly MessageId[], before: MessageId | null, folder: string | null): void {
    const moving = new Set(ids);
    const list = moved(this.#all, ids, before);
    this.#keep(
      folder === null ? list : list.map((each) => (moving.has(each.id) ? { ...each, folder } : each)),
    );
  }

  /** Returns the number that `restore` takes, as long as this runs. */
  remove(ids: readonly MessageId[]): number {
    const going = new Set(ids);
    const removed = this.#all.filter(({ id }) => going.has(id));
    const removal = this.#nextRemoval++;
    this.#removals.set(removal, { order: this.#all.map(({ id }) => id), removed });
    this.#forgetOldest();
    this.#keep(this.#all.filter(({ id }) => !going.has(id)));
    return removal;
  }

  /** Keys that others have by now they do not get back. Throws as `add`, and INVALID_ARGUMENT for what is too long ago. */
  restore(number: number): void {
    const removal = this.#removals.get(number);
    if (removal === undefined) throw invalid('removal');
    const removed = withoutKeys(removal.removed, this.#all);
    this.#keep(restored(this.#all, { ...removal, removed }));
    this.#removals.delete(number);
  }

  /** All of them by others, such as those of a file. What was written in those that are known is kept, as long as there is room. */
  replace(messages: readonly (MessageFields & { id: MessageId })[]): void {
    const known = new Map(this.#all.map((each) => [each.id, each]));
    const next = messages.map(({ id, ...fields }) => {
      const before = known.get(id);
      return before ? changed(before, fields) : { ...fields, id, history: [] };
    });
    this.#keep(bytesOf(next) <= mostMessagesBytes ? next : next.map((each) => ({ ...each, history: [] })));
  }

  #forgetOldest(): void {
    const size = () => [...this.#removals.values()].reduce((sum, { removed }) => sum + bytesOf(removed), 0);
    for (const number of this.#removals.keys())
      if (this.#removals.size > mostRemovals || size() > mostMessagesBytes) this.#removals.delete(number);
  }

  #keep(messages: KeptMessage[]): void {
    const isMore = messages.length > this.#all.length;
    if (isMore && messages.length > mostMessages)
      throw invalid('messages', { name: 'at-most', most: mostMessages });
    if (bytesOf(messages) > Math.max(mostMessagesBytes, bytesOf(this.#all)))
      throw new FailureError({ code: 'MESSAGES_NOT_KEPT' });
    this.document.change({ messages });
    this.#version++;
  }
}

const bytesOf = (messages: readonly KeptMessage[]): number =>
  messages.reduce((sum, each) => sum + keptBytes(each), 0);

/** A key that one of these has, others lose. */
function withoutKeys(
  messages: readonly KeptMessage[],
  others: readonly { id: MessageId; key: MessageKey | null }[],
): KeptMessage[] {
  const taken = new Map(others.flatMap(({ id, key }) => (key === null ? [] : [[key, id]])));
  return messages.map((each) => {
    const owner = each.key === null ? undefined : taken.get(each.key);
    return owner === undefined || owner === each.id ? each : { ...each, key: null };
  });
}
