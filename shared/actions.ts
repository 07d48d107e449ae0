/** All actions that a person can run by name: palette, menu and shortcuts read this one table. */

type Entry = { name: string; shortcut?: string };

/**
 * `Mod` is Cmd on macOS and Ctrl elsewhere. No shortcut is one that a browser keeps for itself (Mod+N, T, W, Tab and
 * their Shift forms), nor Ctrl+Alt, which types characters on many keyboards (AltGr).
 */
const table = [
  { name: 'command-palette', shortcut: 'Mod+K' },
  { name: 'new-server', shortcut: 'Mod+Shift+S' },
  { name: 'new-client', shortcut: 'Mod+Shift+E' },
  { name: 'new-sequence' },
  { name: 'start-echo-demo', shortcut: 'Mod+Shift+G' },
  { name: 'new-greeting-server' },
  { name: 'new-echo-server' },
  { name: 'new-upper-case-server' },
  { name: 'new-timestamp-server' },
  { name: 'new-udp-server' },
  { name: 'new-http-get' },
  { name: 'new-https-get' },
  { name: 'new-prompt-client' },
  { name: 'new-chat-room' },
  { name: 'new-rules-server' },
  { name: 'new-stuck-together-server' },
  { name: 'start-listening', shortcut: 'F8' },
  { name: 'stop-listening', shortcut: 'Shift+F8' },
  { name: 'restart-listening' },
  { name: 'connect', shortcut: 'F9' },
  { name: 'disconnect', shortcut: 'Shift+F9' },
  { name: 'reconnect' },
  { name: 'finish-sending' },
  { name: 'reset-connection' },
  { name: 'connect-anyway' },
  { name: 'connect-many' },
  { name: 'stop-reading' },
  { name: 'read-again' },
  { name: 'disconnect-selected-peers' },
  { name: 'disconnect-all-peers' },
  { name: 'select-all-peers' },
  { name: 'find-peers' },
  { name: 'name-peer' },
  { name: 'clear-closed-peers' },
  { name: 'send', shortcut: 'Mod+Enter' },
  { name: 'connect-and-send' },
  { name: 'send-file' },
  { name: 'send-empty-datagram' },
  { name: 'save-message' },
  { name: 'repeat-message', shortcut: 'Mod+Shift+Enter' },
  { name: 'set-repeat' },
  { name: 'message-as-text' },
  { name: 'message-as-hex' },
  { name: 'message-as-base64' },
  { name: 'message-as-is' },
  { name: 'edit-call' },
  { name: 'wrap-message' },
  { name: 'keep-text' },
  { name: 'enter-sends' },
  { name: 'clear-log', shortcut: 'Mod+Shift+X' },
  { name: 'undo-clear' },
  { name: 'export' },
  { name: 'verify-log' },
  { name: 'save-text', shortcut: 'Mod+S' },
  { name: 'save-hex' },
  { name: 'save-jsonl' },
  { name: 'save-raw' },
  { name: 'save-csv' },
  { name: 'save-pcapng' },
  { name: 'select-all-rows' },
  { name: 'copy-payloads' },
  { name: 'copy-rows', shortcut: 'Mod+Shift+C' },
  { name: 'copy-as' },
  { name: 'reply-to-record' },
  { name: 'edit-record' },
  { name: 'send-record-again' },
  { name: 'save-record' },
  { name: 'filter-by-record' },
  { name: 'decode-as' },
  { name: 'rule-from-record' },
  { name: 'mark-record' },
  { name: 'compare-record' },
  { name: 'show-diagram' },
  { name: 'bookmark-record' },
  { name: 'note-record' },
  { name: 'next-marked' },
  { name: 'previous-marked' },
  { name: 'read-chunks' },
  { name: 'read-frames' },
  { name: 'read-stream' },
  { name: 'show-in-stream' },
  { name: 'set-frames' },
  { name: 'follow-tail', shortcut: 'Mod+J' },
  { name: 'change-time-format', shortcut: 'Mod+Shift+H' },
  { name: 'next-tab', shortcut: 'Alt+PageDown' },
  { name: 'previous-tab', shortcut: 'Alt+PageUp' },
  { name: 'close-tab', shortcut: 'Alt+W' },
  { name: 'rename-endpoint', shortcut: 'F2' },
  { name: 'duplicate-endpoint' },
  { name: 'remove-endpoint' },
  { name: 'focus-endpoints', shortcut: 'Alt+E' },
  { name: 'focus-peers', shortcut: 'Alt+P' },
  { name: 'focus-log', shortcut: 'Alt+L' },
  { name: 'toggle-pane', shortcut: 'Mod+I' },
  { name: 'focus-pane', shortcut: 'Alt+I' },
  { name: 'show-record' },
  { name: 'show-connection' },
  { name: 'show-statistics' },
  { name: 'show-options' },
  { name: 'show-reply' },
  { name: 'focus-message', shortcut: 'Alt+M' },
  { name: 'next-zone', shortcut: 'F6' },
  { name: 'previous-zone', shortcut: 'Shift+F6' },
  { name: 'focus-filter', shortcut: 'Mod+F' },
  { name: 'go-to' },
  { name: 'next-match', shortcut: 'F3' },
  { name: 'previous-match', shortcut: 'Shift+F3' },
  { name: 'toggle-theme', shortcut: 'Mod+Shift+D' },
  { name: 'show-certificates' },
  { name: 'show-messages' },
  { name: 'import-messages' },
  { name: 'open-workspace', shortcut: 'Mod+O' },
  { name: 'edit-filters' },
  { name: 'search-tabs' },
  { name: 'show-network' },
  { name: 'open-settings', shortcut: 'Mod+,' },
  { name: 'show-help', shortcut: 'F1' },
] as const satisfies readonly Entry[];

export type ActionName = (typeof table)[number]['name'];
export type Action = { name: ActionName; shortcut: string | null };

export const actions: readonly Action[] = table.map((entry) => ({ shortcut: null, ...entry }));

const byName = new Map<ActionName, Action>(actions.map((action) => [action.name, action]));

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
  for (const { name, shortcut } of actions)
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
