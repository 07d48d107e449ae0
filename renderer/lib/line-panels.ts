import type { Attachment } from 'svelte/attachments';
import { on } from 'svelte/events';
import type { PanelName } from '../../shared/settings/field.ts';

/** The group of options shown after the button of `group` was pressed; null: the panel is closed. */
export const toggledGroup = (shown: PanelName | null, group: PanelName): PanelName | null =>
  shown === null || (group !== 'general' && shown !== group) ? group : null;

/** Escape in a panel under an endpoint's line closes it, and gives the focus back to the button that opened it. */
export const closePanel =
  (close: () => void): Attachment<HTMLElement> =>
  (section) => {
    const onkeydown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      const opener = section.querySelector<HTMLElement>('.line [aria-expanded="true"][aria-controls]');
      if (!opener || !(event.target instanceof Node)) return;
      event.preventDefault();
      close();
      opener.focus();
    };
    // Svelte's own: a field whose Escape takes back what was typed comes first, and keeps it to itself.
    return on(section, 'keydown', onkeydown);
  };
