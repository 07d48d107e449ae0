/** What messages may read from outside: files and variables that somebody has named. A message may come from anybody. */
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, statSync } from 'node:fs';
import { join, resolve, sep } from 'node:path';
import { FailureError, failureOf } from '../../../shared/failure.ts';
import type { OutsideName } from '../../../shared/payload/context.ts';
import { ValueError } from '../../../shared/payload/functions/value.ts';

/** A longer one is sent as a file. Read at once, while the sockets wait. */
const mostFileBytes = 16 * 1024 * 1024;
/** Nobody allows so many: a page that goes on and on is at work. */
const mostNames = 1000;

/** For one run of the program. */
export class AllowedNames {
  /** As they were named, and where their links lead to. */
  readonly #files = new Set<string>();
  readonly #folders = new Set<string>();
  readonly #variables = new Set<string>();

  /** A folder stands for all that lies in it. Throws the system's error for a file that is not there. */
  allow({ kind, name }: OutsideName): void {
    if (this.#files.size + this.#folders.size + this.#variables.size >= mostNames)
      throw new FailureError({ code: 'TOO_MANY_NAMES' });
    if (kind === 'variable') return void this.#variables.add(name);
    try {
      const paths = [resolve(name), realpathSync(name)];
      const among = statSync(name).isDirectory() ? this.#folders : this.#files;
      for (const path of paths) among.add(path);
    } catch (error) {
      throw new FailureError(failureOf(error, name));
    }
  }

  /** Returns what takes back all that is allowed from now on. */
  mark(): () => void {
    const sets = [this.#files, this.#folders, this.#variables];
    const before = sets.map((names) => new Set(names));
    return () => {
      for (const [at, names] of sets.entries())
        for (const name of names) if (!before[at]!.has(name)) names.delete(name);
    };
  }

  /** Throws FILE_NOT_ALLOWED before it asks the disk whether there is one; else the system's error, or a ValueError. */
  file(name: string): Uint8Array {
    const path = resolve(name);
    if (!this.#allows(path)) throw new FailureError({ code: 'FILE_NOT_ALLOWED', subject: name });
    try {
      const real = realpathSync(path);
      // A link in an allowed folder may lead out of it.
      if (!this.#allows(real)) throw new FailureError({ code: 'FILE_NOT_ALLOWED', subject: name });
      return readWhole(real);
    } catch (error) {
      throw error instanceof ValueError ? error : new FailureError(failureOf(error, name));
    }
  }

  /** Throws VARIABLE_NOT_ALLOWED, and a ValueError for one that is not set. */
  variable(name: string): string {
    if (!this.#variables.has(name)) throw new FailureError({ code: 'VARIABLE_NOT_ALLOWED', subject: name });
    const value = process.env[name];
    if (value === undefined) throw new ValueError('value-missing');
    return value;
  }

  #allows(path: string): boolean {
    if (this.#files.has(path)) return true;
    for (const folder of this.#folders) if (isWithin(folder, path)) return true;
    return false;
  }
}

/** Both absolute. */
const isWithin = (folder: string, path: string): boolean =>
  path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

/** Where a headless host's pages may read, in its data folder: there they can allow a file themselves. */
export const pagesFolder = (dataFolder: string): string => join(dataFolder, 'files');

/** Whether a page may allow it by itself: nothing outside of that folder, wherever a link leads to. */
export function liesInPagesFolder(dataFolder: string, { kind, name }: OutsideName): boolean {
  const folder = pagesFolder(dataFolder);
  if (kind !== 'file' || !isWithin(resolve(folder), resolve(name))) return false;
  try {
    return isWithin(realpathSync(folder), realpathSync(name));
  } catch {
    return false; // There is no such file.
  }
}

/** What is no plain file, as a pipe, could keep everybody waiting. */
function readWhole(path: string): Uint8Array {
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new ValueError('value-no-file');
    if (stat.size > mostFileBytes) throw new ValueError('value-too-long');
    // To its end, whatever its size is said to be: files of the kernel say 0, and others grow.
    let bytes = new Uint8Array(stat.size + 1);
    for (let size = 0; ;) {
      const read = readSync(file, bytes, size, bytes.length - size, null);
      if (read === 0) return bytes.subarray(0, size);
      size += read;
      if (size > mostFileBytes) throw new ValueError('value-too-long');
      if (size < bytes.length) continue;
      const wider = new Uint8Array(2 * size);
      wider.set(bytes);
      bytes = wider;
    }
  } finally {
    closeSync(file);
  }
}

/** There is one environment and one disk for all engines of a process. */
export const allowedNames = new AllowedNames();
