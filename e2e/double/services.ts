/** The small modules of Electron: they remember what they were told, and answer as an idle desktop would. */
import type Electron from 'electron';
import { strict } from './emitter.ts';
import { schemes } from './stage.ts';

/** Addresses that were opened outside the app. */
export const openedOutside: string[] = [];

export const shell: Pick<Electron.Shell, 'openExternal'> = strict('shell', {
  async openExternal(address: string) {
    openedOutside.push(address);
  },
});

/** A person who cancels; tests put their own answers in place, as on real Electron. */
export const dialog: Pick<Electron.Dialog, 'showErrorBox' | 'showMessageBox' | 'showSaveDialog'> = strict(
  'dialog',
  {
    showErrorBox: (title: string, content: string) => console.error(`${title}: ${content}`),
    showMessageBox: async () => ({ response: 0, checkboxChecked: false }),
    showSaveDialog: async () => ({ canceled: true, filePath: '' }),
  },
);

type RequestHandler = Parameters<Electron.Session['setPermissionRequestHandler']>[0];
type CheckHandler = Parameters<Electron.Session['setPermissionCheckHandler']>[0];
export const permissionHandlers: { request: RequestHandler; check: CheckHandler } = {
  request: null,
  check: null,
};

const defaultSession: Pick<Electron.Session, 'setPermissionCheckHandler' | 'setPermissionRequestHandler'> = {
  setPermissionRequestHandler: (handler) => {
    permissionHandlers.request = handler;
  },
  setPermissionCheckHandler: (handler) => {
    permissionHandlers.check = handler;
  },
};
export const session = strict('session', {
  defaultSession: strict('session.defaultSession', defaultSession),
});

export const protocol: Pick<Electron.Protocol, 'handle' | 'registerSchemesAsPrivileged'> = strict(
  'protocol',
  {
    registerSchemesAsPrivileged: () => undefined,
    handle: (scheme: string, handler: (request: Request) => Response | Promise<Response>) => {
      schemes.set(scheme, handler);
    },
  },
);

const workArea = { x: 0, y: 0, width: 1600, height: 1000 };
export const screen = strict('screen', {
  getAllDisplays: () => [{ workArea }] satisfies Pick<Electron.Display, 'workArea'>[],
  getPrimaryDisplay: () => ({ workArea }) satisfies Pick<Electron.Display, 'workArea'>,
});

export const nativeTheme: Pick<Electron.NativeTheme, 'shouldUseDarkColors'> = strict('nativeTheme', {
  shouldUseDarkColors: false,
});
