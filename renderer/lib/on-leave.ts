import type { Attachment } from 'svelte/attachments';
import { on } from 'svelte/events';

/** What hangs on a float is a part of it. */
const hanging = '[role="menu"], [role="listbox"], dialog';

/** Somebody presses, or goes with the keyboard, elsewhere than into a float or on the button that controls it. */
export const onLeave =
  (leave: () => void): Attachment<HTMLElement> =>
  (element) => {
    const look = ({ target }: Event) => {
      if (!(target instanceof Element) || element.contains(target) || target.closest(hanging)) return;
      if (!target.closest(`[aria-controls="${element.id}"]`)) leave();
    };
    const takeBack = [on(window, 'pointerdown', look, { capture: true }), on(window, 'focusin', look)];
    return () => takeBack.forEach((each) => each());
  };
