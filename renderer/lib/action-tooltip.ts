import type { Attachment } from 'svelte/attachments';
import { formatShortcut, shortcutOf, type ActionName } from '../../shared/actions.ts';
import { chordOf } from '../../shared/chords.ts';
import { logKeyOf } from '../../shared/log-keys.ts';
import { texts } from '../../shared/texts/index.ts';
import { tooltip } from '../components/tooltip.ts';
import { isMac } from './platform.ts';

/** Shortcut of an action as it is shown; '' where it has none. */
export function keysOf(name: ActionName): string {
  const shortcut = shortcutOf(name);
  return shortcut === null ? '' : formatShortcut(shortcut, isMac);
}

/** The key that runs it in the log; '' where there is none. */
export function logKeysOf(name: ActionName): string {
  const key = logKeyOf(name);
  return key === null ? '' : formatShortcut(key, isMac);
}

/** The two keys in a row that run it; '' where there are none. */
export function chordKeysOf(name: ActionName): string {
  const chord = chordOf(name);
  return chord === null ? '' : `${formatShortcut(chord.first, isMac)} ${chord.second}`;
}

/** The action's name and shortcut beside its button. */
export const actionTooltip = (name: ActionName): Attachment<HTMLElement> =>
  tooltip(`${texts.actions[name]}  ${keysOf(name)}`.trim());
