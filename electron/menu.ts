/** The application menu: actions of the page by name, with their shortcuts, and the system's usual entries. */
import type { MenuItemConstructorOptions } from 'electron';
import { electronAccelerator, shortcutOf, type ActionName } from '../shared/actions.ts';
import { readyMadeIds } from '../shared/settings/ready-made.ts';
import { texts } from '../shared/texts/index.ts';

export type MenuServices = {
  platform: NodeJS.Platform;
  runAction(name: ActionName): void;
  openTcpStandard(): void;
};

type Item = MenuItemConstructorOptions;
const separator: Item = { type: 'separator' };

/** Every action of the page that has a place in a menu. A null is a line between groups. */
const entries: Record<'begin' | 'file' | 'view' | 'endpoint' | 'log', (ActionName | null)[]> = {
  begin: ['new-server', 'new-client', 'new-sequence', 'start-echo-demo'],
  file: [
    'open-workspace',
    null,
    'export',
    'save-text',
    'save-hex',
    'save-jsonl',
    'save-raw',
    'save-csv',
    'save-pcapng',
    'verify-log',
    null,
    'close-tab',
    null,
    'show-certificates',
    'open-settings',
  ],
  view: [
    'command-palette',
    null,
    'next-tab',
    'previous-tab',
    null,
    'focus-endpoints',
    'focus-peers',
    'focus-log',
    'toggle-pane',
    'focus-pane',
    'show-record',
    'show-connection',
    'show-statistics',
    'show-options',
    'show-reply',
    'focus-message',
    'focus-filter',
    'go-to',
    'edit-filters',
    'search-tabs',
    'next-match',
    'previous-match',
    'next-zone',
    'previous-zone',
    null,
    'show-messages',
    'import-messages',
    'show-network',
    'toggle-theme',
  ],
  endpoint: [
    'start-listening',
    'stop-listening',
    'restart-listening',
    null,
    'connect',
    'connect-anyway',
    'connect-many',
    'disconnect',
    'reconnect',
    'finish-sending',
    'reset-connection',
    'stop-reading',
    'read-again',
    null,
    'select-all-peers',
    'find-peers',
    'name-peer',
    'clear-closed-peers',
    'disconnect-selected-peers',
    'disconnect-all-peers',
    null,
    'send',
    'connect-and-send',
    'send-file',
    'send-empty-datagram',
    'save-message',
    'set-repeat',
    'repeat-message',
    'message-as-text',
    'message-as-hex',
    'message-as-base64',
    'message-as-is',
    'edit-call',
    'wrap-message',
    'keep-text',
    'enter-sends',
    null,
    'rename-endpoint',
    'duplicate-endpoint',
    'remove-endpoint',
  ],
  log: [
    'select-all-rows',
    'copy-payloads',
    'copy-rows',
    'copy-as',
    'filter-by-record',
    'decode-as',
    null,
    'reply-to-record',
    'edit-record',
    'send-record-again',
    'save-record',
    'rule-from-record',
    'mark-record',
    'compare-record',
    'show-diagram',
    null,
    'bookmark-record',
    'note-record',
    'next-marked',
    'previous-marked',
    null,
    'read-chunks',
    'read-frames',
    'read-stream',
    'show-in-stream',
    'set-frames',
    null,
    'follow-tail',
    'change-time-format',
    null,
    'clear-log',
    'undo-clear',
  ],
};

/** The template for `Menu.buildFromTemplate`; an action's item has the action's name as its id. */
export function menuTemplate({ platform, runAction, openTcpStandard }: MenuServices): Item[] {
  const headings = texts.desktop.menus;
  const isMac = platform === 'darwin';
  const action = (name: ActionName): Item => {
    const shortcut = shortcutOf(name);
    // There Alt and a letter type a character (@, €, µ): the page takes it as a shortcut where no text is written.
    const isTyped = isMac && shortcut !== null && /^Alt\+.$/.test(shortcut);
    return {
      id: name,
      label: texts.actions[name],
      ...(shortcut === null || isTyped ? {} : { accelerator: electronAccelerator(shortcut) }),
      click: () => runAction(name),
    };
  };
  const list = (names: (ActionName | null)[]) =>
    names.map((name) => (name === null ? separator : action(name)));
  const readyMade: Item = {
    label: headings.readyMade,
    submenu: list(readyMadeIds.map((id) => `new-${id}` as const)),
  };
  const quit: Item[] = isMac ? [{ role: 'close' }] : [{ role: 'quit' }];
  return [
    ...(isMac ? [{ role: 'appMenu' } satisfies Item] : []),
    {
      label: headings.file,
      submenu: [...list(entries.begin), readyMade, separator, ...list(entries.file), separator, ...quit],
    },
    { label: headings.edit, role: 'editMenu' },
    { label: headings.view, submenu: [...list(entries.view), separator, ...screenRoles] },
    { label: headings.endpoint, submenu: list(entries.endpoint) },
    { label: headings.log, submenu: list(entries.log) },
    windowMenu(isMac, action('close-tab')),
    {
      label: headings.help,
      role: 'help',
      submenu: [
        action('show-help'),
        separator,
        { label: headings.tcpStandard, click: openTcpStandard },
        ...(isMac ? [] : [separator, { role: 'about' } satisfies Item]),
      ],
    },
  ];
}

/**
 * Elsewhere than on macOS the last window ends the app with all its sockets, so its keys are not those by which people
 * close a tab everywhere: these close the tab. The system has keys of its own for a window.
 */
function windowMenu(isMac: boolean, closeTab: Item): Item {
  const { window, closeWindow } = texts.desktop.menus;
  if (isMac) return { label: window, role: 'windowMenu' };
  const { label = '', click } = closeTab;
  return {
    label: window,
    submenu: [
      { role: 'minimize' },
      { label: closeWindow, click: (_item, target) => target?.close() },
      { label, ...(click ? { click } : {}), accelerator: 'CommandOrControl+W', visible: false },
    ],
  };
}

const screenRoles: Item[] = [
  { role: 'reload' },
  // In packages, too: the page has no rights that its tools could lend, and a report says more with what they show.
  { role: 'toggleDevTools' },
  separator,
  { role: 'resetZoom' },
  { role: 'zoomIn' },
  // The role's own keys are those of "+", which many keyboards have only with Shift.
  { role: 'zoomIn', accelerator: 'CommandOrControl+=', visible: false },
  { role: 'zoomOut' },
  { role: 'togglefullscreen' },
];
