import { randomBytes } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTemporaryFolder, type TemporaryFolder } from '../engine/disk/temporary.ts';

export const exportsPath = '/exports/';
/** Older ones go when a new one is made: they are copies of what the capture holds. */
const maxKept = 20;
/** A page fetches its file as soon as it is written; a secret (a key log) must not lie here for days if it does not. */
const keptMs = 60 * 60_000;

type Export = { path: string; name: string; timer: NodeJS.Timeout };

/** Files that were saved for the page to download, under names that nobody can guess. Gone with the host. */
export class Exports {
  readonly #folder: TemporaryFolder;
  readonly #files = new Map<string, Export>();

  private constructor(folder: TemporaryFolder) {
    this.#folder = folder;
  }

  static async open(dataFolder: string): Promise<Exports> {
    return new Exports(await makeTemporaryFolder(dataFolder));
  }

  /** Removes every file; what is being downloaded is still read to its end. */
  close(): void {
    this.#folder.remove();
  }

  /** A place for a new file. `name` is only what the browser proposes; it is no part of any path. */
  async choose(name: string): Promise<{ path: string; url: string }> {
    for (const id of [...this.#files.keys()].slice(0, Math.max(0, this.#files.size - maxKept + 1)))
      await this.#drop(id);
    const id = randomBytes(18).toString('base64url');
    const path = join(this.#folder.path, id);
    this.#files.set(id, { path, name, timer: setTimeout(() => void this.#drop(id), keptMs).unref() });
    return { path, url: `${exportsPath}${id}` };
  }

  /** The file, once: afterwards it is gone, read to its end or not. Null when there is no such file (any more). */
  async take(id: string): Promise<{ stream: ReadStream; bytes: number; name: string } | null> {
    const found = this.#files.get(id);
    if (!found) return null;
    let file;
    try {
      file = await open(found.path, 'r');
    } catch {
      // Chosen, but not written yet or removed by someone: there is nothing to download.
      return null;
    }
    const { size } = await file.stat();
    // Two may have asked at the same time: one gets it.
    if (!this.#files.delete(id)) {
      await file.close();
      return null;
    }
    clearTimeout(found.timer);
    const stream = createReadStream('', { fd: file, end: Math.max(0, size - 1) });
    stream.once('close', () => void rm(found.path, { force: true }).catch(() => undefined));
    return { stream, bytes: size, name: found.name };
  }

  /** A file that cannot be removed goes with the next start; one that is being written, beside its place, is not old yet. */
  async #drop(id: string): Promise<void> {
    const dropped = this.#files.get(id);
    const names = await readdir(this.#folder.path).catch(() => []);
    if (names.some((name) => name.startsWith(`${id}.`))) return void dropped?.timer.refresh();
    if (!dropped || !this.#files.delete(id)) return;
    clearTimeout(dropped.timer);
    await rm(dropped.path, { force: true }).catch(() => undefined);
  }
}

/** Value of Content-Disposition (RFC 6266): ASCII for old readers, UTF-8 by RFC 8187. */
export function attachment(name: string): string {
  const ascii = name.replaceAll(/[^\w. -]/g, '_');
  const encoded = encodeURIComponent(name.replaceAll(/\p{Cs}/gu, '_')).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
