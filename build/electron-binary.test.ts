import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findElectron, obstacle } from './electron-binary.mjs';

describe('Electron', () => {
  let project: string;
  const put = (path: string, text = ''): string => {
    const file = join(project, path);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  beforeEach(() => void (project = mkdtempSync(join(tmpdir(), 'socketscope-test-'))));
  afterEach(() => rmSync(project, { recursive: true }));

  it('is not there before its download', () => {
    put('node_modules/electron/package.json');
    expect(findElectron(project, {})).toBeNull();
  });

  it('is found where path.txt says, once that file is there', () => {
    put('node_modules/electron/path.txt', 'a/program');
    expect(findElectron(project, {})).toBeNull();
    const program = put('node_modules/electron/dist/a/program');
    expect(findElectron(project, {})).toBe(program);
  });

  it('is first of all the one that ELECTRON_OVERRIDE_DIST_PATH names', () => {
    put('node_modules/electron/path.txt', 'electron');
    put('node_modules/electron/dist/electron');
    const own = put('own/electron');
    expect(findElectron(project, { ELECTRON_OVERRIDE_DIST_PATH: join(project, 'own') })).toBe(own);
    expect(findElectron(project, { ELECTRON_OVERRIDE_DIST_PATH: join(project, 'none') })).toBeNull();
  });

  it('has the name of its system', () => {
    const program = put('own/Electron.app/Contents/MacOS/Electron');
    expect(findElectron(project, { ELECTRON_OVERRIDE_DIST_PATH: join(project, 'own') }, 'darwin')).toBe(
      program,
    );
  });

  it('cannot run on Linux without a display or as root, unless the user insists', () => {
    expect(obstacle({}, 'linux', 1000)).toBe('there is no display');
    expect(obstacle({ DISPLAY: ':0' }, 'linux', 0)).toBe('Electron does not run as root');
    expect(obstacle({ WAYLAND_DISPLAY: 'wayland-0' }, 'linux', 1000)).toBeNull();
    expect(obstacle({ ELECTRON_OVERRIDE_DIST_PATH: '/own' }, 'linux', 0)).toBeNull();
    expect(obstacle({}, 'darwin', 501)).toBeNull();
    expect(obstacle({}, 'win32', undefined)).toBeNull();
  });
});
