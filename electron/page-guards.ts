/** What the page may not do, whatever runs in it. */
import {
  app,
  dialog,
  ipcMain,
  Menu,
  session,
  shell,
  type ContextMenuParams,
  type IpcMainEvent,
  type MenuItemConstructorOptions,
  type WebContents,
  type WebFrameMain,
} from 'electron';
import { failureOf } from '../shared/failure.ts';
import { inWords, texts } from '../shared/texts/index.ts';
import { externalLinks } from './external-links.ts';
import { isPageAddress } from './page-files.ts';

/** Permissions that the page has: writing text to the clipboard, and nothing else. */
const granted = new Set<string>(['clipboard-sanitized-write']);

export function denyPermissions(): void {
  const { defaultSession } = session;
  defaultSession.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(granted.has(permission)),
  );
  defaultSession.setPermissionCheckHandler((_contents, permission) => granted.has(permission));
}

/** For every window there will ever be: it stays on the app's page and opens no other. */
export function guardNavigation(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('will-navigate', stayOnPage);
    contents.on('will-frame-navigate', stayOnPage);
    contents.on('will-redirect', stayOnPage);
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      openLink(url);
      return { action: 'deny' };
    });
  });
}

/** Electron has no context menu of its own: without this nothing could be pasted by mouse. */
export function offerEditing(): void {
  app.on('web-contents-created', (_event, contents) => {
    contents.on('context-menu', (_menu, params) => {
      const items = editItems(params);
      if (items.some(({ enabled }) => enabled)) Menu.buildFromTemplate(items).popup();
    });
  });
}

function editItems({
  isEditable,
  editFlags,
  selectionText,
}: ContextMenuParams): MenuItemConstructorOptions[] {
  const { canCut, canCopy, canPaste, canSelectAll } = editFlags;
  const copy: MenuItemConstructorOptions = { role: 'copy', enabled: canCopy && selectionText !== '' };
  if (!isEditable) return [copy];
  return [
    { role: 'cut', enabled: canCut },
    copy,
    { role: 'paste', enabled: canPaste },
    { type: 'separator' },
    { role: 'selectAll', enabled: canSelectAll },
  ];
}

function stayOnPage(event: { url: string; preventDefault(): void }): void {
  if (!isPageAddress(event.url)) event.preventDefault();
}

/** Opens one of the app's own links in the browser; any other address, such as one out of a capture, goes nowhere. */
export function openLink(address: string): void {
  if (!Object.values(externalLinks).some((link) => link === address)) return;
  // Where no browser is set up it rejects, and what nobody handles would end the app.
  shell.openExternal(address).catch((error) => {
    const { title, detail } = texts.desktop.noBrowser;
    dialog.showErrorBox(title, detail(address, inWords(failureOf(error)).message));
  });
}

/** Listens to messages of the app's own page in a main frame; all others are dropped. */
export function onPageMessage(
  name: string,
  listener: (contents: WebContents, frame: WebFrameMain) => void,
): void {
  ipcMain.on(name, (event: IpcMainEvent) => {
    // Read before anything else: it is null once the frame has navigated.
    const frame = event.senderFrame;
    if (frame && frame.parent === null && isPageAddress(frame.url)) listener(event.sender, frame);
  });
}
