import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadElectron, findElectron, obstacle } from './electron-binary.mjs';
import { electronVersion, startMirror, writeElectronPackage, zipOf, type Mirror } from './electron-mirror.ts';

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

describe('its download', () => {
  const inOut = (): string => {
    mkdirSync('out', { recursive: true });
    return 'out';
  };
  let folder: string;
  let mirror: Mirror | undefined;
  const zip = zipOf({ electron: 'the program', version: electronVersion });
  const env = (): NodeJS.ProcessEnv => ({
    ...process.env,
    ELECTRON_MIRROR: mirror!.url,
    electron_config_cache: join(folder, 'cache'),
  });
  // Below the project, where the install script finds its modules.
  beforeEach(() => void (folder = mkdtempSync(join(inOut(), 'electron-'))));
  afterEach(async () => {
    await mirror?.close();
    rmSync(folder, { recursive: true });
  });

  it('comes from the mirror that ELECTRON_MIRROR names, with or without a last slash', async () => {
    mirror = await startMirror(zip);
    writeElectronPackage(folder, zip);
    expect(await downloadElectron(folder, env())).toBeNull();
    expect(readFileSync(join(folder, 'dist/electron'), 'utf8')).toBe('the program');
    expect(mirror.asked).toHaveLength(1);
  });

  it('is refused when its checksum is not the one that the package names', async () => {
    mirror = await startMirror(zipOf({ electron: 'another program', version: electronVersion }));
    writeElectronPackage(folder, zip);
    expect(await downloadElectron(folder, env())).toMatch(/^what was downloaded .* checksums differ$/);
    expect(existsSync(join(folder, 'dist'))).toBe(false);
  });

  it('tells why it could not be had', async () => {
    mirror = await startMirror(zip);
    writeElectronPackage(folder, zip);
    const elsewhere = { ...env(), ELECTRON_MIRROR: `${mirror.url}/elsewhere` };
    expect(await downloadElectron(folder, elsewhere)).toMatch(/could not be downloaded: Response code 404/);
    const nowhere = { ...env(), ELECTRON_MIRROR: 'http://127.0.0.1:1/' };
    expect(await downloadElectron(folder, nowhere)).toMatch(
      /could not be downloaded: .*(ECONNREFUSED|bad port)/,
    );
  });
});
