/** Commands take the field being edited as it stands: one way for all of them, and for all fields. */
import type { Attachment } from 'svelte/attachments';
import { on } from 'svelte/events';

const eventName = 'commitedit';

/** The field with the focus takes what is typed in it, as if it were left; one that cannot says so as ever. */
export const commitEdits = (): void =>
  void document.activeElement?.dispatchEvent(new Event(eventName, { bubbles: true }));

/** On a field, or around some: what `commitEdits` runs while one of them has the focus. */
export const commitsBy =
  (commit: () => void): Attachment<HTMLElement> =>
  (element) =>
    on(element, eventName as 'blur', commit);
