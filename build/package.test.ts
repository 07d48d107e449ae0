import { extractFile, listPackage, statFile } from '@electron/asar';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const project = fileURLToPath(new URL('../', import.meta.url));
const fuseSentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** In the order of Electron's fuse wire, version 1. */
const fuseNames = [
  'runAsNode',
  'cookieEncryption',
  'nodeOptions',
  'nodeCliInspect',
  'asarIntegrity',
  'onlyLoadAppFromAsar',
  'browserSnapshot',
  'fileProtocolPrivileges',
];

const packed = [
  'package.json',
  'out/electron/icon.png',
  'out/electron/main.js',
  'out/electron/preload.cjs',
  'out/page/index.html',
  'out/page/assets/index-1a2b.js',
  'out/page/assets/inter-3c4d.woff2',
  'out/workers/import-worker.js',
  'out/workers/search-worker.js',
];
const leftBehind = [
  'README.md',
  'electron/main.ts',
  'node_modules/ws/index.js',
  'out/double/electron.js',
  'out/electron/main.js.map',
  'out/headless/serve.js',
  'out/tsc/electron.tsbuildinfo',
  'out/workers/import-worker.js.map',
  'out/workers/search-worker.js.map',
  'test-results/vitest.json',
];

type Metadata = { desktopName: string };
type Target = { target: string; arch: string[] };
type Configuration = {
  toolsets: { appimage: string };
  linux: { target: Target[]; syncDesktopName: boolean };
  mac: { target: Target[]; identity: string };
  win: { target: Target[] };
};
/** Of what can be seen only where the packages are made. */
const configuration = JSON.parse(
  readFileSync(join(project, 'build/electron-builder.json'), 'utf8'),
) as Configuration;

function writeTree(folder: string, files: readonly string[]): void {
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), file);
  }
}

const fuseWire = Buffer.concat([
  Buffer.from(fuseSentinel),
  Buffer.from([1, fuseNames.length]),
  Buffer.alloc(fuseNames.length, '0'),
]);

/** Stands for Electron's own files: the packer copies them, renames the program and burns its fuses. */
function writeElectronStub(folder: string): void {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  writeFileSync(join(folder, 'electron'), fuseWire, { mode: 0o755 });
  writeFileSync(join(folder, 'version'), '45.4.1');
}

/** The same for macOS, where the fuses are in the framework and each program has its Info.plist. */
function writeMacStub(folder: string): void {
  const write = (path: string, content: string | Buffer) => {
    const file = join(folder, 'Electron.app/Contents', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  const plist = (name: string) =>
    `<plist version="1.0"><dict><key>CFBundleExecutable</key><string>${name}</string></dict></plist>`;
  const helper = 'Frameworks/Electron Helper.app/Contents';
  write('Info.plist', plist('Electron'));
  write('MacOS/Electron', '');
  write('Frameworks/Electron Framework.framework/Electron Framework', fuseWire);
  write('Frameworks/Electron Framework.framework/Resources/none', '');
  write(`${helper}/Info.plist`, plist('Electron Helper'));
  write(`${helper}/MacOS/Electron Helper`, '');
}

/** Packs a project of stand-in files as `npm run package` does, into a folder of that project. */
async function packStub(source: string, electronDist: string, ...asked: string[]): Promise<void> {
  writeTree(source, [...packed, ...leftBehind]);
  cpSync(join(project, 'package.json'), join(source, 'package.json'));
  cpSync(join(project, 'build/icons'), join(source, 'build/icons'), { recursive: true });
  cpSync(join(project, 'build/electron-builder.json'), join(source, 'build/electron-builder.json'));
  const packer = join(project, 'node_modules/electron-builder/cli.js');
  const where = ['--projectDir', source, '--config', 'build/electron-builder.json'];
  const stub = [`-c.electronDist=${electronDist}`, '-c.electronVersion=45.4.1'];
  await promisify(execFile)(process.execPath, [packer, ...asked, ...where, ...stub], { cwd: source });
}

function readFuses(program: string): Record<string, boolean> {
  const bytes = readFileSync(program);
  const wire = bytes.subarray(bytes.indexOf(fuseSentinel) + fuseSentinel.length + 2);
  return Object.fromEntries(fuseNames.map((name, i) => [name, wire[i] === '1'.charCodeAt(0)]));
}

describe('the packed app', () => {
  let work = '';
  let unpacked = '';

  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'package-'));
    writeElectronStub(join(work, 'electron'));
    await packStub(join(work, 'project'), join(work, 'electron'), '--linux', 'dir');
    unpacked = join(work, 'project/dist/linux-unpacked');
  });
  afterAll(() => rmSync(work, { recursive: true }));

  it('holds exactly what the desktop app runs', () => {
    const archive = join(unpacked, 'resources/app.asar');
    const isFolder = (path: string) => 'files' in statFile(archive, path);
    const files = listPackage(archive, { isPack: false }).map((path) => path.slice(1).replaceAll('\\', '/'));
    expect(files.filter((path) => !isFolder(path)).sort()).toEqual([...packed].sort());
    expect(existsSync(join(unpacked, 'resources/app.asar.unpacked'))).toBe(false);
  });

  it('has its fuses set so that it is no general Node and loads only what was packed', () => {
    expect(readFuses(join(unpacked, 'socketscope'))).toEqual({
      runAsNode: false,
      cookieEncryption: false,
      nodeOptions: false,
      nodeCliInspect: false,
      asarIntegrity: true,
      onlyLoadAppFromAsar: true,
      browserSnapshot: false,
      fileProtocolPrivileges: false,
    });
  });

  it('names the menu entry that its window belongs to, on Linux', () => {
    const archive = join(unpacked, 'resources/app.asar');
    const { desktopName } = JSON.parse(extractFile(archive, 'package.json').toString()) as Metadata;
    expect(desktopName).toBe('socketscope.desktop');
    expect(configuration.linux.syncDesktopName).toBe(true);
  });
});

describe('the packed app for macOS', () => {
  let work = '';
  let contents = '';

  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'package-'));
    writeMacStub(join(work, 'electron'));
    await packStub(join(work, 'project'), join(work, 'electron'), '--mac', 'dir', '--x64');
    contents = join(work, 'project/dist/mac/Socketscope.app/Contents');
  });
  afterAll(() => rmSync(work, { recursive: true }));

  it('says why it speaks to the local network: without that macOS refuses it there and asks nobody', () => {
    expect(readFileSync(join(contents, 'Info.plist'), 'utf8')).toMatch(
      /<key>NSLocalNetworkUsageDescription<\/key>\s*<string>Socketscope connects to .+<\/string>/,
    );
  });

  it('takes no naps while it is hidden: sockets are read then, too', () => {
    expect(readFileSync(join(contents, 'Info.plist'), 'utf8')).toMatch(
      /<key>LSAppNapIsDisabled<\/key>\s*<true\/>/,
    );
  });

  it('has the same fuses', () => {
    const framework = join(contents, 'Frameworks/Electron Framework.framework/Electron Framework');
    expect(readFuses(framework)).toMatchObject({ runAsNode: false, cookieEncryption: false });
  });
});

describe('what packages are made', () => {
  const targets = ({ target }: { target: Target[] }) =>
    Object.fromEntries(target.map(({ target: name, arch }) => [name, arch]));
  const both = ['x64', 'arm64'];

  it('are of each kind for Intel and for ARM', () => {
    const { linux, mac, win } = configuration;
    expect(targets(linux)).toEqual({ AppImage: both, deb: both, 'tar.gz': both });
    expect(targets(mac)).toEqual({ dmg: both, zip: both });
    expect(targets(win)).toEqual({ nsis: both, portable: both });
  });

  it('are signed ad hoc on macOS, where burnt fuses without any signature are killed at start', () => {
    expect(configuration.mac.identity).toBe('-');
  });

  it('bring an AppImage that needs no libfuse2, and gives its sandbox up only where there can be none', () => {
    expect(configuration.toolsets.appimage).toBe('1.0.3');
  });
});

describe('the icons', () => {
  const icon = (name: string) => readFileSync(join(project, 'build/icons', name));

  it.each([16, 32, 48, 64, 128, 256, 512])('has a PNG of %i pixels', (size) => {
    const png = icon(`${size}x${size}.png`);
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([size, size]);
  });

  it('has an ICO whose entries name whole PNG pictures of their size', () => {
    const ico = icon('icon.ico');
    const sizes = [];
    for (let i = 0; i < ico.readUInt16LE(4); i++) {
      const entry = ico.subarray(6 + 16 * i);
      const png = ico.subarray(entry.readUInt32LE(12), entry.readUInt32LE(12) + entry.readUInt32LE(8));
      expect(png.subarray(1, 4).toString()).toBe('PNG');
      expect(png.subarray(-8, -4).toString()).toBe('IEND');
      expect(png.readUInt32BE(16) % 256).toBe(entry[0]);
      sizes.push(png.readUInt32BE(16));
    }
    expect(sizes).toEqual([16, 24, 32, 48, 64, 128, 256]);
  });

  it('has an ICNS whose parts fill it exactly, up to 1024 pixels', () => {
    const icns = icon('icon.icns');
    expect(icns.subarray(0, 4).toString()).toBe('icns');
    expect(icns.readUInt32BE(4)).toBe(icns.length);
    const widths = [];
    let at = 8;
    for (; at < icns.length; at += icns.readUInt32BE(at + 4)) widths.push(icns.readUInt32BE(at + 8 + 16));
    expect(at).toBe(icns.length);
    expect(Math.max(...widths)).toBe(1024);
  });
});
