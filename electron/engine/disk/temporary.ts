/**
 * Files and folders that are not meant to stay, under names that say whose they are. What a killed process has left is
 * swept by whoever makes the next one in the same folder: the command line's folder with captures and keys in the
 * system's temporary folder, what is saved for a browser, the page that leads a browser on, and halves of `write-file.ts`.
 */
import { randomBytes } from 'node:crypto';
import { rmSync, type Stats } from 'node:fs';
import { lstat, mkdir, readdir, rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { lifeOf, thisProcess } from './owner.ts';

const namePattern = /(?:^|\.)socketscope-tmp-([0-9a-f]{16})-(\d{1,10})-(\d{0,20})-[0-9a-f]{16}(?:\.html)?$/;
/** What nobody here can see the owner of stays for so long after its last sign of life. */
const unseenMs = 24 * 60 * 60_000;
const signOfLifeMs = 60 * 60_000;

/** A name that nobody else has; `ending` is '' or `.html`. The owner is in the name, so it is known from the first moment. */
export function temporaryName(ending: '' | '.html' = ''): string {
  const { space, pid, birth } = thisProcess();
  return `socketscope-tmp-${space}-${pid}-${birth}-${randomBytes(8).toString('hex')}${ending}`;
}

export type TemporaryFolder = {
  readonly path: string;
  /** With all that is in it. Idempotent; throws the system's error. */
  remove(): void;
};

/** For its owner alone. Rejects with the system's error. */
export async function makeTemporaryFolder(parent: string): Promise<TemporaryFolder> {
  await sweepTemporary(parent);
  const path = join(parent, temporaryName());
  await mkdir(path, { mode: 0o700 });
  const signOfLife = setInterval(() => {
    const now = new Date();
    // Without it the folder counts as left behind a day later, and only for those who cannot see this process.
    utimes(path, now, now).catch(() => undefined);
  }, signOfLifeMs).unref();
  return {
    path,
    remove: () => {
      clearInterval(signOfLife);
      rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Removes from `folder` what dead processes left there. What cannot be read or removed stays: it only costs room. */
export async function sweepTemporary(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const [, space, pid, birth] = namePattern.exec(name) ?? [];
    if (space === undefined) continue;
    const path = join(folder, name);
    const stats = await lstat(path).catch(() => null);
    if (stats === null || !isOurs(stats)) continue;
    const life = await lifeOf({ space, pid: Number(pid), birth: birth! });
    if (life === 'alive' || (life === 'unseen' && Date.now() - stats.mtimeMs < unseenMs)) continue;
    await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** In a folder that all users share, others may choose names as they like. */
const isOurs = (stats: Stats): boolean =>
  (stats.isDirectory() || stats.isFile()) && (process.getuid === undefined || stats.uid === process.getuid());
