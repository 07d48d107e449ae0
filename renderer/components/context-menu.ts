/** The one way to say what a thing can do: its items, by right click and by the keys for a menu. */
import { mount, unmount } from 'svelte';
import type { Attachment } from 'svelte/attachments';
import { isMac } from '../lib/platform.ts';
import type { MenuItem } from './menu-item.ts';
import { openMenuPart } from './open-menu-part.ts';

export type MenuOf = {
  /** What the menu is about, for who does not see where it opens. */
  label: string;
  /** Asked again while the menu is open, as what they read changes. */
  items: () => readonly MenuItem[];
};

/** Where a menu opens: at a point, or below an element, for a key. */
export type MenuPlace = { clientX: number; clientY: number } | Element;

let closeShown = (): void => undefined;

/** One at a time: another one that is open is closed. Returns a function that closes this one. */
export function openMenu({ label, items }: MenuOf, at: MenuPlace): () => void {
  closeShown();
  const byKey = at instanceof Element;
  const from = document.activeElement;
  let isWanted = true;
  let takeAway = (): void => undefined;
  const close = () => {
    if (isWanted) takeAway();
    isWanted = false;
  };
  const show = async () => {
    const OpenMenu = await openMenuPart.want();
    if (!isWanted) return;
    const anchor = byKey ? at : { getBoundingClientRect: () => new DOMRect(at.clientX, at.clientY, 0, 0) };
    const placed = { side: byKey ? 'bottom' : 'right', sideOffset: 2 } as const;
    const props = { label, items, anchor, byKey, from, ...placed, onclosed: close };
    const menu = mount(OpenMenu, { target: document.body, props });
    takeAway = () => void unmount(menu);
  };
  show().catch(() => undefined);
  closeShown = close;
  return close;
}

/** Shift+F10, the menu key, and on macOS Control+Enter. */
export const isMenuKey = (event: KeyboardEvent): boolean =>
  event.key === 'ContextMenu' ||
  (event.key === 'F10' && event.shiftKey) ||
  (isMac && event.key === 'Enter' && event.ctrlKey);

/**
 * What the menu of an element is about; null where there is nothing to be done. `event`: of a pointer, or of a key, for
 * which the menu opens below `below`, else below the element that has the focus.
 */
export type MenuAt = (event: MouseEvent | KeyboardEvent) => (MenuOf & { below?: Element | null }) | null;

/** Makes an element one that has a menu. */
export const hasMenu =
  (menuAt: MenuAt): Attachment<HTMLElement> =>
  (element) => {
    let close = (): void => undefined;
    const show = (event: MouseEvent | KeyboardEvent) => {
      const menu = menuAt(event);
      if (menu === null) return;
      event.preventDefault();
      event.stopPropagation();
      const below = menu.below ?? (event.target instanceof Element ? event.target : element);
      close = openMenu(menu, event instanceof KeyboardEvent ? below : event);
    };
    const onkeydown = (event: KeyboardEvent) => isMenuKey(event) && show(event);
    element.addEventListener('contextmenu', show);
    element.addEventListener('keydown', onkeydown);
    return () => {
      element.removeEventListener('contextmenu', show);
      element.removeEventListener('keydown', onkeydown);
      // What it is about has gone.
      close();
    };
  };
