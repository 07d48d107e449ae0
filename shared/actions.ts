/** All actions that a person can run by name: palette, menu and shortcuts read this one table. */

type Entry = { name: string; shortcut: string | null };

/**
 * `Mod` is Cmd on macOS and Ctrl elsewhere. No shortcut is one that a browser keeps for itself (Mod+N, T, W, Tab and
 * their Shift forms), nor Ctrl+Alt, which types characters on many keyboards (AltGr).
 */
const table = [
  { name: 'command-palette', shortcut: 'Mod+K' },
  { name: 'new-server', shortcut: 'Mod+Shift+S' },
  { name: 'new-client', shortcut: 'Mod+Shift+E' },
  { name: 'new-sequence', shortcut: null },
  { name: 'start-echo-demo', shortcut: 'Mod+Shift+G' },
  { name: 'new-greeting-server', shortcut: null },
  { name: 'new-echo-server', shortcut: null },
  { name: 'new-upper-case-server', shortcut: null },
  { name: 'new-timestamp-server', shortcut: null },
  { name: 'new-udp-server', shortcut: null },
  { name: 'new-http-get', shortcut: null },
  { name: 'new-https-get', shortcut: null },
  { name: 'new-prompt-client', shortcut: null },
  { name: 'new-chat-room', shortcut: null },
  { name: 'new-rules-server', shortcut: null },
  { name: 'new-stuck-together-server', shortcut: null },
  { name: 'start-listening', shortcut: 'F8' },
  { name: 'stop-listening', shortcut: 'Shift+F8' },
  { name: 'restart-listening', shortcut: null },
  { name: 'connect', shortcut: 'F9' },
  { name: 'disconnect', shortcut: 'Shift+F9' },
  { name: 'reconnect', shortcut: null },
  { name: 'finish-sending', shortcut: null },
  { name: 'reset-connection', shortcut: null },
  { name: 'connect-anyway', shortcut: null },
  { name: 'connect-many', shortcut: null },
  { name: 'stop-reading', shortcut: null },
  { name: 'read-again', shortcut: null },
  { name: 'disconnect-selected-peers', shortcut: null },
  { name: 'disconnect-all-peers', shortcut: null },
  { name: 'select-all-peers', shortcut: null },
  { name: 'find-peers', shortcut: null },
  { name: 'name-peer', shortcut: null },
  { name: 'clear-closed-peers', shortcut: null },
  { name: 'send', shortcut: 'Mod+Enter' },
  { name: 'connect-and-send', shortcut: null },
  { name: 'send-file', shortcut: null },
  { name: 'send-empty-datagram', shortcut: null },
  { name: 'save-message', shortcut: null },
  { name: 'repeat-message', shortcut: 'Mod+Shift+Enter' },
  { name: 'set-repeat', shortcut: null },
  { name: 'message-as-text', shortcut: null },
  { name: 'message-as-hex', shortcut: null },
  { name: 'message-as-base64', shortcut: null },
  { name: 'message-as-is', shortcut: null },
  { name: 'edit-call', shortcut: null },
  { name: 'wrap-message', shortcut: null },
  { name: 'keep-text', shortcut: null },
  { name: 'enter-sends', shortcut: null },
  { name: 'clear-log', shortcut: 'Mod+Shift+X' },
  { name: 'undo-clear', shortcut: null },
  { name: 'save-text', shortcut: 'Mod+S' },
  { name: 'save-hex', shortcut: null },
  { name: 'save-jsonl', shortcut: null },
  { name: 'save-raw', shortcut: null },
  { name: 'save-csv', shortcut: null },
  { name: 'save-pcapng', shortcut: null },
  { name: 'select-all-rows', shortcut: null },
  { name: 'copy-payloads', shortcut: null },
  { name: 'copy-rows', shortcut: 'Mod+Shift+C' },
  { name: 'copy-as', shortcut: null },
  { name: 'reply-to-record', shortcut: null },
  { name: 'edit-record', shortcut: null },
  { name: 'send-record-again', shortcut: null },
  { name: 'save-record', shortcut: null },
  { name: 'filter-by-record', shortcut: null },
  { name: 'decode-as', shortcut: null },
  { name: 'rule-from-record', shortcut: null },
  { name: 'mark-record', shortcut: null },
  { name: 'compare-record', shortcut: null },
  { name: 'read-chunks', shortcut: null },
  { name: 'read-frames', shortcut: null },
  { name: 'set-frames', shortcut: null },
  { name: 'follow-tail', shortcut: 'Mod+J' },
  { name: 'change-time-format', shortcut: 'Mod+Shift+H' },
  { name: 'next-tab', shortcut: 'Alt+PageDown' },
  { name: 'previous-tab', shortcut: 'Alt+PageUp' },
  { name: 'close-tab', shortcut: 'Alt+W' },
  { name: 'rename-endpoint', shortcut: 'F2' },
  { name: 'duplicate-endpoint', shortcut: null },
  { name: 'remove-endpoint', shortcut: null },
  { name: 'focus-endpoints', shortcut: 'Alt+E' },
  { name: 'focus-peers', shortcut: 'Alt+P' },
  { name: 'focus-log', shortcut: 'Alt+L' },
  { name: 'toggle-pane', shortcut: 'Mod+I' },
  { name: 'focus-pane', shortcut: 'Alt+I' },
  { name: 'show-record', shortcut: null },
  { name: 'show-connection', shortcut: null },
  { name: 'show-statistics', shortcut: null },
  { name: 'show-options', shortcut: null },
  { name: 'show-reply', shortcut: null },
  { name: 'focus-message', shortcut: 'Alt+M' },
  { name: 'next-zone', shortcut: 'F6' },
  { name: 'previous-zone', shortcut: 'Shift+F6' },
  { name: 'focus-filter', shortcut: 'Mod+F' },
  { name: 'next-match', shortcut: 'F3' },
  { name: 'previous-match', shortcut: 'Shift+F3' },
  { name: 'toggle-theme', shortcut: 'Mod+Shift+D' },
  { name: 'show-certificates', shortcut: null },
  { name: 'show-messages', shortcut: null },
  { name: 'import-messages', shortcut: null },
  { name: 'open-workspace', shortcut: 'Mod+O' },
  { name: 'show-network', shortcut: null },
  { name: 'open-settings', shortcut: 'Mod+,' },
  { name: 'show-help', shortcut: 'F1' },
] as const satisfies readonly Entry[];

export type ActionName = (typeof table)[number]['name'];
export type Action = { name: ActionName; shortcut: string | null };

export const actions: readonly Action[] = table;

const byName = new Map<ActionName, Action>(table.map((action) => [action.name, action]));

export const shortcutOf = (name: ActionName): string | null => byName.get(name)!.shortcut;

type Keys = { mod: boolean; shift: boolean; alt: boolean; key: string };

function keysOf(shortcut: string): Keys {
  const parts = shortcut.split('+');
  return {
    mod: parts.includes('Mod'),
    shift: parts.includes('Shift'),
    alt: parts.includes('Alt'),
    key: parts.at(-1)!,
  };
}

const macKeys: Record<string, string> = { Enter: '⏎', PageUp: '⇞', PageDown: '⇟' };
const otherKeys: Record<string, string> = { Enter: '⏎', PageUp: 'Page Up', PageDown: 'Page Down' };

/** As it is shown beside an action: `Ctrl K`, `Ctrl Shift F9`; on macOS `⌘K`, `⇧⌘F9`. */
export function formatShortcut(shortcut: string, isMac: boolean): string {
  const { mod, shift, alt, key } = keysOf(shortcut);
  if (isMac) return `${alt ? '⌥' : ''}${shift ? '⇧' : ''}${mod ? '⌘' : ''}${macKeys[key] ?? key}`;
  return [mod && 'Ctrl', alt && 'Alt', shift && 'Shift', otherKeys[key] ?? key].filter(Boolean).join(' ');
}

/** For Electron's menu: `CommandOrControl+K`. */
export const electronAccelerator = (shortcut: string): string => shortcut.replace('Mod', 'CommandOrControl');

/** The part of a keyboard event that decides. */
export type KeyPress = {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
};

/** The action whose shortcut was pressed. `isTyping`: in a text, where macOS types a character with Alt and a letter. */
export function actionOfKey(press: KeyPress, isMac: boolean, isTyping = false): ActionName | null {
  if (isMac && isTyping && press.altKey && !press.metaKey && typesCharacter(press)) return null;
  for (const { name, shortcut } of table)
    if (shortcut !== null && isPressed(keysOf(shortcut), press, isMac)) return name;
  return null;
}

/** What the keys of the clipboard mean outside of a text: what the log has selected, never the page. */
export function actionOfText(press: KeyPress, isMac: boolean): ActionName | null {
  const only = { mod: true, shift: false, alt: false };
  if (isPressed({ ...only, key: 'A' }, press, isMac)) return 'select-all-rows';
  return isPressed({ ...only, key: 'C' }, press, isMac) ? 'copy-payloads' : null;
}

function isPressed(keys: Keys, press: KeyPress, isMac: boolean): boolean {
  const mod = isMac ? press.metaKey : press.ctrlKey;
  const foreign = isMac ? press.ctrlKey : press.metaKey;
  if (foreign || mod !== keys.mod || press.shiftKey !== keys.shift || press.altKey !== keys.alt) return false;
  return isKey(press, keys.key);
}

/** Whether these keys, as the table writes them, were pressed. */
export const isShortcut = (shortcut: string, press: KeyPress, isMac: boolean): boolean =>
  isPressed(keysOf(shortcut), press, isMac);

/** A named key (`Enter`, `F8`) types none; a dead key begins one. */
const typesCharacter = ({ key }: KeyPress): boolean => key.length === 1 || key === 'Dead';

const codes: Record<string, string> = { ',': 'Comma', '/': 'Slash' };

/**
 * Whether this key was pressed, with Caps Lock or without. A letter goes by its character where the layout has Latin
 * letters, so that AZERTY and Dvorak have their own places; else (Cyrillic, Greek, Alt on macOS) by the key's place.
 */
export function isKey({ key, code }: Pick<KeyPress, 'key' | 'code'>, wanted: string): boolean {
  if (key.toUpperCase() === wanted.toUpperCase()) return true;
  const isLatin = key !== 'Dead' && /^[\x20-\x7e]+$/.test(key);
  return !isLatin && code === (codes[wanted] ?? `Key${wanted}`);
}
