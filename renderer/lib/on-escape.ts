import type { Attachment } from 'svelte/attachments';
import { on } from 'svelte/events';

/** Escape takes back what an element asks. It is no other's then: neither a dialog nor a panel around it closes. */
export const onEscape = (takeBack: () => void): Attachment<HTMLElement> => {
  const onkeydown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.isComposing) return;
    event.preventDefault();
    event.stopPropagation();
    takeBack();
  };
  return (element) => on(element, 'keydown', onkeydown);
};
