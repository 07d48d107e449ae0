/**
 * The chain of links in a data folder that says whose it is: the newest link is its holder's, and a holder's own link once
 * more means free. Why it is made so: docs/decisions/0010-data-folder-lock.md.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { link, open, readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { lifeOf, thisProcess, type Life, type Owner } from './owner.ts';

/** A holder that cannot be seen is dead when it has not beaten in so many looks, so many of them for each beat. */
const looks = 16;
const looksPerBeat = 2;
/** Older links stay for those who are reading the chain just now. */
const keptLinks = 8;
/** Each try that fails means that another process was quicker, or that somebody removes files. */
const mostTries = 1_000;

type Holder = Owner & { id: string };
type Claim = { path: string; text: string };
/** What this process holds the folder by: `text` tells its link from one that got the same number in another folder. */
export type Place = { number: number; text: string };
/** The newest link. `text` is what it holds, which no other link does but the one that frees it; `holder` null where damaged. */
type Link = { number: number; text: string; holder: Holder | null; isFree: boolean };
/** Who has the folder, as far as that can be told. `address`: where it can be reached. */
export type HeldBy = { pid: number | null; address: string | null };

/** Takes the folder of `chain`: resolves with the link that is ours now, or with who has it. Rejects with the system's error. */
export async function take(chain: string, beatMs: number): Promise<Place | HeldBy> {
  let claim: Claim | null = null;
  try {
    for (let tries = 0; tries < mostTries; tries++) {
      const last = await lastLink(chain);
      if (last !== null && (await isHeld(chain, last, beatMs))) return await heldBy(chain, last);
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
  return { pid: null, address: null };
}

/** Gives the folder back. */
export async function giveBack(chain: string, { number, text }: Place): Promise<void> {
  const path = linkPath(chain, number);
  // Another's, in a folder that came in the place of ours: it would say of him that he gave it back.
  if ((await textOf(path)) !== text) return;
  await rm(addressPath(chain, number), { force: true }).catch(() => undefined);
  // One's own link once more means free. An heir has that place already, and then nothing changes. A disk that does
  // not take it is no harm: this process ends soon, and a dead one's lock is free.
  await place({ path, text }, chain, number + 1).catch(() => undefined);
}

/** Says where the holder can be reached. Rejects with the system's error. */
export async function writeAddress(chain: string, { number }: Place, address: string): Promise<void> {
  const file = await open(addressPath(chain, number), 'w', 0o600);
  await file.writeFile(address).finally(() => file.close());
}

async function isHeld(chain: string, { number, holder, isFree }: Link, beatMs: number): Promise<boolean> {
  if (isFree) return false;
  const seen = async (): Promise<Life> => (holder === null ? 'unseen' : lifeOf(holder));
  const life = await seen();
  if (life !== 'unseen') return life === 'alive';
  // Counted in looks, not in time: whoever stood still himself has not seen that nothing happened.
  const path = linkPath(chain, number);
  const first = await beatOf(path);
  for (let look = 0; look < looks && first !== null; look++) {
    await wait(beatMs / looksPerBeat);
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

/** A sign of life. Where it cannot be given, others may take over; the next look tells. */
export async function giveSign(chain: string, { number }: Place): Promise<void> {
  const now = new Date();
  await utimes(linkPath(chain, number), now, now).catch(() => undefined);
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
export function isOurs(chain: string, { number, text }: Place): boolean {
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

async function heldBy(chain: string, { number, holder }: Link): Promise<HeldBy> {
  const address = await textOf(addressPath(chain, number));
  return { pid: holder?.pid ?? null, address: /^https?:\/\/[\w.:[\]-]+\/$/.test(address) ? address : null };
}
