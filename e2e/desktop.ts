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

function argumentsFor(dataFolder: string): string[] {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return [...asRoot, `--user-data-dir=${dataFolder}`];
}

/** Each test has a data folder of its own; the app keeps everything there. */
export function launchDesktop(dataFolder: string): Promise<DesktopApp> {
  const args = argumentsFor(dataFolder);
  if (!electronProgram) return launchDouble(args);
  return _electron.launch({ executablePath: electronProgram, args: [project, ...args] });
}

/** Starts the app once more on the same data folder; resolves with how it ended and what it said. */
export async function startAgain(dataFolder: string): Promise<{ code: number | null; stderr: string }> {
  const args = argumentsFor(dataFolder);
  const child = electronProgram
    ? spawn(electronProgram, [project, ...args])
    : (await startDouble(args, 'pipe')).child;
  let stderr = '';
  child.stderr?.on('data', (text: Buffer) => (stderr += text.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stderr };
}
