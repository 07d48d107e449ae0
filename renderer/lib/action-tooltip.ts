import type { Attachment } from 'svelte/attachments';
import { formatShortcut, shortcutOf, type ActionName } from '../../shared/actions.ts';
import { texts } from '../../shared/texts/index.ts';
import { tooltip } from '../components/tooltip.ts';
import { isMac } from './platform.ts';

/** Shortcut of an action as it is shown; '' where it has none. */
export function keysOf(name: ActionName): string {
  const shortcut = shortcutOf(name);
  return shortcut === null ? '' : formatShortcut(shortcut, isMac);
}

/** The action's name and shortcut beside its button. */
export const actionTooltip = (name: ActionName): Attachment<HTMLElement> =>
  tooltip(`${texts.actions[name]}  ${keysOf(name)}`.trim());
