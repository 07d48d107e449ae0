/** The small modules of Electron: they remember what they were told, and answer as an idle desktop would. */
import type Electron from 'electron';
import { strict } from './emitter.ts';
import { stageApp } from './app.ts';
import { privileges, schemes } from './stage.ts';

/** Addresses that were opened outside the app. */
export const openedOutside: string[] = [];

export const shell: Pick<Electron.Shell, 'openExternal'> = strict('shell', {
  async openExternal(address: string) {
    openedOutside.push(address);
  },
});

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
  get defaultSession() {
    if (!stageApp.isReady) throw new Error('Session can only be received when app is ready');
    return strict('session.defaultSession', defaultSession);
  },
});

const doubleProtocol: Pick<Electron.Protocol, 'handle' | 'registerSchemesAsPrivileged' | 'unhandle'> = {
  registerSchemesAsPrivileged: (customSchemes) => {
    if (stageApp.isReady)
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    for (const { scheme, privileges: given } of customSchemes) {
      if (given?.codeCache && !given.standard)
        throw new Error(
          'Code cache can only be enabled when the custom scheme is registered as standard scheme.',
        );
      privileges.set(scheme, given ?? {});
    }
  },
  handle: (scheme, handler) => {
    if (!stageApp.isReady) throw new Error('protocol.handle should be called when app is ready');
    if (schemes.has(scheme)) throw new Error(`Failed to register protocol: ${scheme}`);
    schemes.set(scheme, handler);
  },
  unhandle: (scheme) => void schemes.delete(scheme),
};
export const protocol = strict('protocol', doubleProtocol);

/** macOS alone has it all. */
export const userDefaults: Record<string, unknown> = {};
export const systemPreferences: Partial<Pick<Electron.SystemPreferences, 'registerDefaults'>> = strict(
  'systemPreferences',
  process.platform !== 'darwin'
    ? {}
    : {
        registerDefaults: (defaults) => {
          if (stageApp.isReady) throw new Error('Too late: the app has read its defaults');
          Object.assign(userDefaults, defaults);
        },
      },
);

/** The second display stands left of the first, and higher. */
const workAreas = [
  { x: 0, y: 24, width: 1600, height: 976 },
  { x: -1280, y: -200, width: 1280, height: 1024 },
];
export const screen = strict('screen', {
  getAllDisplays: () =>
    workAreas.map((workArea) => ({ workArea })) satisfies Pick<Electron.Display, 'workArea'>[],
  getPrimaryDisplay: () => ({ workArea: workAreas[0]! }) satisfies Pick<Electron.Display, 'workArea'>,
});

type Theme = Pick<Electron.NativeTheme, 'shouldUseDarkColors' | 'themeSource'>;
/** The system is dark, and so is the app until it says otherwise. */
const theme: Theme = {
  themeSource: 'system',
  get shouldUseDarkColors() {
    return theme.themeSource !== 'light';
  },
};
export const nativeTheme: Theme = strict('nativeTheme', theme);
