import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { sweepTemporary, temporaryName } from '../engine/disk/temporary.ts';
import { launcherPage } from './help-page.ts';

/** A browser that was only just started may take this long to read the file. */
const launcherLifeMs = 60_000;

export type Launcher = { remove(): void };

/**
 * Opens `url` in the user's browser. The browser gets the path of a private file that leads on to the URL, because a
 * key in a command line could be read by every user of the machine. Null when there is no screen or the file cannot
 * be written; a browser that does not start is not noticed, the printed address remains.
 */
export async function openBrowser(
  url: string,
  folders: readonly string[],
  environment: NodeJS.ProcessEnv,
): Promise<Launcher | null> {
  const hasScreen = process.platform !== 'linux' || environment.DISPLAY || environment.WAYLAND_DISPLAY;
  if (!hasScreen) return null;
  const path = await writeLauncher(url, folders);
  if (!path) return null;
  const [program, ...args] = opener(path);
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  child.on('error', () => remove());
  child.unref();
  const remove = (): void => {
    clearTimeout(timer);
    rmSync(path, { force: true });
  };
  const timer = setTimeout(remove, launcherLifeMs).unref();
  return { remove };
}

/** In the first folder that can be written. Browsers in a sandbox of their own do not read hidden folders, so those come last. */
async function writeLauncher(url: string, folders: readonly string[]): Promise<string | null> {
  const isHidden = (folder: string): boolean => folder.split(sep).some((part) => part.startsWith('.'));
  for (const folder of [...folders].sort((a, b) => Number(isHidden(a)) - Number(isHidden(b)))) {
    await sweepTemporary(folder);
    const path = join(folder, temporaryName('.html'));
    try {
      await writeFile(path, launcherPage(url), { mode: 0o600, flag: 'wx' });
      return path;
    } catch {
      // An installation that may not be written: the next folder will do.
    }
  }
  return null;
}

function opener(path: string): [string, ...string[]] {
  if (process.platform === 'darwin') return ['open', path];
  if (process.platform === 'win32') return ['explorer.exe', path];
  return ['xdg-open', path];
}
