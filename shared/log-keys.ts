/** Actions that a key runs while the log has the focus, beside their shortcuts. */
import { isShortcut, type ActionName, type KeyPress } from './actions.ts';

/** A bare letter sends nothing. */
const table = [
  { key: 'R', name: 'reply-to-record' },
  { key: 'E', name: 'edit-record' },
  { key: 'S', name: 'save-record' },
  { key: 'Mod+Enter', name: 'send-record-again' },
  { key: 'C', name: 'copy-as' },
  { key: 'Mod+C', name: 'copy-payloads' },
  { key: 'Shift+C', name: 'copy-rows' },
  { key: 'F', name: 'filter-by-record' },
  { key: 'D', name: 'decode-as' },
  { key: '/', name: 'focus-filter' },
  { key: 'A', name: 'rule-from-record' },
  { key: 'M', name: 'mark-record' },
  { key: 'Shift+M', name: 'compare-record' },
  { key: 'B', name: 'bookmark-record' },
  { key: 'Shift+B', name: 'note-record' },
  { key: 'N', name: 'next-marked' },
  { key: 'P', name: 'previous-marked' },
  { key: 'T', name: 'change-time-format' },
  { key: '1', name: 'read-chunks' },
  { key: '2', name: 'read-frames' },
  { key: '3', name: 'read-stream' },
  { key: 'V', name: 'show-in-stream' },
] as const satisfies readonly { key: string; name: ActionName }[];

export const logKeys: readonly { key: string; name: ActionName }[] = table;

/** As the table of actions writes shortcuts; null where there is none. */
export const logKeyOf = (name: ActionName): string | null =>
  logKeys.find((each) => each.name === name)?.key ?? null;

/** What a key runs in the log. A sign may need Shift, as on a German keyboard. */
export function logActionOf(press: KeyPress, isMac: boolean): ActionName | null {
  // An event of the keyboard has no properties of its own to spread.
  const { key, code, ctrlKey, metaKey, altKey } = press;
  const unshifted = { key, code, ctrlKey, metaKey, altKey, shiftKey: false };
  const found = logKeys.find((each) => isShortcut(each.key, each.key === '/' ? unshifted : press, isMac));
  return found?.name ?? null;
}
