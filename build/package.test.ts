import { listPackage, statFile } from '@electron/asar';
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
  'out/electron/main.js',
  'out/electron/preload.cjs',
  'out/page/index.html',
  'out/page/assets/index-1a2b.js',
  'out/page/assets/inter-3c4d.woff2',
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
  'out/workers/search-worker.js.map',
  'test-results/vitest.json',
];

function writeTree(folder: string, files: readonly string[]): void {
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), file);
  }
}

/** Stands for Electron's own files: the packer copies them, renames the program and burns its fuses. */
function writeElectronStub(folder: string): void {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  const wire = Buffer.concat([
    Buffer.from(fuseSentinel),
    Buffer.from([1, fuseNames.length]),
    Buffer.alloc(fuseNames.length, '0'),
  ]);
  writeFileSync(join(folder, 'electron'), wire, { mode: 0o755 });
  writeFileSync(join(folder, 'version'), '45.4.1');
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
    const source = join(work, 'project');
    writeTree(source, [...packed, ...leftBehind]);
    cpSync(join(project, 'package.json'), join(source, 'package.json'));
    cpSync(join(project, 'build/icons'), join(source, 'build/icons'), { recursive: true });
    cpSync(join(project, 'build/electron-builder.json'), join(source, 'build/electron-builder.json'));
    writeElectronStub(join(work, 'electron'));
    const packer = join(project, 'node_modules/electron-builder/cli.js');
    const asked = ['--linux', 'dir', '--projectDir', source, '--config', 'build/electron-builder.json'];
    const stub = [`-c.electronDist=${join(work, 'electron')}`, '-c.electronVersion=45.4.1'];
    await promisify(execFile)(process.execPath, [packer, ...asked, ...stub], { cwd: source });
    unpacked = join(source, 'dist/linux-unpacked');
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
      cookieEncryption: true,
      nodeOptions: false,
      nodeCliInspect: false,
      asarIntegrity: true,
      onlyLoadAppFromAsar: true,
      browserSnapshot: false,
      fileProtocolPrivileges: false,
    });
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
