import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chooseFolders } from './desktop-folders.ts';
import { defaultDataFolder } from './engine/disk/default-data-folder.ts';

/** Electron's places, before anybody chose others. */
function electron(given: string | null) {
  const paths = new Map([['userData', given ?? '/electron/Socketscope']]);
  return {
    paths,
    commandLine: { hasSwitch: (name: string) => name === 'user-data-dir' && given !== null },
    getPath: (name: string) => paths.get(name)!,
    setPath: (name: string, path: string) => void paths.set(name, path),
  };
}

describe('the folders of the desktop app', () => {
  it('are those of the headless host, with Chromium’s own beneath', () => {
    const app = electron(null);
    chooseFolders(app, {});
    const folder = defaultDataFolder({});
    expect(Object.fromEntries(app.paths)).toEqual({
      userData: folder,
      sessionData: join(folder, 'chromium'),
    });
  });

  it('follow the variable that the headless host follows', () => {
    const app = electron(null);
    chooseFolders(app, { SOCKETSCOPE_DATA: '/else' });
    expect(app.paths.get('userData')).toBe(resolve('/else'));
  });

  it('are in the folder that the command line names', () => {
    const app = electron('/chosen');
    chooseFolders(app, { SOCKETSCOPE_DATA: '/else' });
    expect(Object.fromEntries(app.paths)).toEqual({
      userData: '/chosen',
      sessionData: join('/chosen', 'chromium'),
    });
  });
});
