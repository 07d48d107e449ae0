/**
 * The lock of a data folder: of any number of processes, on one machine or in containers that share the folder, at most
 * one has it. Why it is made so: docs/decisions/0010-data-folder-lock.md.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { access, link, mkdir, open, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { failed, FailureError, type Failure } from '../../../shared/failure.ts';
import { lifeOf, thisProcess, type Life, type Owner } from './owner.ts';
import { findOldLock, removeOldLock } from './old-lock.ts';

const chainName = 'socketscope-lock';
const beatMs = 1_000;
/** A holder that cannot be seen is dead when it has not beaten in so many looks, each so long after the one before. */
const looks = 16;
const lookMs = 500;
/** Far less than an heir waits: until then after a look at the chain there can be no heir. */
const sureMs = 3_000;
/** Older links stay for those who are reading the chain just now. */
const keptLinks = 8;
/** Each try that fails means that another process was quicker, or that somebody removes files. */
const mostTries = 1_000;

type Holder = Owner & { id: string };
type Claim = { path: string; text: string };
/** What this process holds the folder by: `text` tells its link from one that got the same number in another folder. */
type Place = { number: number; text: string };
/** The newest link. `text` is what it holds, which no other link does but the one that frees it; `holder` null where damaged. */
type Link = { number: number; text: string; holder: Holder | null; isFree: boolean };

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
 */
export async function lockDataFolder(named: string): Promise<FolderLock> {
  const folder = resolve(named);
  const chain = join(folder, chainName);
  await makeFolder(folder);
  await makeFolder(chain);
  const lock = new HeldFolder(folder, chain, await take(folder, chain));
  try {
    const old = await findOldLock(folder);
    if (old?.isAlive) throw inUse(folder, old.pid, null);
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
  /** By both clocks: one stands still while the machine sleeps, the other can be set. */
  #sureAt = { steady: performance.now(), wall: Date.now() };
  #isBeating = false;
  #isLost = false;
  #releasing: Promise<void> | null = null;

  constructor(folder: string, chain: string, place: Place) {
    this.folder = folder;
    this.#chain = chain;
    this.#place = place;
    this.#beats = setInterval(() => void this.#beat(), beatMs).unref();
  }

  requireHeld(): void {
    const { steady, wall } = this.#sureAt;
    if (this.#releasing !== null && !this.#isLost) return;
    const isSure = performance.now() - steady < sureMs && Math.abs(Date.now() - wall) < sureMs;
    if (!isSure && !this.#isLost) this.#look();
    if (this.#isLost) throw new FailureError(lost(this.folder));
  }

  onLost(listener: (failure: Failure) => void): void {
    if (this.#isLost) queueMicrotask(() => listener(lost(this.folder)));
    else this.#listeners.push(listener);
  }

  async publish(address: string): Promise<void> {
    this.requireHeld();
    const file = await open(addressPath(this.#chain, this.#place.number), 'w', 0o600);
    await file.writeFile(address).finally(() => file.close());
  }

  release(): Promise<void> {
    this.#releasing ??= this.#release();
    return this.#releasing;
  }

  async #release(): Promise<void> {
    clearInterval(this.#beats);
    if (this.#isLost) return;
    locks.delete(this.folder);
    const { number, text } = this.#place;
    const path = linkPath(this.#chain, number);
    // Another's, in a folder that came in the place of ours: it would say of him that he gave it back.
    if ((await textOf(path)) !== text) return;
    await rm(addressPath(this.#chain, number), { force: true }).catch(() => undefined);
    // One's own link once more means free. An heir has that place already, and then nothing changes. A disk that does
    // not take it is no harm: this process ends soon, and a dead one's lock is free.
    await place({ path, text }, this.#chain, number + 1).catch(() => undefined);
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
      if (!this.#isLost) await giveSign(linkPath(this.#chain, this.#place.number));
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

/** Resolves with the link that is ours now. */
async function take(folder: string, chain: string): Promise<Place> {
  let claim: Claim | null = null;
  try {
    for (let tries = 0; tries < mostTries; tries++) {
      const last = await lastLink(chain);
      if (last !== null && (await isHeld(chain, last))) throw await inUseBy(folder, chain, last);
      const current = (claim ??= await makeClaim(chain));
      const number = (last?.number ?? 0) + 1;
      const result = await place(current, chain, number);
      // The holder removes the claims of those who came too late; this one may have been taken for such.
      if (result === 'no claim') claim = null;
      if (result !== 'placed') continue;
      // Read long ago, the link may have gone and its heirs too: then the place was free once more, and is nobody's.
      if (last !== null && (await textOf(linkPath(chain, last.number))) !== last.text) {
        await rm(linkPath(chain, number), { force: true });
        await rm(current.path, { force: true });
        // Never twice with one text: the same text twice in a row means free.
        claim = null;
        continue;
      }
      await removeOldLinks(chain, number);
      return { number, text: current.text };
    }
  } finally {
    if (claim !== null) await rm(claim.path, { force: true }).catch(() => undefined);
  }
  throw inUse(folder, null, null);
}

async function isHeld(chain: string, { number, holder, isFree }: Link): Promise<boolean> {
  if (isFree) return false;
  const seen = async (): Promise<Life> => (holder === null ? 'unseen' : lifeOf(holder));
  const life = await seen();
  if (life !== 'unseen') return life === 'alive';
  // Counted in looks, not in time: whoever stood still himself has not seen that nothing happened.
  const path = linkPath(chain, number);
  const first = await beatOf(path);
  for (let look = 0; look < looks && first !== null; look++) {
    await wait(lookMs);
    // It was just ending when it was looked at.
    if ((await seen()) === 'dead') return false;
    const beat = await beatOf(path);
    if (beat !== null && beat !== first) return true;
    // Somebody else was first, or the holder gave it back.
    if (beat === null || existsSync(linkPath(chain, number + 1))) return false;
  }
  return false;
}

const beatOf = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => null,
  );

/** Where it cannot be given, others may take over; the next look tells. */
async function giveSign(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => undefined);
}

/** Complete, and on the disk, before it gets a name that counts. */
async function makeClaim(chain: string): Promise<Claim> {
  const id = randomBytes(12).toString('hex');
  const path = join(chain, `claim-${id}`);
  const text = JSON.stringify({ id, ...thisProcess() } satisfies Holder);
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  return { path, text };
}

/** Makes the file a link of the chain as well: of many who try, one gets the place. */
async function place(
  { path, text }: Claim,
  chain: string,
  number: number,
): Promise<'placed' | 'taken' | 'no claim'> {
  const name = linkPath(chain, number);
  try {
    await link(path, name);
    return 'placed';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return 'no claim';
    // A server of files may have done what its lost answer did not say.
    if (code === 'EEXIST') return (await textOf(name)) === text ? 'placed' : 'taken';
    return placeByCopy(text, chain, number);
  }
}

/**
 * File systems without hard links (FAT, many of FUSE and SMB). The new file is exclusive too, but for a moment it is
 * empty: one who stands still in that moment is told by `requireHeld`, at the latest, that another was taken for first.
 */
async function placeByCopy(text: string, chain: string, number: number): Promise<'placed' | 'taken'> {
  try {
    const copy = await open(linkPath(chain, number), 'wx', 0o600);
    await copy.writeFile(text).finally(() => copy.close());
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return 'taken';
    throw error;
  }
  return existsSync(linkPath(chain, number + 1)) ? 'taken' : 'placed';
}

async function lastLink(chain: string): Promise<Link | null> {
  const number = Math.max(0, ...(await readdir(chain)).map(numberOf));
  if (number === 0) return null;
  const [text, before] = await Promise.all([
    textOf(linkPath(chain, number)),
    textOf(linkPath(chain, number - 1)),
  ]);
  const holder = holderOf(text);
  return { number, text, holder, isFree: holder !== null && text === before };
}

/** A link that somebody damaged, or may not be read, has no holder that can be seen; its beat still tells. */
function holderOf(text: string): Holder | null {
  try {
    const { id, pid, birth, space } = JSON.parse(text) as Partial<Holder>;
    const isWhole = typeof id === 'string' && Number.isSafeInteger(pid) && pid! > 0;
    return isWhole && typeof birth === 'string' && typeof space === 'string'
      ? { id, pid: pid!, birth, space }
      : null;
  } catch {
    return null;
  }
}

/** '' for what is not there or cannot be read. */
const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/**
 * Whether our link is the newest. Synchronous, so that nothing comes between the look and the write that it allows. Throws
 * the system's error where there is no link at all: with the folder, our own may be back later.
 */
function isOurs(chain: string, { number, text }: Place): boolean {
  if (existsSync(linkPath(chain, number + 1))) return false;
  try {
    return readFileSync(linkPath(chain, number), 'utf8') === text;
  } catch (error) {
    // A process at the limit of its descriptors still writes into the files that it has open.
    if (outOfFiles.has((error as NodeJS.ErrnoException).code ?? '')) return true;
    // It has gone because of many heirs, or the folder has.
    if (readdirSync(chain).some((name) => numberOf(name) > 0)) return false;
    throw error;
  }
}

const outOfFiles = new Set(['EMFILE', 'ENFILE']);

/** In ascending order, so that a link is never there without its heir. What cannot be removed only costs room. */
async function removeOldLinks(chain: string, number: number): Promise<void> {
  const names = await readdir(chain).catch(() => []);
  const old = names.filter((name) => numberOf(name) > 0 && numberOf(name) <= number - keptLinks);
  const rest = names.filter((name) => /^claim-[0-9a-f]{24}$/.test(name) || /^address-\d+$/.test(name));
  for (const name of [...old.toSorted((one, other) => numberOf(one) - numberOf(other)), ...rest])
    await rm(join(chain, name), { force: true }).catch(() => undefined);
}

const linkPath = (chain: string, number: number): string => join(chain, `holder-${number}`);
const addressPath = (chain: string, number: number): string => join(chain, `address-${number}`);
const numberOf = (name: string): number => Number(/^holder-([1-9]\d{0,14})$/.exec(name)?.[1] ?? 0);

async function inUseBy(folder: string, chain: string, { number, holder }: Link): Promise<FailureError> {
  const address = await textOf(addressPath(chain, number));
  return inUse(folder, holder?.pid ?? null, /^https?:\/\/[\w.:[\]-]+\/$/.test(address) ? address : null);
}

const inUse = (folder: string, pid: number | null, address: string | null): FailureError =>
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
