/**
 * The lock of a data folder: of any number of processes, on one machine or in containers that share the folder, at most
 * one has it. Why it is made so: docs/decisions/0010-data-folder-lock.md.
 */
import { access, mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { failed, FailureError, type Failure } from '../../../shared/failure.ts';
import { giveBack, giveSign, isOurs, take, writeAddress, type HeldBy, type Place } from './lock-chain.ts';
import { findOldLock, removeOldLock } from './old-lock.ts';

const chainName = 'socketscope-lock';
/** All that is waited for follows from it. */
const usualBeatMs = 1_000;
/** Far less than the eight that an heir waits: until then after a look at the chain there can be no heir. */
const sureBeats = 3;

export type FolderLock = {
  readonly folder: string;
  /** Called once, soon after this process stood still so long that another one has taken over. */
  onLost(listener: (failure: Failure) => void): void;
  /** Lets others say where the holder can be reached. Rejects with the system's error. */
  publish(address: string): Promise<void>;
  /** Gives the folder back; only what is one's own. Idempotent. */
  release(): Promise<void>;
};

/** Of this process. They are found by path, so that no writer can be made that was not handed the lock. */
const locks = new Map<string, HeldFolder>();

/**
 * To be called right before each write, and each removal, of what may lie in a data folder. Throws DATA_FOLDER_LOST where
 * that folder was ours and another process has taken it over, and the system's error while it is not there. Costs next to
 * nothing while the chain was looked at in the last seconds, else a few short system calls.
 */
export function requireHeld(path: string): void {
  for (const [folder, lock] of locks)
    if (path === folder || path.startsWith(folder + sep)) lock.requireHeld();
}

/**
 * Creates the folder and takes its lock. Rejects with DATA_FOLDER_IN_USE (subject: the folder; the message has the holder's
 * address where it published one) while another process has it, and with the system's error where it cannot be used.
 * `beatMs` is the same for all who share a folder.
 */
export async function lockDataFolder(named: string, beatMs = usualBeatMs): Promise<FolderLock> {
  const folder = resolve(named);
  const chain = join(folder, chainName);
  await makeFolder(folder);
  await makeFolder(chain);
  const taken = await take(chain, beatMs);
  if (!('number' in taken)) throw inUse(folder, taken);
  const lock = new HeldFolder(folder, chain, taken, beatMs);
  try {
    const old = await findOldLock(folder);
    if (old?.isAlive) throw inUse(folder, { pid: old.pid, address: null });
    if (old) await removeOldLock(folder);
  } catch (error) {
    await lock.release();
    throw error;
  }
  locks.set(folder, lock);
  return lock;
}

class HeldFolder implements FolderLock {
  readonly folder: string;
  readonly #chain: string;
  readonly #place: Place;
  readonly #listeners: ((failure: Failure) => void)[] = [];
  readonly #beats: NodeJS.Timeout;
  readonly #sureMs: number;
  /** By both clocks: one stands still while the machine sleeps, the other can be set. */
  #sureAt = { steady: performance.now(), wall: Date.now() };
  #isBeating = false;
  #isLost = false;
  #releasing: Promise<void> | null = null;

  constructor(folder: string, chain: string, place: Place, beatMs: number) {
    this.folder = folder;
    this.#chain = chain;
    this.#place = place;
    this.#sureMs = beatMs * sureBeats;
    this.#beats = setInterval(() => void this.#beat(), beatMs).unref();
  }

  requireHeld(): void {
    const { steady, wall } = this.#sureAt;
    if (this.#releasing !== null && !this.#isLost) return;
    const isSure = performance.now() - steady < this.#sureMs && Math.abs(Date.now() - wall) < this.#sureMs;
    if (!isSure && !this.#isLost) this.#look();
    if (this.#isLost) throw new FailureError(lost(this.folder));
  }

  onLost(listener: (failure: Failure) => void): void {
    if (this.#isLost) queueMicrotask(() => listener(lost(this.folder)));
    else this.#listeners.push(listener);
  }

  async publish(address: string): Promise<void> {
    this.requireHeld();
    await writeAddress(this.#chain, this.#place, address);
  }

  release(): Promise<void> {
    this.#releasing ??= this.#release();
    return this.#releasing;
  }

  async #release(): Promise<void> {
    clearInterval(this.#beats);
    if (this.#isLost) return;
    locks.delete(this.folder);
    await giveBack(this.#chain, this.#place);
  }

  /**
   * A look for one who took this process for dead, and a sign of life for those who cannot see it. One at a time: on a
   * network that hangs each would hold a thread, until none is left for anything else.
   */
  async #beat(): Promise<void> {
    if (this.#isBeating) return;
    this.#isBeating = true;
    try {
      // Where nothing answers, the look would stand still with all that this thread does.
      await access(this.#chain);
      if (this.#releasing !== null || this.#isLost) return;
      this.#look();
      if (!this.#isLost) await giveSign(this.#chain, this.#place);
    } catch {
      // The folder is gone: the next write looks for itself.
      this.#sureAt = { steady: -Infinity, wall: -Infinity };
    } finally {
      this.#isBeating = false;
    }
  }

  /** Throws the system's error while neither the link nor another is there: the folder is gone, for now. */
  #look(): void {
    const looked = { steady: performance.now(), wall: Date.now() };
    if (isOurs(this.#chain, this.#place)) {
      this.#sureAt = looked;
      return;
    }
    this.#isLost = true;
    clearInterval(this.#beats);
    queueMicrotask(() => {
      for (const listener of this.#listeners) listener(lost(this.folder));
    });
  }
}

const inUse = (folder: string, { pid, address }: HeldBy): FailureError =>
  new FailureError({
    code: 'DATA_FOLDER_IN_USE',
    why: { name: 'folder-used', ...(pid !== null && { pid }), ...(address !== null && { address }) },
    subject: folder,
  });

const lost = (folder: string): Failure => ({ ...failed('DATA_FOLDER_LOST'), subject: folder });

/** Node's own `recursive` never ends where a folder denies that it holds what is to be made in it, as /proc does. */
async function makeFolder(folder: string): Promise<void> {
  if (await isFolder(folder)) return;
  if (dirname(folder) !== folder) await makeFolder(dirname(folder));
  try {
    await mkdir(folder, { mode: 0o700 });
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!(await isFolder(folder))) throw error;
  }
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
