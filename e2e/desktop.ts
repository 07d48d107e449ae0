/** Starts the desktop app for a test: on Electron where its binary is present, on the double where it is not. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { _electron } from '@playwright/test';
import { findElectron } from '../build/electron-binary.mjs';
import { launchDouble, startDouble, type DesktopApp } from './double/launch.ts';

const project = fileURLToPath(new URL('../', import.meta.url));

/**
 * Path of Electron's program, or null: then the double stands in, as where SOCKETSCOPE_DESKTOP=double asks for it.
 * Looked up by its files: asking the package would start a download.
 */
export const electronProgram =
  process.env['SOCKETSCOPE_DESKTOP'] === 'double' ? null : findElectron(project, process.env);

type Options = {
  /** Linux only: on Wayland a window knows neither its place nor whether it is minimized. */
  onX11?: boolean;
  /** The double alone can say that it runs on another system. */
  platform?: NodeJS.Platform;
  /** Named on its command line. */
  file?: string;
};

const isRoot = process.getuid?.() === 0;

function argumentsFor(dataFolder: string, { onX11 = false, file }: Options = {}): string[] {
  return [
    // Chromium sets up no sandbox for root; anyone else's tests run in it, as the app does.
    ...(isRoot ? ['--no-sandbox'] : []),
    ...(onX11 ? ['--ozone-platform=x11'] : []),
    `--user-data-dir=${dataFolder}`,
    ...(file === undefined ? [] : [file]),
  ];
}

/**
 * Each test has a data folder of its own; the app keeps everything there. It may have started by the time that this
 * resolves: what a test changes in it comes after that.
 */
export function launchDesktop(dataFolder: string, options: Options = {}): Promise<DesktopApp> {
  const args = argumentsFor(dataFolder, options);
  if (!electronProgram) return launchDouble(args, options.platform);
  return _electron.launch({
    executablePath: electronProgram,
    args: [project, ...args],
    chromiumSandbox: !isRoot,
  });
}

/** Starts the app once more on the same data folder; resolves with how it ended and what it said. */
export async function startAgain(
  dataFolder: string,
  options: Options = {},
): Promise<{ code: number | null; stderr: string }> {
  const args = argumentsFor(dataFolder, options);
  const child = electronProgram
    ? spawn(electronProgram, [project, ...args])
    : (await startDouble(args)).child;
  let stderr = '';
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr };
}
