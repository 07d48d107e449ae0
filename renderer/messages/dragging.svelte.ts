import type { Attachment } from 'svelte/attachments';
import { on } from 'svelte/events';
import type { MessageId, SavedMessage } from '../../shared/saved-messages.ts';
import type { MessagesState } from '../state/messages.svelte.ts';

/** Messages that a pointer drags to another place of a list: `shown` in their order. */
export class Dragging {
  /** The one over which the pointer is, and at which side of it they would lie. */
  over = $state.raw<{ id: MessageId; isBehind: boolean } | null>(null);
  readonly #messages: MessagesState;
  readonly #shown: () => readonly SavedMessage[];
  #ids: readonly MessageId[] = [];

  constructor(messages: MessagesState, shown: () => readonly SavedMessage[]) {
    this.#messages = messages;
    this.#shown = shown;
  }

  /** `ids`: what goes with it. `takesFolder`: it gets into the folder of what it is dropped on. `isRow`: they lie in a row. */
  item(
    id: MessageId,
    ids: () => readonly MessageId[],
    { takesFolder = false, isRow = false } = {},
  ): Attachment<HTMLElement> {
    return (element) => {
      const place = (event: DragEvent) => {
        const { top, left, height, width } = element.getBoundingClientRect();
        const isBehind = isRow ? event.clientX > left + width / 2 : event.clientY > top + height / 2;
        return { id, isBehind };
      };
      const takeBack = [
        on(element, 'dragstart', (event) => {
          this.#ids = ids();
          event.dataTransfer?.setData('text/plain', '');
          if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move';
        }),
        on(element, 'dragend', () => this.#end()),
        on(element, 'dragover', (event) => {
          if (this.#ids.length === 0) return;
          event.preventDefault();
          const at = place(event);
          if (at.id !== this.over?.id || at.isBehind !== this.over.isBehind) this.over = at;
        }),
        on(element, 'drop', (event) => {
          if (this.#ids.length === 0) return;
          event.preventDefault();
          this.#drop(place(event), takesFolder);
        }),
      ];
      return () => takeBack.forEach((each) => each());
    };
  }

  /** Into a folder, behind all that is in it. */
  folder(name: string): Attachment<HTMLElement> {
    return (element) => {
      const takeBack = [
        on(element, 'dragover', (event) => this.#ids.length > 0 && event.preventDefault()),
        on(element, 'drop', (event) => {
          if (this.#ids.length === 0) return;
          event.preventDefault();
          void this.#messages.move(this.#ids, null, name);
          this.#end();
        }),
      ];
      return () => takeBack.forEach((each) => each());
    };
  }

  #drop({ id, isBehind }: { id: MessageId; isBehind: boolean }, takesFolder: boolean): void {
    const { list } = this.#messages;
    const onto = list.find((each) => each.id === id);
    const shown = this.#shown();
    const next = shown[shown.findIndex((each) => each.id === id) + 1];
    // Behind the last of a group: what comes next in the whole list may be of another.
    const behind = takesFolder && next?.folder !== onto?.folder ? undefined : next;
    const after = behind ?? list[list.findIndex((each) => each.id === id) + 1];
    const before = isBehind ? (after?.id ?? null) : id;
    void this.#messages.move(this.#ids, before, takesFolder ? (onto?.folder ?? null) : null);
    this.#end();
  }

  #end(): void {
    this.#ids = [];
    this.over = null;
  }
}
